"""MiniRocket: a ridge regression or ridge classifier on the features of `rocket` (Dempster, Schmidt and Webb 2021)."""

from collections.abc import Iterator

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import CLASSIFICATION, REGRESSION
from suite.tasks.trained_baselines import rocket
from suite.tasks.trained_baselines.matrix_models import target_weights
from suite.tasks.trained_baselines.registry import trained_baseline
from suite.tasks.trained_baselines.ridge import Ridge, ridges
from suite.tasks.trained_baselines.tuning import worth

FEATURES = 9_996
VALUES, COMPARISONS = 2e7, 2e9  # most values of the matrix, and comparisons to compute it: seconds, not minutes
SLOPES = np.logspace(-0.5, 1.5, 9)  # of the softmax that turns the outputs of a ridge classifier into probabilities


@trained_baseline(
    "minirocket",
    words="a ridge regression on MiniRocket features",
    kinds=(CLASSIFICATION, REGRESSION),
    reads=("floats",),
    per_step=False,
)
def minirocket(task: Declared, data: Data) -> Predictor:
    """Fit ridge regressions with seven penalties, for classes on targets of 1 and -1; take the best on validation data.

    Large data have fewer than 9,996 features, so that fitting takes seconds. Probabilities are the softmax of the
    outputs; its slope is chosen by the validation log loss, which changes no predicted class.
    """
    from threadpoolctl import threadpool_limits

    x, steps = data.train[0], data.steps("train")
    with threadpool_limits(limits=1):
        filters = rocket.fit(x, steps, _count(*x.shape[:2]))
        matrix = rocket.transform(filters, x, steps)
        validation = rocket.transform(filters, data.validation[0], data.steps("validation"))
        model, slope = _best(task, data, ridges(matrix, *_targets(task, data)), validation)

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        with threadpool_limits(limits=1):
            return _predicted(task, data, model(rocket.transform(filters, x, steps)), slope)

    return predict


def _count(examples: int, time: int) -> int:
    """Return the number of features for a training split: a multiple of the number of kernels."""
    most = min(FEATURES, VALUES / examples, COMPARISONS / (examples * time))
    return max(1, int(most) // len(rocket.KERNELS)) * len(rocket.KERNELS)


def _targets(task: Declared, data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Return the targets (examples, outputs) and the weight of each example (examples,)."""
    y, weights = data.train[1], target_weights(task, data)
    shares = np.ones(len(y)) if weights is None else weights / weights.mean()
    if task.kind == REGRESSION:
        return y.reshape(len(y), -1).astype(np.float64), shares
    return np.where(y[:, None] == np.arange(data.signature(task).outputs), 1.0, -1.0), shares


def _best(task: Declared, data: Data, models: Iterator[Ridge], validation: np.ndarray) -> tuple[Ridge, float]:
    """Return the model and the slope with the best predictions from the features of the validation split."""
    outputs = ((model, model(validation)) for model in models)
    found = [(model, own, _slope(task, data, own)) for model, own in outputs]
    model, _, slope = max(found, key=lambda one: worth(task, data, _predicted(task, data, one[1], one[2])))
    return model, slope


def _slope(task: Declared, data: Data, outputs: np.ndarray) -> float:
    """Return the slope with the least log loss on the validation split."""
    if task.kind == REGRESSION:
        return 1.0
    places = np.arange(len(outputs)), data.validation[1]
    shares = {slope: _predicted(task, data, outputs, slope)[places] for slope in SLOPES.tolist()}
    return min(shares, key=lambda slope: -np.log(np.maximum(shares[slope], np.finfo(float).tiny)).sum())


def _predicted(task: Declared, data: Data, outputs: np.ndarray, slope: float) -> np.ndarray:
    """Return values in the targets' shape, or probabilities; a class that is absent from training has none."""
    if task.kind == REGRESSION:
        return outputs.reshape(len(outputs), *data.target_shape(task))
    seen = np.isin(np.arange(outputs.shape[1]), data.train[1])
    scores = np.where(seen, slope * outputs, -np.inf)
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    return shares / shares.sum(axis=1, keepdims=True)
