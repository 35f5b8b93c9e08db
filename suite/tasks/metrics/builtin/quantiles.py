"""Metrics of predicted quantiles; a point prediction is the same value at every level."""

import numpy as np

from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.metric import metric
from suite.tasks.metrics.predictions import Predictions


def pinball_losses(given: Predictions) -> np.ndarray:
    """Return the mean pinball loss over the levels of every target."""
    return _pinball(given, np.array(given.levels)).mean(axis=1)


def ranked_losses(given: Predictions) -> np.ndarray:
    """Return the CRPS of every target, in the unit of the target.

    CRPS = 2 x the integral of the pinball loss over all levels in (0, 1) (Laio and Tamea 2007, equation 19 of Gneiting
    and Raftery 2007 in another form). The predicted quantile at any level is that at the nearest of the given levels,
    so that the integral is exact: the loss is linear in the level.
    """
    levels = np.array(given.levels)
    ends = np.concatenate([[0], (levels[1:] + levels[:-1]) / 2, [1]])
    return 2 * _pinball(given, (ends[1:] + ends[:-1]) / 2) @ np.diff(ends)


def _pinball(given: Predictions, levels: np.ndarray) -> np.ndarray:
    """Return the pinball loss of each quantile at these levels (n, levels) (Koenker and Bassett 1978)."""
    above = given.target[:, None] - given.quantiles
    return np.maximum(levels * above, (levels - 1) * above)


@metric("pinball", REGRESSION, "lower", items=pinball_losses)
def pinball(given: Predictions) -> float:
    """Return the mean pinball loss over the levels; for a point prediction and symmetric levels, half the MAE."""
    return np.mean(pinball_losses(given))


@metric("crps", REGRESSION, "lower", items=ranked_losses)
def crps(given: Predictions) -> float:
    """Return the continuous ranked probability score of the quantiles; for a point prediction, its MAE."""
    return np.mean(ranked_losses(given))
