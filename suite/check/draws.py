"""Draws: a seed decides everything, and it does decide something where a task draws."""

from collections.abc import Iterator

import numpy as np

from suite.check.finding import Finding
from suite.task import Data, Task

AGAIN, OTHER = 1, 2


def same_seed_same_bytes(task: Task, data: Data) -> Iterator[Finding]:
    """A second load with the same seed gives the same bytes."""
    again, arrays = task.load(AGAIN).arrays(), data.arrays()
    changed = sorted(name for name in arrays if name not in again or not _equal(arrays[name], again[name]))
    if changed:
        yield Finding(f"the same seed gave other bytes of {', '.join(changed)}: draw from `default_rng(seed)` alone")


def other_seed_other_draw(task: Task, data: Data) -> Iterator[Finding]:
    """Generated data differ by seed in every split; real data keep their test split, whatever the seed."""
    other, arrays = task.load(OTHER).arrays(), data.arrays()
    kept = [split for split in ("train", "test") if _equal(arrays[f"{split}/x"], other[f"{split}/x"])]
    generated = task.source.startswith("generated")
    if generated and kept:
        yield Finding(f"another seed gave the same {' and '.join(kept)} split: use the seed, or name `source=` if real")
    if not generated and not _equal(arrays["test/y"], other["test/y"]):
        yield Finding("another seed gave another test split: draw it from a fixed seed, for the data are real")


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other)
