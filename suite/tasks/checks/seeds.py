"""Seeds: rules that the same seed gives the same data, and that another seed changes only what a task draws."""

from collections.abc import Iterator

import numpy as np

from suite.tasks.checks.finding import Finding
from suite.tasks.data import Data
from suite.tasks.datasets.vocabulary import UNKNOWN
from suite.tasks.task import Task

AGAIN, OTHER = 1, 2
CLOSE = 1e-3


def same_seed_same_bytes(task: Task, data: Data) -> Iterator[Finding]:
    """Check that a second load with the same seed gives the same bytes."""
    again, arrays = task.load(AGAIN).arrays(), data.arrays()
    changed = sorted(name for name in arrays if name not in again or not _equal(arrays[name], again[name]))
    if changed:
        yield Finding(
            f"the same seed gave different bytes of {', '.join(changed)}: draw from `default_rng(seed)` alone"
        )


def other_seed_other_draw(task: Task, data: Data) -> Iterator[Finding]:
    """Check that another seed changes the training and test splits of generated data, but not the real test split."""
    another = task.load(OTHER)
    other, arrays = another.arrays(), data.arrays()
    kept = [split for split in ("train", "test") if _equal(arrays[f"{split}/x"], other[f"{split}/x"])]
    if task.generated and kept:
        way_out = "use the seed, or declare `source=` if the data are real"
        yield Finding(f"another seed gave the same {' and '.join(kept)} split: {way_out}")
    if not task.generated and not same_test(data, another):
        yield Finding("the test split changes with the seed: draw it with a fixed seed, because the data are real")


def same_test(one: Data, other: Data) -> bool:
    """Return whether two test splits have the same examples, even if different training data scaled or encoded them."""
    if not _equal(one.test[1], other.test[1]):
        return False
    if one.test[0].shape != other.test[0].shape:
        return True
    if one.tokens:
        return _same_words(one, other)
    x, again = unscaled(one), unscaled(other)
    return np.allclose(x, again, rtol=CLOSE, atol=CLOSE * x.std())


def _same_words(one: Data, other: Data) -> bool:
    """Return whether two test splits have the same words wherever both know them; True without vocabularies."""
    if "vocabulary" not in one.preparation or "vocabulary" not in other.preparation:
        return True
    known = (one.test[0] != UNKNOWN) & (other.test[0] != UNKNOWN)
    words, again = (np.asarray(data.preparation["vocabulary"])[data.test[0]] for data in (one, other))
    return bool((words == again)[known].all())


def unscaled(data: Data) -> np.ndarray:
    """Return the test inputs in their original units, with zeros after the last valid step."""
    x = data.test[0].astype(np.float64)
    scaled = x * data.preparation.get("scale", 1.0) + data.preparation.get("mean", 0.0)
    return np.where(data.valid("test")[..., None], scaled, 0)


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return one.dtype == other.dtype and np.array_equal(one, other)
