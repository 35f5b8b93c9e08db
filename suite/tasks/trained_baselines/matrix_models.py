"""Matrix models: fit an estimator of scikit-learn to a matrix with one row for each prediction."""

from collections.abc import Callable
from typing import Any

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data, Signature
from suite.tasks.declaration import Declared
from suite.tasks.kinds import KINDS, MULTI_LABEL, REGRESSION
from suite.tasks.per_label import PerLabel

# (x, valid steps, evaluation mask) -> a matrix (predictions, columns)
Matrix = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Any]

PENALTIES = np.logspace(-2, 5, 8)


def linear(task: Declared, **logistic: Any) -> Any:
    """Return a ridge regression or, for probabilities, a logistic regression with these arguments."""
    from sklearn.linear_model import LogisticRegression, RidgeCV

    if not KINDS[task.kind].probabilities:
        return RidgeCV(alphas=PENALTIES)
    return LogisticRegression(max_iter=1_000, **logistic)


def fit(task: Declared, data: Data, model: Any, matrix: Matrix, most: int | None = None) -> Predictor:
    """Fit a model to the training split and return its predictor.

    A multi-label task has one copy of the model for each label. `most`: the largest number of rows to fit to, taken at
    equal distances.
    """
    from threadpoolctl import threadpool_limits

    name = weight_argument(model)
    model = PerLabel(model) if task.kind == MULTI_LABEL else model
    signature, target_shape = data.signature(task), data.target_shape(task)
    rows = matrix(data.train[0], data.steps("train"), data.mask("train"))
    y, weights = data.counted("train", data.train[1]).reshape(rows.shape[0], -1), target_weights(task, data)
    if most and len(y) > most:
        some = np.linspace(0, len(y) - 1, most).astype(int)
        rows, y, weights = rows[some], y[some], None if weights is None else weights[some]
    weighted = {} if weights is None or name is None else {name: weights}
    # more threads would compete with other workers for the cores, and would change the last digits of the results
    with threadpool_limits(limits=1):
        model.fit(rows, y[:, 0] if y.shape[1] == 1 else y, **weighted)

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        with threadpool_limits(limits=1):
            found = _predicted(model, matrix(x, steps, mask), signature, target_shape)
        return arranged(task, x, mask, found)

    return predict


def target_weights(task: Declared, data: Data) -> np.ndarray | None:
    """Return the weights of the evaluated training targets, (predictions,); None if all of them weigh the same."""
    weights = data.target_weights(task)
    return None if weights is None else data.counted("train", weights).ravel()


def weight_argument(model: Any) -> str | None:
    """Return the argument of an estimator's `fit` that takes sample weights; None if it takes none.

    A pipeline passes them on to its last step.
    """
    from sklearn.utils.validation import has_fit_parameter

    steps = getattr(model, "steps", None)
    last, prefix = (steps[-1][1], f"{steps[-1][0]}__") if steps else (model, "")
    return f"{prefix}sample_weight" if has_fit_parameter(last, "sample_weight") else None


def arranged(task: Declared, x: np.ndarray, mask: np.ndarray | None, found: np.ndarray) -> np.ndarray:
    """Return predictions, one row each, in the shape of the targets of x, with zeros outside the mask."""
    if mask is None:
        return found.reshape(*x.shape[: 1 + task.per_step], *found.shape[1:])
    everywhere = np.zeros((*mask.shape, *found.shape[1:]))
    everywhere[mask] = found
    return everywhere


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
