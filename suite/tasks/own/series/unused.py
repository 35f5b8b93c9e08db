"""Unused: looks through the columns that nobody named, for times and for names that tell series apart."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import Source, places
from suite.tasks.own.tables.numerals import is_absent, is_numeral
from suite.tasks.own.tables.spacing import is_clock_change
from suite.tasks.own.tables.table import LAST_ROWS, Table, header, read_cells
from suite.tasks.own.tables.times import read_times

# a cell that may be a date: digits on both sides of a mark, or of the name of a month
DATELIKE = re.compile(r"\d{1,4}\s?[-/.:]\s?\w{1,9}|\d{8}|[^\W\d]{3,9}\s\d{1,4}|\d{4} ?Q[1-4]|\d{9,}")
COUNTED = re.compile(r"\d{8,}(\.\d*)?")  # such as 20240131, or seconds since 1970
LONGEST_DATE = 40
ENOUGH = 20  # rows that say what a column has
MOST_PAIRED = 8  # columns of which all pairs are tried
BLOCKS = 0.05  # largest share of steps back: unsorted times have about a half, series below each other one per series


def unused(source: Source, dialect: Dialect, used: Sequence[str]) -> Table:
    """Return the columns of a table that are not used, except those whose names are empty or occur twice."""
    found = header(source, dialect, used)
    taken = {found.names[place] for place in places(found, used)}
    names = [name for name in found.names if name and name not in taken and found.names.count(name) == 1]
    return read_cells(source, names, found.dialect, marked=True) if names else Table(found.name, {}, [], found.dialect)


def check_untimed(table: Table) -> str:
    """Return which unused column looks like times, as a remark, or "" if there is none.

    Raise RequestError if the times of one fall from row to row, or repeat once for each of several series, because
    then the rows are not in the order of time.
    """
    _check_end(table)
    risen = ""
    for column, times in _times(table):
        steps = np.diff(times)
        none = np.timedelta64(0, "us")
        if (steps > none).all():
            risen = risen or f"column '{column}' looks like times: say time='{column}'"
        elif (steps <= none).all() and (steps < none).any():
            raise _request(table, column, "fall from row to row (the newest first)", f"say time='{column:.40}'")
        elif groups := apart(table, times, [column]):
            ways = f"say time='{column:.40}' and {named(groups)}"
            raise _request(table, column, f"repeat for each '{groups[0]:.40}' (several series)", ways)
        elif 0 < (steps < none).mean() <= BLOCKS and not _clock_changes(times, steps):
            row = table.rows[int(np.flatnonzero(steps < none)[0]) + 1]
            ways = f"say time='{column:.40}', and group= if these are several series"
            raise _request(table, column, f"go back at row {row}", ways)
    return risen


def _check_end(table: Table) -> None:
    """Raise RequestError if one of the last rows looks like a total: a word in a column of numbers or dates."""
    for column, cells in table.columns.items():
        body, end = cells[:-LAST_ROWS], cells[-LAST_ROWS:]
        if len(body) < ENOUGH or not all(_counts(cell, table) for cell in (*body[:ENOUGH], *body[-ENOUGH:])):
            continue
        for place, cell in enumerate(end):
            if not (_counts(cell, table) or is_absent(cell, table.dialect.absent)):
                row = table.rows[len(body) + place]
                raise RequestError(
                    f"{table.name}, row {row}, column '{column:.40}' is not a number or a date, unlike "
                    "the cells above it: delete the row if it is a total or a note, or say time='' if it is neither"
                )


def _counts(cell: str, table: Table) -> bool:
    return is_numeral(cell, table.dialect.marks) or _datelike(cell, table)


def _request(table: Table, column: str, fault: str, way_out: str) -> RequestError:
    return RequestError(
        f"{table.name}: the times in column '{column:.40}' {fault}: {way_out}, or time='' if the rows are in order"
    )


def _clock_changes(times: np.ndarray, steps: np.ndarray) -> bool:
    back = np.flatnonzero(steps < np.timedelta64(0, "us"))
    return all(is_clock_change(times[place], times[place + 1]) for place in back)


def _times(table: Table) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the unused columns all of whose cells are dates, and their times."""
    for column, cells in table.columns.items():
        if len(cells) < 3 or not _datelike(cells[0], table):
            continue
        try:
            times = read_times(cells, lambda row, name=column: table.place(row, name)).values
        except RequestError:  # some cell is no date
            continue
        if times.dtype.kind == "M":
            yield column, times


def _datelike(cell: str, table: Table) -> bool:
    if len(cell) > LONGEST_DATE or not DATELIKE.search(cell):
        return False
    return COUNTED.fullmatch(cell) is not None or not is_numeral(cell, table.dialect.marks)


def apart(table: Table, times: np.ndarray, without: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the column, or the two columns, that tell series apart: each series has its own times in order.

    Words are preferred to numbers, and the columns `without` are left out. Return () if there are none.
    """
    candidates = [column for column in table.columns if column not in without]
    numeric = [column for column in candidates if is_numeral(table.columns[column][0], table.dialect.marks)]
    ordered = [*(one for one in candidates if one not in numeric), *numeric]
    numbers = {column: np.unique(np.array(table.columns[column]), return_inverse=True)[1] for column in ordered}
    few = [column for column in ordered if numbers[column].max() < len(times) // 4]
    for chosen in [*((column,) for column in ordered), *combinations(few[:MOST_PAIRED], 2)]:
        keys = np.stack([numbers[column] for column in chosen], axis=1)
        if _tells_apart(np.unique(keys, axis=0, return_inverse=True)[1].ravel(), times):
            return chosen
    return ()


def named(groups: Sequence[str]) -> str:
    """Return how to name the columns that tell series apart."""
    if len(groups) == 1:
        return f"group='{groups[0]:.40}'"
    return f"group= with one column that joins {' and '.join(repr(group[:40]) for group in groups)}"


def _tells_apart(series: np.ndarray, times: np.ndarray) -> bool:
    order = np.argsort(series, kind="stable")
    same = np.diff(series[order]) == 0
    steps = np.diff(times[order])[same]
    none = np.zeros((), steps.dtype)
    return 2 <= series.max() + 1 <= len(series) // 2 and bool((steps > none).all() or (steps < none).all())
