"""Items: what every evaluated target contributes to a score, so that the mean of the contributions is the score.

Some scores are means. For all others, the contributions are those of first order: without one of n targets, the score
changes by about (score - its contribution) / n. With them, the uncertainty of any such score is that of a mean.
"""

from dataclasses import dataclass

import numpy as np

from suite.tasks.labels import chosen


@dataclass(frozen=True)
class Predictions:
    """The values from which a metric is computed.

    Classification: `target` contains classes (n,), `prediction` probabilities (n, classes). Multi-label: `target`
    contains which labels are present, `prediction` their probabilities, both (n, labels). Regression: `target`,
    `prediction` and `trivial` have shape (n,); `trivial` contains the predictions of the trivial predictor, and
    `trivial_scale` is its mean absolute error on the training split.
    """

    target: np.ndarray
    prediction: np.ndarray
    trivial: np.ndarray | None = None
    trivial_scale: float | None = None

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


def log_losses(given: Predictions) -> np.ndarray:
    """Return -ln(predicted probability of the target), with probabilities clipped as scikit-learn does.

    The probability is that of the class. With labels, add up over all of them -ln(the probability that the label is
    present or absent, as it is).
    """
    if given.multi_label:
        return _surprises(np.where(given.target, given.prediction, 1 - given.prediction)).sum(axis=1)
    return _surprises(given.prediction[np.arange(len(given.target)), given.target])


def _surprises(probability: np.ndarray) -> np.ndarray:
    least = np.finfo(probability.dtype if probability.dtype.kind == "f" else float).eps
    return -np.log(np.clip(probability.astype(float), least, 1 - least))


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


def right_sides(given: Predictions) -> np.ndarray:
    """Return 1 where target and prediction lie on the same side of the trivial prediction, 0 if not, 1/2 for a tie."""
    return (1 + np.sign(given.target - given.trivial) * np.sign(given.prediction - given.trivial)) / 2
