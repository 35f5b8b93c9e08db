"""Profile: what the columns of a table look like, judged by its first rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.tables import numerals
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import Grid, Source, grid
from suite.tasks.own.tables.table import LAST_ROWS
from suite.tasks.own.tables.times import read_times

SAMPLE = 5_000  # rows
DIGIT = re.compile(r".*\d", re.DOTALL)
LONGEST_DATE = 60
DATELIKE = re.compile(
    r"\d{1,4}\s?[-/.:]\s?\w{1,9}[-/.: ]\s?\d|[^\W\d]{3,9}\.? \d{1,2},? \d{4}|\d\. ?[^\W\d]{3,9} \d{4}"
)
MOST = 0.9  # the share of cells that decides what a column is
SENTENCE = 3.0  # the mean number of words, or a sixth of that of characters, from which cells are texts


@dataclass(frozen=True)
class Column:
    """A column by its first rows: `cells` as text; the shares of cells that are `numbers` and that are `missing`.

    `moments`: its times, if all cells are times and not merely numbers; `words`: the mean number of words per cell.
    """

    name: str
    cells: Sequence[str]
    numbers: float
    missing: float
    moments: np.ndarray | None
    words: float

    @property
    def distinct(self) -> int:
        """The number of different cells."""
        return len({cell for cell in self.cells if cell})

    @property
    def is_number(self) -> bool:
        """Whether the column has numbers that are not times."""
        return self.numbers >= MOST and self.moments is None

    @property
    def is_text(self) -> bool:
        """Whether the column has texts of several words."""
        dates = sum(len(cell) <= LONGEST_DATE and DATELIKE.search(cell) is not None for cell in self.cells)
        return (
            self.numbers < 1 - MOST
            and self.moments is None
            and self.words >= SENTENCE
            and dates < MOST * len(self.cells)
        )

    @property
    def rises(self) -> bool:
        """Whether the column has numbers, each larger than the one above."""
        values = numerals.numbers(self.cells, numerals.Marks())
        return self.numbers == 1 and not self.missing and bool((np.diff(values) > 0).all())

    @property
    def varies(self) -> bool:
        """Whether the column has more than one value."""
        return self.distinct > 1


@dataclass(frozen=True)
class Profile:
    """A table by its first rows: its columns, and the number of all its rows."""

    table: Grid
    columns: tuple[Column, ...]
    rows: int

    def column(self, name: str) -> Column:
        """Return a column by its name."""
        return next(one for one in self.columns if one.name == name)


def profile(table: Source) -> Profile:
    """Return the profile of a table. Raise RequestError if it cannot be read or has no rows."""
    found = grid(table, Dialect())
    rows = iter(found.rows)
    first = [[*own, *[""] * len(found.header)][: len(found.header)] for _, own in islice(rows, SAMPLE)]
    if not first:
        raise RequestError(f"{found.name} has no row below its header: name a table with rows")
    columns = [
        _column(found, name, place, [row[place].strip() for row in first]) for place, name in enumerate(found.names)
    ]
    return Profile(found, tuple(one for one in columns if one.name), len(first) + sum(1 for _ in rows))


def _column(found: Grid, name: str, place: int, cells: list[str]) -> Column:
    known = [cell for cell in cells if not numerals.is_absent(cell, numerals.ABSENT)]
    values = numerals.numbers(known, found.dialect.marks)
    share = float(np.isfinite(values).mean()) if known else 0.0
    return Column(name, cells, share, 1 - len(known) / len(cells), _moments(known), _words(known))


def _words(cells: Sequence[str]) -> float:
    """Return the mean number of words of cells; a script without spaces has one word per two characters."""
    letters = [sum(1 for one in cell if ord(one) > 0x2E7F or 0x0E00 <= ord(one) < 0x1100) / 2 for cell in cells]
    return (
        float(np.mean([len(cell.split()) + dense for cell, dense in zip(cells, letters, strict=True)]))
        if cells
        else 0.0
    )


def _moments(cells: Sequence[str]) -> np.ndarray | None:
    """Return cells as times; None if some are none, or if all are plain numbers.

    The last rows are left out if they are totals or notes, which loading then names.
    """
    if not cells or not DIGIT.match(cells[0]):  # every way to write a time has digits
        return None
    found = _times(cells)
    if found is None and len(cells) > 10 * LAST_ROWS and not DIGIT.match(cells[-1]):
        return _times(cells[:-LAST_ROWS])
    return found


def _times(cells: Sequence[str]) -> np.ndarray | None:
    try:
        times = read_times(cells[:1], lambda example: "")
        values = read_times(cells, lambda example: "").values if times.values.dtype.kind == "M" else times.values
    except RequestError:
        return _ambiguous(cells)
    return values if values.dtype.kind == "M" else None


def _ambiguous(cells: Sequence[str]) -> np.ndarray | None:
    """Return dates of which it is not known whether the day or the month comes first, by the day-first format."""
    try:
        return read_times(cells, lambda example: "", dates="%d/%m/%Y").values
    except RequestError:
        return None
