"""Linear: logistic or ridge regressions on simple views of the inputs, and the user's own estimator."""

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.baselines import INPUTS, Predictor
from suite.tasks.data import Data, Signature
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.declaration import Declared
from suite.tasks.kinds import KINDS
from suite.tasks.trained_baselines.matrix_models import Matrix, fit, linear
from suite.tasks.trained_baselines.questions import latest, questions
from suite.tasks.trained_baselines.registry import trained_baseline

# (x, valid steps, signature of the training split) -> a matrix (examples, columns)
View = Callable[[np.ndarray, np.ndarray, Signature], Any]

HAR_STEPS = (1, 5, 22)


def linear_baseline(
    name: str, words: str, reads: tuple[str, ...] = INPUTS, order_free: bool = False
) -> Callable[[View], View]:
    """Register a logistic or ridge regression on the matrix that the decorated function computes from the inputs.

    For a multi-label task, there is a logistic regression for each label. With `per_step`, each target is predicted
    from the steps up to and including its own.
    """

    def register(view: View) -> View:
        @trained_baseline(name, words=words, reads=reads, order_free=order_free)
        def function(task: Declared, data: Data) -> Predictor:
            return fit(task, data, scaled(task, data), of_view(task, data, view))

        return view

    return register


def scaled(task: Declared, data: Data) -> Any:
    """Return a linear model that standardises its inputs first, unless they are counts of tokens."""
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return linear(task) if data.tokens else make_pipeline(StandardScaler(), linear(task))


def of_view(task: Declared, data: Data, view: View) -> Matrix:
    """Return the function that computes the matrix of a view from inputs."""
    signature = data.signature(task)

    def matrix(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None) -> Any:
        return view(*questions(task, x, steps, mask, signature.length), signature)

    return matrix


def own_estimator(task: Declared, data: Data, own: Any) -> Predictor:
    """Fit the user's own estimator, which is cloned, once for each label of a multi-label task, and reads every step.

    Raise RequestError if an estimator of classes or labels has no `predict_proba`.
    """
    if KINDS[task.kind].probabilities and not hasattr(own, "predict_proba"):
        raise RequestError(f"task '{task.name}': trained_baseline {type(own).__name__} has no predict_proba")
    from sklearn.base import clone

    return fit(task, data, clone(own), of_view(task, data, every_step))


@linear_baseline("bag-of-words", "a linear model of word counts", ("tokens",), order_free=True)
def token_counts(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """Return how often each token except padding occurs, as a sparse matrix (examples, vocabulary - 1)."""
    rows, times = np.nonzero(x)
    return _ones(rows, x[rows, times] - 1, (len(x), (signature.vocabulary or 1) - 1))


@linear_baseline("order-free", "a linear model of means and spreads", ("floats",), order_free=True)
def moments(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Return the mean and the standard deviation of each feature over the valid steps, (examples, 2 * features)."""
    valid = valid_steps(x, steps)[..., None]
    mean = np.mean(x, axis=1, where=valid, dtype=np.float64)
    return np.concatenate([mean, np.std(x, axis=1, where=valid, dtype=np.float64)], axis=1)


@linear_baseline("lags", "a linear model of lags", ("floats",))
@linear_baseline("flattened", "a linear model of all steps")
def every_step(x: np.ndarray, steps: np.ndarray, signature: Signature) -> Any:
    """Return all steps of an example, including padding, in one row: (examples, time * features).

    Tokens are one-hot encoded in a sparse matrix (examples, time * vocabulary). If a sequence is longer than those of
    the training split, only its latest steps are read, as many as a training sequence has.
    """
    return flat(latest(x, steps, signature.length), signature.vocabulary)


@linear_baseline("har", "a HAR model", ("floats",))
def recent_means(x: np.ndarray, steps: np.ndarray, signature: Signature) -> np.ndarray:
    """Return the means of the first feature over the last 1, 5 and 22 valid steps, shape (examples, 3) (Corsi 2009).

    The first feature is the target's own past. If an example has fewer valid steps, the mean is over all of them.
    """
    before_end = steps[:, None] - np.arange(x.shape[1])
    spans = [(before_end > 0) & (before_end <= span) for span in HAR_STEPS]
    return np.stack([np.mean(x[..., 0], axis=1, where=span, dtype=np.float64) for span in spans], axis=1)


def flat(x: np.ndarray, vocabulary: int | None) -> Any:
    """Return all steps in one row; tokens are one-hot encoded in a sparse matrix (rows, time * vocabulary)."""
    if vocabulary is None:
        return x.reshape(len(x), -1).astype(np.float64)
    rows, times = np.nonzero(x)
    return _ones(rows, times * vocabulary + x[rows, times], (len(x), x.shape[1] * vocabulary))


def _ones(rows: np.ndarray, columns: np.ndarray, shape: tuple[int, int]) -> Any:
    """Return a sparse matrix that counts how often each pair (row, column) occurs."""
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
