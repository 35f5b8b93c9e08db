"""Metrics of the errors of predicted values."""

import numpy as np

from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics.metric import metric
from suite.tasks.metrics.predictions import Predictions


def squared_errors(given: Predictions) -> np.ndarray:
    """Return the squared errors."""
    return given.errors**2


def absolute_errors(given: Predictions) -> np.ndarray:
    """Return the absolute errors."""
    return np.abs(given.errors)


def root_squared_errors(given: Predictions) -> np.ndarray:
    """Return the contributions to the root of the mean squared error, which are 0 if there is no error."""
    squared = squared_errors(given)
    root = np.sqrt(squared.mean())
    return root + (squared - root**2) / (2 * root) if root else squared


@metric("mse", REGRESSION, "lower", items=squared_errors)
def mse(given: Predictions) -> float:
    return np.mean(squared_errors(given))


@metric("mae", REGRESSION, "lower", items=absolute_errors)
def mae(given: Predictions) -> float:
    return np.mean(absolute_errors(given))


@metric("rmse", REGRESSION, "lower", items=root_squared_errors)
def rmse(given: Predictions) -> float:
    return np.sqrt(mse(given))
