"""Metrics of the errors of predicted values."""

import numpy as np

from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.metric import ERROR, metric
from suite.tasks.metrics.predictions import Predictions


@metric("mse", REGRESSION, "lower", ERROR, per_target=True, power=2)
def squared_errors(given: Predictions) -> np.ndarray:
    """Return the squared errors."""
    return given.errors**2


@metric("mae", REGRESSION, "lower", ERROR, per_target=True, power=1)
def absolute_errors(given: Predictions) -> np.ndarray:
    """Return the absolute errors."""
    return np.abs(given.errors)


def root_squared_errors(given: Predictions) -> np.ndarray:
    """Return the contributions to the root of the mean squared error, which are 0 if there is no error."""
    squared = squared_errors(given)
    root = np.sqrt(squared.mean())
    return root + (squared - root**2) / (2 * root) if root else squared


@metric("rmse", REGRESSION, "lower", ERROR, items=root_squared_errors, power=1)
def rmse(given: Predictions) -> float:
    return np.sqrt(np.mean(squared_errors(given)))


@metric("mape", REGRESSION, "lower", ERROR, per_target=True)
def relative_errors(given: Predictions) -> np.ndarray:
    """Return |error / target| as a share, not a percentage; NaN for all if a target is 0, where it is undefined."""
    if not given.target.all():
        return np.full(len(given.target), np.nan)
    return np.abs(given.errors / given.target)
