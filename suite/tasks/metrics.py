"""Metrics: targets and predictions -> numbers, by the names of the contract and without a deep-learning backend."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from suite.tasks.task import DIRECTIONS

CALIBRATION_BINS = 15
SERIES = ("mase", "directional_accuracy")
RELATIVE = {"r2": "trivial", "directional_accuracy": "trivial", "mase": "trivial_scale"}


@dataclass(frozen=True)
class Answers:
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
        """The most probable class of every answer, shape (n,)."""
        return self.prediction.argmax(axis=1)

    @property
    def errors(self) -> np.ndarray:
        """Prediction minus target, shape (n,)."""
        return self.prediction - self.target


def evaluate(
    kind: str,
    target: np.ndarray,
    prediction: np.ndarray,
    trivial: np.ndarray | None = None,
    trivial_scale: float | None = None,
) -> dict[str, float]:
    """Every metric of a kind; `mase` and `directional_accuracy` only for a series, which is what a scale says.

    Classification: labels (examples[, time]) and probabilities (examples[, time], classes). Regression: values, and
    the trivial predictor's for the same examples. To leave steps out, index all arrays with a mask first. A metric
    is NaN when a prediction is not finite. Raises ValueError when shapes do not fit or `trivial` is missing.
    """
    names = [name for name in METRICS[kind] if trivial_scale is not None or name not in SERIES]
    answers = _answers(kind, target, prediction, trivial, trivial_scale)
    return {name: _value(kind, name, answers) for name in names}


def headline(
    metric: str,
    kind: str,
    target: np.ndarray,
    prediction: np.ndarray,
    trivial: np.ndarray | None = None,
    trivial_scale: float | None = None,
) -> float:
    """One metric alone, cheap enough for every epoch; arguments and errors as in `evaluate`."""
    return _value(kind, metric, _answers(kind, target, prediction, trivial, trivial_scale))


def perfect(metric: str) -> float:
    """The score of a predictor that is always right: 1 where higher is better, 0 for errors."""
    directions = DIRECTIONS["classification"] | DIRECTIONS["regression"]
    return 1.0 if directions[metric] == "higher" else 0.0


def _answers(
    kind: str,
    target: np.ndarray,
    prediction: np.ndarray,
    trivial: np.ndarray | None,
    trivial_scale: float | None,
) -> Answers:
    target, prediction = np.asarray(target), np.asarray(prediction)
    if kind == "classification":
        if prediction.shape[:-1] != target.shape:
            raise ValueError(f"probabilities {prediction.shape} do not fit labels {target.shape}")
        return Answers(target.ravel(), prediction.reshape(target.size, -1))
    if prediction.size != target.size or (trivial is not None and np.size(trivial) != target.size):
        raise ValueError(f"predictions {prediction.shape} and trivial {np.shape(trivial)} do not fit {target.shape}")
    return Answers(_flat(target), _flat(prediction), None if trivial is None else _flat(trivial), trivial_scale)


def _flat(values: np.ndarray) -> np.ndarray:
    # squares of float32 overflow long before a diverging model's predictions do
    return np.asarray(values, dtype=np.float64).ravel()


def _value(kind: str, metric: str, answers: Answers) -> float:
    needed = RELATIVE.get(metric)
    if needed and getattr(answers, needed) is None:
        raise ValueError(f"metric '{metric}' is relative to the trivial predictor: `{needed}` is missing")
    if not np.isfinite(answers.prediction).all():
        return float("nan")
    return float(METRICS[kind][metric](answers))


def _accuracy(answers: Answers) -> float:
    return np.mean(answers.labels == answers.target)


def _balanced_accuracy(answers: Answers) -> float:
    """Mean recall over the classes that occur among the targets."""
    from sklearn.metrics import recall_score

    occurring = np.unique(answers.target)
    return recall_score(answers.target, answers.labels, labels=occurring, average="macro", zero_division=0)


def _macro_f1(answers: Answers) -> float:
    """Mean F1 over the classes that occur among targets or predictions."""
    from sklearn.metrics import f1_score

    return f1_score(answers.target, answers.labels, average="macro", zero_division=0)


def _log_loss(answers: Answers) -> float:
    """Mean negative natural logarithm of the target's probability."""
    from sklearn.metrics import log_loss

    return log_loss(answers.target, answers.prediction, labels=np.arange(answers.prediction.shape[1]))


def _calibration_error(answers: Answers) -> float:
    """Expected calibration error: mean gap of accuracy and confidence, 15 equal-width bins (Guo et al. 2017)."""
    confidence = answers.prediction.max(axis=1).astype(np.float64)
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    gaps = np.bincount(bins, weights=(answers.labels == answers.target) - confidence)
    return np.abs(gaps).sum() / len(confidence)


def _mse(answers: Answers) -> float:
    return np.mean(answers.errors**2)


def _mae(answers: Answers) -> float:
    return np.mean(np.abs(answers.errors))


def _rmse(answers: Answers) -> float:
    return np.sqrt(_mse(answers))


def _r2(answers: Answers) -> float:
    """1 - MSE / MSE of the trivial predictor; NaN where that one makes no error."""
    return 1 - _ratio(_mse(answers), np.mean((answers.trivial - answers.target) ** 2))


def _mase(answers: Answers) -> float:
    """MAE in units of the trivial predictor's on the training split (Hyndman and Koehler 2006)."""
    return _ratio(_mae(answers), answers.trivial_scale)


def _directional_accuracy(answers: Answers) -> float:
    """Share of targets on the predicted side of the trivial prediction; no side, on either part, counts half."""
    sides = np.sign(answers.target - answers.trivial) * np.sign(answers.prediction - answers.trivial)
    return np.mean((1 + sides) / 2)


def _ratio(value: float, unit: float) -> float:
    return value / unit if unit else float("nan")


METRICS: Mapping[str, Mapping[str, Callable[[Answers], float]]] = {
    "classification": {
        "accuracy": _accuracy,
        "balanced_accuracy": _balanced_accuracy,
        "macro_f1": _macro_f1,
        "log_loss": _log_loss,
        "calibration_error": _calibration_error,
    },
    "regression": {
        "mse": _mse,
        "mae": _mae,
        "rmse": _rmse,
        "r2": _r2,
        "mase": _mase,
        "directional_accuracy": _directional_accuracy,
    },
}
