"""Folds: checks that folds test different examples, meet the rules of a single split, and do not depend on the seed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from suite.errors import FoldError
from suite.tasks.checks import declaration, scaling, split_leaks
from suite.tasks.checks.finding import Finding, applied, offending, rule_name
from suite.tasks.checks.seeds import OTHER, same_test, unscaled
from suite.tasks.data import Data
from suite.tasks.datasets.vocabulary import UNKNOWN
from suite.tasks.fold import Fold
from suite.tasks.task import Task

MOST = 3
SKETCH = 16  # numbers that stand for an example of floats when two examples are compared
CLOSE = 1e-3
IN_EVERY_FOLD: tuple[Callable[[Task, Data], Iterator[Finding]], ...] = (
    declaration.classes_everywhere,
    declaration.tokens_within_vocabulary,
    declaration.padding_is_zero,
    split_leaks.contents_apart,
    split_leaks.groups_apart,
    split_leaks.times_in_order,
    split_leaks.windows_apart,
    scaling.scale_from_training,
)


def folds_of(task: Task, seed: int) -> list[Data]:
    """Return the data of three folds of a task, of two if it has no three, or [] if it has only one test split."""
    for count in range(MOST, 1, -1) if task.takes_fold else ():
        try:
            return [_loaded(task, seed, Fold(index, count)) for index in range(count)]
        except FoldError:  # the task is not at fault if its data are too few
            continue
    return []


def _loaded(task: Task, seed: int, fold: Fold) -> Data:
    try:
        return task.load(seed, fold=fold)
    except ValueError as error:
        raise ValueError(f"fold {fold.index + 1} of {fold.folds}: {error}") from error


def folds_apart(task: Task, folds: Sequence[Data]) -> Iterator[Finding]:
    """Check that no two folds share test times or, for data without times, test groups or contents.

    Floats are compared in their original units, up to a thousandth of their spread; texts, only if all their words are
    known in both folds.
    """
    for (one, first), (other, second) in combinations(enumerate(folds, 1), 2):
        for what, shared in _shared(first, second):
            yield from offending(f"folds {one} and {other} test the same {what}", f"fold {other} test", shared)


def folds_sound(task: Task, folds: Sequence[Data]) -> Iterator[Finding]:
    """Check that every fold keeps the rules for classes, tokens, padding, contents, groups, times and scales."""
    for number, data in enumerate(folds, 1):
        for rule in IN_EVERY_FOLD:
            for finding in applied(rule, task, data):
                yield replace(finding, what=f"fold {number} of {len(folds)}, {rule_name(rule)}: {finding.what}")


def folds_fixed(task: Task, folds: Sequence[Data]) -> Iterator[Finding]:
    """Check that another seed does not change which examples a fold tests."""
    for index, data in enumerate(folds):
        if not same_test(data, task.load(OTHER, fold=Fold(index, len(folds)))):
            yield Finding(
                f"the test split of fold {index + 1} of {len(folds)} changes with the seed: "
                "assign examples to folds with a fixed seed"
            )


def _shared(one: Data, other: Data) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what the test examples of two folds are compared by, and which examples of the other fold share it."""
    if one.times is not None and other.times is not None:
        yield "time", np.isin(other.times["test"], one.times["test"])
        return
    if one.groups is not None and other.groups is not None:
        yield "group", np.isin(other.groups["test"], one.groups["test"])
    if one.tokens:
        seen = set(_sentences(one)) - {None}
        yield "content", np.array([sentence in seen for sentence in _sentences(other)])
    else:
        yield "content", _near(one, other)


def _sentences(data: Data) -> list[bytes | tuple[str, ...] | None]:
    """Return the words of every test text, None if one of them is unknown, or the tokens if there is no vocabulary."""
    x, vocabulary = data.test[0], data.preparation.get("vocabulary")
    if vocabulary is None:
        return [row.tobytes() for row in x]
    return [None if (row == UNKNOWN).any() else tuple(vocabulary[row[row > 0]]) for row in x]


def _near(one: Data, other: Data) -> np.ndarray:
    """Return which float examples of the other test split are also in the first one, up to rounding.

    Different training splits scaled and cut them, so that no bytes are equal. Therefore random sums of the values are
    compared, which are far apart unless all values are nearly equal.
    """
    from scipy.spatial import KDTree

    x, again = unscaled(one), unscaled(other)
    spread = x.std(axis=(0, 1))
    weights = np.random.default_rng(0).standard_normal((max(x.shape[1], again.shape[1]), x.shape[2], SKETCH))
    weights /= np.where(spread > 0, spread, 1)[:, None]
    sketches = [np.tensordot(values, weights[: values.shape[1]]) for values in (x, again)]
    return KDTree(sketches[0]).query(sketches[1], distance_upper_bound=CLOSE)[0] < CLOSE
