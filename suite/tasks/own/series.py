"""Series: a task from a CSV file with one row per moment: from a window of past rows, predict a later value."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest_keyword, one_of
from suite.tasks.data import SPLITS, Data, Preparation
from suite.tasks.datasets.scaling import apply, whole
from suite.tasks.datasets.splits import before_last_quarter, check_rows, cuts
from suite.tasks.datasets.windows import cut_by_time, windows
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.dialect import Dialect, options
from suite.tasks.own.grids import Source, label_of, path_or_name, source
from suite.tasks.own.official import split_names, without_folds
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import FileDeclaration, declare
from suite.tasks.own.spacing import is_clock_change
from suite.tasks.own.table import Table, header, numbers, read_table
from suite.tasks.own.times import read_times
from suite.tasks.task import Declaration, Task

# new names, in files of predictions, of time columns whose own names are already used for the row numbers
TIME_NAMES = {"row": "row (file)"}
CHOICES = ("error", "drop", "previous")
DEFAULTS: Declaration = {
    "family": "series",
    "kind": "regression",
    "metric": "mse",
    "baseline": "last-value",
    "trained_baseline": "lags",
    "tags": ("real", "series"),
}


@closest_keyword
def series_from_csv(
    name: str,
    table: Any,
    *,
    target: str,
    features: Sequence[str] = (),
    window: int,
    horizon: int = 1,
    time: str | None = None,
    split: str | None = None,
    missing: str = "error",
    dates: str = "",
    zone: str = "",
    **more: Unpack[FileDeclaration],
) -> Task:
    """Register a task: from `window` past rows of the target and the features, predict the target `horizon` rows later.

    `time`: a column of numbers or ISO dates that must rise from row to row; without it, the rows must be in order.
    `missing`: "error" (refuse missing cells), "drop" (leave out their rows) or "previous" (repeat the cell above).
    `declared`: arguments of `task` that replace those in DEFAULTS. The rows are cut 60/20/20 in their order, which is
    the same for every seed; no window or target crosses a cut. With folds, testing walks forward over the last 40 %.
    `split`: a column that says "train", "validation" or "test", for a published split, which then is the only one;
    without "validation", the last quarter of the training rows validates. The file and its header are checked here; its
    cells are checked when a run loads them. Raise RequestError, which names the file, row and column, if a check fails.
    """
    for option, value in (("window", window), ("horizon", horizon)):
        check_at_least(option, value, 1)
    one_of("missing", missing, CHOICES)
    given, declared = options(more)
    file = source(table)
    columns = tuple(dict.fromkeys((target, *features)))
    dialect = header(file, Dialect.of(given), [*columns, *(column for column in (time, split) if column)]).dialect
    reader = SeriesReader(columns, window, horizon, time or "", missing, dates, zone, dialect)
    load = partial(load_series, table=file, reader=reader)
    text = f"{window} rows of {', '.join(columns)} in {label_of(file)}: what is {target}, {horizon} rows later?"
    fields: Declaration = {
        **DEFAULTS,
        "source": path_or_name(file),
        "official": bool(split),
        **declared,
    }
    return declare(name, without_folds(load, split) if split else load, text, fields)


@dataclass(frozen=True)
class SeriesReader:
    """Reads windows of rows from a CSV file; `series_from_csv` explains the settings.

    `columns`: the target, then the features. `time`: "" if there is no column of times.
    """

    kind: ClassVar[str] = "series"
    needs: ClassVar[tuple[str, ...]] = ("mean", "scale")
    columns: tuple[str, ...]
    window: int
    horizon: int
    time: str
    missing: str
    dates: str = ""
    zone: str = ""
    dialect: Dialect = field(default_factory=Dialect)

    def read(self, path: Path) -> Raw:
        """Read the values (rows, columns) in the order of time, and the row and time of each window's last row."""
        table, values, _ = self.rows(path)
        if len(values) < self.window:
            raise RequestError(
                f"{table.name} is too short: a window needs {self.window} rows, but the file has {len(values)}"
            )
        ends = slice(self.window - 1, None)
        time = {TIME_NAMES.get(self.time, self.time): table.columns[self.time][ends]} if self.time else {}
        return Raw(values, {"row": table.rows[ends]} | time)

    def rows(self, path: Source, beside: str = "") -> tuple[Table, np.ndarray, np.ndarray]:
        """Read the table, its values (rows, columns), and its times (rows,), or row numbers if it has no times.

        `beside`: another column for the table.
        """
        wanted = dict.fromkeys([*self.columns, *(column for column in (self.time, beside) if column)])
        table = read_table(path, list(wanted), self.dialect, self.missing, never=[self.time] if self.time else [])
        values = np.column_stack([numbers(table, column) for column in self.columns])
        return table, values, self._moments(table) if self.time else np.array(table.rows)

    def _moments(self, table: Table) -> np.ndarray:
        times = read_times(
            table.columns[self.time], lambda row: table.place(row, self.time), self.dates, self.zone
        ).values
        check_rising(table, times, self.time)
        return times

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, None]:
        """Return every complete window, scaled by the fitted scale, shape (windows, window, columns)."""
        ends = np.arange(self.window - 1, len(raw.examples))
        x = windows(raw.examples[:, None], ends, self.window)
        return apply(x, whole(x), fitted), None

    def shape(self, fitted: Preparation) -> tuple[int, int]:
        """Return the number of rows in a window and the number of columns."""
        return self.window, len(self.columns)


