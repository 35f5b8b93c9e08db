"""Faults: which windows of new data show a row that cannot be read, and why."""

import numpy as np

from suite.tasks.own.series.gaps import gaps, spacings
from suite.tasks.own.series.moments import absent
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.settings import Settings


def faults_of_windows(settings: Settings, rows: Rows, ends: np.ndarray) -> dict[int, str]:
    """Return position -> fault for every window that shows a row at fault; `ends`: the last rows of all windows."""
    found: dict[int, str] = {}
    starts = ends - settings.window + 1
    ahead = settings.horizon if settings.known else 0
    for place, row in _shown(_past(settings, rows), starts, ends):
        found.setdefault(place, _why(settings, rows, row, settings.past_columns(rows.series[row])))
    for place, row in _shown(_known(settings, rows), starts + ahead, ends + ahead):
        found.setdefault(place, _why(settings, rows, row, settings.known_columns(rows.series[row])))
    crossed = gaps(rows, spacings(rows) if settings.time else []) if settings.gaps == "split" else np.zeros(0, bool)
    for place, row in _shown(crossed, starts, ends - 1):
        found.setdefault(place, _gap(rows, row))
    return dict(sorted(found.items()))


def first_fault(settings: Settings, rows: Rows) -> str:
    """Return the first fault of any row, or "" if there is none."""
    for why in (rows.table.faults or {}).values():
        return why
    for row in np.flatnonzero(_past(settings, rows))[:1]:
        return _why(settings, rows, int(row), settings.past_columns(rows.series[row]))
    return ""


def _past(settings: Settings, rows: Rows) -> np.ndarray:
    """Return whether each row lacks its time, its target, a feature, or the static columns of its series."""
    lacking = rows.lacks_target | np.any(np.isnan(_split(settings, rows)[0]), axis=1)
    if settings.time:
        lacking |= absent(rows.times)
    for texts in rows.statics.values():
        lacking |= np.array([text == "" for text in texts], bool)[rows.series]
    return lacking


def _known(settings: Settings, rows: Rows) -> np.ndarray:
    """Return whether each row lacks a known column."""
    return np.any(np.isnan(_split(settings, rows)[1]), axis=1)


def _split(settings: Settings, rows: Rows) -> tuple[np.ndarray, np.ndarray]:
    past = rows.values.shape[1] - len(settings.known)
    return rows.values[:, :past], rows.values[:, past:]


def _shown(fault: np.ndarray, starts: np.ndarray, ends: np.ndarray) -> list[tuple[int, int]]:
    """Return the position of each window with a row at fault from its start to its end, and the first such row."""
    if not fault.any():
        return []
    places = np.where(fault, np.arange(len(fault)), len(fault))
    nearest = np.minimum.accumulate(places[::-1])[::-1][starts]
    return [(int(place), int(nearest[place])) for place in np.flatnonzero(nearest <= ends)]


def _why(settings: Settings, rows: Rows, row: int, columns: tuple[str, ...]) -> str:
    table, example = rows.table, int(rows.at[row])
    if table.faults and example in table.faults:
        return table.faults[example]
    column = next(column for column in (*columns, *settings.static) if table.holes[column][example])
    unfilled = ", and no row above fills it" if settings.missing == "previous" else ""
    return f"{table.place(example, column)} is empty{unfilled}: fill it in"


def _gap(rows: Rows, row: int) -> str:
    numbers = [rows.table.rows[int(rows.at[place])] for place in (row, row + 1)]
    return f"{rows.table.name}: the window crosses the gap between the rows {numbers[0]} and {numbers[1]}"
