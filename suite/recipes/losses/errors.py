"""Losses of values: mean squared and mean absolute error, Huber's, and the pinball loss of quantiles."""

from functools import partial
from typing import Any

import numpy as np

from suite.recipes.loss import loss
from suite.tasks.kinds import REGRESSION

Weights = np.ndarray | None


def variance(targets: np.ndarray, weights: Weights) -> float:
    """Return the mean variance of standardised targets: without weights 1, or less if some outputs never vary."""
    if weights is None:
        return float(np.mean(np.ptp(targets, axis=0) > 0))
    off = targets - np.average(targets, axis=0, weights=weights)
    return float(np.average(off**2, axis=0, weights=weights).mean())


def mean_squared_error(kind: str, target: np.ndarray, output: np.ndarray) -> float:
    """Return the mean squared error, in the precision of the arrays."""
    return float(np.mean((output - target) ** 2))


@loss("mse", kinds=(REGRESSION,), usual=True, constant=variance, mean=mean_squared_error)
def squared(target: Any, output: Any) -> Any:
    """The squared error, averaged over outputs; the best prediction is the mean."""
    import keras

    return keras.losses.mean_squared_error(target, output)


def deviation(targets: np.ndarray, weights: Weights) -> float:
    """Return the mean absolute distance from the median, averaged over outputs."""
    return 2 * best_pinball(targets, weights, (0.5,))


@loss("mae", kinds=(REGRESSION,), constant=deviation)
def absolute(target: Any, output: Any) -> Any:
    """The absolute error, averaged over outputs; the best prediction is the median."""
    import keras

    return keras.losses.mean_absolute_error(target, output)


def best_huber(targets: np.ndarray, weights: Weights) -> float:
    """Return the least mean Huber loss of a constant, found numerically, averaged over outputs."""
    from scipy.optimize import minimize_scalar
    from scipy.special import huber

    def least(values: np.ndarray) -> float:
        if not np.ptp(values):
            return 0.0
        bounds = values.min(), values.max()
        mean = partial(np.average, weights=weights)
        return minimize_scalar(lambda c: mean(huber(1.0, values - c)), bounds=bounds, method="bounded").fun

    return float(np.mean([least(values) for values in targets.T]))


@loss("huber", kinds=(REGRESSION,), constant=best_huber)
def huber(target: Any, output: Any) -> Any:
    """Half the squared error up to one standard deviation of the targets, then linear (Huber 1964)."""
    import keras

    return keras.losses.huber(target, output)


def best_pinball(targets: np.ndarray, weights: Weights, levels: tuple[float, ...]) -> float:
    """Return the mean pinball loss of the quantiles of the targets, averaged over outputs and levels."""
    quantiles = np.quantile(targets, levels, axis=0, method="inverted_cdf", weights=weights)
    errors, level = targets - quantiles[:, None], np.array(levels)[:, None, None]
    losses = np.maximum(level * errors, (level - 1) * errors)
    return float(np.average(losses, axis=1, weights=weights).mean())


@loss("quantile", kinds=(REGRESSION,), quantiles=True, constant=best_pinball)
def pinball(target: Any, output: Any, levels: tuple[float, ...]) -> Any:
    """The pinball loss (Koenker and Bassett 1978), averaged over outputs and levels.

    The best prediction is the quantile of each level.
    """
    from keras import ops

    level = ops.tile(ops.convert_to_tensor(levels, dtype=output.dtype), output.shape[-1] // len(levels))
    error = ops.repeat(ops.cast(target, output.dtype), len(levels), axis=-1) - output
    return ops.mean(ops.maximum(level * error, (level - 1) * error), axis=-1)
