"""Trained baselines: linear models, or the user's own estimator, fitted on a matrix computed from each input."""

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.baselines import INPUTS, Baseline, Predictor
from suite.tasks.data import Data, Declared, Signature
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.kinds import KINDS, MULTI_LABEL, REGRESSION
from suite.tasks.per_label import PerLabel

# (x, valid steps, signature of the training split) -> a matrix (examples, columns)
View = Callable[[np.ndarray, np.ndarray, Signature], Any]

HAR_STEPS = (1, 5, 22)
PENALTIES = np.logspace(-2, 5, 8)

TRAINED: dict[str, Baseline] = {}


def trained_baseline(name: str, reads: tuple[str, ...] = INPUTS) -> Callable[[View], View]:
    """Register a logistic or ridge regression on the matrix that the decorated function computes from the inputs.

    For a multi-label task, there is a logistic regression for each label.
    """

    def register(view: View) -> View:
        def function(task: Declared, data: Data) -> Predictor:
            return _fitted(task, data, _linear(task, data), view)

        TRAINED[name] = Baseline(name, function, reads=reads, role="trained_baseline")
        return view

    return register


def trained(task: Declared, data: Data) -> Predictor:
    """Fit the task's trained baseline: a registered baseline or the user's own estimator.

    The user's estimator is cloned, once for each label of a multi-label task, and reads every step. With `per_step`,
    each target is predicted from the steps up to and including its own. If a sequence is longer than those of the
    training split, only its latest steps are read, as many as a training sequence has (for `every_step`, and with
    `per_step` for every baseline).
    Raise RequestError if an estimator of classes or labels has no `predict_proba`; other errors are as in
    `Baseline.fit`.
    """
    own = task.trained_baseline
    if isinstance(own, str):
        return TRAINED[own].fit(task, data)
    if KINDS[task.kind].probabilities and not hasattr(own, "predict_proba"):
        raise RequestError(f"task '{task.name}': trained_baseline {type(own).__name__} has no predict_proba")
    from sklearn.base import clone

    return _fitted(task, data, clone(own), every_step)


def _linear(task: Declared, data: Data) -> Any:
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    linear = LogisticRegression(max_iter=1_000) if KINDS[task.kind].probabilities else RidgeCV(alphas=PENALTIES)
    return linear if data.tokens else make_pipeline(StandardScaler(), linear)


def _fitted(task: Declared, data: Data, model: Any, view: View) -> Predictor:
    from threadpoolctl import threadpool_limits

    weights = _weights(task, data, model)
    model = PerLabel(model) if task.kind == MULTI_LABEL else model
    signature, target_shape = data.signature(task), data.target_shape(task)
    x, steps = _questions(task, data.train[0], data.steps("train"), data.mask("train"), signature.length)
    y = data.counted("train", data.train[1]).reshape(len(x), -1)
    # more threads would compete with other workers for the cores, and would change the last digits of the results
    with threadpool_limits(limits=1):
        model.fit(view(x, steps, signature), y[:, 0] if y.shape[1] == 1 else y, **weights)

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        matrix = view(*_questions(task, x, steps, mask, signature.length), signature)
        found = _predicted(model, matrix, signature, target_shape)
        if mask is None:
            return found.reshape(*x.shape[: 1 + task.per_step], *found.shape[1:])
        everywhere = np.zeros((*mask.shape, *found.shape[1:]))
        everywhere[mask] = found
        return everywhere

    return predict


def _weights(task: Declared, data: Data, model: Any) -> dict[str, np.ndarray]:
    """Return the argument of `model.fit` with the weights of the evaluated targets.

    It is empty if all targets weigh the same, or if the estimator takes no weights.
    """
    weights, name = data.target_weights(task), weight_argument(model)
    return {} if weights is None or name is None else {name: data.counted("train", weights).ravel()}


