"""Series splits: which split each row of a series is in: cut by time, or as a column says."""

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import SPLITS
from suite.tasks.datasets.splits import before_last_quarter, check_rows, cuts
from suite.tasks.fold import Fold
from suite.tasks.own.official import split_names
from suite.tasks.own.series.rows import Rows


def parts_by_time(rows: Rows, least: int, fold: Fold) -> np.ndarray:
    """Return the number of the split of every row, 3 for rows that are in none.

    All series are cut at the same times: `cuts` of the different times of all series. Raise RequestError, or FoldError
    with folds, if some split would have fewer than `least` times.
    """
    count, moment = _moments(rows, np.arange(len(rows)))
    check_rows(count, least, rows.table.name, fold)
    return np.searchsorted(cuts(count, fold)[1:], moment, side="right")


def _moments(rows: Rows, chosen: np.ndarray) -> tuple[int, np.ndarray]:
    """Return the number of different times of the chosen rows, and the place of each row's time among them."""
    if not rows.several:  # the times of one series rise
        return len(chosen), np.arange(len(chosen))
    times, moment = np.unique(rows.times[chosen], return_inverse=True)
    return len(times), moment


def given_parts(rows: Rows, column: str, least: int) -> np.ndarray:
    """Return the number of the split that a column names for every row.

    Without validation rows, the last quarter of the training times validates. Raise RequestError if the splits of a
    series are not in order, or if one of them has fewer than `least` rows.
    """
    table, cells = rows.table, rows.table.columns[column]
    where = f"{table.name}, column '{column}'"
    names = split_names([cells[one] for one in rows.at], lambda row: table.place(int(rows.at[row]), column), where)
    parts = np.array([SPLITS.index(name) for name in names])
    for row in np.flatnonzero((np.diff(parts) < 0) & (np.diff(rows.series) == 0)) + 1:
        fault = f"'{names[row]}' comes after '{names[row - 1]}'"
        place = table.place(int(rows.at[row]), column)
        raise RequestError(f"{place}: {fault}: a series needs the order {', '.join(SPLITS)}")
    if not (parts == 1).any():
        train = np.flatnonzero(parts == 0)
        count, moment = _moments(rows, train)
        parts[train[moment >= before_last_quarter(count, least, where)]] = 1
    for name, size in zip(SPLITS, np.bincount(parts, minlength=3), strict=True):
        if size < least:
            raise RequestError(f"{where}: the {name} split has {size} rows, but a window and its target need {least}")
    return parts
