"""Splits: assigns examples to the training, validation and test splits by class, by group, by time or as given."""

import math
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import pairwise

import numpy as np

from suite.errors import FoldError, RequestError, names_of
from suite.tasks.data import SPLITS
from suite.tasks.datasets.folds import SPLITS_NEED, test_rows
from suite.tasks.datasets.units import fewest_units, unit_numbers
from suite.tasks.fold import ONE_SPLIT, Fold

Rows = dict[str, np.ndarray]

ALWAYS_TRAIN = 0.6  # the share of a series that no fold tests or validates
SHARE = 0.2
QUARTER = 0.25
TEST_SEED = 0
DRAWS = 200


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


def stratified_test(
    labels: np.ndarray, fold: Fold, where: str, what: str, contents: Iterable[Hashable] | None = None
) -> np.ndarray:
    """Return the rows of a test split that has the same share of every class and is the same for every seed.

    One split tests a fifth of every class. With folds, each example is tested once, and examples with equal `contents`
    are tested together. Raise FoldError if a class has too few examples.
    """
    every = np.arange(len(labels))
    if fold.folds == 1:
        return draw(TEST_SEED, labels, every, SHARE)[1]
    units = every if contents is None else unit_numbers(contents)
    return test_rows(units, labels, fold, where, what)


def cuts(count: int, fold: Fold) -> list[int]:
    """Return at which of `count` distinct times training begins, and at which training, validation and test end.

    With one split, they get 60/20/20 % of the times. With folds, the test splits walk forward: the first 60 % always
    train, the other 40 % are cut into one block more than there are folds, and each fold validates on one block, is
    tested on the next, and trains on everything before.
    """
    ends = [fold.index, fold.index + 1, fold.index + 2]
    return [0, *(int((ALWAYS_TRAIN + (1 - ALWAYS_TRAIN) * (end / (fold.folds + 1))) * count) for end in ends)]


def by_time(times: np.ndarray, gap: int, where: str, fold: Fold = ONE_SPLIT) -> Rows:
    """Split examples at `cuts` in the order of their times, and leave out the last `gap` times of each split.

    Examples with the same time are in the same split. Raise RequestError if there are too few distinct times.
    """
    moments = len(np.unique(times))
    check_rows(moments, gap + 1, where, fold)
    return dict(zip(SPLITS, _between(times, cuts(moments, fold), gap), strict=True))


def _between(times: np.ndarray, cuts: Sequence[int], gap: int) -> list[np.ndarray]:
    """Return the rows between each cut and the next in the order of time, without the last `gap` distinct times."""
    moment = np.unique(times, return_inverse=True)[1]
    order = np.argsort(moment, kind="stable")
    return [order[(moment[order] >= start) & (moment[order] < stop - gap)] for start, stop in pairwise(cuts)]


def check_rows(rows: int, least: int, where: str, fold: Fold = ONE_SPLIT) -> None:
    """Raise RequestError if some split would have fewer than `least` rows when cut by time; with folds, FoldError."""
    needed = math.ceil(least * (fold.folds + 1) / (1 - ALWAYS_TRAIN)) + 1
    if rows >= needed:
        return
    fault = f"{where}: {rows} rows are too few to split by time"
    if fold.folds == 1:
        raise RequestError(f"{fault}: three splits of at least {least} rows need {needed}")
    raise FoldError(f"{fault}: {fold.folds} folds of at least {least} rows need {needed}; use fewer folds")


def apart(
    seed: int,
    contents: Sequence[Hashable],
    labels: np.ndarray | None,
    groups: np.ndarray | None,
    where: str,
    fold: Fold = ONE_SPLIT,
) -> Rows:
    """Split examples so that those with equal contents, or of the same group, stay in one split.

    With one split, the shares are 60/20/20 %. Without groups, every class has the same share of each split. The test
    split is the same for every seed; with folds, their test splits together contain every example once. Raise
    RequestError if no split puts every class into all three parts, or FoldError if the number of folds is the reason.
    """
    units, what = unit_numbers(contents, groups), "different examples" if groups is None else "groups"
    _check_units(units, labels, where, what)
    stratified = labels is not None and groups is None
    size = _size(units, labels, stratified, SHARE)
    every = np.arange(len(units))
    tests: Iterable[tuple[np.ndarray, np.ndarray]]
    if fold.folds > 1:
        test = test_rows(units, labels, fold, where, what, grouped=groups is not None)
        tests = [(np.setdiff1d(every, test), test)]
    else:
        tests = _halves(every, units, labels, stratified, size, TEST_SEED)
    for rest, test in tests:
        if labels is None or fewest_units(units[rest], labels[rest])[0] > 1:
            for train, validation in _halves(rest, units, labels, stratified, size, seed):
                return {"train": train, "validation": validation, "test": test}
            break
    fault = f"the {what} cannot be split so that every split contains every class"
    if fold.folds > 1:
        raise FoldError(f"{where}, fold {fold.index + 1} of {fold.folds}: {fault}: use fewer folds, or add {what}")
    raise RequestError(f"{where}: {fault}: add {what}")


