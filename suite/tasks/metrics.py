"""Metrics: how predictions are scored and which scores are better; no deep-learning backend is needed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Direction = Literal["higher", "lower"]

CALIBRATION_BINS = 15


@dataclass(frozen=True)
class Predictions:
    """What a metric is computed from.

    Classification: `target` (n,) labels, `prediction` (n, classes) probabilities. Regression: all three arrays (n,);
    `trivial` holds the trivial predictor's values, `trivial_scale` its mean absolute error on the training split.
    """

    target: np.ndarray
    prediction: np.ndarray
    trivial: np.ndarray | None = None
    trivial_scale: float | None = None

    @property
    def labels(self) -> np.ndarray:
        """The most probable class of every example, shape (n,)."""
        return self.prediction.argmax(axis=1)

    @property
    def errors(self) -> np.ndarray:
        """Prediction minus target, shape (n,)."""
        return self.prediction - self.target


Function = Callable[[Predictions], float]


@dataclass(frozen=True)
class Metric:
    """A way to score predictions.

    `direction`: whether "higher" or "lower" scores are better. `range`: the lowest and the highest possible score.
    `kinds`: the kinds of task it serves; `series`: only series. `needs`: the field of `Predictions` that it requires.
    `has_skill`: whether "better than the trivial baseline" means anything. `in_points`: whether differences are usual
    in points, of 100. `quoted`: whether it is what publications on such tasks quote. `loss`: (target, prediction) ->
    the loss of each element, where the score is their mean or 1 less it. `function`: predictions -> score; None for a
    metric of another version of the suite, read from a file.
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
    loss: Callable[[np.ndarray, np.ndarray], np.ndarray] | None = None
    function: Function | None = None

    @property
    def sign(self) -> int:
        """1 where higher scores are better, -1 where lower ones are: of scores times this, the largest is best."""
        return 1 if self.direction == "higher" else -1

    @property
    def perfect(self) -> float:
        """The score of a predictor that is always right: the better end of the range."""
        return self.range[1 if self.direction == "higher" else 0]

    def best(self, scores: Iterable[float]) -> float:
        """Return the best of some scores; raise ValueError for an empty collection."""
        return max(scores) if self.direction == "higher" else min(scores)

    def better(self, score: Any, other: Any) -> Any:
        """Return whether a score is better than another, element by element for arrays."""
        return score > other if self.direction == "higher" else score < other

    def solved(self, score: Any, threshold: float) -> Any:
        """Return whether scores solve a task: at least the threshold where higher is better, else below it."""
        return score >= threshold if self.direction == "higher" else score < threshold

    def within_range(self, low: Any, high: Any) -> tuple[Any, Any]:
        """Return the bounds of an interval of scores, cut at the ends of the range."""
        return np.maximum(low, self.range[0]), np.minimum(high, self.range[1])


METRICS: dict[str, Metric] = {}


def metric(
    name: str, kind: str, direction: Direction, range: tuple[float, float] | None = None, **fields: Any
) -> Callable[[Function], Function]:
    """Register the decorated function as a metric of a kind of task; `fields`: the others of `Metric`.

    `range`: by default 0 to 1 where higher is better, and 0 to infinity where lower is.
    """
    bounds = range or ((0.0, 1.0) if direction == "higher" else (0.0, np.inf))

    def register(function: Function) -> Function:
        METRICS[name] = Metric(name, direction, bounds, (kind,), function=function, **fields)
        return function

    return register


def serving(kind: str, series: bool = True) -> dict[str, Metric]:
    """Return the metrics of a kind of task by name; those of series only if `series` is true."""
    return {name: one for name, one in METRICS.items() if kind in one.kinds and (series or not one.series)}


