"""Target leaks: rules that no input column is the target, and that no target is a level that hardly changes."""

from collections.abc import Iterator

import numpy as np

from suite.tasks.checks.finding import Finding
from suite.tasks.data import Data
from suite.tasks.kinds import MULTI_LABEL, REGRESSION
from suite.tasks.task import Task

SAME = 0.99999
LEVEL = 0.95


def target_not_among_inputs(task: Task, data: Data) -> Iterator[Finding]:
    """Check that no feature at any step is the target itself, in any unit: no training |correlation| above 0.99999.

    Of a multi-label task, every label is such a target. Tokens are not checked, because in a memory task one of the
    tokens is the target on purpose.
    """
    x, y = data.train
    several = task.kind == MULTI_LABEL
    if x.ndim == 2 or y.ndim != 1 + task.per_step + several:
        return
    columns = x.reshape(-1, x.shape[2]) if task.per_step else x.reshape(len(x), -1)
    for label, target in enumerate(y.reshape(len(columns), -1).T):
        for column in np.flatnonzero(np.abs(_correlation(columns, target)) > SAME):
            step, feature = divmod(int(column), x.shape[2])
            place = f"feature {feature}" + ("" if task.per_step else f" at step {step}")
            what = f"label {label}" if several else "the target"
            yield Finding(f"{place} is {what} in another unit", "train", tuple(range(len(x))))


def target_is_no_level(task: Task, data: Data) -> Iterator[Finding]:
    """Check that the last value of a series does not explain over 95% of the target's variance.

    Ignore tasks whose declared baseline is "last-value".
    """
    x, y = data.train
    if task.kind != REGRESSION or data.times is None or y.ndim != 1 or task.baseline == "last-value":
        return
    last = x[np.arange(len(x)), data.bounds("train")[1]]
    explained = _correlation(last, y) ** 2
    for feature in np.flatnonzero(explained > LEVEL):
        yield Finding(
            f"the last value of feature {feature} alone explains {explained[feature]:.3f} of the target's variance, "
            f"which the baseline '{task.baseline}' ignores: predict the change, or use 'last-value'"
        )


def _correlation(columns: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Pearson's correlation of each column (examples, columns) with y (examples,); 0 for constant columns."""
    centred = columns - columns.mean(axis=0, dtype=np.float64)
    target = y - y.mean(dtype=np.float64)
    size = np.linalg.norm(centred, axis=0) * np.linalg.norm(target)
    return np.divide(target @ centred, size, out=np.zeros(len(size)), where=size > 0)
