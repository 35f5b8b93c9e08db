"""Future: the windows of new data, which end at any row, and why some of them cannot be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.own.readers import Raw
from suite.tasks.own.series.building import built
from suite.tasks.own.series.gaps import gaps, spacings
from suite.tasks.own.series.moments import absent
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.settings import Settings

# in files of predictions, columns that are named like the row numbers get new names
NAMES = {"row": "row (file)"}
SERIES = "series"  # the column that names series beside each other


@dataclass(frozen=True)
class Windows:
    """The windows that end at the rows `ends`."""

    rows: Rows
    ends: np.ndarray


def read_windows(settings: Settings, path: Path) -> Raw:
    """Read every window of every series, in the order of the series and of time.

    Known columns must reach `horizon` rows beyond a window. Raise RequestError if there is no window without a fault.
    """
    rows, _ = built(settings, path, marked=True)
    ends = np.concatenate([np.arange(0), *_ends(settings, rows)])
    faults = _faults(settings, rows, ends)
    if len(faults) == len(ends):
        fault = next(iter(faults.values()), "") or _first_fault(settings, rows)
        raise RequestError(fault or _too_short(settings, rows))
    return Raw(Windows(rows, ends), _origin(settings, rows, ends), _remark(settings, rows), faults)


def _ends(settings: Settings, rows: Rows) -> Iterator[np.ndarray]:
    """Yield the last rows of the windows of each series."""
    bounds, missing = rows.bounds(), rows.lacks_target
    for start, stop in pairwise(bounds):
        if settings.known:
            observed = np.flatnonzero(~missing[start:stop])
            last = start + observed[-1] + 1 if len(observed) else start
            stop = min(stop - settings.horizon, last)
        yield np.arange(start + settings.window - 1, max(stop, start + settings.window - 1))


def _too_short(settings: Settings, rows: Rows) -> str:
    longest = int(np.diff(rows.bounds()).max(initial=0))
    ahead = f" and known columns for {settings.horizon} more" if settings.known else ""
    which = "the longest series" if rows.several else "the file"
    return f"{rows.table.name} is too short: a window needs {settings.window} rows{ahead}, but {which} has {longest}"


def _remark(settings: Settings, rows: Rows) -> str:
    """Return which series are too short for a prediction, or "" if none is."""
    lengths = np.diff(rows.bounds())
    short = [name for name, length in zip(rows.names, lengths, strict=True) if length < settings.window]
    if rows.several and short:
        return f"no prediction for {len(short)} series with fewer than {settings.window} rows: {names_of(short)}"
    return ""


def _origin(settings: Settings, rows: Rows, ends: np.ndarray) -> dict[str, list]:
    """Return where each window's last row is from: its row number, its times as they are written, and its series."""
    table, at = rows.table, rows.at[ends].tolist()
    origin = {"row": [table.rows[example] for example in at]}
    for column in (*settings.timed, *((settings.group,) if settings.group else ())):
        origin[NAMES.get(column, column)] = [table.columns[column][example] for example in at]
    if settings.members:
        origin[SERIES] = [rows.names[one] for one in rows.series[ends]]
    return origin


def _faults(settings: Settings, rows: Rows, ends: np.ndarray) -> dict[int, str]:
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


def _first_fault(settings: Settings, rows: Rows) -> str:
    """Return the first fault of any row; "" if every row can be read."""
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