def load_series(seed: int, fold: Fold = ONE_SPLIT, *, table: Source, reader: SeriesReader, split: str = "") -> Data:
    """Load the windows of a file; they are the same for every seed. `split` names the column of given splits."""
    found, values, times = reader.rows(table, split)
    least = reader.window + reader.horizon
    if split:
        bounds = _given_bounds(found, split, least)
    else:
        check_rows(len(values), least, found.name, fold)
        bounds = cuts(len(values), fold)
    data = cut_by_time(times, values[:, None], window=reader.window, horizon=reader.horizon, bounds=bounds)
    return replace(data, preparation=dict(data.preparation) | settings(reader), sheet=found.sheet)


def _given_bounds(table: Table, column: str, least: int) -> list[int]:
    """Return the rows at which the splits in a column begin, and the number of rows.

    Raise RequestError if the splits are not in order, or if one of them has fewer than `least` rows.
    """
    where = f"{table.name}, column '{column}'"
    names = split_names(table.columns[column], lambda row: table.place(row, column), where)
    ranks = np.array([SPLITS.index(name) for name in names])
    for row in np.flatnonzero(np.diff(ranks) < 0) + 1:
        fault = f"'{names[row]}' comes after '{names[row - 1]}'"
        raise RequestError(f"{table.place(row, column)}: {fault}: a series needs the order {', '.join(SPLITS)}")
    first, second = np.searchsorted(ranks, (1, 2)).tolist()
    if first == second:
        first = before_last_quarter(second, least, where)
    bounds = [0, first, second, len(names)]
    for name, rows in zip(SPLITS, np.diff(bounds), strict=True):
        if rows < least:
            raise RequestError(f"{where}: the {name} split has {rows} rows, but a window and its target need {least}")
    return bounds


def check_rising(table: Table, times: np.ndarray, column: str) -> None:
    """Raise RequestError unless each time is later than that of the row before."""
    steps = np.diff(times)
    for row in np.flatnonzero(~(steps > steps.dtype.type(0)))[:1] + 1:
        before, own = times[row - 1 : row + 1]
        fault = "repeats the time of" if before == own else "is earlier than"
        way_out = f"sort the file by '{column}', one row per moment"
        if is_clock_change(before, own):
            way_out = "the clock was put back; name the time zone with zone=, such as 'Europe/Berlin'"
        raise RequestError(f"{table.place(row, column)} {fault} row {table.rows[row - 1]}: {way_out}")
