"""Future: the windows of new data, which end at every row, because their targets are not known yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.readers import Raw
from suite.tasks.own.series.building import built
from suite.tasks.own.series.gaps import gaps
from suite.tasks.own.series.moments import absent
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.settings import Settings

# new names, in files of predictions, of columns whose own names are already used for the row numbers
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
    return Raw(Windows(rows, ends), _origin(settings, rows, ends), _remark(settings, rows, ends), faults)


def _ends(settings: Settings, rows: Rows) -> Iterator[np.ndarray]:
    """Yield the last rows of the windows of each series."""
    bounds, missing = rows.bounds(), rows.lacks_target
    for start, stop in pairwise(bounds):
        if settings.known:
            observed = np.flatnonzero(~missing[start:stop])
            last = start + observed[-1] + 1 if len(observed) else start
            stop = min(stop - settings.horizon, last)
        yield np.arange(start + settings.window - 1, max(stop, start + settings.window - 1))


def _faults(settings: Settings, rows: Rows, ends: np.ndarray) -> dict[int, str]:
    """Return the position of every window that shows a row at fault, and why."""
    past = rows.values.shape[1] - len(settings.known)
    lacking = np.isnan(rows.values)
    own, known = np.any(lacking[:, :past], axis=1), np.any(lacking[:, past:], axis=1)
    if rows.states is not None:
        own |= rows.states == ""
    if settings.time:
        own |= absent(rows.times)
    crossed = gaps(rows) if settings.gaps == "split" else np.zeros(len(rows), bool)
    first, found = ends - settings.window + 1, {}
    kinds = ((own, 0), (known, settings.horizon if settings.known else 0), (crossed, -1))
    for fault, shift in kinds:
        nearest = _next(fault)
        begin, end = first + max(shift, 0), ends + shift
        for place in np.flatnonzero(nearest[np.minimum(begin, len(rows) - 1)] <= end) if len(rows) else ():
            row = int(nearest[begin[place]])
            found.setdefault(int(place), _gap(rows, row) if shift < 0 else _why(settings, rows, row))
    return dict(sorted(found.items()))


def _next(fault: np.ndarray) -> np.ndarray:
    """Return the first row from each on that is at fault, or the number of rows if there is none."""
    places = np.where(fault, np.arange(len(fault)), len(fault))
    return np.minimum.accumulate(places[::-1])[::-1]


def _why(settings: Settings, rows: Rows, row: int) -> str:
    table, example = rows.table, int(rows.at[row])
    if table.faults and example in table.faults:
        return table.faults[example]
    column = next(column for column, holes in table.holes.items() if holes[example])
    unfilled = ", and no row above fills it" if settings.missing == "previous" else ""
    return f"{table.place(example, column)} is empty{unfilled}: fill it in"


def _gap(rows: Rows, row: int) -> str:
    numbers = [rows.table.rows[int(rows.at[place])] for place in (row, row + 1)]
    return f"{rows.table.name}: the window crosses the gap between the rows {numbers[0]} and {numbers[1]}"


def _first_fault(settings: Settings, rows: Rows) -> str:
    """Return the first fault of any row, or "" if there is none."""
    for why in (rows.table.faults or {}).values():
        return why
    lacking = np.flatnonzero(np.isnan(rows.values).any(axis=1) | rows.lacks_target)
    return _why(settings, rows, int(lacking[0])) if len(lacking) else ""


def _too_short(settings: Settings, rows: Rows) -> str:
    longest = int(np.diff(rows.bounds()).max(initial=0))
    ahead = f" and known columns for {settings.horizon} more" if settings.known else ""
    which = "the longest series" if rows.several else "the file"
    return f"{rows.table.name} is too short: a window needs {settings.window} rows{ahead}, but {which} has {longest}"


def _remark(settings: Settings, rows: Rows, ends: np.ndarray) -> str:
    """Return which series have no prediction after their last observation, because known columns end too early."""
    lengths = np.diff(rows.bounds())
    short = [name for name, length in zip(rows.names, lengths, strict=True) if length < settings.window]
    if rows.several and short:
        return f"no prediction for {len(short)} series with fewer than {settings.window} rows: {', '.join(short[:10])}"
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
