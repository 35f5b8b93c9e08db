"""Predictions: the values from which a metric is computed, in the form that all metrics read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.tasks.kinds import KINDS, MULTI_LABEL
from suite.tasks.labels import chosen

MEDIAN = 0.5


@dataclass(frozen=True)
class Predictions:
    """The values from which a metric is computed.

    Classification: `target` contains classes (n,), `prediction` probabilities (n, classes); `ordered`: whether the
    classes have an order. Multi-label: `target` contains which labels are present, `prediction` their probabilities,
    both (n, labels). Regression: `target`, `prediction` and `trivial` have shape (n,); `trivial` contains the
    predictions of the trivial predictor, and `trivial_scale` is its mean absolute error on the training split.
    `quantiles` (n, levels) contains the predicted quantiles at `levels`, and `prediction` is the median. A point
    prediction is the same value at every level; its only level is 0.5 unless others are given.
    """

    target: np.ndarray
    prediction: np.ndarray
    trivial: np.ndarray | None = None
    trivial_scale: float | None = None
    levels: tuple[float, ...] = ()
    quantiles: np.ndarray | None = None
    ordered: bool = False

    @property
    def multi_label(self) -> bool:
        """Whether a target is any number of labels."""
        return self.target.ndim == 2

    @property
    def labels(self) -> np.ndarray:
        """The most probable class of every example (n,), or which labels are predicted (n, labels)."""
        return chosen(self.prediction) if self.multi_label else self.prediction.argmax(axis=1)

    @property
    def errors(self) -> np.ndarray:
        """Prediction minus target, shape (n,)."""
        return self.prediction - self.target


def predictions(
    kind: str,
    target: Any,
    prediction: Any,
    trivial: Any = None,
    trivial_scale: float | None = None,
    levels: Sequence[float] = (),
    ordered: bool = False,
) -> Predictions:
    """Return targets and predictions in the form that metrics read; arguments and errors are as in `evaluate`."""
    target, prediction = np.asarray(target), np.asarray(prediction)
    if KINDS[kind].probabilities:
        return _of_classes(target, prediction, kind == MULTI_LABEL, ordered)
    fitted = target if trivial is None else np.asarray(trivial)
    levels = _checked(levels) or (MEDIAN,)
    per_level = prediction.size == target.size * len(levels) and prediction.shape[-1:] == (len(levels),)
    if not (prediction.size == target.size or per_level) or fitted.size != target.size:
        raise ValueError(
            f"predictions {prediction.shape} or trivial predictions {fitted.shape} do not fit targets {target.shape}"
        )
    # where quantiles cross, put them in order, which never raises their pinball loss (Chernozhukov et al. 2010)
    quantiles = np.sort(_floats(prediction).reshape(target.size, len(levels) if per_level else 1), axis=1)
    quantiles = np.broadcast_to(quantiles, (target.size, len(levels)))
    median = quantiles[:, levels.index(MEDIAN)]
    reference = None if trivial is None else _floats(trivial).ravel()
    return Predictions(_floats(target).ravel(), median, reference, trivial_scale, levels, quantiles)


def _of_classes(target: np.ndarray, prediction: np.ndarray, several: bool, ordered: bool) -> Predictions:
    if target.shape != (prediction.shape if several else prediction.shape[:-1]):
        raise ValueError(f"probabilities {prediction.shape} do not fit labels {target.shape}")
    rows = prediction.reshape(-1, prediction.shape[-1])
    return Predictions(target.reshape(rows.shape).astype(bool) if several else target.ravel(), rows, ordered=ordered)


def _checked(levels: Sequence[float]) -> tuple[float, ...]:
    found = tuple(float(level) for level in levels)
    if found and (MEDIAN not in found or (np.diff([0, *found, 1]) <= 0).any()):
        raise ValueError(f"the levels of quantiles must increase from above 0 to below 1 and contain 0.5, not {found}")
    return found


def _floats(values: Any) -> np.ndarray:
    # in float32, the squares of a diverging model's predictions overflow long before the predictions themselves
    return np.asarray(values, dtype=np.float64)
