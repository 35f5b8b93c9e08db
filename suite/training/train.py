"""Train: train(run) -> outcome, a pure function of the run, executed on a worker; prepare(task, seed) beside it."""

import tempfile
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from suite import backend, environment
from suite.errors import DivergedError, OvertimeError
from suite.experiment.run import Run
from suite.tasks.data import Data, Signature
from suite.tasks.task import Task

DATA_SETS = 6


@dataclass(frozen=True)
class Outcome:
    """What a run brings back: its record, its arrays (`target`, `prediction`, `preparation/*`), its model's bytes."""

    record: dict[str, Any]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    model: bytes | None = None


@dataclass(frozen=True)
class Taste:
    """A short piece of a training, to see what the whole would take: so many epochs, on so many examples at most."""

    epochs: int
    examples: int

    def share(self, data: Data) -> float:
        """The share of the training split that is tasted."""
        return min(self.examples / len(data.train[0]), 1.0)

    def of(self, run: Run, data: Data) -> tuple[Run, Data]:
        """The run with so many epochs, and the same share of every split."""
        share = self.share(data)
        return replace(run, budget=replace(run.budget, epochs=self.epochs)), data if share == 1 else data.part(share)


class Clock:
    """Seconds spent in named phases."""

    def __init__(self) -> None:
        self.seconds: dict[str, Any] = dict.fromkeys(("data", "build", "fit", "evaluate"), 0.0)
        self.started = datetime.now(UTC)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Adds the time spent inside to a phase, also when it fails."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += time.perf_counter() - begin


def prepare(
    task: Task, seed: int, examples: int | None, known: str | None = None, threads: int | None = None
) -> dict[str, Any]:
    """Draws a task's data once: {"checksum", "task" (its description), "baselines"}.

    Baselines are not fitted again on data whose checksum is the `known` one. `threads`: what TensorFlow is told first,
    where runs follow in this process, since a task's function may compute with it. Raises whatever that function
    raises, and ValueError when its data do not fit its declaration.
    """
    if threads:
        backend.start(threads)
    from suite.tasks.baselines import measure
    from suite.tasks.description import describe

    data = task.load(seed, examples)
    checksum = data.checksum()
    _remember((task.name, checksum), data)
    prepared = {"checksum": checksum, "task": describe(task, data)}
    return prepared if checksum == known else prepared | {"baselines": measure(task, data)}


def train(run: Run, taste: Taste | None = None) -> Outcome:
    """Trains one model, keeps the weights of its best validation epoch, and scores it.

    Finals are scored on the test split, once. A failure is a record too: `diverged`, `timeout`, `out-of-memory`
    or `error`. With a `taste` the same model is trained less, and the record tells of its cost alone.
    """
    clock = Clock()
    try:
        return _train(run, clock, taste)
    except DivergedError as error:
        return Outcome(failure(run, "diverged", str(error), clock))
    except OvertimeError as error:
        return Outcome(failure(run, "timeout", str(error), clock))
    except Exception as error:  # whatever a task, an architecture or the backend raises belongs into the record
        return Outcome(failure(run, *told(error), clock))


def told(error: BaseException) -> tuple[str, str]:
    """The status of a run that ended with this error, and what its record says."""
    return "out-of-memory" if _is_memory(error) else "error", f"{type(error).__name__}: {error}"


def failure(run: Run, status: str, error: str, clock: Clock | None = None) -> dict[str, Any]:
    """The record of a run that brought no numbers."""
    return _record(run, clock or Clock()) | {"status": status, "error": error}


