"""Splits: assigns examples to the training, validation and test splits by class, by group or by time."""

import math
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import SPLITS

Rows = dict[str, np.ndarray]

SHARES = (0.0, 0.6, 0.8, 1.0)  # the points at which the splits begin and end
SHARE = 0.2
TEST_SEED = 0
DRAWS = 200
SPLITS_NEED = 3


def sizes(examples: int) -> tuple[int, int, int]:
    """Return the split sizes of a generated task: (examples, half, half), where half = max(1, examples // 2)."""
    return examples, max(1, examples // 2), max(1, examples // 2)


def draw(seed: int, labels: np.ndarray, rows: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Split `rows` (indices into `labels`) into two parts, the rest and the given share of every class.

    The order of both parts is random.
    """
    rng = np.random.default_rng(seed)
    classes = [rng.permutation(rows[labels[rows] == label]) for label in np.unique(labels[rows])]
    cuts = [round(share * len(members)) for members in classes]
    drawn = np.concatenate([members[:cut] for members, cut in zip(classes, cuts, strict=True)])
    rest = np.concatenate([members[cut:] for members, cut in zip(classes, cuts, strict=True)])
    return rng.permutation(rest), rng.permutation(drawn)


def three_ways(seed: int, labels: np.ndarray, test: np.ndarray, share: float) -> Rows:
    """Return the rows of each split; `test`: the rows of the test split.

    The validation split gets the given share of every class of the other rows; the training split gets the rest.
    """
    train, validation = draw(seed, labels, np.setdiff1d(np.arange(len(labels)), test), share)
    return {"train": train, "validation": validation, "test": test}


def by_time(times: np.ndarray, gap: int, where: str) -> Rows:
    """Split examples 60/20/20 in the order of their times, and leave out the last `gap` times of each split.

    Examples with the same time are in the same split. Raise RequestError if there are too few different times.
    """
    moments, moment = np.unique(times, return_inverse=True)
    check_rows(len(moments), gap + 1, where)
    order = np.argsort(moment, kind="stable")
    bounds = [int(share * len(moments)) for share in SHARES]
    inside = [(moment[order] >= start) & (moment[order] < stop - gap) for start, stop in pairwise(bounds)]
    return {split: order[part] for split, part in zip(SPLITS, inside, strict=True)}


def check_rows(rows: int, least: int, where: str) -> None:
    """Raise RequestError if there are too few rows for every split by time to have at least `least` rows."""
    needed = math.ceil(least / SHARE) + 1
    if rows < needed:
        raise RequestError(
            f"{where}: {rows} rows are too few to split by time: three splits of at least {least} rows need {needed}"
        )


def apart(
    seed: int, contents: Sequence[Hashable], labels: np.ndarray | None, groups: np.ndarray | None, where: str
) -> Rows:
    """Split examples 60/20/20 so that examples with equal contents, or of the same group, stay in one split.

    Without groups, every class has the same share of each split. The test split is the same for every seed.
    Raise RequestError if no split puts every class into all three parts.
    """
    units, what = _units(contents, groups), "different examples" if groups is None else "groups"
    _check_units(units, labels, where, what)
    stratified = labels is not None and groups is None
    held_out = max(round(SHARE * len(np.unique(units))), len(np.unique(labels)) if stratified else 1)
    for rest, test in _halves(np.arange(len(units)), units, labels, stratified, held_out, TEST_SEED):
        if labels is None or _fewest_units(units[rest], labels[rest])[0] > 1:
            for train, validation in _halves(rest, units, labels, stratified, held_out, seed):
                return {"train": train, "validation": validation, "test": test}
            break
    raise RequestError(f"{where}: no way of splitting the {what} puts every class into every split; add some")


def _units(contents: Sequence[Hashable], groups: np.ndarray | None) -> np.ndarray:
    """Return a unit number for every example (examples,); examples with the same number must stay in one split.

    Examples are in one unit if they have equal contents, are in one group, or are linked by a chain of such pairs.
    """
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
    if labels is not None and len(np.unique(labels)) < 2:
        raise RequestError(f"{where}: there is only one class, '{labels[0]}'")
    found, label = _fewest_units(units, np.zeros(len(units)) if labels is None else labels)
    if found < SPLITS_NEED:
        whose = "" if labels is None else f"class '{label}' has "
        raise RequestError(f"{where}: {whose}{found} {what}, but three splits need {SPLITS_NEED}")


def _fewest_units(units: np.ndarray, labels: np.ndarray) -> tuple[int, object]:
    """Return the number of units in the class with the fewest units, and the label of this class."""
    return min(((len(np.unique(units[labels == label])), label) for label in np.unique(labels)), key=lambda one: one[0])


def _halves(
    examples: np.ndarray, units: np.ndarray, labels: np.ndarray | None, stratified: bool, held_out: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield random pairs (rest, held-out examples) in which both parts have every class, from at most DRAWS draws.

    `held_out`: the number of units to hold out.
    """
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

    _, first, unit = np.unique(units[examples], return_index=True, return_inverse=True)
    strata = None if labels is None else labels[examples][first]
    splitter = StratifiedShuffleSplit if stratified else ShuffleSplit
    for _, out in splitter(n_splits=DRAWS, test_size=held_out, random_state=seed).split(first, strata):
        outside = np.isin(unit, out)
        parts = examples[~outside], examples[outside]
        if labels is None or len({len(np.unique(labels[part])) for part in (examples, *parts)}) == 1:
            yield parts
