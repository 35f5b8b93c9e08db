"""Folds: assigns examples to the disjoint test splits of several folds, which are the same for every seed."""

from collections.abc import Iterable

import numpy as np

from suite.errors import FoldError
from suite.tasks.datasets.units import fewest_units
from suite.tasks.fold import Fold

DRAWS = 10
SPLITS_NEED = 3


def test_rows(
    units: np.ndarray, labels: np.ndarray | None, fold: Fold, where: str, what: str, grouped: bool = False
) -> np.ndarray:
    """Return the rows of the test split of one of several folds, in increasing order.

    Examples with the same unit number are in the same fold. Every class has the same share of each fold, or nearly the
    same if the units are groups. `what`: the units' name in messages. Raise FoldError if a fold would lack a class,
    or would leave fewer than two units of a class for training and validation.
    """
    counted = np.arange(len(units)) if grouped else np.unique(units, return_index=True)[1]
    found, whose = fewest_units(units[counted], None if labels is None else labels[counted])
    needed = units_needed(fold)
    if found < needed:
        raise FoldError(
            f"{where}: {whose}{found} {what}, but {fold.folds} folds need {needed}: use fewer folds, or add {what}"
        )
    for seed in range(DRAWS):
        parts = _dealt(units, labels, grouped, fold.folds, seed)
        lacking = "" if labels is None else _lacking(parts, units, labels, fold.folds, what)
        if not lacking:
            return np.flatnonzero(parts == fold.index)
    raise FoldError(f"{where}: {lacking}, however they are assigned: use fewer folds, or add {what}")


def units_needed(fold: Fold) -> int:
    """Return how many units every class needs: for three splits, or for a number of folds."""
    return SPLITS_NEED if fold.folds == 1 else max(fold.folds, 2 * _least(fold.folds))


def _least(folds: int) -> int:
    """Return how many units of every class a fold must test.

    With two folds, each fold's test split is the other's training and validation data, so it needs two.
    """
    return 2 if folds == 2 else 1


def _dealt(units: np.ndarray, labels: np.ndarray | None, grouped: bool, folds: int, seed: int) -> np.ndarray:
    """Return the number of the fold that tests each example, shape (examples,)."""
    from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold

    if grouped and labels is not None:
        splits = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(units, labels, units)
        return _numbered(splits, len(units))
    _, first, unit = np.unique(units, return_index=True, return_inverse=True)
    splitter = KFold if labels is None else StratifiedKFold
    splits = splitter(folds, shuffle=True, random_state=seed).split(first, None if labels is None else labels[first])
    return _numbered(splits, len(first))[unit]


def _numbered(splits: Iterable[tuple[np.ndarray, np.ndarray]], rows: int) -> np.ndarray:
    parts = np.empty(rows, dtype=np.int64)
    for index, (_, test) in enumerate(splits):
        parts[test] = index
    return parts


def _lacking(parts: np.ndarray, units: np.ndarray, labels: np.ndarray, folds: int, what: str) -> str:
    """Return which fold has too few units of which class, or "" if every fold has enough of all classes."""
    for label in np.unique(labels):
        chosen = labels == label
        _, first = np.unique(units[chosen], return_index=True)
        counts = np.bincount(parts[chosen][first], minlength=folds)
        if counts.min() < _least(folds):
            return f"fold {counts.argmin() + 1} of {folds} has too few {what} of class '{label}'"
    return ""
