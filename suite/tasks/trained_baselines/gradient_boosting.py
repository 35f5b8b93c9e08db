"""Gradient boosting: histogram gradient-boosted trees (Ke et al. 2017) on lags, or on summaries of long inputs."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.declaration import Declared
from suite.tasks.kinds import CLASSIFICATION, REGRESSION
from suite.tasks.trained_baselines.linear import every_step, of_view
from suite.tasks.trained_baselines.matrix_models import Matrix, fit
from suite.tasks.trained_baselines.questions import around, questions
from suite.tasks.trained_baselines.registry import trained_baseline
from suite.tasks.trained_baselines.tuning import best

# (largest number of leaves, learning rate, trees), the best on validation data is taken
CONFIGURATIONS = ((4, 0.03, 60), (4, 0.1, 60), (4, 0.1, 200), (16, 0.03, 60), (16, 0.1, 60), (16, 0.1, 200))
TREES = 600  # most trees of all classes together
LARGEST = 128  # most columns of lags; inputs with more values are summarised
RECENT = 20  # steps that a prediction at every step reads
ROWS = 30_000  # most rows to fit to
PARTS = 3


def words(task: Declared, data: Data) -> str:
    """Return what sentences call it, with the inputs that it reads."""
    if task.per_step:
        return f"gradient boosting on {'nearby' if task.offline else 'recent'} steps"
    if not _short(data):
        return "gradient boosting on summary features"
    return "gradient boosting on lags" if data.times is not None else "gradient boosting on all steps"


@trained_baseline("gradient-boosting", words=words, kinds=(CLASSIFICATION, REGRESSION), reads=("floats",))
def gradient_boosting(task: Declared, data: Data) -> Predictor:
    """Fit scikit-learn's HistGradientBoosting in six configurations, and take the best on the validation split.

    It reads every step of inputs that have no padding and at most 128 values, and `summaries` of others. With
    `per_step`, it reads up to 20 recent steps, or nearby steps if the task is offline. It is fitted to up to 30,000
    targets. Trees are never stopped early: their number is tuned. Several outputs have a model each.
    """
    matrix = _matrix(task, data)

    def candidates() -> Iterator[Predictor]:
        outputs = data.signature(task).outputs
        for leaves, rate, trees in CONFIGURATIONS:
            fewer = min(trees, max(20, TREES // outputs)) if outputs > 2 else trees
            yield fit(task, data, _model(task, data, leaves, rate, fewer), matrix, ROWS)

    return best(task, data, candidates())


def _model(task: Declared, data: Data, leaves: int, rate: float, trees: int) -> Any:
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.multioutput import MultiOutputRegressor

    fields: dict[str, Any] = {
        "max_leaf_nodes": leaves, "learning_rate": rate, "max_iter": trees, "early_stopping": False, "random_state": 0,
    }  # fmt: skip
    if task.kind == CLASSIFICATION:
        return HistGradientBoostingClassifier(**fields)
    model = HistGradientBoostingRegressor(**fields)
    return model if sum(data.target_shape(task)) < 2 else MultiOutputRegressor(model)


def _short(data: Data) -> bool:
    return data.lengths is None and data.train[0][0].size <= LARGEST


def _matrix(task: Declared, data: Data) -> Matrix:
    if not task.per_step:
        return of_view(task, data, every_step if _short(data) else lambda x, steps, signature: summaries(x, steps))
    width = max(1, min(RECENT, LARGEST // data.train[0].shape[2]))

    def nearby(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        own = around(x, mask, width // 2) if task.offline else questions(task, x, steps, mask, width)[0]
        return own.reshape(len(own), -1)

    return nearby


def summaries(x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return summaries of each feature over the valid steps, and their number: (examples, 9 * features + 1).

    They are the mean, the spread, the smallest, the largest, the first and the last value, and the means of the first,
    the second and the last third of the steps. A mean over no step is NaN, which the trees read as missing.
    """
    valid = valid_steps(x, steps)
    part = np.where(valid, PARTS * np.arange(x.shape[1]) // steps[:, None], -1)
    inside, last = valid[..., None], x[np.arange(len(x)), steps - 1]
    parts = [
        np.mean(x, axis=1, where=inside, dtype=np.float64),
        np.std(x, axis=1, where=inside, dtype=np.float64),
        np.min(x, axis=1, where=inside, initial=np.inf),
        np.max(x, axis=1, where=inside, initial=-np.inf),
        x[:, 0],
        last,
        *(_means(x, part == one) for one in range(PARTS)),
        steps[:, None],
    ]
    return np.concatenate(parts, axis=1, dtype=np.float64)


def _means(x: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return the mean of each feature over the chosen steps; NaN where there are none."""
    counts = chosen.sum(axis=1)[:, None].astype(np.float64)
    counts[counts == 0] = np.nan
    return np.sum(x, axis=1, where=chosen[..., None], dtype=np.float64) / counts
