"""Metrics of classes in an order, such as grades: the farther a predicted class is from the target, the worse."""

import numpy as np

from suite.tasks.kinds import CLASSIFICATION
from suite.tasks.metrics.metric import ERROR, metric
from suite.tasks.metrics.predictions import Predictions


@metric("class_distance", CLASSIFICATION, "lower", ERROR, per_target=True, ordered=True)
def distances(given: Predictions) -> np.ndarray:
    """Return by how many classes the most probable class is off."""
    return np.abs(given.labels - given.target).astype(float)


def agreements(given: Predictions) -> np.ndarray:
    """Return the contributions to the weighted kappa, or NaN if all targets and predictions are the same class."""
    squared = distances(given) ** 2
    chance = _expected(given.target, given.labels) + _expected(given.labels, given.target)
    expected = chance.mean() / 2
    if not expected:
        return np.full(len(squared), np.nan)
    left = squared.mean() / expected
    return 1 - left - (squared - left * (chance - expected)) / expected


def _expected(one: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the mean squared distance of each class to the classes `others`."""
    return (one - others.mean()) ** 2 + others.var()


@metric("quadratic_kappa", CLASSIFICATION, "higher", (-1.0, 1.0), ordered=True, items=agreements)
def quadratic_kappa(given: Predictions) -> float:
    """Return Cohen's (1968) kappa with quadratic weights: 1 - squared distance / that expected by chance.

    It is 0 for a constant prediction, and NaN if all targets and predictions are the same class.
    """
    return np.mean(agreements(given))
