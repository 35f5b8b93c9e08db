"""Building: from the cells of a table to the rows of its series."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from suite.tasks.own.series import statics
from suite.tasks.own.series.members import below_each_other, beside_each_other
from suite.tasks.own.series.missing import refuse_missing, settled
from suite.tasks.own.series.moments import in_order, moments
from suite.tasks.own.series.rows import Member, Rows
from suite.tasks.own.series.settings import Settings
from suite.tasks.own.series.unused import apart, named, unused
from suite.tasks.own.tables import table as tables
from suite.tasks.own.tables.grids import Source
from suite.tasks.own.tables.numerals import ABSENT
from suite.tasks.own.tables.table import Table, read_cells

HOUR = re.compile(r"[01]?\d|2[0-4]")


@dataclass(frozen=True)
class _Cells:
    """The cells of a table. `times`: those of all rows. `values`: column -> numbers or words."""

    table: Table
    times: np.ndarray
    values: Mapping[str, np.ndarray]
    beside: str
    group: Callable[[], str]


def built(settings: Settings, source: Source, beside: str = "", marked: bool = False) -> tuple[Rows, str]:
    """Return the rows of all series, and how their times were read; `beside`: another column to read.

    If `marked`, faults are noted instead of refused. Raise RequestError, which names the file, row and column.
    """
    columns = [*settings.read_columns, *([beside] if beside else [])]
    table = read_cells(source, columns, settings.dialect, marked=marked)
    table = _with_words(table, _words(settings, beside))
    members = _members(settings, table)
    times = moments(settings, table, [member.at for member in members])
    worded = {member.columns[0] for member in members} if settings.ask == "class" else set()
    wanted = dict.fromkeys(column for member in members for column in member.columns)
    values = {
        column: _states(table, column) if column in worded else tables.numbers(table, column) for column in wanted
    }

    def group() -> str:
        taken = [
            *settings.timed,
            *(member.columns[0] for member in members),
            *([settings.group] * bool(settings.group)),
        ]
        others = unused(source, table.dialect, taken)
        found = apart(others, times.values)
        if len(found) == 1 and not settings.clock and all(HOUR.fullmatch(cell) for cell in others.columns[found[0]]):
            return f"{named(found)}, or time=['{settings.time:.40}', '{found[0]:.40}'] if these are hours"
        return named(found) if found else ""

    cells = _Cells(table, times.values, values, beside, group)
    return Rows.joined([_rows(settings, cells, one) for one in members]), times.read_as


def _members(settings: Settings, table: Table) -> list[Member]:
    if settings.members:
        return beside_each_other(table, settings.members, settings.wide)
    if settings.group:
        return below_each_other(table, settings.group, settings.own)
    return [Member("", np.arange(len(table.rows)), settings.own)]


def _words(settings: Settings, beside: str) -> set[str]:
    """Return the columns of words: names of series and of splits, static columns, and states."""
    states = {settings.columns_of(place)[0] for place in range(max(len(settings.members), 1))}
    return {settings.group, beside, *settings.static, *(states if settings.ask == "class" else ())} - {""}


def _with_words(table: Table, columns: set[str]) -> Table:
    """Return the table in which words such as "none" or "NA" do not mean "missing" in these columns.

    If the user gives absent=, the words named there do.
    """
    if table.dialect.absent != ABSENT:
        return table
    empty = {column: np.array([cell == "" for cell in table.columns[column]], bool) for column in columns}
    return replace(table, holes={**table.holes, **empty})


def _states(table: Table, column: str) -> np.ndarray:
    """Return the states in a column; one number that is written in several ways, such as 1 and 1.0, is one state."""
    numbers = tables.numerals.numbers(table.columns[column], table.dialect.marks)
    if np.isnan(numbers[~table.holes[column]]).any():
        return np.array(table.columns[column], dtype=np.str_)
    return np.array(["" if np.isnan(number) else f"{number:.12g}" for number in numbers.tolist()])


def _rows(settings: Settings, cells: _Cells, member: Member) -> Rows:
    """Return the rows of one series, in the order of time and without missing cells."""
    table, target, at = cells.table, member.columns[0], member.at
    columns = (*member.columns, *((cells.beside,) if cells.beside else ()))
    if settings.missing == "error" and not settings.several:
        refuse_missing(table, at, columns)  # before any fault in the order of the times, which may be in a later row
    if settings.time and settings.missing == "drop":
        at = at[~np.any([table.holes[column][at] for column in settings.timed], axis=0)]
    if settings.time:
        at = in_order(table, at, cells.times, settings.time, cells.group)
    at, trimmed, future = _span(settings, table, at, target)
    kept = settled(table, at, columns, settings.missing, future)
    shown = [cells.values[column][kept.sources[column]] for column in member.columns]
    words = settings.ask == "class"
    numbers = shown[1:] if words else shown
    return Rows(
        table,
        (member.name,),
        np.zeros(len(kept.at), int),
        kept.at,
        cells.times[kept.at],
        np.column_stack(numbers) if numbers else np.empty((len(kept.at), 0)),
        shown[0] if words else None,
        kept.filled.get(target, np.zeros(len(kept.at), bool)),
        kept.breaks,
        {column: [statics.text_of(table, member.at, column)] for column in settings.static},
        turned=int(len(at) > 1 and at[0] > at[-1]),
        trimmed=trimmed,
    )


def _span(settings: Settings, table: Table, at: np.ndarray, target: str) -> tuple[np.ndarray, int, int]:
    """Return the rows of a series, how many were left out at its ends, and how many are after the last observation.

    One of several series may begin later than others, or end earlier: its target is then missing at its ends. Rows of
    new data after the last observation stay if they show known columns.
    """
    seen = np.flatnonzero(~table.holes[target][at])
    first, last = (seen[0], seen[-1] + 1) if len(seen) else (0, 0)
    future = len(at) - last if settings.known and table.faults is not None else 0
    if not settings.several:
        return at, 0, future
    stop = last if table.faults is None else len(at)
    return at[first:stop], int(len(at) - (stop - first)), future
