"""Metrics of predicted quantiles; a point prediction is the same value at every level."""

import numpy as np

from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.metric import ERROR, metric
from suite.tasks.metrics.predictions import Predictions


@metric("pinball", REGRESSION, "lower", ERROR, per_target=True, power=1)
def pinball_losses(given: Predictions) -> np.ndarray:
    """Return the mean pinball loss over the levels; for a point prediction and symmetric levels, half the |error|."""
    return _pinball(given, np.array(given.levels)).mean(axis=1)


@metric("crps", REGRESSION, "lower", ERROR, per_target=True, power=1)
def ranked_losses(given: Predictions) -> np.ndarray:
    """Return the continuous ranked probability score (CRPS) of the quantiles; for a point prediction, the |error|.

    CRPS = 2 x the integral of the pinball loss over all levels in (0, 1) (Gneiting and Raftery 2007; Laio and Tamea
    2007). The quantile at any other level is taken to be that at the nearest given level. Then the integral is exact,
    because the loss is linear in the level. For the levels 1/2n, 3/2n, ..., it is twice the mean pinball loss.
    """
    levels = np.array(given.levels)
    ends = np.concatenate([[0], (levels[1:] + levels[:-1]) / 2, [1]])
    return 2 * _pinball(given, (ends[1:] + ends[:-1]) / 2) @ np.diff(ends)


def _pinball(given: Predictions, levels: np.ndarray) -> np.ndarray:
    """Return the pinball loss of each quantile at these levels (n, levels) (Koenker and Bassett 1978)."""
    above = given.target[:, None] - given.quantiles
    return np.maximum(levels * above, (levels - 1) * above)