def given(
    seed: int,
    split: np.ndarray,
    contents: Sequence[Hashable],
    labels: np.ndarray | None,
    groups: np.ndarray | None,
    where: str,
) -> Rows:
    """Split examples as `split` (examples,) names the split of each.

    If it names no validation split, a quarter of the training split is drawn for it, as `apart` does. Raise
    RequestError if that is impossible, or if the training split lacks a class of another split.
    """
    rows = {name: np.flatnonzero(split == name) for name in SPLITS}
    train = rows["train"]
    if labels is not None:
        _check_known(labels, rows, where)
    if len(rows["validation"]):
        return rows
    own_labels, own_groups = (None if values is None else values[train] for values in (labels, groups))
    units = unit_numbers([contents[row] for row in train], own_groups)
    stratified = labels is not None and groups is None
    if fewest_units(units, own_labels)[0] > 1:
        size = _size(units, own_labels, stratified, QUARTER)
        for rest, drawn in _halves(np.arange(len(train)), units, own_labels, stratified, size, seed):
            return rows | {"train": train[rest], "validation": train[drawn]}
    what = "examples" if labels is None else "examples of every class"
    raise RequestError(
        f"{where}: training has too few {what} to draw a validation split from: add some, or mark validation examples "
        "yourself"
    )


def _check_known(labels: np.ndarray, rows: Rows, where: str) -> None:
    for name in SPLITS:
        for label in np.setdiff1d(labels[rows[name]], labels[rows["train"]]):
            raise RequestError(
                f"{where}: class '{names_of([str(label)])}' is in the {name} split, but not in the training split"
            )


def given_test(times: np.ndarray, split: np.ndarray, gap: int, where: str) -> Rows:
    """Keep the given test split; of the other examples, the first three quarters by time train.

    The last quarter validates. Leave out the last `gap` times of the training and of the validation split. Raise
    RequestError if there are too few.
    """
    early, test = np.flatnonzero(split == "train"), np.flatnonzero(split == "test")
    moments = len(np.unique(times[early]))
    train, validation = _between(times[early], [0, before_last_quarter(moments, gap + 1, where), moments], gap)
    test = test[np.argsort(times[test], kind="stable")]
    return {"train": early[train], "validation": early[validation], "test": test}


def before_last_quarter(rows: int, least: int, where: str) -> int:
    """Return how many training rows come before their last quarter, which validates.

    Raise RequestError if the quarter has fewer than `least` rows.
    """
    cut = int((1 - QUARTER) * rows)
    if rows - cut < least:
        raise RequestError(
            f"{where}: {rows} training rows are too few: their last quarter validates, and needs {least} rows"
        )
    return cut


def _size(units: np.ndarray, labels: np.ndarray | None, stratified: bool, share: float) -> int:
    """Return the number of units to hold out: a share of them, and at least one of every class."""
    return max(round(share * len(np.unique(units))), len(np.unique(labels)) if labels is not None and stratified else 1)


def _check_units(units: np.ndarray, labels: np.ndarray | None, where: str, what: str) -> None:
    if labels is not None and len(np.unique(labels)) < 2:
        raise RequestError(f"{where}: there is only one class, '{names_of([str(labels[0])])}'")
    found, whose = fewest_units(units, labels)
    if found < SPLITS_NEED:
        raise RequestError(f"{where}: {whose}{found} {what}, but three splits need {SPLITS_NEED}")


def _halves(
    examples: np.ndarray, units: np.ndarray, labels: np.ndarray | None, stratified: bool, held_out: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield random pairs (rest, held-out examples) in which both parts have every class, from at most DRAWS draws.

    `held_out`: the number of units to hold out.
    """
    from sklearn.model_selection import ShuffleSplit, StratifiedShuffleSplit

    _, first, unit = np.unique(units[examples], return_index=True, return_inverse=True)
    strata = None if labels is None else labels[examples][first]
    if strata is not None and stratified and np.unique(strata, return_counts=True)[1].min() < 2:
        return  # as if all texts of a class are also texts of another one
    splitter = StratifiedShuffleSplit if stratified else ShuffleSplit
    for _, out in splitter(n_splits=DRAWS, test_size=held_out, random_state=seed).split(first, strata):
        outside = np.isin(unit, out)
        parts = examples[~outside], examples[outside]
        if labels is None or len({len(np.unique(labels[part])) for part in (examples, *parts)}) == 1:
            yield parts
