"""Nearby: a linear model of the steps around each step, for tasks that see the whole sequence."""

from typing import Any

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.trained_baselines.linear import flat, scaled
from suite.tasks.trained_baselines.matrix_models import fit
from suite.tasks.trained_baselines.questions import around
from suite.tasks.trained_baselines.registry import trained_baseline

REACH = 5  # steps before and steps after


def needs_offline(task: Declared) -> str:
    """Return why a task cannot have a baseline that reads later steps, or ""."""
    return "" if task.offline else "reads later steps: it is for tasks with offline=True"


@trained_baseline("nearby", words="a linear model of the nearby steps", why_not=needs_offline)
def nearby(task: Declared, data: Data) -> Predictor:
    """Fit a logistic or ridge regression on the five steps before and after each step, and the step itself."""
    vocabulary = data.signature(task).vocabulary

    def matrix(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None) -> Any:
        return flat(around(x, mask, REACH), vocabulary)

    return fit(task, data, scaled(task, data), matrix)
