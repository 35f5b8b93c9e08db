"""Windows: cuts series into windows of past values (inputs) and later values (targets), and splits them by time."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import apply, whole
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
    ends = [np.arange(start + window - 1 + before, stop - horizon) for start, stop in pairwise(bounds)]
    seen = [windows(values, end, window) for end in ends]
    fitted = {"mean": seen[0].mean(axis=(0, 1)), "scale": seen[0].std(axis=(0, 1))}
    inputs = [apply(x, whole(x), fitted) for x in seen]
    targets = [values[end + horizon, :, 0].ravel().astype(np.float32) for end in ends]
    train, validation, test = zip(inputs, targets, strict=True)
    by_split = dict(zip(SPLITS, ends, strict=True))
    return Data(
        train,
        validation,
        test,
        times={split: np.repeat(times[end], values.shape[1]) for split, end in by_split.items()},
        groups={split: np.tile(names, len(end)) for split, end in by_split.items()} if names else None,
        preparation=fitted,
    )


def windows(values: np.ndarray, ends: np.ndarray, window: int) -> np.ndarray:
    """Return the windows of all series that end at each of the steps `ends`.

    The shape is (ends * series, window, features); windows with the same end are next to each other.
    """
    steps = ends[:, None] + np.arange(1 - window, 1)
    return np.swapaxes(values[steps], 1, 2).reshape(-1, window, values.shape[2])
