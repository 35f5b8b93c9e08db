"""Metrics of predicted classes and labels, whatever their probabilities."""

import numpy as np

from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics.metric import SHARE, metric
from suite.tasks.metrics.predictions import Predictions

TOP = 3


@metric("accuracy", CLASSIFICATION, "higher", SHARE, per_target=True, in_points=True, quoted=True)
@metric("exact_match", MULTI_LABEL, "higher", SHARE, per_target=True, in_points=True)
def right(given: Predictions) -> np.ndarray:
    """Return 1 for every example whose most probable class, or all of whose labels, are the target, else 0."""
    same = given.labels == given.target
    return (same.all(axis=1) if given.multi_label else same).astype(float)


def recalls(given: Predictions) -> np.ndarray:
    """Return the contributions to the mean recall of the occurring classes; a rare class weighs more per example."""
    _, classes, counts = np.unique(given.target, return_inverse=True, return_counts=True)
    hits = right(given)
    recall = np.bincount(classes, hits) / counts
    weight = len(hits) / (len(counts) * counts)
    return recall.mean() + (hits - recall[classes]) * weight[classes]


def f1_scores(given: Predictions) -> np.ndarray:
    """Return the contributions to the mean F1 score of the classes that occur among the targets or the predictions.

    F1 of a class or label is twice the hits, divided by the number of its targets plus the number of its predictions.
    """
    if given.multi_label:
        return _f1(*_hits_and_places(given))
    size = given.prediction.shape[1]
    target, labels, hits = given.target, given.labels, right(given)
    places = np.bincount(target, minlength=size) + np.bincount(labels, minlength=size)
    f1 = 2 * np.bincount(target, hits, minlength=size) / np.maximum(places, 1)
    occurring = places > 0
    weight = len(hits) / (occurring.sum() * np.maximum(places, 1))
    cost = f1 * weight
    return f1[occurring].mean() + 2 * hits * weight[target] - cost[target] - cost[labels]


def pooled_f1_scores(given: Predictions) -> np.ndarray:
    """Return the contributions to the F1 score of all labels together."""
    return _f1(*(counts.sum(axis=1, keepdims=True) for counts in _hits_and_places(given)))


def _hits_and_places(given: Predictions) -> tuple[np.ndarray, np.ndarray]:
    """Return by example and label (n, labels) whether it is a hit, and in how many of target and prediction it is."""
    target, labels = given.target, given.labels
    return (target & labels).astype(int), target.astype(int) + labels


def _f1(hits: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return the contributions to the mean F1 score over columns (n, columns), or 1 if nothing occurs at all."""
    occurring = places.any(axis=0)
    if not occurring.any():
        return np.ones(len(hits))
    hits, places = hits[:, occurring], places[:, occurring]
    total = places.sum(axis=0)
    f1 = 2 * hits.sum(axis=0) / total
    return f1.mean() + ((2 * hits - f1 * places) * (len(hits) / total)).mean(axis=1)


@metric("balanced_accuracy", CLASSIFICATION, "higher", SHARE, in_points=True, items=recalls)
def balanced_accuracy(given: Predictions) -> float:
    """Return the mean recall over the classes that occur among the targets."""
    from sklearn.metrics import recall_score

    occurring = np.unique(given.target)
    return recall_score(given.target, given.labels, labels=occurring, average="macro", zero_division=0)


@metric("micro_f1", MULTI_LABEL, "higher", SHARE, quoted=True, items=pooled_f1_scores)
def micro_f1(given: Predictions) -> float:
    """Return the F1 score of all labels of all targets together; a probability of at least 0.5 predicts a label.

    It is 1 if there are no labels and none are predicted.
    """
    return np.mean(pooled_f1_scores(given))


@metric("macro_f1", (CLASSIFICATION, MULTI_LABEL), "higher", SHARE, items=f1_scores)
def macro_f1(given: Predictions) -> float:
    """Return the mean F1 score over the classes or labels that occur among the targets or the predictions."""
    if given.multi_label:
        return np.mean(f1_scores(given))
    from sklearn.metrics import f1_score

    return f1_score(given.target, given.labels, average="macro", zero_division=0)


@metric("top_3", CLASSIFICATION, "higher", SHARE, per_target=True, in_points=True)
def among_three(given: Predictions) -> np.ndarray:
    """Return 1 where the target is among the three most probable classes, else 0; a tie goes to the lower class.

    With up to three classes it is NaN, because every prediction would be right.
    """
    classes = given.prediction.shape[1]
    if classes <= TOP:
        return np.full(len(given.target), np.nan)
    own = given.prediction[np.arange(len(given.target)), given.target][:, None]
    first = np.arange(classes) < given.target[:, None]
    before = (given.prediction > own) | ((given.prediction == own) & first)
    return (before.sum(axis=1) < TOP).astype(float)
