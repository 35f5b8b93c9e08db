"""Pilot: train one configuration for one epoch on a worker, to measure what full runs cost."""

import time
from collections.abc import Collection
from dataclasses import replace

from suite import backend
from suite.experiment.run import Run
from suite.tasks.fold import Fold
from suite.tasks.task import Task
from suite.training.prepare import load, prepare
from suite.training.train import Outcome, train


def pilot(run: Run) -> list[Outcome]:
    """Train a trial and two final runs for one epoch; the trial compiles its model, the last final run reuses one."""
    backend.start(run.budget.threads)
    load(run)  # load the data first, because a worker usually has them already
    xla_from = round(run.budget.xla_from / run.budget.epochs)  # so that XLA is on or off as in the full training
    short = replace(run, budget=replace(run.budget, epochs=1, xla_from=xla_from))
    return [train(replace(short, role=role)) for role in ("trial", "final", "final")]


def data_seconds(
    task: Task, seed: int, examples: int | None, known: Collection[str], threads: int, fold: Fold
) -> float:
    """Return how many seconds it takes to load the data and fit the baselines of one seed.

    `known`: the checksums of data whose baselines are stored, and not fitted again.
    """
    backend.start(threads)
    begun = time.monotonic()
    prepare(task, seed, examples, known, fold=fold)
    return time.monotonic() - begun
