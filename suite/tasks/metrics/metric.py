"""Metric: a way to score predictions, and the decorator @metric that registers one."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypedDict, Unpack

import numpy as np

from suite.errors import RequestError, check_name, closest, closest_keyword
from suite.registry import Named, Registry
from suite.tasks.kinds import KINDS
from suite.tasks.metrics.predictions import Predictions

SHARE, ERROR = (0.0, 1.0), (0.0, np.inf)  # ranges

Direction = Literal["higher", "lower"]
Function = Callable[[Predictions], Any]


class Options(TypedDict, total=False):
    """The optional fields of a metric; `Metric` explains them."""

    series: bool
    ordered: bool
    needs: str | None
    has_skill: bool
    in_points: bool
    quoted: bool
    items: Callable[[Predictions], np.ndarray] | None
    power: int


@dataclass(frozen=True)
class Metric(Named):
    """A way to score predictions.

    `direction`: whether "higher" or "lower" scores are better. `range`: the lowest and the highest possible score.
    `kinds`: the kinds of task that it can score. `series`: whether it can score only series. `ordered`: whether it can
    score only classes in an order. `needs`: the field of `Predictions` that it requires. `has_skill`: whether "better
    than the trivial baseline" makes sense for it. `in_points`: whether differences are usually given in points
    (hundredths). `quoted`: whether publications on such tasks usually quote it. `items`: predictions -> what each
    target contributes to the score, which is their mean; None if that is undefined. `power`: the power of the targets'
    unit in which the score is, 0 for none. `per_target`: whether a target's contribution depends on that target alone.
    `function`: predictions -> score; None for a metric that a file of another version names. `place`: where it is
    declared.
    """

    name: str
    direction: Direction
    range: tuple[float, float]
    kinds: tuple[str, ...] = ()
    series: bool = False
    ordered: bool = False
    needs: str | None = None
    has_skill: bool = True
    in_points: bool = False
    quoted: bool = False
    items: Callable[[Predictions], np.ndarray] | None = None
    power: int = 0
    per_target: bool = False
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

    def unit(self, of_target: str) -> str:
        """Return the unit of the score, given that of the targets ("" if unknown): "°C²", "squared units" or ""."""
        if of_target and self.power:
            return of_target if self.power == 1 else f"{of_target}²" if " " not in of_target else f"({of_target})²"
        return "squared units" if self.power == 2 else ""

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


@closest_keyword
def metric(
    name: str,
    kind: str | tuple[str, ...],
    direction: Direction,
    range: tuple[float, float],
    per_target: bool = False,
    **options: Unpack[Options],
) -> Callable[[Function], Function]:
    """Register the decorated function, which takes `Predictions` and returns their score, as a metric.

    `kind`: the kind of task that it can score, or several: "classification", "multi-label", "regression".
    `direction`: "higher" or "lower" scores are better. `range`: the lowest and the highest possible score; the better
    end is the perfect score. With `per_target=True`, the function returns a score for every target, shape (n,), and the
    metric is their mean, so that the report knows how uncertain it is on real test data. `Metric` explains the other
    options; with `items`, the function returns the score.
    Raise RequestError, which names the place, if the declaration is invalid or the name is taken.
    """
    kinds = (kind,) if isinstance(kind, str) else tuple(kind)

    def made(function: Function, place: str) -> Metric:
        _check(f"metric {name!r:.60} ({place})", name, kinds, direction, range)
        fields: dict[str, Any] = {"function": function, "per_target": per_target, "place": place} | options
        if per_target and "items" not in options:
            fields |= {"function": partial(_mean, function), "items": function}
        low, high = map(float, range)
        return Metric(name, direction, (low, high), kinds, **fields)

    return METRICS.register(made)


def _mean(function: Function, given: Predictions) -> Any:
    scores = np.asarray(function(given))
    if scores.shape != (len(given.target),):
        raise ValueError(f"with per_target=True it must return {len(given.target)} scores, not {scores.shape}")
    return scores.mean()


def _check(where: str, name: Any, kinds: tuple[Any, ...], direction: Any, bounds: Any) -> None:
    """Raise RequestError if a metric's declaration is invalid."""
    check_name("metric", str(name), where)
    for kind in kinds:
        if kind not in KINDS:
            raise RequestError(f"{where}: unknown kind {kind!r:.40}: {closest(str(kind), KINDS)}")
    if direction not in ("higher", "lower"):
        raise RequestError(f"{where}: direction={direction!r:.40}: say which scores are better, 'higher' or 'lower'")
    try:
        low, high = map(float, bounds)
    except (TypeError, ValueError):
        low = high = np.nan
    if not low < high or not np.isfinite(high if direction == "higher" else low):
        raise RequestError(
            f"{where}: range={bounds!r:.60}: give the lowest and the highest possible score; the better one, that of "
            "perfect predictions, must be finite"
        )


def serving(kind: str, series: bool = True, ordered: bool = False) -> dict[str, Metric]:
    """Return the metrics for a kind of task by name.

    Leave out the metrics for series unless `series` is true, and those for ordered classes unless `ordered` is.
    """
    fitting = (one for one in METRICS.entries() if kind in one.kinds)
    return {one.name: one for one in fitting if one.series <= series and one.ordered <= ordered}


def stored_metric(name: str | None, direction: str | None, perfect: float | None) -> Metric:
    """Return the headline metric that a task.json names.

    For a metric that this version does not have, use the direction and the perfect score from the file.
    """
    if name is not None and name in METRICS:
        return METRICS.get(name)
    if direction == "higher":
        return Metric(name or "unknown", "higher", (-np.inf, perfect or 0.0))
    return Metric(name or "unknown", "lower", (perfect or 0.0, np.inf))
