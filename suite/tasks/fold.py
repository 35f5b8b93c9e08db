"""Fold: names one of several test splits of the same data."""

from typing import NamedTuple


class Fold(NamedTuple):
    """The test split number `index` (from 0) of `folds` test splits.

    A task's function may take it as the argument `fold`. The test splits of different folds share no example.
    """

    index: int
    folds: int


ONE_SPLIT = Fold(0, 1)
