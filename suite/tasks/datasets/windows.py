"""Windows: the past of a series as inputs, later values as targets, cut into splits by time."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import apply, whole
from suite.tasks.datasets.splits import SHARES


def cut_by_time(
    times: np.ndarray,
    values: np.ndarray,
    *,
    window: int,
    horizon: int = 1,
    before: int = 0,
    bounds: Sequence[int] | np.ndarray | None = None,
    names: Sequence[str] | None = None,
) -> Data:
    """Cut windows of `values` (time, series, features); the target is the first feature `horizon` steps later.

    Splits are cut at `bounds`, by default 60/20/20 by time. All steps of an example are in its split: its window, the
    `before` steps that its features were computed from, and the steps up to its target; this leaves a gap between
    splits. Examples are ordered by the time of their last step; parallel series are groups called `names`. Features are
    standardised on the training windows.
    """
    bounds = [int(share * len(times)) for share in SHARES] if bounds is None else bounds
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
    """Return the window that ends at each of `ends`, series by series, shape (ends * series, window, features)."""
    steps = ends[:, None] + np.arange(1 - window, 1)
    return np.swapaxes(values[steps], 1, 2).reshape(-1, window, values.shape[2])
