"""Losses of probabilities: cross-entropy, and focal, which weighs down targets that are predicted well already."""

from typing import Any

import numpy as np

from suite.recipes.loss import loss
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics import headline

FOCUS = 2.0  # gamma, as Lin et al. 2017 recommend


def entropy(frequencies: np.ndarray, weights: None) -> float:
    """Return the mean entropy (nats) of the frequencies (rows, classes), which are the best constant probabilities."""
    from scipy.stats import entropy

    return float(entropy(frequencies, axis=-1).mean())


def mean_log_loss(kind: str, target: np.ndarray, output: np.ndarray) -> float:
    """Return the mean cross-entropy; of labels, the mean over them, where the metric `log_loss` is their sum."""
    return headline("log_loss", kind, target, output) / (output.shape[-1] if kind == MULTI_LABEL else 1)


@loss("cross-entropy", kinds=(CLASSIFICATION, MULTI_LABEL), usual=True, constant=entropy, mean=mean_log_loss)
def cross_entropy(target: Any, output: Any) -> Any:
    """-ln(probability of the target class); of labels, the mean over them, each present or absent."""
    import keras

    if len(target.shape) == len(output.shape):
        return keras.losses.binary_crossentropy(target, output)
    return keras.losses.sparse_categorical_crossentropy(target, output)


def best_focal(frequencies: np.ndarray, weights: None) -> float:
    """Return the mean over rows of the least focal loss of constant probabilities, found numerically.

    These are less extreme than the frequencies (rows, classes): the loss is convex in the probabilities, but not
    proper.
    """
    return float(np.mean([_least_focal(row[row > 0] / row.sum()) for row in np.asarray(frequencies, "float64")]))


def _least_focal(shares: np.ndarray) -> float:
    from scipy.optimize import minimize
    from scipy.special import log_softmax

    def mean(logits: np.ndarray) -> float:
        logs = log_softmax(logits)
        return float(-(shares * (1 - np.exp(logs)) ** FOCUS * logs).sum())

    return mean(np.zeros(1)) if len(shares) == 1 else float(minimize(mean, np.log(shares)).fun)


@loss("focal", kinds=(CLASSIFICATION, MULTI_LABEL), constant=best_focal)
def focal(target: Any, output: Any) -> Any:
    """(1 - p)^2 times the cross-entropy, p being the probability of the target class (Lin et al. 2017).

    Classes are not weighted: `class_weight` of a task does that, for every loss.
    """
    import keras
    from keras import ops

    if len(target.shape) == len(output.shape):
        return keras.losses.binary_focal_crossentropy(target, output, gamma=FOCUS)
    right = ops.sum(ops.one_hot(target, output.shape[-1], dtype=output.dtype) * output, axis=-1)
    return (1 - right) ** FOCUS * keras.losses.sparse_categorical_crossentropy(target, output)