def weight_argument(model: Any) -> str | None:
    """Return the argument of an estimator's `fit` that takes sample weights; None if it takes none.

    A pipeline passes them on to its last step.
    """
    from sklearn.utils.validation import has_fit_parameter

    steps = getattr(model, "steps", None)
    last, prefix = (steps[-1][1], f"{steps[-1][0]}__") if steps else (model, "")
    return f"{prefix}sample_weight" if has_fit_parameter(last, "sample_weight") else None


def _predicted(model: Any, matrix: Any, signature: Signature, target_shape: tuple[int, ...]) -> np.ndarray:
    """Return values (rows, *target_shape), or probabilities (rows, classes or labels).

    A class that is absent from training has probability 0.
    """
    if signature.kind == REGRESSION:
        return model.predict(matrix).reshape(-1, *target_shape)
    if signature.kind == MULTI_LABEL:
        return model.predict_proba(matrix)
    probabilities = np.zeros((matrix.shape[0], signature.outputs))
    probabilities[:, model.classes_] = model.predict_proba(matrix)
    return probabilities


def _questions(
    task: Declared, x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs for the predictions, and the number of valid steps of each input.

    The inputs are the examples or, with `per_step`, the past of every step in the mask. A past is in reverse order:
    it starts with its latest step and has at most `width` steps. Shape: (predictions, width[, features]), padded with
    zeros at the end.
    """
    if not task.per_step:
        return x, steps
    rows, times = np.nonzero(np.ones(x.shape[:2], dtype=bool) if mask is None else mask)
    return _taken(x, rows, times[:, None] - np.arange(width)), np.minimum(times + 1, width)


def _latest(x: np.ndarray, steps: np.ndarray, width: int) -> np.ndarray:
    """Return the latest `width` valid steps of every example, in order, padded with zeros at the end."""
    if x.shape[1] == width:
        return x
    places = np.maximum(steps - width, 0)[:, None] + np.arange(width)
    return _taken(x, np.arange(len(x)), np.where(places < steps[:, None], places, -1))


def _taken(x: np.ndarray, rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the steps `times` (rows, width) of the examples `rows`, with zeros where a time is negative."""
    known = (times >= 0).reshape(*times.shape, *(1,) * (x.ndim - 2))
    return np.where(known, x[rows[:, None], np.maximum(times, 0)], 0)


@trained_baseline("bag-of-words", ("tokens",))
def token_counts(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """Return how often each token except padding occurs, as a sparse matrix (examples, vocabulary - 1)."""
    rows, times = np.nonzero(x)
    return _ones(rows, x[rows, times] - 1, (len(x), (signature.vocabulary or 1) - 1))


@trained_baseline("order-free", ("floats",))
def moments(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Return the mean and the standard deviation of each feature over the valid steps, (examples, 2 * features)."""
    valid = valid_steps(x, steps)[..., None]
    mean = np.mean(x, axis=1, where=valid, dtype=np.float64)
    return np.concatenate([mean, np.std(x, axis=1, where=valid, dtype=np.float64)], axis=1)


@trained_baseline("lags", ("floats",))
@trained_baseline("flattened")
def every_step(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """Return all steps of an example, including padding, in one row: (examples, time * features).

    Tokens are one-hot encoded in a sparse matrix (examples, time * vocabulary).
    """
    x, vocabulary = _latest(x, steps, signature.length), signature.vocabulary
    if vocabulary is None:
        return x.reshape(len(x), -1).astype(np.float64)
    rows, times = np.nonzero(x)
    return _ones(rows, times * vocabulary + x[rows, times], (len(x), x.shape[1] * vocabulary))


@trained_baseline("har", ("floats",))
def recent_means(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Return the means of the first feature over the last 1, 5 and 22 valid steps, shape (examples, 3) (Corsi 2009).

    The first feature is the target's own past. If an example has fewer valid steps, the mean is over all of them.
    """
    before_end = steps[:, None] - np.arange(x.shape[1])
    spans = [(before_end > 0) & (before_end <= span) for span in HAR_STEPS]
    return np.stack([np.mean(x[..., 0], axis=1, where=span, dtype=np.float64) for span in spans], axis=1)


def _ones(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    """Return a sparse matrix that counts how often each pair (row, column) occurs."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
