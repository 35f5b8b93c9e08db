"""Tasting: a few steps of one configuration on a worker, and what a whole run of it would cost."""

import io
import json
import os
import time
from dataclasses import dataclass, replace

import numpy as np
import psutil

from suite import backend
from suite.experiment.run import Run
from suite.files import finite
from suite.tasks.task import Task
from suite.training.prepare import load, prepare
from suite.training.train import Excerpt, Outcome, train

# Enough steps that compiling is over; whether XLA is used is decided for the whole training.
EXAMPLES = 4_096


@dataclass(frozen=True)
class Sample:
    """What one configuration takes on a worker, in seconds and bytes.

    `begin`: importing TensorFlow, where the worker had not yet. `fresh`: all of a search run but its epochs, with a
    model to be compiled; `reused`: the same of a final run with a compiled one. `epoch`: a whole epoch. `memory`: of
    the whole process, whose number `process` is.
    """

    begin: float
    fresh: float
    reused: float
    epoch: float
    process: int
    memory: int
    trial_bytes: int
    final_bytes: int


def taste(run: Run) -> Sample:
    """Trains short pieces of a search run, which has to compile its model, and of final runs, which reuse it.

    Raises RuntimeError with the failure of a run that fails.
    """
    begun = time.monotonic()
    backend.start(run.budget.threads)
    from suite.training import gradients  # noqa: F401  what every run imports

    ready = time.monotonic()
    share = Excerpt(1, EXAMPLES).share(load(run))
    final = replace(run, role="final")
    trial = _tasted(run, 1)
    compiled = time.monotonic()
    _tasted(final, 1)  # the first final run of a model compiles its gradients
    again = time.monotonic()
    outcome = _tasted(final, 2)
    over = time.monotonic()
    epoch = outcome.record["seconds"]["epochs"][1]
    record = len(json.dumps(finite(trial.record), indent=1))
    return Sample(
        begin=ready - begun,
        fresh=max(compiled - ready - epoch, 0.0),
        reused=max(over - again - 2 * epoch, 0.0),
        epoch=epoch / share,
        process=os.getpid(),
        memory=psutil.Process().memory_info().rss,
        trial_bytes=record,
        final_bytes=record + len(outcome.model or b"") + round(compressed(outcome.arrays) / share),
    )


def _tasted(run: Run, epochs: int) -> Outcome:
    outcome = train(run, Excerpt(epochs, EXAMPLES))
    if outcome.record["status"] != "ok":
        raise RuntimeError(f"{outcome.record['status']}: {outcome.record['error']}")
    return outcome


def preparation(task: Task, seed: int, examples: int | None, threads: int) -> float:
    """Seconds that the data and baselines of one seed take, once TensorFlow is there."""
    backend.start(threads)
    begun = time.monotonic()
    prepare(task, seed, examples)
    return time.monotonic() - begun


def compressed(arrays: dict[str, np.ndarray]) -> int:
    """Bytes of a run's `.npz`."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    return len(buffer.getvalue())
