"""Trained baseline: a regression, or the user's own estimator, fitted on a plain view of the training split."""

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.task import Task

# (x, valid steps[, which answers count]) of any examples -> probabilities (examples[, time], classes), or values shaped
# as the targets; the answers that do not count are arbitrary
Predictor = Callable[..., np.ndarray]

HAR_STEPS = (1, 5, 22)
PENALTIES = np.logspace(-2, 5, 8)


def trained(task: Task, data: Data) -> Predictor | None:
    """The task's trained baseline, None when it names none.

    A named one is a logistic or ridge regression on one of VIEWS; the user's own estimator is cloned and reads the
    flattened input. With an answer at every step, each is predicted from what came up to it. Of sequences longer than
    those of the training split, what is flattened and what came up to a step are the latest steps, as many as there
    are in training. Raises RequestError when the estimator gives no probabilities, or the view cannot read such data.
    """
    if task.trained_baseline is None:
        return None
    from threadpoolctl import threadpool_limits

    view, model, width = _view(task, data), _estimator(task, data), data.train[0].shape[1]
    x, steps = _questions(task, data.train[0], data.steps("train"), data.scoring("train"), width)
    y = data.counted("train", data.train[1]).reshape(len(x), -1)
    # more threads would quarrel with the other workers' over the cores, and decide on the last digits
    with threadpool_limits(limits=1):
        model.fit(view(x, steps), y[:, 0] if y.shape[1] == 1 else y)

    def predict(x: np.ndarray, steps: np.ndarray, scored: np.ndarray | None = None) -> np.ndarray:
        answers = _answers(task, data, model, view(*_questions(task, x, steps, scored, width)))
        if scored is None:
            return answers.reshape(*x.shape[: 1 + task.per_step], *answers.shape[1:])
        everywhere = np.zeros((*scored.shape, *answers.shape[1:]))
        everywhere[scored] = answers
        return everywhere

    return predict


def _questions(
    task: Task, x: np.ndarray, steps: np.ndarray, scored: np.ndarray | None, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """The inputs to answer and their valid steps: the examples or, with an answer a step, what came up to each step.

    Such a past begins with its latest step and has `width` steps at most: x (answers that count, width[, features]),
    zero after the first one.
    """
    if not task.per_step:
        return x, steps
    rows, times = np.nonzero(np.ones(x.shape[:2], dtype=bool) if scored is None else scored)
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


def _answers(task: Task, data: Data, model: Any, matrix: Any) -> np.ndarray:
    if task.kind == "regression":
        return model.predict(matrix).reshape(-1, *data.train[1].shape[1 + task.per_step :])
    probabilities = np.zeros((matrix.shape[0], task.signature(data).outputs))
    probabilities[:, model.classes_] = model.predict_proba(matrix)
    return probabilities


def _estimator(task: Task, data: Data) -> Any:
    from sklearn.base import clone
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    own = task.trained_baseline
    if not isinstance(own, str):
        if task.kind == "classification" and not hasattr(own, "predict_proba"):
            raise RequestError(f"task '{task.name}': trained_baseline {type(own).__name__} has no predict_proba")
        return clone(own)
    linear = LogisticRegression(max_iter=1_000) if task.kind == "classification" else RidgeCV(alphas=PENALTIES)
    return linear if task.signature(data).vocabulary else make_pipeline(StandardScaler(), linear)


def _view(task: Task, data: Data) -> Callable[[np.ndarray, np.ndarray], Any]:
    """The view its trained baseline has of (x, steps); RequestError when it cannot read such x."""
    name = task.trained_baseline if isinstance(task.trained_baseline, str) else "flattened"
    vocabulary = task.signature(data).vocabulary
    held = "tokens" if vocabulary else "floats"
    readable, view = VIEWS[name]
    if held not in readable:
        raise RequestError(f"task '{task.name}': trained_baseline '{name}' needs x of {readable[0]}, it holds {held}")
    width = data.train[0].shape[1]
    return lambda x, steps: view(_latest(x, steps, width) if view is _whole else x, steps, vocabulary)


def _counts(x: np.ndarray, steps: np.ndarray, vocabulary: int) -> Any:
    """How often every token but the padding occurs, as a sparse matrix (examples, vocabulary - 1)."""
    from scipy.sparse import csr_array

    rows, times = np.nonzero(x)
    return csr_array((np.ones(len(rows)), (rows, x[rows, times] - 1)), shape=(len(x), vocabulary - 1))


def _moments(x: np.ndarray, steps: np.ndarray, vocabulary: None) -> np.ndarray:
    """Mean and standard deviation of each feature over the valid steps, shape (examples, 2 * features)."""
    valid = valid_steps(x, steps)[..., None]
    mean = np.mean(x, axis=1, where=valid, dtype=np.float64)
    return np.concatenate([mean, np.std(x, axis=1, where=valid, dtype=np.float64)], axis=1)


def _whole(x: np.ndarray, steps: np.ndarray, vocabulary: int | None) -> Any:
    """All steps side by side, padding too, (examples, time * features); tokens one-hot, as a sparse matrix."""
    if vocabulary is None:
        return x.reshape(len(x), -1).astype(np.float64)
    from scipy.sparse import csr_array

    rows, times = np.nonzero(x)
    columns = times * vocabulary + x[rows, times]
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(len(x), x.shape[1] * vocabulary))


def _recent_means(x: np.ndarray, steps: np.ndarray, vocabulary: None) -> np.ndarray:
    """Means of the target's own past over the last 1, 5 and 22 valid steps, as far as there are (Corsi 2009)."""
    before_end = steps[:, None] - np.arange(x.shape[1])
    spans = [(before_end > 0) & (before_end <= span) for span in HAR_STEPS]
    return np.stack([np.mean(x[..., 0], axis=1, where=span, dtype=np.float64) for span in spans], axis=1)


# name -> (kinds of x it reads, function of (x, steps, vocabulary))
VIEWS: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "bag-of-words": (("tokens",), _counts),
    "order-free": (("floats",), _moments),
    "flattened": (("floats", "tokens"), _whole),
    "lags": (("floats",), _whole),
    "har": (("floats",), _recent_means),
}