def stored_metric(name: str | None, direction: str | None, perfect: float | None) -> Metric:
    """Return the headline metric that a task.json names.

    One that this version does not have takes its direction and its perfect score from the file.
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
    """Return the value of every metric of a kind; those of a series only where `trivial_scale` is given.

    Classification: labels (examples[, time]) and probabilities (examples[, time], classes). Regression: values, and
    the trivial predictor's for the same examples. To leave steps out, index all arrays with a mask first. A metric
    is NaN when a prediction is not finite. Raise ValueError when shapes do not fit or `trivial` is missing.
    """
    predictions = _predictions(kind, target, prediction, trivial, trivial_scale)
    return {name: _value(one, predictions) for name, one in serving(kind, trivial_scale is not None).items()}


def headline(metric: str, kind: str, *arrays: Any, **reference: Any) -> float:
    """Return the value of one metric alone, cheap enough for every epoch; arguments and errors as in `evaluate`."""
    return _value(METRICS[metric], _predictions(kind, *arrays, **reference))


def _predictions(
    kind: str, target: Any, prediction: Any, trivial: Any = None, trivial_scale: float | None = None
) -> Predictions:
    target, prediction = np.asarray(target), np.asarray(prediction)
    if kind == "classification":
        if prediction.shape[:-1] != target.shape:
            raise ValueError(f"probabilities {prediction.shape} do not fit labels {target.shape}")
        return Predictions(target.ravel(), prediction.reshape(target.size, -1))
    fitted = target if trivial is None else np.asarray(trivial)
    if not prediction.size == target.size == fitted.size:
        raise ValueError(f"predictions {prediction.shape} and trivial {fitted.shape} do not fit {target.shape}")
    return Predictions(_flat(target), _flat(prediction), None if trivial is None else _flat(trivial), trivial_scale)


def _flat(values: np.ndarray) -> np.ndarray:
    # squares of float32 overflow long before a diverging model's predictions do
    return np.asarray(values, dtype=np.float64).ravel()


def _value(metric: Metric, predictions: Predictions) -> float:
    if metric.needs and getattr(predictions, metric.needs) is None:
        raise ValueError(f"metric '{metric.name}' is relative to the trivial predictor: `{metric.needs}` is missing")
    if metric.function is None or not np.isfinite(predictions.prediction).all():
        return float("nan")
    return float(metric.function(predictions))


def _misses(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return (prediction.argmax(axis=-1) != target).astype(float)


def _squared_errors(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return np.square(prediction - target)


def _absolute_errors(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    return np.abs(prediction - target)


@metric("accuracy", "classification", "higher", in_points=True, quoted=True, loss=_misses)
def accuracy(given: Predictions) -> float:
    return np.mean(given.labels == given.target)


@metric("balanced_accuracy", "classification", "higher", in_points=True)
def balanced_accuracy(given: Predictions) -> float:
    """Mean recall over the classes that occur among the targets."""
    from sklearn.metrics import recall_score

    occurring = np.unique(given.target)
    return recall_score(given.target, given.labels, labels=occurring, average="macro", zero_division=0)


@metric("macro_f1", "classification", "higher")
def macro_f1(given: Predictions) -> float:
    """Mean F1 over the classes that occur among targets or predictions."""
    from sklearn.metrics import f1_score

    return f1_score(given.target, given.labels, average="macro", zero_division=0)


@metric("log_loss", "classification", "lower")
def log_loss(given: Predictions) -> float:
    """Mean negative natural logarithm of the target's probability."""
    from sklearn.metrics import log_loss

    return log_loss(given.target, given.prediction, labels=np.arange(given.prediction.shape[1]))


@metric("calibration_error", "classification", "lower", has_skill=False)
def calibration_error(given: Predictions) -> float:
    """Expected calibration error: mean gap of accuracy and confidence, 15 equal-width bins (Guo et al. 2017)."""
    confidence = given.prediction.max(axis=1).astype(np.float64)
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    gaps = np.bincount(bins, weights=(given.labels == given.target) - confidence)
    return np.abs(gaps).sum() / len(confidence)


@metric("mse", "regression", "lower", loss=_squared_errors)
def mse(given: Predictions) -> float:
    return np.mean(given.errors**2)


@metric("mae", "regression", "lower", loss=_absolute_errors)
def mae(given: Predictions) -> float:
    return np.mean(np.abs(given.errors))


@metric("rmse", "regression", "lower")
def rmse(given: Predictions) -> float:
    return np.sqrt(mse(given))


@metric("r2", "regression", "higher", (-np.inf, 1.0), needs="trivial", quoted=True)
def r2(given: Predictions) -> float:
    """1 - MSE / MSE of the trivial predictor; NaN if its MSE is 0."""
    return 1 - _ratio(mse(given), np.mean((given.trivial - given.target) ** 2))


@metric("mase", "regression", "lower", series=True, needs="trivial_scale")
def mase(given: Predictions) -> float:
    """MAE in units of the trivial predictor's on the training split (Hyndman and Koehler 2006)."""
    return _ratio(mae(given), given.trivial_scale)


@metric("directional_accuracy", "regression", "higher", series=True, needs="trivial")
def directional_accuracy(given: Predictions) -> float:
    """Share of targets on the predicted side of the trivial prediction; a tie counts half."""
    sides = np.sign(given.target - given.trivial) * np.sign(given.prediction - given.trivial)
    return np.mean((1 + sides) / 2)


def _ratio(value: float, unit: float | None) -> float:
    return value / unit if unit else float("nan")
