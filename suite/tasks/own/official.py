"""Official: a test split that the owner of the data gives, which is then the only one."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.data import SPLITS, Data
from suite.tasks.fold import ONE_SPLIT


def without_folds(load: "partial[Data]", split: object) -> "partial[Data]":
    """Return a function that loads the data with the given `split`, and takes no fold."""
    return partial(_load, load=load.func, **load.keywords, split=split)


def _load(seed: int, *, load: Callable[..., Data], **settings: object) -> Data:
    return load(seed, ONE_SPLIT, **settings)


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
