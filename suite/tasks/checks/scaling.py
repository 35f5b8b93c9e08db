"""Scaling: a rule that inputs were scaled by the training split alone, not by all splits together."""

from collections.abc import Iterator, Sequence

import numpy as np

from suite.tasks.checks.finding import Finding
from suite.tasks.data import SPLITS, Data
from suite.tasks.task import Task

REPRODUCED = 1e-4
DRIFT = 0.1
CLOSER = 10
STANDARD = "mean and spread"
Pair = tuple[np.ndarray, np.ndarray]


def scale_from_training(task: Task, data: Data) -> Iterator[Finding]:
    """Check that inputs with mean 0 and spread 1, or with bounds 0 and 1, were scaled by the training split alone.

    The data that a scale was fitted to have exactly that mean and spread (or those bounds), up to rounding. Report a
    fault if all splits together are at least ten times closer to them than the training split. Compare all valid steps
    and, for a series, also each moment once. Ignore inputs with any other scale.
    """
    if data.train[0].ndim == 2:
        return
    for what, off in {STANDARD: _off_standard, "bounds": _off_bounds}.items():
        fitted = min(off(values) for values in _collections(data, SPLITS[:1]))
        pooled = min(off(values) for values in _collections(data, SPLITS))
        closer = fitted > CLOSER * max(pooled, np.finfo(np.float32).eps)
        if closer and (pooled < REPRODUCED or (DRIFT < fitted < np.inf and what == STANDARD)):
            yield Finding(
                f"the inputs' {what} are those of all splits together (off by {pooled:.1g}), not of the training "
                f"split (off by {fitted:.1g}): fit the scale on the training split",
                "train",
                tuple(range(len(data.train[0]))),
            )


def _collections(data: Data, splits: Sequence[str]) -> list[np.ndarray]:
    """Return the values that the scale may have been fitted to: (n, features), or (n, 1) for the target's own past."""
    pairs = [getattr(data, split) for split in splits]
    valid = [x[data.valid(split)] for (x, _), split in zip(pairs, splits, strict=True)]
    if data.times is None:
        return [np.concatenate(valid)]
    times = [np.asarray(data.times[split]) for split in splits]
    apart = [_ordered(pair, time) for pair, time in zip(pairs, times, strict=True)]
    mixed = [_ordered(tuple(map(np.concatenate, zip(*pairs, strict=True))), np.concatenate(times))]
    series = [found for parts in (apart, mixed) for found in _moments(data, parts)]
    return [np.concatenate(valid), *series]


def _ordered(pair: Pair, times: np.ndarray) -> Pair:
    order = np.argsort(times, kind="stable")
    return pair[0][order], pair[1][order]


def _moments(data: Data, parts: Sequence[Pair]) -> Iterator[np.ndarray]:
    """Yield the values of the parts of a series, with each moment only once although windows overlap.

    First yield all features of the windows, then the target's own past followed by the targets.
    """
    yield np.concatenate([rows for x, _ in parts for rows in (x[0], x[1:, -1])])
    for units in zip(*(_own_units(data, y) for _, y in parts), strict=True):
        firsts = (x[0, :, :1] for x, _ in parts)
        yield np.concatenate([rows for pair in zip(firsts, units, strict=True) for rows in pair])


def _own_units(data: Data, y: np.ndarray) -> list[np.ndarray]:
    """Return the targets of a series in the units that the inputs may have: unchanged, and scaled as feature 0."""
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.floating):
        return []
    mean, scale = data.scale_of_target
    return [y[:, None], (y[:, None] - mean) / scale]


def _off_standard(values: np.ndarray) -> float:
    """Return the largest |mean| or |spread - 1| of any feature, ignoring constant features."""
    spread = values.std(axis=0, dtype=np.float64)
    varied = spread > 0
    if not varied.any():
        return np.inf
    return float(max(np.abs(values.mean(axis=0, dtype=np.float64)[varied]).max(), np.abs(spread[varied] - 1).max()))


def _off_bounds(values: np.ndarray) -> float:
    """Return the largest |minimum| or |maximum - 1| of any feature."""
    return float(max(np.abs(values.min(axis=0)).max(), np.abs(values.max(axis=0) - 1).max()))
