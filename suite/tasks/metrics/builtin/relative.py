"""Metrics that are relative to the trivial predictor."""

import numpy as np

from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.builtin.errors import absolute_errors, squared_errors
from suite.tasks.metrics.metric import ERROR, SHARE, metric
from suite.tasks.metrics.predictions import Predictions


def explained(given: Predictions) -> np.ndarray:
    """Return the contributions to 1 - MSE / (MSE of the trivial predictor), or NaN if the trivial MSE is 0."""
    squared, trivial = squared_errors(given), np.square(given.trivial - given.target)
    unit = trivial.mean()
    if not unit:
        return np.full(len(squared), np.nan)
    left = squared.mean() / unit
    return 1 - left - (squared - left * trivial) / unit


def scaled_errors(given: Predictions) -> np.ndarray:
    """Return absolute errors / (MAE of the trivial predictor on the training split), or NaN if that is 0."""
    return absolute_errors(given) / (given.trivial_scale or np.nan)


@metric("directional_accuracy", REGRESSION, "higher", SHARE, per_target=True, series=True, needs="trivial")
def right_sides(given: Predictions) -> np.ndarray:
    """Return 1 where target and prediction lie on the same side of the trivial prediction, 0 if not, 1/2 for a tie."""
    return (1 + np.sign(given.target - given.trivial) * np.sign(given.prediction - given.trivial)) / 2


@metric("r2", REGRESSION, "higher", (-np.inf, 1.0), needs="trivial", quoted=True, items=explained)
def r2(given: Predictions) -> float:
    """Return 1 - MSE / (MSE of the trivial predictor), or NaN if the trivial predictor's MSE is 0."""
    return 1 - _ratio(np.mean(squared_errors(given)), np.mean((given.trivial - given.target) ** 2))


@metric("mase", REGRESSION, "lower", ERROR, True, series=True, needs="trivial_scale", items=scaled_errors)
def mase(given: Predictions) -> float:
    """Return MAE / (MAE of the trivial predictor on the training split) (Hyndman and Koehler 2006)."""
    return _ratio(np.mean(absolute_errors(given)), given.trivial_scale)


def _ratio(value: float, unit: float | None) -> float:
    return value / unit if unit else float("nan")
