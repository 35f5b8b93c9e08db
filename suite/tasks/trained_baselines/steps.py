"""Steps: linear models of the steps around each step, or of the latest ones, for a target at every step."""

from collections.abc import Callable

import numpy as np

from suite.tasks.baselines import Predictor
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.trained_baselines.linear import flat, scaled
from suite.tasks.trained_baselines.matrix_models import fit
from suite.tasks.trained_baselines.questions import around, asked, taken
from suite.tasks.trained_baselines.registry import trained_baseline

REACH = 5  # nearby steps before and after
LATEST = 2


def needs_offline(task: Declared) -> str:
    """Return why a task cannot have a baseline that reads later steps, or ""."""
    return "" if task.offline else "reads later steps: it is for tasks with offline=True"


def needs_steps(task: Declared) -> str:
    """Return why a task cannot have a baseline that reads the latest steps before each target, or ""."""
    return "" if task.per_step else "predicts at every step: it is for tasks with per_step=True"


@trained_baseline("nearby", words="a linear model of the nearby steps", why_not=needs_offline)
def nearby(task: Declared, data: Data) -> Predictor:
    """Fit a logistic or ridge regression on the five steps before and after each step, and the step itself."""
    return _fitted(task, data, lambda x, mask: around(x, mask, REACH))


@trained_baseline("recent", words="a linear model of the latest steps", why_not=needs_steps)
def recent(task: Declared, data: Data) -> Predictor:
    """Fit a logistic or ridge regression on each step and the one before it."""
    return _fitted(task, data, _latest)


def _latest(x: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    rows, times = asked(x, mask)
    return taken(x, rows, times[:, None] - np.arange(LATEST))


def _fitted(task: Declared, data: Data, read: Callable[[np.ndarray, np.ndarray | None], np.ndarray]) -> Predictor:
    vocabulary = data.signature(task).vocabulary
    return fit(task, data, scaled(task, data), lambda x, steps, mask: flat(read(x, mask), vocabulary))