def _train(run: Run, clock: Clock, taste: Taste | None) -> Outcome:
    with clock.phase("build"):  # first, since a task's function may compute with TensorFlow
        backend.start(run.budget.threads)
        from suite.architectures import portable, width
        from suite.training import evaluate, fit, gradients
    with clock.phase("data"):
        data = load(run)
        signature = run.task.signature(data)
    with clock.phase("build"):
        hyperparameters, network = build(run, signature, len(data.train[0]))
    if taste:
        run, data = taste.of(run, data)
    with clock.phase("evaluate"):
        start = {} if run.role == "trial" else gradients.flow(network, run.task, data)
    with clock.phase("fit"):
        fitted = fit.fit(network, run, data)
    with clock.phase("evaluate"):
        flow = {"start": start, "kept": gradients.flow(network, run.task, data)} if start else {}
        metrics, arrays = evaluate.evaluate(network, fitted.scaling, run, data)
        sizes = {"predict_1": 1, "predict_64": 64}
        predicting = {
            name: None if run.role == "trial" else evaluate.answering_seconds(network, data, size)
            for name, size in sizes.items()
        }
        kept = (
            model_bytes(portable.portable(network, fitted.scaling.mean, fitted.scaling.scale))
            if run.role == "final"
            else None
        )
    record = _record(run, clock) | {
        "hyperparameters": hyperparameters,
        "metrics": metrics,
        "history": fitted.history,
        "best_epoch": fitted.best_epoch,
        "epochs": len(fitted.history["loss"]),
        "weights": width.count_trainable(network),
        "flags": flags(run, fitted.best_epoch, width.unequal(network, run.budget.weights)),
        "clipped": fitted.clipped,
        "gradients": flow,
    }
    if run.architecture.derived:
        record["structure"] = run.architecture.derived(hyperparameters, signature.length)
    record["seconds"] |= {"epochs": fitted.seconds, **predicting}
    return Outcome(record, arrays if run.role == "final" else {}, kept)


def load(run: Run) -> Data:
    """The run's data, from this worker's memory where an earlier run left them.

    Raises ValueError when the task drew other data than it did for the same seed before.
    """
    known = (run.task.name, run.checksum)
    if known in _data:
        _data.move_to_end(known)
        return _data[known]
    data = run.task.load(run.data_seed, run.examples)
    checksum = data.checksum()
    if run.checksum not in (None, checksum):
        raise ValueError(f"task '{run.task.name}' draws different data each time for seed {run.data_seed}")
    _remember((run.task.name, checksum), data)
    return data


_data: OrderedDict[tuple[str, str | None], Data] = OrderedDict()


def _remember(key: tuple[str, str], data: Data) -> None:
    _data[key] = data
    while len(_data) > DATA_SETS:
        _data.popitem(last=False)


def build(run: Run, signature: Signature, examples: int) -> tuple[dict[str, Any], Any]:
    """The hyperparameters with the width that the weight budget gives, and the compiled model, newly drawn."""
    from suite.architectures import compiled, model, width

    values = dict(run.hyperparameters)
    if "units" not in values:
        values["units"] = width.width(run.architecture, signature, values, run.budget.weights)
    new = model.fresh(run.architecture, signature, values, run.seed)
    batch_size = min(values["batch_size"], examples)
    steps = run.budget.epochs * (examples // batch_size) * signature.length
    use_xla = steps >= run.budget.xla_from
    return values, compiled.compiled(new, signature.kind, values["learning_rate"], batch_size, use_xla)


def flags(run: Run, best_epoch: int, unequal: bool) -> list[str]:
    """Reasons for which a run decides less than it seems to (see `flags` in the design of records)."""
    from suite.architectures.model import LEARNING_RATE

    bounds = np.log(run.learning_rates or LEARNING_RATE)
    position = np.interp(np.log(run.hyperparameters["learning_rate"]), bounds, (0.0, 1.0))
    found = {
        "edge-of-range": not 0.05 < position < 0.95,
        "budget-limited": best_epoch > 0.9 * run.budget.epochs,
        "unequal": unequal,
    }
    return [name for name, applies in found.items() if applies]


def model_bytes(model: Any) -> bytes:
    """The content of the model's `.keras` file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        model.save(path)
        return path.read_bytes()


def _record(run: Run, clock: Clock) -> dict[str, Any]:
    return {
        "id": run.id,
        "task": run.task.name,
        "architecture": run.architecture.name,
        "role": run.role,
        "index": run.index,
        "seed": run.seed,
        "attempt": run.attempt,
        "status": "ok",
        "hyperparameters": run.hyperparameters,
        "spec": run.spec,
        "metrics": {},
        "baseline": None,
        "trained_baseline": None,
        "history": {},
        "best_epoch": None,
        "epochs": None,
        "weights": None,
        "flags": [],
        "clipped": None,
        "gradients": {},
        "seconds": dict(clock.seconds),
        "versions": environment.versions(),
        "machine": environment.machine(),
        "started": clock.started.isoformat(timespec="milliseconds"),
        "finished": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _is_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
