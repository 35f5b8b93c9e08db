"""Ranking: orders the trials of a cell, best first; no other function decides which trial wins."""

import math
from collections.abc import Iterable

from suite.results.record import Record
from suite.tasks.metrics import Metric


def ranked(trials: Iterable[Record], metric: Metric) -> list[Record]:
    """Return the trials that have a validation score, best first.

    Trials with a larger budget of epochs come before all others. Then those with the higher skill on validation data
    come first, because trials with data of their own can only be compared over the baseline of these data. Among equal
    trials, the one with the lower validation loss at its best epoch comes first, unless the loss is searched; then the
    earliest.
    """
    scored = [(trial, score) for trial in trials if (score := trial.score(metric.name)) is not None]
    worth = [skill for trial, score in scored if (skill := _skill(trial, score, metric)) is not None]
    if len(worth) < len(scored):  # skills and scores have other units: without one skill, order all by their scores
        worth = [metric.sign * score for _, score in scored]
    epochs = [trial.spec.get("budget", {}).get("epochs") or 0 for trial, _ in scored]
    keys = [(-most, -value, *_ties(one[0])) for one, most, value in zip(scored, epochs, worth, strict=True)]
    return [trial for _, (trial, _) in sorted(zip(keys, scored, strict=True), key=lambda one: one[0])]


def _skill(trial: Record, score: float, metric: Metric) -> float | None:
    """Return a trial's skill over the trivial baseline of its data; None if that is unknown, or perfect itself."""
    baseline, _ = trial.baseline_scores(metric.name)
    if baseline is None or baseline == metric.perfect:
        return None
    return (score - baseline) / (metric.perfect - baseline)


def _ties(trial: Record) -> tuple[float, int]:
    if "loss" in trial.hyperparameters:  # values of different losses cannot be compared
        return math.inf, trial.index
    losses, best = trial.history.get("val_loss") or [], trial.best_epoch
    loss = losses[best - 1] if best and best <= len(losses) else None
    return math.inf if loss is None else loss, trial.index
