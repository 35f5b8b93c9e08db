"""Windows: cuts series into windows of past values (inputs) and later values (targets), and splits them by time.

Windows of neighbouring rows share all but one of their rows. Therefore rows are scaled before windows are cut, and the
windows of one series are a view of its rows, which takes no memory.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import fit_rows, standardised
from suite.tasks.datasets.splits import cuts
from suite.tasks.fold import ONE_SPLIT, Fold


def cut_by_time(
    times: np.ndarray,
    values: np.ndarray,
    *,
    window: int,
    horizon: int = 1,
    before: int = 0,
    bounds: Sequence[int] | np.ndarray | None = None,
    names: Sequence[str] | None = None,
    fold: Fold = ONE_SPLIT,
) -> Data:
    """Cut windows from `values` (time, series, features); the target is the first feature `horizon` steps later.

    The splits begin and end at `bounds`, by default at the `cuts` of the fold. All steps of an example are in its
    split: its window, the `before` earlier steps from which its features were computed, and the steps up to its target.
    Therefore the examples of two splits share no steps. Examples are ordered by the time of their last step. If `names`
    is given, each of the parallel series is a group. Features are standardised by the mean and spread of the training
    windows.
    """
    bounds = cuts(len(times), fold) if bounds is None else bounds
    steps = [np.arange(start + window - 1 + before, stop - horizon) for start, stop in pairwise(bounds)]
    length, series, _ = values.shape
    rows = np.swapaxes(values, 0, 1).reshape(length * series, -1)
    ends = [(step[:, None] + length * np.arange(series)).ravel() for step in steps]
    fitted = fit_rows(rows, occurrences(len(rows), ends[0], window))
    scaled = standardised(rows, fitted)
    train, validation, test = (
        (windows(scaled, end, window), rows[end + horizon, 0].astype(np.float32)) for end in ends
    )
    by_split = dict(zip(SPLITS, steps, strict=True))
    return Data(
        train,
        validation,
        test,
        times={split: np.repeat(times[step], series) for split, step in by_split.items()},
        groups={split: np.tile(names, len(step)) for split, step in by_split.items()} if names else None,
        preparation=fitted,
    )


def occurrences(rows: int, ends: np.ndarray, window: int) -> np.ndarray:
    """Return in how many of the windows that end at the rows `ends` each of the rows is, shape (rows,)."""
    begins = np.bincount(ends - window + 1, minlength=rows + 1)
    return np.cumsum(begins - np.bincount(ends + 1, minlength=rows + 1))[:rows]


def windows(rows: np.ndarray, ends: np.ndarray, window: int) -> np.ndarray:
    """Return the windows of rows (rows, features) that end at the rows `ends`, shape (ends, window, features).

    If the ends are at equal distances, the windows are a view of the rows that cannot be written to.
    """
    every = np.moveaxis(sliding_window_view(rows, window, axis=0), -1, 1)
    starts = ends - window + 1
    steps = np.diff(starts)
    if len(steps) and steps[0] > 0 and (steps == steps[0]).all():
        return every[starts[0] : starts[-1] + 1 : steps[0]]
    return every[starts]
