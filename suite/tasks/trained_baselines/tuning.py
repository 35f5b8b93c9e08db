"""Tuning: choose among predictors by their scores on the validation split, never on the test split."""

from collections.abc import Iterable

import numpy as np

from suite.tasks.baselines import Predictor, predict, scores_of
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import KINDS
from suite.tasks.metrics import METRICS


def best(task: Declared, data: Data, candidates: Iterable[Predictor]) -> Predictor:
    """Return the candidate with the best validation score; of equals, the first."""
    return max(candidates, key=lambda one: worth(task, data, predict(one, data, "validation")))


def worth(task: Declared, data: Data, prediction: np.ndarray) -> tuple[float, float]:
    """Return (headline score, -loss) of predictions for the validation split: larger is better, -inf if not finite.

    The loss, log loss or squared error, decides between equal headline scores, which are frequent for accuracies.
    """
    scores = scores_of(task, data, prediction, "validation")
    loss = "log_loss" if KINDS[task.kind].probabilities else "mse"
    pair = METRICS.get(task.metric).sign * scores[task.metric], -scores[loss]
    first, second = (float(value) if np.isfinite(value) else -np.inf for value in pair)
    return first, second
