"""Scaling: recomputes the mean and spread, or the bounds, that inputs were scaled with."""

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
    """Inputs scaled to mean 0 and spread 1, or to bounds 0 and 1, were scaled on the training split alone.

    The data a scale was fitted on reproduce it to rounding, or at least ten times better than the training split
    does. All valid steps are compared and, for a series, every moment once. Other scales are not judged.
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
    """The data that the scale may have been fitted on, (n, features) or, for the target's own past, (n, 1)."""
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
    """Every moment of some parts of a series once: its features, then its own past with the targets after it."""
    yield np.concatenate([rows for x, _ in parts for rows in (x[0], x[1:, -1])])
    for units in zip(*(_own_units(data, y) for _, y in parts), strict=True):
        firsts = (x[0, :, :1] for x, _ in parts)
        yield np.concatenate([rows for pair in zip(firsts, units, strict=True) for rows in pair])


def _own_units(data: Data, y: np.ndarray) -> list[np.ndarray]:
    """The targets of a series in possible units of the inputs: unchanged, or scaled like the first feature."""
    if y.ndim != 1 or not np.issubdtype(y.dtype, np.floating):
        return []
    mean, scale = (np.ravel(data.preparation.get(name, plain))[0] for name, plain in (("mean", 0.0), ("scale", 1.0)))
    return [y[:, None], (y[:, None] - mean) / scale]


def _off_standard(values: np.ndarray) -> float:
    """The largest distance of a feature's mean from 0 or spread from 1, ignoring constant features."""
    spread = values.std(axis=0, dtype=np.float64)
    varied = spread > 0
    if not varied.any():
        return np.inf
    return float(max(np.abs(values.mean(axis=0, dtype=np.float64)[varied]).max(), np.abs(spread[varied] - 1).max()))


def _off_bounds(values: np.ndarray) -> float:
    """The largest distance of a feature's minimum from 0 or maximum from 1."""
    return float(max(np.abs(values.min(axis=0)).max(), np.abs(values.max(axis=0) - 1).max()))
