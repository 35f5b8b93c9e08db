"""Records: write down how a run went: its status, error, flags, seconds and provenance."""

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from suite import environment
from suite.errors import DivergedError, OvertimeError, message
from suite.experiment.run import Run
from suite.results.record import Record
from suite.results.statuses import Status

STATUS: dict[type[BaseException], Status] = {DivergedError: Status.DIVERGED, OvertimeError: Status.TIMEOUT}
EDGE = 0.05
END = 0.9
LONGEST_ERROR = 10_000  # characters


class Clock:
    """Measures the seconds spent in named phases, and the CPU seconds since it was made."""

    def __init__(self) -> None:
        self.seconds: dict[str, Any] = dict.fromkeys(("data", "build", "fit", "evaluate"), 0.0)
        self.started = datetime.now(UTC)
        self._cpu = cpu_seconds()

    def spent(self) -> dict[str, Any]:
        """Return the seconds of each phase, and "cpu", the CPU seconds of all of them and of what lies between."""
        return self.seconds | {"cpu": cpu_seconds() - self._cpu}

    @contextmanager
    def phase(self, name: str) -> Generator[None]:
        """Add the time spent in the `with` block to a phase, even if the block raises an error."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - begin


def cpu_seconds() -> float:
    """Return the CPU seconds (user and system) that this process and its ended children have used so far.

    All threads of the process count, which are TensorFlow's own on a worker process. In a process that does other work
    meanwhile, as with `workers=0` in a notebook, that work counts too. Work on a GPU does not.
    """
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def record(run: Run, clock: Clock) -> Record:
    """Return the record of a run without its results, which the caller adds."""
    return Record(
        id=run.id,
        task=run.task.name,
        architecture=run.architecture.name,
        role=run.role,
        index=run.index,
        seed=run.seed,
        attempt=run.attempt,
        status=Status.OK,
        hyperparameters=run.hyperparameters,
        spec=run.spec,
        proposal=run.proposal,
        seconds=clock.spent(),
        versions=environment.versions(),
        machine=environment.machine(),
        started=clock.started.isoformat(timespec="milliseconds"),
        finished=datetime.now(UTC).isoformat(timespec="milliseconds"),
    )


def failure(run: Run, status: str, error: str, clock: Clock | None = None) -> Record:
    """Return the record of a run that failed, and so has no results."""
    return replace(record(run, clock or Clock()), status=status, error=error)


def cause(error: BaseException) -> tuple[str, str]:
    """Return the status and the message to record for a run that ended with this error."""
    if type(error) in STATUS:
        return STATUS[type(error)], words(error)
    out_of_memory = isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
    return Status.OUT_OF_MEMORY if out_of_memory else Status.ERROR, f"{type(error).__name__}: {words(error)}"


def words(error: BaseException) -> str:
    """Return the message of an error of user code, whose end is cut off if it is long; it may have none."""
    whole = message(error)
    return whole if len(whole) <= LONGEST_ERROR else f"{whole[:LONGEST_ERROR]} …"


def flags(run: Run, best_epoch: int, unequal: bool) -> list[str]:
    """Return the flags that apply to a run. Each names a reason to trust its score less.

    "edge-of-range": the learning rate is near a bound of its range. "budget-limited": the best epoch came near the end
    of the budget. "unequal": the number of weights misses the budget. The run's own `concerns` come last.
    """
    from suite.architectures.model import LEARNING_RATE

    bounds = np.log(run.learning_rates or LEARNING_RATE)
    position = np.interp(np.log(run.hyperparameters["learning_rate"]), bounds, (0.0, 1.0))
    raised = {
        "edge-of-range": not EDGE < position < 1 - EDGE,
        "budget-limited": best_epoch > END * run.budget.epochs,
        "unequal": unequal,
    }
    return [*(name for name, applies in raised.items() if applies), *run.concerns]
