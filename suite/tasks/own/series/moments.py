"""Moments: the times of all rows, from one column or from those of dates and times of day, and rows in their order."""

from collections.abc import Callable, Sequence

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.series.settings import Settings
from suite.tasks.own.tables.spacing import is_clock_change
from suite.tasks.own.tables.table import Table
from suite.tasks.own.tables.times import Times, read_times

MOST_FAULTS = 20  # with more unreadable times than these, the format is wrong


def moments(settings: Settings, table: Table, series: Sequence[np.ndarray]) -> Times:
    """Return the times of all rows (in UTC if the time zone is named), or the row numbers without times.

    `series`: the rows of each series, whose order says which of two equal local times comes first. A missing time is
    refused, unless its row will be dropped; if the table notes faults, it is noted, and the time is NaT (or NaN).
    """
    if not settings.time:
        return Times(np.array(table.rows), "")
    hole = np.any([table.holes[column] for column in settings.timed], axis=0)
    for example in np.flatnonzero(hole) if settings.missing != "drop" else ():
        column = next(column for column in settings.timed if table.holes[column][example])
        table.fault(int(example), f"{table.place(int(example), column)} is empty: fill it in")
    known = np.flatnonzero(~hole)
    if not len(known):
        raise RequestError(f"{table.name}: every time in column '{settings.time:.60}' is missing: fill some in")
    found, known = _read(settings, table, known)
    values = np.full(len(table.rows), "NaT" if found.values.dtype.kind == "M" else np.nan, found.values.dtype)
    values[known] = found.values
    if settings.zone:
        _apply_zone(settings, table, values, series if settings.group else [np.arange(len(values))])
    return Times(values, found.read_as)


def _apply_zone(settings: Settings, table: Table, values: np.ndarray, series: Sequence[np.ndarray]) -> None:
    """Convert the local times of each series to UTC, in place."""
    for at in series:
        known = at[~absent(values[at])]

        def place(row: int, known: np.ndarray = known) -> str:
            return table.place(int(known[row]), settings.time)

        if len(known):
            values[known] = read_times(values[known], place, zone=settings.zone).values


def absent(times: np.ndarray) -> np.ndarray:
    """Return whether each time is unknown (rows,)."""
    return np.isnat(times) if times.dtype.kind == "M" else np.isnan(times)


def _read(settings: Settings, table: Table, known: np.ndarray) -> tuple[Times, np.ndarray]:
    """Return the times of the rows `known`, and the rows; those whose times cannot be read are noted and left out."""
    cells = _texts(settings, table)
    asked: list[int] = []

    def place(row: int) -> str:
        asked.append(row)
        return table.place(int(known[row]), settings.time)

    for _ in range(MOST_FAULTS):
        try:
            return read_times(cells[known], place, settings.dates), known
        except RequestError as error:
            if len(known) == 1 or not asked:
                raise
            table.fault(int(known[asked[-1]]), str(error))  # raises, unless faults are noted
            known = np.delete(known, asked.pop())
    return read_times(cells[known], place, settings.dates), known


def _texts(settings: Settings, table: Table) -> np.ndarray:
    """Return the times of all rows as text; a date and a time of day are joined by a space."""
    columns = [table.columns[column] for column in settings.timed]
    return np.array(columns[0] if len(columns) == 1 else [" ".join(own) for own in zip(*columns, strict=True)])


def in_order(table: Table, at: np.ndarray, times: np.ndarray, column: str, group: Callable[[], str]) -> np.ndarray:
    """Return the rows `at` of a series so that their `times` rise; they are turned around if the newest row is first.

    `times`: those of all rows of the table, NaT or NaN where a fault is noted. `group()`: how to name the
    columns that tell series apart, or "". Raise RequestError if the times neither rise nor fall from row to row.
    """
    known = at[~absent(times[at])]
    steps = np.diff(times[known])
    none = np.zeros((), steps.dtype)
    falls = len(steps) > 0 and bool((steps <= none).all() and (steps < none).any())
    known = known[::-1] if falls else known
    for place in np.flatnonzero(~(np.diff(times[known]) > none))[:1]:
        _refuse(table, int(known[place]), int(known[place + 1]), times, column, group)
    return at[::-1] if falls else at


def _refuse(table: Table, before: int, own: int, times: np.ndarray, column: str, group: Callable[[], str]) -> None:
    repeats = times[before] == times[own]
    how = "repeats the time of" if repeats else "is earlier than"
    fault = f"{table.place(own, column)} {how} row {table.rows[before]}"
    if way_out := group():
        raise RequestError(f"{fault}: if there are several series, name the column that tells them apart: {way_out}")
    if is_clock_change(times[before], times[own]):
        raise RequestError(f"{fault}: the clock was put back; name the time zone with zone=, such as 'Europe/Berlin'")
    raise RequestError(f"{fault}: sort the file by '{column:.60}', one row per moment")
