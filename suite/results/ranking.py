"""Ranking: orders the trials of a cell, best first; no other function decides which trial wins."""

from collections.abc import Iterable

from suite.results.record import Record
from suite.tasks.metrics import Metric


def ranked(trials: Iterable[Record], metric: Metric) -> list[Record]:
    """Return the trials that have a validation score, best first.

    Trials with a larger budget of epochs come before all others. Among equal trials, the earliest comes first.
    """
    scored = [(score, trial) for trial in trials if (score := trial.score(metric.name)) is not None]
    order = sorted(scored, key=lambda one: (-_epochs(one[1]), -metric.sign * one[0], one[1].index))
    return [trial for _, trial in order]


def _epochs(trial: Record) -> int:
    return trial.spec.get("budget", {}).get("epochs", 0)
