"""Agreement: the numbers in which two records of the same run differ, and by how much."""

import math
from collections.abc import Mapping
from typing import Any

from suite.results.record import Record, Scores
from suite.results.specs import differences

# Facts that, besides versions, may change the last digits of a sum. The number of cores cannot: threads are fixed.
DEVICE = ("processor", "model", "instructions", "gpus")
NUMBERS = ("status", "hyperparameters", "metrics", "history", "best_epoch", "epochs", "weights")


def disagreement(stored: Record, other: Record) -> dict[str, float]:
    """Return dotted field -> largest relative difference for the numbers that the spec determines; {} if all agree.

    The difference is infinite if no distance is defined: for statuses, lists of unequal length, or a value that only
    one record has. A metric that only one of them has is no difference: a later version may have more metrics.
    """
    pairs = {field: (getattr(stored, field), getattr(other, field)) for field in NUMBERS}
    pairs["metrics"] = shared_scores(*pairs["metrics"])
    return {name: gap for field, pair in pairs.items() for name, gap in gaps(*pair, field).items()}


def shared_scores(one: Scores, other: Scores) -> tuple[Scores, Scores]:
    """Return both with only those metrics of a split that both have; a split that only one has stays."""
    return _shared(one, other), _shared(other, one)


def _shared(scores: Scores, other: Scores) -> Scores:
    return {
        split: {name: value for name, value in own.items() if split not in other or name in other[split]}
        for split, own in scores.items()
    }


def gaps(stored: Any, other: Any, name: str) -> dict[str, float]:
    """Return dotted field -> largest relative difference, for every field below `name` in which two values differ."""
    return {field: relative(*pair) for field, pair in differences({name: stored}, {name: other}).items()}


def relative(stored: Any, other: Any) -> float:
    """Return the relative difference |a - b| / max(|a|, |b|) of two numbers.

    For lists of equal length, return the largest difference of their elements; for other unequal values, infinity.
    """
    if isinstance(stored, list) and isinstance(other, list) and len(stored) == len(other):
        return max(map(relative, stored, other), default=0.0)
    if stored == other:
        return 0.0
    if not all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (stored, other)):
        return math.inf
    return abs(stored - other) / max(abs(stored), abs(other))


def in_words(found: Mapping[str, float]) -> str:
    """Return text that lists the differing fields with their largest relative differences."""
    return ", ".join(
        f"{field} is different" if math.isinf(gap) else f"{field} by {gap:.1e}" for field, gap in found.items()
    )
