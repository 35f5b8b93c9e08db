"""Pilot: short trainings of one configuration on a worker, and what they cost."""

import os
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from suite import backend
from suite.experiment.run import Run
from suite.files import finite
from suite.results.record import Record
from suite.results.store import Store
from suite.tasks.task import Task
from suite.training.prepare import load, prepare
from suite.training.train import Outcome, train


@dataclass(frozen=True)
class Pilot:
    """What one configuration costs on a worker, in seconds and bytes.

    `begin`: importing TensorFlow, where the worker had not yet. `fresh`: all of a run but its epochs, with a model to
    be compiled; `reused`: the same with a compiled one. `epoch`: one epoch. `memory`: of the whole process, whose
    number `process` is. `trial_bytes`, `final_bytes`: what a run of each role stores.
    """

    begin: float
    fresh: float
    reused: float
    epoch: float
    process: int
    memory: int
    trial_bytes: int
    final_bytes: int


def pilot(run: Run) -> Pilot:
    """Train a trial, which has to compile its model, and two final runs, the second of which reuses all of it.

    Raises RuntimeError with the failure of a run that fails.
    """
    begun = time.monotonic()
    backend.start(run.budget.threads)
    from suite.training import gradients  # noqa: F401  what every run imports

    ready = time.monotonic()
    load(run)
    loaded = time.monotonic()
    trial = _trained(run, "trial", 1)
    compiled = time.monotonic()
    _trained(run, "final", 1)  # the first final run of a model compiles its gradients
    again = time.monotonic()
    final = _trained(run, "final", 2)
    over = time.monotonic()
    epoch = final.record.seconds["epochs"][1]
    return Pilot(
        begin=ready - begun,
        fresh=max(compiled - loaded - epoch, 0.0),
        reused=max(over - again - 2 * epoch, 0.0),
        epoch=epoch,
        process=os.getpid(),
        memory=psutil.Process().memory_info().rss,
        trial_bytes=stored_bytes(trial),
        final_bytes=stored_bytes(final),
    )


def _trained(run: Run, role: str, epochs: int) -> Outcome:
    # XLA is used, or not, as in the whole training
    share = epochs / run.budget.epochs
    budget = replace(run.budget, epochs=epochs, xla_from=round(run.budget.xla_from * share))
    outcome = train(replace(run, role=role, budget=budget))
    if not outcome.record.ok:
        raise RuntimeError(f"{outcome.record.status}: {outcome.record.error}")
    return outcome


def stored_bytes(outcome: Outcome) -> int:
    """Return the size of the files that a run leaves in a store."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        record = Record.from_json(finite(outcome.record.to_json()), store.path(outcome.record.id))
        store.write(record, outcome.arrays, outcome.model)
        return sum(path.stat().st_size for path in Path(folder).rglob("*.*"))


def data_seconds(task: Task, seed: int, examples: int | None, threads: int) -> float:
    """Return the seconds that the data and baselines of one seed take, once TensorFlow is imported."""
    backend.start(threads)
    begun = time.monotonic()
    prepare(task, seed, examples)
    return time.monotonic() - begun
