"""Ranking: the trials of a cell, the best first; the one function that decides which trial wins."""

from collections.abc import Iterable

from suite.results.record import Record
from suite.tasks.metrics import Metric


def ranked(trials: Iterable[Record], metric: Metric) -> list[Record]:
    """Return the trials that have a validation score, the best first.

    Those that were given more epochs come before the others; of equals, the earliest comes first.
    """
    scored = [(score, trial) for trial in trials if (score := trial.score(metric.name)) is not None]
    order = sorted(scored, key=lambda one: (-_epochs(one[1]), -metric.sign * one[0], one[1].index))
    return [trial for _, trial in order]


def _epochs(trial: Record) -> int:
    return trial.spec.get("budget", {}).get("epochs", 0)
