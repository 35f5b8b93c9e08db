"""Metrics of predicted probabilities."""

import numpy as np

from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.metrics.metric import ERROR, SHARE, metric
from suite.tasks.metrics.predictions import Predictions

CALIBRATION_BINS = 15


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


@metric("log_loss", (CLASSIFICATION, MULTI_LABEL), "lower", ERROR, per_target=True, items=log_losses)
def log_loss(given: Predictions) -> float:
    """Return the mean of -ln(predicted probability of the target class) in nats.

    For a multi-label task, each target adds up its labels, each present or absent. At every step, that is the negative
    log-likelihood per frame of publications on polyphonic music (Boulanger-Lewandowski et al. 2012).
    """
    if given.multi_label:
        return np.mean(log_losses(given))
    from sklearn.metrics import log_loss

    return log_loss(given.target, given.prediction, labels=np.arange(given.prediction.shape[1]))


@metric("bits", (CLASSIFICATION, MULTI_LABEL), "lower", ERROR, per_target=True)
def bits(given: Predictions) -> np.ndarray:
    """Return log_loss / ln 2: the bits per target, which are bits per character where characters are predicted."""
    return log_losses(given) / np.log(2)


def inverse_likelihoods(given: Predictions) -> np.ndarray:
    """Return the contributions to the perplexity."""
    losses = log_losses(given)
    return np.exp(losses.mean()) * (1 + losses - losses.mean())


@metric("perplexity", CLASSIFICATION, "lower", (1.0, np.inf), items=inverse_likelihoods)
def perplexity(given: Predictions) -> float:
    """Return exp(log_loss): the number of equally probable classes that would be as hard to predict."""
    return np.exp(np.mean(log_losses(given)))


@metric("calibration_error", CLASSIFICATION, "lower", SHARE, has_skill=False)
def calibration_error(given: Predictions) -> float:
    """Return the expected calibration error (Guo et al. 2017), with 15 bins of equal width.

    It is the mean |accuracy - confidence| over the bins, weighted by the number of predictions in each bin.
    """
    confidence = given.prediction.max(axis=1).astype(np.float64)
    bins = np.clip(np.ceil(confidence * CALIBRATION_BINS) - 1, 0, CALIBRATION_BINS - 1).astype(int)
    gaps = np.bincount(bins, weights=(given.labels == given.target) - confidence)
    return np.abs(gaps).sum() / len(confidence)
