"""Pilot: trainings of one epoch of one configuration on a worker, whose records show what whole ones cost."""

import time
from dataclasses import replace

from suite import backend
from suite.experiment.run import Run
from suite.tasks.task import Task
from suite.training.prepare import load, prepare
from suite.training.train import Outcome, train


def pilot(run: Run) -> list[Outcome]:
    """Train a trial, which has to compile its model, then two final runs, the last of which compiles nothing."""
    backend.start(run.budget.threads)
    load(run)  # as in a worker that has loaded the data
    xla_from = round(run.budget.xla_from / run.budget.epochs)  # XLA is used, or not, as in the whole training
    short = replace(run, budget=replace(run.budget, epochs=1, xla_from=xla_from))
    return [train(replace(short, role=role)) for role in ("trial", "final", "final")]


def data_seconds(task: Task, seed: int, examples: int | None, threads: int) -> float:
    """Return the seconds that the data and baselines of one seed take."""
    backend.start(threads)
    begun = time.monotonic()
    prepare(task, seed, examples)
    return time.monotonic() - begun
