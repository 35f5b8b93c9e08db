"""Scoring: apply metrics to targets and predictions."""

from typing import Any

import numpy as np

from suite.errors import MetricError, reason
from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.metric import METRICS, Function, Metric, serving
from suite.tasks.metrics.predictions import Predictions, predictions


def evaluate(
    kind: str,
    target: np.ndarray,
    prediction: np.ndarray,
    trivial: np.ndarray | None = None,
    trivial_scale: float | None = None,
    levels: tuple[float, ...] = (),
    ordered: bool = False,
) -> dict[str, float]:
    """Return the value of every metric for a kind of task.

    Metrics for series are included if `trivial_scale` is given, those for ordered classes if `ordered` is true.
    Classification: `target` contains classes (examples[, time]), `prediction` probabilities (examples[, time],
    classes). Multi-label: `target` contains 0 and 1, `prediction` probabilities, both (examples[, time], labels).
    Regression: `trivial` contains the trivial predictor's values for the same examples. With `levels`, which increase
    within (0, 1) and contain 0.5, `prediction` has a further last axis with the quantiles at these levels; without that
    axis, the same value is predicted at every level. Point metrics score the median. To leave out steps, index all
    arrays with a mask first. All metrics are NaN if a prediction is not finite.
    Raise ValueError if shapes do not match, or if a metric needs `trivial` and it is missing; MetricError if a metric
    fails or returns no number.
    """
    given = predictions(kind, target, prediction, trivial, trivial_scale, levels, ordered)
    return {name: _value(one, given) for name, one in serving(kind, trivial_scale is not None, ordered).items()}


def headline(metric: str, kind: str, *arrays: Any, **reference: Any) -> float:
    """Return the value of a single metric, which is cheap enough for every epoch.

    The other arguments and the errors are as in `evaluate`.
    """
    return _value(METRICS.get(metric), predictions(kind, *arrays, **reference))


def item_scores(
    metric: str, kind: str, target: np.ndarray, prediction: np.ndarray, **reference: Any
) -> np.ndarray | None:
    """Return what every target contributes to the score in a metric, shape (n,); None if the metric has no items.

    The mean of the contributions is the score. They are those of first order: without one of n targets, the score
    changes by about (score - its contribution) / n. With them, the uncertainty of any such score is that of a mean.
    Several outputs of one target contribute their mean. All items are NaN if a prediction is not finite. The other
    arguments and the errors are as in `evaluate`.
    """
    one, given = METRICS.get(metric), predictions(kind, target, prediction, **reference)
    if one.items is None:
        return None
    _check_needs(one, given)
    size = len(target) if kind == REGRESSION else len(given.target)
    if not _finite(given):
        return np.full(size, np.nan)
    return _called(one, one.items, given).reshape(size, -1).mean(axis=1)


def _value(metric: Metric, given: Predictions) -> float:
    _check_needs(metric, given)
    if metric.function is None or not _finite(given):
        return float("nan")
    value = _called(metric, metric.function, given)
    if np.ndim(value) or np.asarray(value).dtype.kind not in "biuf":
        found = f"{type(value).__name__} of shape {np.shape(value)}" if np.ndim(value) else type(value).__name__
        raise MetricError(f"metric '{metric.name}' ({metric.place}) returned {found}, not a number")
    return float(value)


def _called(metric: Metric, function: Function, given: Predictions) -> Any:
    try:
        return function(given)
    except Exception as error:  # a user's metric may raise anything
        where = f"metric '{metric.name}' ({metric.place})"
        raise MetricError(f"{where} failed: {type(error).__name__}: {reason(error)}") from error


def _finite(given: Predictions) -> bool:
    return bool(np.isfinite(given.prediction if given.quantiles is None else given.quantiles).all())


def _check_needs(metric: Metric, given: Predictions) -> None:
    if metric.needs and getattr(given, metric.needs) is None:
        raise ValueError(f"metric '{metric.name}' is relative to the trivial predictor: `{metric.needs}` is missing")
