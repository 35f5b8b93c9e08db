"""Metrics: how to score predictions, and which scores are better, without any deep-learning backend."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from suite.tasks import items
from suite.tasks.items import Predictions
from suite.tasks.kinds import CLASSIFICATION, KINDS, MULTI_LABEL, REGRESSION

Direction = Literal["higher", "lower"]

CALIBRATION_BINS = 15


Function = Callable[[Predictions], float]


@dataclass(frozen=True)
class Metric:
    """A way to score predictions.

    `direction`: whether "higher" or "lower" scores are better. `range`: the lowest and the highest possible score.
    `kinds`: the kinds of task that it can score. `series`: whether it can score only series. `needs`: the field of
    `Predictions` that it requires. `has_skill`: whether "better than the trivial baseline" makes sense for it.
    `in_points`: whether differences are usually given in points (hundredths). `quoted`: whether publications on such
    tasks usually quote it. `items`: predictions -> what each target contributes to the score, which is their mean; None
    if that is undefined. `function`: predictions -> score; None for a metric that a file of another version names.
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


METRICS: dict[str, Metric] = {}


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
        METRICS[name] = Metric(name, direction, bounds, (kind, *also), function=function, **fields)
        return function

    return register


def serving(kind: str, series: bool = True) -> dict[str, Metric]:
    """Return the metrics for a kind of task by name; leave out the metrics for series unless `series` is true."""
    return {name: one for name, one in METRICS.items() if kind in one.kinds and (series or not one.series)}


def stored_metric(name: str | None, direction: str | None, perfect: float | None) -> Metric:
    """Return the headline metric that a task.json names.

    For a metric that this version does not have, use the direction and the perfect score from the file.
    """
    if name in METRICS:
        return METRICS[name]
    if direction == "higher":
        return Metric(name or "unknown", "higher", (-np.inf, perfect or 0.0))
    return Metric(name or "unknown", "lower", (perfect or 0.0, np.inf))


def evaluate(
    kind: str,
    target: np.ndarray,
    prediction: np.ndarray,
    trivial: np.ndarray | None = None,
    trivial_scale: float | None = None,
) -> dict[str, float]:
    """Return the value of every metric for a kind of task; metrics for series are included if `trivial_scale` is given.

    Classification: `target` contains classes (examples[, time]), `prediction` probabilities (examples[, time],
    classes). Multi-label: `target` contains 0 and 1, `prediction` probabilities, both (examples[, time], labels).
    Regression: `trivial` contains the trivial predictor's values for the same examples. To leave out steps, index all
    arrays with a mask first. All metrics are NaN if a prediction is not finite.
    Raise ValueError if shapes do not match, or if a metric needs `trivial` and it is missing.
    """
    predictions = _predictions(kind, target, prediction, trivial, trivial_scale)
    return {name: _value(one, predictions) for name, one in serving(kind, trivial_scale is not None).items()}


def headline(metric: str, kind: str, *arrays: Any, **reference: Any) -> float:
    """Return the value of a single metric, which is cheap enough for every epoch.

    The other arguments and the errors are as in `evaluate`.
    """
    return _value(METRICS[metric], _predictions(kind, *arrays, **reference))


def _predictions(
    kind: str, target: Any, prediction: Any, trivial: Any = None, trivial_scale: float | None = None
) -> Predictions:
    target, prediction = np.asarray(target), np.asarray(prediction)
    if KINDS[kind].probabilities:
        several = kind == MULTI_LABEL
        if target.shape != (prediction.shape if several else prediction.shape[:-1]):
            raise ValueError(f"probabilities {prediction.shape} do not fit labels {target.shape}")
        rows = prediction.reshape(-1, prediction.shape[-1])
        return Predictions(target.reshape(rows.shape).astype(bool) if several else target.ravel(), rows)
    fitted = target if trivial is None else np.asarray(trivial)
    if not prediction.size == target.size == fitted.size:
        raise ValueError(
            f"predictions {prediction.shape} or trivial predictions {fitted.shape} do not fit targets {target.shape}"
        )
    return Predictions(_flat(target), _flat(prediction), None if trivial is None else _flat(trivial), trivial_scale)


def _flat(values: np.ndarray) -> np.ndarray:
    # in float32, the squares of a diverging model's predictions overflow long before the predictions themselves
    return np.asarray(values, dtype=np.float64).ravel()


def item_scores(
    metric: str, kind: str, target: np.ndarray, prediction: np.ndarray, **reference: Any
) -> np.ndarray | None:
    """Return what every target contributes to the score in a metric, shape (n,); None if the metric has no items.

    Several outputs of one target contribute their mean. All items are NaN if a prediction is not finite. The other
    arguments and the errors are as in `evaluate`.
    """
    one, predictions = METRICS[metric], _predictions(kind, target, prediction, **reference)
    if one.items is None:
        return None
    _check_needs(one, predictions)
    size = len(target) if kind == REGRESSION else len(predictions.target)
    if not np.isfinite(predictions.prediction).all():
        return np.full(size, np.nan)
    return one.items(predictions).reshape(size, -1).mean(axis=1)


