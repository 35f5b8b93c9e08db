"""Splits: which examples train, validate and test; by time, by group, or stratified by class."""

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.windows import SHARES

SHARE = 0.2
TEST_SEED = 0
DRAWS = 200
SPLITS_NEED = 3


def by_time(times: np.ndarray, gap: int, where: str) -> list[np.ndarray]:
    """Examples of the three splits in the order of their times, 60/20/20; the last `gap` times of each are left out.

    Examples of one time are in one split. Raises RequestError when there are too few times.
    """
    moments, moment = np.unique(times, return_inverse=True)
    check_rows(len(moments), gap + 1, where)
    order = np.argsort(moment, kind="stable")
    bounds = [int(share * len(moments)) for share in SHARES]
    inside = [(moment[order] >= start) & (moment[order] < stop - gap) for start, stop in pairwise(bounds)]
    return [order[part] for part in inside]


def check_rows(rows: int, least: int, where: str) -> None:
    """Raises RequestError unless the shortest split by time has at least so many rows."""
    needed = math.ceil(least / SHARE) + 1
    if rows < needed:
        raise RequestError(f"{where}: {rows} rows in time are too few, splits of at least {least} need {needed}")


def drawn(
    seed: int, contents: Sequence[Hashable], labels: np.ndarray | None, groups: np.ndarray | None, where: str
) -> list[np.ndarray]:
    """Indices of the training, validation and test examples, 60/20/20.

    Copies of one content, and a group's examples, stay on one side; without groups, classes keep their shares. The
    test split is the same for every seed. Raises RequestError where a split cannot have every class.
    """
    units, what = _units(contents, groups), "different examples" if groups is None else "groups"
    _check_units(units, labels, where, what)
    stratified = labels is not None and groups is None
    held = max(round(SHARE * len(np.unique(units))), len(np.unique(labels)) if stratified else 1)
    everything = np.arange(len(units))
    for rest, test in _halves(everything, units, labels, stratified, held, TEST_SEED):
        if labels is None or _fewest_units(units[rest], labels[rest])[0] > 1:
            for train, validation in _halves(rest, units, labels, stratified, held, seed):
                return [train, validation, test]
            break
    raise RequestError(f"{where}: no way of dealing out the {what} gives every split every class; add some")


def _units(contents: Sequence[Hashable], groups: np.ndarray | None) -> np.ndarray:
    """What may not be separated, a number an example: equal contents or, through any chain of these, equal groups."""
    seen: dict[Hashable, int] = {}
    content = np.array([seen.setdefault(each, len(seen)) for each in contents])
    if groups is None:
        return content
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, group = np.unique(groups, return_inverse=True)
    size = len(seen) + len(names)
    shared = coo_array((np.ones(len(content)), (content, len(seen) + group)), shape=(size, size))
    return connected_components(shared, directed=False)[1][content]


def _check_units(units: np.ndarray, labels: np.ndarray | None, where: str, what: str) -> None:
    whole = np.zeros(len(units)) if labels is None else labels
    if labels is not None and len(np.unique(labels)) < 2:
        raise RequestError(f"{where}: there is one class only, '{labels[0]}'")
    found, label = _fewest_units(units, whole)
    if found < SPLITS_NEED:
        whose = "" if labels is None else f"class '{label}' has "
        raise RequestError(f"{where}: {whose}{found} {what}, three splits need {SPLITS_NEED}")


def _fewest_units(units: np.ndarray, labels: np.ndarray) -> tuple[int, object]:
    """The class that comes from the fewest units, behind their number."""
    return min(((len(np.unique(units[labels == label])), label) for label in np.unique(labels)), key=lambda one: one[0])


def _halves(
    examples: np.ndarray, units: np.ndarray, labels: np.ndarray | None, stratified: bool, held: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Draws of (kept, held out) in which no class is missing; `held` is a number of units."""
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

    _, first, unit = np.unique(units[examples], return_index=True, return_inverse=True)
    strata = None if labels is None else labels[examples][first]
    splitter = StratifiedShuffleSplit if stratified else ShuffleSplit
    for _, out in splitter(n_splits=DRAWS, test_size=held, random_state=seed).split(first, strata):
        outside = np.isin(unit, out)
        if labels is None or _complete(labels[examples], outside):
            yield examples[~outside], examples[outside]


def _complete(labels: np.ndarray, outside: np.ndarray) -> bool:
    every = len(np.unique(labels))
    return len(np.unique(labels[outside])) == every == len(np.unique(labels[~outside]))
