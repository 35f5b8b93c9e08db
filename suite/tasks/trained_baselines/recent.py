"""Recent: a linear model of the latest steps, for tasks with a target at every step of long or wide sequences."""

from typing import Any

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.trained_baselines.linear import flat, scaled
from suite.tasks.trained_baselines.matrix_models import fit
from suite.tasks.trained_baselines.questions import asked, taken
from suite.tasks.trained_baselines.registry import trained_baseline

STEPS = 2


def needs_steps(task: Declared) -> str:
    """Return why a task cannot have a baseline that reads the latest steps before each target, or ""."""
    return "" if task.per_step else "predicts at every step: it is for tasks with per_step=True"


@trained_baseline("recent", words="a linear model of the latest steps", why_not=needs_steps)
def recent(task: Declared, data: Data) -> Predictor:
    """Fit a logistic or ridge regression on each step and the one before it."""
    vocabulary = data.signature(task).vocabulary

    def matrix(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None) -> Any:
        rows, times = asked(x, mask)
        return flat(taken(x, rows, times[:, None] - np.arange(STEPS)), vocabulary)

    return fit(task, data, scaled(task, data), matrix)
