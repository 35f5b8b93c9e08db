"""Rows: the rows of all series of a table as arrays, one series after the other, each in the order of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from suite.tasks.own.tables.table import Table

ARRAYS = ("at", "times", "values", "filled", "breaks")


class Member(NamedTuple):
    """One series of a table: its name, its rows `at` (examples of the table), and the names of its columns there.

    `columns`: the target, the features and the known columns.
    """

    name: str
    at: np.ndarray
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Rows:
    """The rows of all series, one series after the other, each in the order of time.

    `table`: where they are from. `names`: those of the series, ("",) if there is just one. `series` (rows,): the number
    of each row's series. `at` (rows,): its example in the table. `times` (rows,). `values` (rows, numbers): the target
    (unless it is words), the features and the known columns; NaN where a fault is noted. `states` (rows,): the target
    if it is words. `filled` (rows,): whether the target was filled in. `breaks` (rows,): whether something may be
    missing between the row and the next one. `statics`: column -> the text of every series. `turned`: how many series
    were read in the opposite order. `trimmed`: how many rows before the first and after the last target were left out.
    """

    table: Table
    names: tuple[str, ...]
    series: np.ndarray
    at: np.ndarray
    times: np.ndarray
    values: np.ndarray
    states: np.ndarray | None
    filled: np.ndarray
    breaks: np.ndarray
    statics: Mapping[str, Sequence[str]]
    turned: int = 0
    trimmed: int = 0

    def __len__(self) -> int:
        return len(self.series)

    @property
    def several(self) -> bool:
        """Whether the series have names."""
        return self.names != ("",)

    @classmethod
    def joined(cls, parts: Sequence[Self]) -> Self:
        """Return the rows of several series of one table, given those of each."""
        if len(parts) == 1:
            return parts[0]
        together = {name: np.concatenate([getattr(part, name) for part in parts]) for name in ARRAYS}
        first = parts[0]
        return replace(
            first,
            **together,
            names=tuple(part.names[0] for part in parts),
            series=np.repeat(np.arange(len(parts)), [len(part) for part in parts]),
            states=None if first.states is None else np.concatenate([part.states for part in parts]),
            statics={column: [part.statics[column][0] for part in parts] for column in first.statics},
            turned=sum(part.turned for part in parts),
            trimmed=sum(part.trimmed for part in parts),
        )

    def bounds(self) -> np.ndarray:
        """Return the first row of each series, and the number of all rows, shape (series + 1,)."""
        return np.searchsorted(self.series, np.arange(len(self.names) + 1))

    def later(self, values: np.ndarray, steps: int) -> np.ndarray:
        """Return the values that the same series has `steps` rows later, NaN after its end, shape of `values`."""
        found = np.full(values.shape, np.nan)
        if steps < len(self):
            same = self.series[steps:] == self.series[:-steps]
            found[:-steps][same] = values[steps:][same]
        return found

    def changes(self) -> np.ndarray:
        """Return the relative change of each row's target since the row before, 0 in the first row of a series."""
        own, first = self.values[:, 0], np.diff(self.series, prepend=-1) != 0
        before = np.where(first, own, np.roll(own, 1))
        with np.errstate(divide="ignore", invalid="ignore"):  # a later check refuses what is not finite
            return own / before - 1

    @property
    def lacks_target(self) -> np.ndarray:
        """Whether each row's target is missing (rows,)."""
        return np.isnan(self.values[:, 0]) if self.states is None else self.states == ""
