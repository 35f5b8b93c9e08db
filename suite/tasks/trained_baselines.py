"""Trained baselines: a regression, or the user's own estimator, fitted on a plain view of the training split."""

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.baselines import INPUTS, Baseline, Predictor
from suite.tasks.data import Data, Declared, Signature
from suite.tasks.datasets.scaling import valid_steps

# (x, valid steps, signature of the training split) -> a matrix (examples, columns)
View = Callable[[np.ndarray, np.ndarray, Signature], Any]

HAR_STEPS = (1, 5, 22)
PENALTIES = np.logspace(-2, 5, 8)

TRAINED: dict[str, Baseline] = {}


def trained_baseline(name: str, reads: tuple[str, ...] = INPUTS) -> Callable[[View], View]:
    """Register a logistic or ridge regression on the view of the input that the decorated function returns."""

    def register(view: View) -> View:
        def function(task: Declared, data: Data) -> Predictor:
            return _fitted(task, data, _linear(task, data), view)

        TRAINED[name] = Baseline(name, function, reads=reads, role="trained_baseline")
        return view

    return register


def trained(task: Declared, data: Data) -> Predictor:
    """Fit the task's trained baseline, a registered one or the user's own estimator.

    An estimator is cloned and reads every step. With `per_step`, each target is predicted from the steps up to it. Of
    sequences longer than those of the training split, `every_step` and such a past hold the latest steps, as many as
    there are in training. Raise RequestError for an estimator without probabilities; other errors as in
    `Baseline.fit`.
    """
    own = task.trained_baseline
    if isinstance(own, str):
        return TRAINED[own].fit(task, data)
    if task.kind == "classification" and not hasattr(own, "predict_proba"):
        raise RequestError(f"task '{task.name}': trained_baseline {type(own).__name__} has no predict_proba")
    from sklearn.base import clone

    return _fitted(task, data, clone(own), every_step)


def _linear(task: Declared, data: Data) -> Any:
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    linear = LogisticRegression(max_iter=1_000) if task.kind == "classification" else RidgeCV(alphas=PENALTIES)
    return linear if data.tokens else make_pipeline(StandardScaler(), linear)


def _fitted(task: Declared, data: Data, model: Any, view: View) -> Predictor:
    from threadpoolctl import threadpool_limits

    signature, target_shape = data.signature(task), data.target_shape(task)
    x, steps = _questions(task, data.train[0], data.steps("train"), data.mask("train"), signature.length)
    y = data.counted("train", data.train[1]).reshape(len(x), -1)
    # more threads would compete with the other workers for the cores, and change the last digits
    with threadpool_limits(limits=1):
        model.fit(view(x, steps, signature), y[:, 0] if y.shape[1] == 1 else y)

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        matrix = view(*_questions(task, x, steps, mask, signature.length), signature)
        found = _predicted(model, matrix, signature, target_shape)
        if mask is None:
            return found.reshape(*x.shape[: 1 + task.per_step], *found.shape[1:])
        everywhere = np.zeros((*mask.shape, *found.shape[1:]))
        everywhere[mask] = found
        return everywhere

    return predict


def _predicted(model: Any, matrix: Any, signature: Signature, target_shape: tuple[int, ...]) -> np.ndarray:
    """Values (rows, *target_shape), or probabilities (rows, classes), zero for classes never seen in training."""
    if signature.kind == "regression":
        return model.predict(matrix).reshape(-1, *target_shape)
    probabilities = np.zeros((matrix.shape[0], signature.outputs))
    probabilities[:, model.classes_] = model.predict_proba(matrix)
    return probabilities


def _questions(
    task: Declared, x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """The inputs to predict from and their valid steps: the examples or, with `per_step`, the past of every step.

    A past begins with its latest step and has at most `width` steps: x (predictions, width[, features]), zero after
    its first step.
    """
    if not task.per_step:
        return x, steps
    rows, times = np.nonzero(np.ones(x.shape[:2], dtype=bool) if mask is None else mask)
    return _taken(x, rows, times[:, None] - np.arange(width)), np.minimum(times + 1, width)


def _latest(x: np.ndarray, steps: np.ndarray, width: int) -> np.ndarray:
    """The latest `width` valid steps of every example in their order, zero after the last one."""
    if x.shape[1] == width:
        return x
    places = np.maximum(steps - width, 0)[:, None] + np.arange(width)
    return _taken(x, np.arange(len(x)), np.where(places < steps[:, None], places, -1))


def _taken(x: np.ndarray, rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Steps `times` (rows, width) of the examples `rows`, zero where a time is negative."""
    known = (times >= 0).reshape(*times.shape, *(1,) * (x.ndim - 2))
    return np.where(known, x[rows[:, None], np.maximum(times, 0)], 0)


@trained_baseline("bag-of-words", ("tokens",))
def token_counts(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """How often every token but the padding occurs, as a sparse matrix (examples, vocabulary - 1)."""
    rows, times = np.nonzero(x)
    return _ones(rows, x[rows, times] - 1, (len(x), (signature.vocabulary or 1) - 1))


@trained_baseline("order-free", ("floats",))
def moments(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Mean and standard deviation of each feature over the valid steps, shape (examples, 2 * features)."""
    valid = valid_steps(x, steps)[..., None]
    mean = np.mean(x, axis=1, where=valid, dtype=np.float64)
    return np.concatenate([mean, np.std(x, axis=1, where=valid, dtype=np.float64)], axis=1)


@trained_baseline("lags", ("floats",))
@trained_baseline("flattened")
def every_step(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """All steps side by side, padding too, (examples, time * features); tokens one-hot, as a sparse matrix."""
    x, vocabulary = _latest(x, steps, signature.length), signature.vocabulary
    if vocabulary is None:
        return x.reshape(len(x), -1).astype(np.float64)
    rows, times = np.nonzero(x)
    return _ones(rows, times * vocabulary + x[rows, times], (len(x), x.shape[1] * vocabulary))


@trained_baseline("har", ("floats",))
def recent_means(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Means of the target's own past over the last 1, 5 and 22 valid steps, as far as they exist (Corsi 2009)."""
    before_end = steps[:, None] - np.arange(x.shape[1])
    spans = [(before_end > 0) & (before_end <= span) for span in HAR_STEPS]
    return np.stack([np.mean(x[..., 0], axis=1, where=span, dtype=np.float64) for span in spans], axis=1)


def _ones(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    """A sparse matrix of counts: one for every pair of row and column."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
