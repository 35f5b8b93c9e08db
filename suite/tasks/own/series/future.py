"""Future: the windows of new data; they end at any row, because their targets need not be known yet."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.own.readers import Raw
from suite.tasks.own.series.building import built
from suite.tasks.own.series.faults import faults_of_windows, first_fault
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
    faults = faults_of_windows(settings, rows, ends)
    if len(faults) == len(ends):
        fault = next(iter(faults.values()), "") or first_fault(settings, rows)
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
