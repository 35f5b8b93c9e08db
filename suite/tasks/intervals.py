"""Intervals: which values or classes a target takes with a given probability, by split-conformal prediction.

The errors on the validation split say how far the errors on new data may go (Vovk et al. 2005; Lei et al. 2018). If
targets of both are exchangeable, such as independent draws of one distribution, an interval or a set contains the
target with at least the stated probability, whatever the model. That does not hold for data that drift, and only nearly
so because the validation split also chose the epoch and the configuration.

Values: prediction -+ a margin for every output. Quantiles: from the lowest to the highest, -+ a margin (Romano et al.
2019). Classes: all whose probability reaches a threshold (Sadinle et al. 2019), and always the most probable one.
Labels: all whose probability reaches a threshold; such a set contains the target if none of its labels is left out.
"""

import math
from typing import Any

import numpy as np

from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL

LEVEL = 0.9


def rank(count: int, level: float = LEVEL) -> int:
    """Return which of `count` errors, from the smallest, a new one exceeds with a probability of at most 1 - level."""
    return math.ceil(round((count + 1) * level, 9))  # 0.9 is no binary number: do not round an integer up


FEWEST = next(count for count in range(1, 10_000) if rank(count) <= count)


def margins(target: np.ndarray, prediction: np.ndarray, level: float = LEVEL) -> np.ndarray:
    """Return the margin of each output, (outputs,), or for classes and labels the negative threshold, (1,).

    Values: `target` (n, outputs), `prediction` (n, outputs) or, of quantiles, (n, outputs, levels). Classes: `target`
    (n,), `prediction` (n, classes). Labels: `target` (n, labels) of booleans, `prediction` (n, labels).
    Raise ValueError with fewer than `FEWEST` targets: no margin would be enough.
    """
    if rank(len(target), level) > len(target):
        raise ValueError(f"{len(target)} validation targets are too few: at least {FEWEST} are needed")
    return np.sort(_errors(target, prediction), axis=0)[rank(len(target), level) - 1]


def _errors(target: np.ndarray, prediction: np.ndarray) -> np.ndarray:
    """Return how large a margin would have to be to include each target, (n, outputs)."""
    if target.ndim == 1:
        return -prediction[np.arange(len(target)), target][:, None]
    if target.dtype == bool:
        return -np.where(target, prediction, 1).min(axis=1, keepdims=True)
    low, high = _ends(prediction, target.ndim)
    return np.maximum(low - target, target - high)


def _ends(prediction: np.ndarray, axes: int) -> tuple[np.ndarray, np.ndarray]:
    return (prediction, prediction) if prediction.ndim == axes else (prediction.min(axis=-1), prediction.max(axis=-1))


def bounds(prediction: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the lowest and the highest values of the intervals around predictions, both (n, outputs)."""
    low, high = _ends(prediction, 2)
    low, high = low - margin, high + margin
    middle = (low + high) / 2  # a negative margin may exceed half the distance of narrow quantiles
    return np.minimum(low, middle), np.maximum(high, middle)


def sets(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Return which classes each set contains, (n, classes)."""
    return label_sets(probabilities, threshold) | (probabilities == probabilities.max(axis=-1, keepdims=True))


def label_sets(probabilities: np.ndarray, threshold: float) -> np.ndarray:
    """Return which labels each set contains, (n, labels): none if no label is probable enough."""
    return probabilities >= threshold


def measured(margin: np.ndarray, count: int, target: np.ndarray, prediction: np.ndarray) -> dict[str, Any]:
    """Return what a record says of intervals or sets, tried on test targets in the form of `margins`.

    `level`: their nominal coverage. `validation` and `test`: the numbers of targets. `coverage`: the share of test
    targets within, and `width` or `size`: the mean width of the intervals or size of the sets; each is a list with one
    number for every output. `count`: the number of validation targets.
    """
    found: dict[str, Any] = {"level": LEVEL, "validation": count, "test": len(target)}
    if target.ndim == 1 or target.dtype == bool:
        chosen, inside = _tried(target, prediction, float(-margin[0]))
        return found | {"coverage": [float(inside.mean())], "size": [float(chosen.sum(axis=1).mean())]}
    low, high = bounds(prediction, margin)
    inside = (low <= target) & (target <= high)
    return found | {"coverage": inside.mean(axis=0).tolist(), "width": (high - low).mean(axis=0).tolist()}


def _tried(target: np.ndarray, prediction: np.ndarray, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    """Return which classes or labels each set contains, and whether it contains those of the target, (n,)."""
    if target.ndim == 1:
        chosen = sets(prediction, threshold)
        return chosen, chosen[np.arange(len(target)), target]
    chosen = label_sets(prediction, threshold)
    return chosen, (chosen | ~target).all(axis=1)


def expected_coverage(validation: int, test: int, level: float = LEVEL, chance: float = 0.99) -> tuple[float, float]:
    """Return between which shares the coverage on a test split lies by this chance if the targets are exchangeable.

    The number of covered targets is beta-binomial (Vovk 2012; Angelopoulos and Bates 2023), for errors without ties.
    """
    from scipy.stats import betabinom

    place = rank(validation, level)
    ends = betabinom.ppf([(1 - chance) / 2, (1 + chance) / 2], test, place, validation + 1 - place)
    return float(ends[0] / test), float(ends[1] / test)


def in_rows(kind: str, target: np.ndarray, prediction: np.ndarray, outputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the targets and predictions of a split in the form of `margins`; `outputs`: values for each target."""
    if kind == CLASSIFICATION:
        return target.ravel(), prediction.reshape(-1, prediction.shape[-1])
    if kind == MULTI_LABEL:
        return target.reshape(-1, target.shape[-1]).astype(bool), prediction.reshape(-1, target.shape[-1])
    quantiles = prediction.size // max(target.size, 1)
    shape = (-1, outputs, quantiles) if quantiles > 1 else (-1, outputs)
    return target.reshape(-1, outputs).astype(np.float64), prediction.reshape(shape).astype(np.float64)
