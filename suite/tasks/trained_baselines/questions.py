"""Questions: the inputs from which a baseline makes its predictions, one row for each prediction."""

import numpy as np

from suite.tasks.declaration import Declared


def questions(
    task: Declared, x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the inputs for the predictions, and the number of valid steps of each input.

    The inputs are the examples or, with `per_step`, the past of every step in the mask. A past is in reverse order:
    it starts with its latest step and has at most `width` steps. Shape: (predictions, width[, features]), padded with
    zeros at the end.
    """
    if not task.per_step:
        return x, steps
    rows, times = asked(x, mask)
    return taken(x, rows, times[:, None] - np.arange(width)), np.minimum(times + 1, width)


def asked(x: np.ndarray, mask: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the example and the step of every prediction of a task with a target at every step."""
    rows, times = np.nonzero(np.ones(x.shape[:2], dtype=bool) if mask is None else mask)
    return rows, times


def around(x: np.ndarray, mask: np.ndarray | None, reach: int) -> np.ndarray:
    """Return the steps around every step in the mask, (predictions, 2 * reach + 1[, features]), zeros beyond the ends.

    Columns: the step itself, then the step before and the step after it, and so on outwards.
    """
    rows, times = asked(x, mask)
    offsets = np.array([0, *(sign * away for away in range(1, reach + 1) for sign in (-1, 1))])
    places = times[:, None] + offsets
    return taken(x, rows, np.where(places < x.shape[1], places, -1))


def latest(x: np.ndarray, steps: np.ndarray, width: int) -> np.ndarray:
    """Return the latest `width` valid steps of every example, in order, padded with zeros at the end."""
    if x.shape[1] == width:
        return x
    places = np.maximum(steps - width, 0)[:, None] + np.arange(width)
    return taken(x, np.arange(len(x)), np.where(places < steps[:, None], places, -1))


def taken(x: np.ndarray, rows: np.ndarray, times: np.ndarray) -> np.ndarray:
    """Return the steps `times` (rows, width) of the examples `rows`, with zeros where a time is negative."""
    known = (times >= 0).reshape(*times.shape, *(1,) * (x.ndim - 2))
    return np.where(known, x[rows[:, None], np.maximum(times, 0)], 0)
