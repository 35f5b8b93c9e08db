"""Metric: a way to score predictions, and the decorator @metric that registers one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from suite.registry import Named, Registry, place_of
from suite.tasks.metrics.predictions import Predictions

Direction = Literal["higher", "lower"]
Function = Callable[[Predictions], float]


@dataclass(frozen=True)
class Metric(Named):
    """A way to score predictions.

    `direction`: whether "higher" or "lower" scores are better. `range`: the lowest and the highest possible score.
    `kinds`: the kinds of task that it can score. `series`: whether it can score only series. `needs`: the field of
    `Predictions` that it requires. `has_skill`: whether "better than the trivial baseline" makes sense for it.
    `in_points`: whether differences are usually given in points (hundredths). `quoted`: whether publications on such
    tasks usually quote it. `items`: predictions -> what each target contributes to the score, which is their mean; None
    if that is undefined. `function`: predictions -> score; None for a metric that a file of another version names.
    `place`: where it is declared.
    """

    name: str
    direction: Direction
    range: tuple[float, float]
    kinds: tuple[str, ...] = ()
    series: bool = False
    needs: str | None = None
    has_skill: bool = True
    in_points: bool = False
    quoted: bool = False
    items: Callable[[Predictions], np.ndarray] | None = None
    function: Function | None = None
    place: str = ""

    @property
    def sign(self) -> int:
        """1 if higher scores are better, else -1: the best score is the one with the largest score * sign."""
        return 1 if self.direction == "higher" else -1

    @property
    def perfect(self) -> float:
        """The score of a predictor that is always right: the better end of the range."""
        return self.range[1 if self.direction == "higher" else 0]

    def best(self, scores: Iterable[float]) -> float:
        """Return the best of the scores; raise ValueError if there are none."""
        return max(scores) if self.direction == "higher" else min(scores)

    def better(self, score: Any, other: Any) -> Any:
        """Return whether `score` is better than `other`; compare arrays element by element."""
        return score > other if self.direction == "higher" else score < other

    def solved(self, score: Any, threshold: float) -> Any:
        """Return whether scores solve a task: `score >= threshold` if higher is better, else `score < threshold`."""
        return score >= threshold if self.direction == "higher" else score < threshold

    def within_range(self, low: Any, high: Any) -> tuple[Any, Any]:
        """Return the interval (low, high) of scores, clipped to the range of the metric."""
        return np.maximum(low, self.range[0]), np.minimum(high, self.range[1])


METRICS: Registry[Metric] = Registry("metric", "suite.metrics", "suite.tasks.metrics.builtin")


def metric(
    name: str,
    kind: str,
    direction: Direction,
    range: tuple[float, float] | None = None,
    also: tuple[str, ...] = (),
    **fields: Any,
) -> Callable[[Function], Function]:
    """Register the decorated function as a metric for a kind of task; `fields` sets other fields of `Metric`.

    `also`: further kinds of task that it can score.

    The default `range` is 0 to 1 if higher scores are better, and 0 to infinity if lower scores are better.
    """
    bounds = range or ((0.0, 1.0) if direction == "higher" else (0.0, np.inf))

    def register(function: Function) -> Function:
        METRICS.add(
            Metric(name, direction, bounds, (kind, *also), function=function, place=place_of(function), **fields)
        )
        return function

    return register


def serving(kind: str, series: bool = True) -> dict[str, Metric]:
    """Return the metrics for a kind of task by name; leave out the metrics for series unless `series` is true."""
    return {one.name: one for one in METRICS.entries() if kind in one.kinds and (series or not one.series)}


def stored_metric(name: str | None, direction: str | None, perfect: float | None) -> Metric:
    """Return the headline metric that a task.json names.

    For a metric that this version does not have, use the direction and the perfect score from the file.
    """
    if name in METRICS.names():
        return METRICS.get(name)
    if direction == "higher":
        return Metric(name or "unknown", "higher", (-np.inf, perfect or 0.0))
    return Metric(name or "unknown", "lower", (perfect or 0.0, np.inf))
