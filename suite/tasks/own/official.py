"""Official: a test split that the owner of the data gives, which is then the only one."""

from collections.abc import Callable, Hashable, Sequence
from functools import partial

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.splits import Rows, apart, given
from suite.tasks.fold import ONE_SPLIT, Fold


def without_folds(load: "partial[Data]", split: object) -> "partial[Data]":
    """Return a function that loads the data with the given `split`, and takes no fold."""
    return partial(_load, load=load.func, **load.keywords, split=split)


def _load(seed: int, *, load: Callable[..., Data], **settings: object) -> Data:
    return load(seed, ONE_SPLIT, **settings)


def rows_of(
    seed: int, fold: Fold, split: np.ndarray | None, contents: Sequence[Hashable], labels: np.ndarray | None,
    groups: np.ndarray | None, where: str,
) -> Rows:  # fmt: skip
    """Split examples as `given` does if `split` names the split of each, else as `apart` does."""
    if split is None:
        return apart(seed, contents, labels, groups, where, fold)
    return given(seed, split, contents, labels, groups, where)


def split_names(names: Sequence[str], place: Callable[[int], str], where: str) -> np.ndarray:
    """Return the name of the split of every example as an array.

    `place(example)` says where its name was read. Raise RequestError if it is not the name of a split, or if there is
    no training or no test example.
    """
    for example, name in enumerate(names):
        if name not in SPLITS:
            raise RequestError(f"{place(example)}: the split must be one of {names_of(SPLITS)}")
    for needed in ("train", "test"):
        if needed not in names:
            raise RequestError(f"{where}: no example's split is '{needed}'")
    return np.array(names)
