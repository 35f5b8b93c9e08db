"""Ranking: the trials of a cell, the best first; the one function that decides which trial wins."""

from collections.abc import Iterable

from suite.results.record import Record
from suite.tasks.metrics import Metric


def ranked(trials: Iterable[Record], metric: Metric) -> list[Record]:
    """Return the trials that have a validation score, the best first.

    Those that were given more epochs come before the others; of equals, the earliest comes first.
    """
    places = [
        (-_epochs(trial), -metric.sign * score, trial.index, trial)
        for trial in trials
        if (score := trial.score(metric.name)) is not None
    ]
    return [trial for *_, trial in sorted(places, key=lambda place: place[:3])]


def _epochs(trial: Record) -> int:
    return trial.spec.get("budget", {}).get("epochs", 0)
