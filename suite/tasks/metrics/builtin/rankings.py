"""Metrics of how well the predicted probabilities of a class rank the examples that belong to it above the others.

Two classes are scored by the probability of class 1. Several classes are scored one against the rest, and labels each
by itself; the score is the mean over the classes or labels that both occur and are absent among the targets, and NaN if
there is none.
"""

from collections.abc import Callable, Iterator

import numpy as np

from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics.metric import SHARE, metric
from suite.tasks.metrics.predictions import Predictions

KINDS_RANKED = (CLASSIFICATION, MULTI_LABEL)


def areas(given: Predictions) -> np.ndarray:
    """Return the contributions to the area under the ROC curve."""
    return _mean_over_classes(_area, given)


def precisions(given: Predictions) -> np.ndarray:
    """Return the contributions to the average precision."""
    return _mean_over_classes(_precision, given)


def _mean_over_classes(one: Callable[[np.ndarray, np.ndarray], np.ndarray], given: Predictions) -> np.ndarray:
    each = [one(present, score) for present, score in _rankings(given)]
    return np.mean(each, axis=0) if each else np.full(len(given.target), np.nan)


def _rankings(given: Predictions) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield for each class or label that can be scored: whether each target has it, and its probabilities, (n,)."""
    columns = given.prediction.shape[1]
    for column in range(1 if columns == 2 and not given.multi_label else 0, columns):
        present = given.target[:, column] if given.multi_label else given.target == column
        if present.any() and not present.all():
            yield present, given.prediction[:, column]


def _area(present: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the contributions for one class: by how many of the other kind each example is rightly placed.

    Ties count half. These are the structural components of DeLong et al. (1988), weighted by the size of their kind.
    """
    from scipy.stats import rankdata

    count, ranks = np.where(present, present.sum(), (~present).sum()), rankdata(score)
    for kind in (present, ~present):
        ranks[kind] -= rankdata(score[kind])
    others = len(score) - count
    placed = np.where(present, ranks, others - ranks) / others
    area = placed[present].mean()
    return area + (placed - area) * len(score) / count


def _precision(present: np.ndarray, score: np.ndarray) -> np.ndarray:
    """Return the contributions for one class to the mean precision at the probability of each of its examples.

    An example changes the precision at its own probability and at all lower ones.
    """
    ranked, own = np.sort(score), np.sort(score[present])
    reached = len(ranked) - np.searchsorted(ranked, own)
    precision = (len(own) - np.searchsorted(own, own)) / reached
    average, below = precision.mean(), np.searchsorted(own, score, side="right")
    inverse, lost = (np.concatenate([[0], np.cumsum(each / reached)])[below] for each in (1, precision))
    gained = np.where(present, precision[below - 1] - average + inverse, 0)
    return average + (gained - lost) * len(ranked) / len(own)


@metric("auroc", KINDS_RANKED, "higher", SHARE, items=areas)
def auroc(given: Predictions) -> float:
    """Return the area under the ROC curve (Hanley and McNeil 1982): 0.5 for a constant prediction."""
    return np.mean(areas(given))


@metric("average_precision", KINDS_RANKED, "higher", SHARE, items=precisions)
def average_precision(given: Predictions) -> float:
    """Return the mean precision over the recalls; for a constant prediction, the frequency of the class."""
    return np.mean(precisions(given))