def _value(metric: Metric, predictions: Predictions) -> float:
    _check_needs(metric, predictions)
    if metric.function is None or not np.isfinite(predictions.prediction).all():
        return float("nan")
    return float(metric.function(predictions))


def _check_needs(metric: Metric, predictions: Predictions) -> None:
    if metric.needs and getattr(predictions, metric.needs) is None:
        raise ValueError(f"metric '{metric.name}' is relative to the trivial predictor: `{metric.needs}` is missing")


@metric("accuracy", CLASSIFICATION, "higher", in_points=True, quoted=True, items=items.right)
def accuracy(given: Predictions) -> float:
    return np.mean(items.right(given))


@metric("balanced_accuracy", CLASSIFICATION, "higher", in_points=True, items=items.recalls)
def balanced_accuracy(given: Predictions) -> float:
    """Return the mean recall over the classes that occur among the targets."""
    from sklearn.metrics import recall_score

    occurring = np.unique(given.target)
    return recall_score(given.target, given.labels, labels=occurring, average="macro", zero_division=0)


@metric("micro_f1", MULTI_LABEL, "higher", quoted=True, items=items.pooled_f1_scores)
def micro_f1(given: Predictions) -> float:
    """Return the F1 score of all labels of all targets together; a probability of at least 0.5 predicts a label.

    It is 1 if there are no labels and none are predicted.
    """
    return np.mean(items.pooled_f1_scores(given))


@metric("macro_f1", CLASSIFICATION, "higher", also=(MULTI_LABEL,), items=items.f1_scores)
def macro_f1(given: Predictions) -> float:
    """Return the mean F1 score over the classes or labels that occur among the targets or the predictions."""
    if given.multi_label:
        return np.mean(items.f1_scores(given))
    from sklearn.metrics import f1_score

    return f1_score(given.target, given.labels, average="macro", zero_division=0)


@metric("exact_match", MULTI_LABEL, "higher", in_points=True, items=items.right)
def exact_match(given: Predictions) -> float:
    """Return the share of targets all of whose labels are right, present or absent."""
    return np.mean(items.right(given))


@metric("log_loss", CLASSIFICATION, "lower", also=(MULTI_LABEL,), items=items.log_losses)
def log_loss(given: Predictions) -> float:
    """Return the mean of -ln(predicted probability of the target class) in nats.

    For a multi-label task, each target adds up its labels, each present or absent. At every step, that is the negative
    log-likelihood per frame of publications on polyphonic music (Boulanger-Lewandowski et al. 2012).
    """
    if given.multi_label:
        return np.mean(items.log_losses(given))
    from sklearn.metrics import log_loss

    return log_loss(given.target, given.prediction, labels=np.arange(given.prediction.shape[1]))


@metric("calibration_error", CLASSIFICATION, "lower", has_skill=False)
def calibration_error(given: Predictions) -> float:
    """Return the expected calibration error (Guo et al. 2017), with 15 bins of equal width.

    It is the mean |accuracy - confidence| over the bins, weighted by the number of predictions in each bin.
    """
    confidence = given.prediction.max(axis=1).astype(np.float64)
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    gaps = np.bincount(bins, weights=(given.labels == given.target) - confidence)
    return np.abs(gaps).sum() / len(confidence)


@metric("mse", REGRESSION, "lower", items=items.squared_errors)
def mse(given: Predictions) -> float:
    return np.mean(items.squared_errors(given))


@metric("mae", REGRESSION, "lower", items=items.absolute_errors)
def mae(given: Predictions) -> float:
    return np.mean(items.absolute_errors(given))


@metric("rmse", REGRESSION, "lower", items=items.root_squared_errors)
def rmse(given: Predictions) -> float:
    return np.sqrt(mse(given))


@metric("r2", REGRESSION, "higher", (-np.inf, 1.0), needs="trivial", quoted=True, items=items.explained)
def r2(given: Predictions) -> float:
    """Return 1 - MSE / (MSE of the trivial predictor), or NaN if the trivial predictor's MSE is 0."""
    return 1 - _ratio(mse(given), np.mean((given.trivial - given.target) ** 2))


@metric("mase", REGRESSION, "lower", series=True, needs="trivial_scale", items=items.scaled_errors)
def mase(given: Predictions) -> float:
    """Return MAE / (MAE of the trivial predictor on the training split) (Hyndman and Koehler 2006)."""
    return _ratio(mae(given), given.trivial_scale)


@metric("directional_accuracy", REGRESSION, "higher", series=True, needs="trivial", items=items.right_sides)
def directional_accuracy(given: Predictions) -> float:
    """Return the share of targets that lie on the same side of the trivial prediction as the prediction.

    A target or a prediction that equals the trivial prediction counts half.
    """
    return np.mean(items.right_sides(given))


def _ratio(value: float, unit: float | None) -> float:
    return value / unit if unit else float("nan")
