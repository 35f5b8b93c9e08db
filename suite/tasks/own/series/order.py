"""Order: puts the rows of a series into the order of time, and names the first row that is out of order."""

from collections.abc import Callable

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.series.moments import absent
from suite.tasks.own.tables.spacing import is_clock_change
from suite.tasks.own.tables.table import Table


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
