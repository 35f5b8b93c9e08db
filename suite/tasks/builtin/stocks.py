"""Stocks: the daily S&P 500 from 1999 to 2018, its volatility over the next week and its next return."""

import csv
import gzip
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.tasks.data import Data
from suite.tasks.datasets.packaged import packaged
from suite.tasks.datasets.windows import cut_by_time
from suite.tasks.task import task

WINDOW = 20
WEEK = 5
SOURCE = "daily S&P 500, 1999-2018, as shipped in the Python package arch"
LICENCE = "NCSA (the package arch)"


@dataclass(frozen=True)
class Days:
    """Trading days in order: `dates` (ISO), `returns` and `ranges` (log close to close, log high to low) in percent."""

    dates: np.ndarray
    returns: np.ndarray
    ranges: np.ndarray

    @property
    def volatility(self) -> np.ndarray:
        """Log of the realised volatility (root of the summed squared returns) of the week that ends on each day."""
        return weekly_volatility(self.returns)


sp500 = partial(
    task,
    family="stocks",
    kind="regression",
    metric="mse",
    trained_baseline="lags",
    licence=LICENCE,
    source=SOURCE,
    tags=("real", "series"),
)


@sp500("sp500-volatility", baseline="last-value")
def sp500_volatility(seed: int) -> Data:
    """Twenty days of the S&P 500: what is the log of the realised volatility, in percent, of the next five days?

    Real prices, cut by date, the same for every seed. Best possible error: not known.
    """
    days = read_days()
    features = np.column_stack([days.volatility, days.returns, days.ranges])
    return cut_by_time(days.dates, features[:, None], window=WINDOW, horizon=WEEK, before=WEEK - 1)


@sp500("sp500-return", baseline="zero")
def sp500_return(seed: int) -> Data:
    """Twenty days of the S&P 500: what is the next day's log return, in percent?

    Real prices, cut by date, the same for every seed. Best possible error: not known, hardly below
    that of a zero return.
    """
    days = read_days()
    features = np.column_stack([days.returns, days.volatility, days.ranges])
    return cut_by_time(days.dates, features[:, None], window=WINDOW, before=WEEK - 1)


@cache
def read_days() -> Days:
    """Read the prices in the package `arch` without importing it; raise RequestError if it is not installed."""
    path = packaged("arch", "data/sp500/sp500.csv.gz", "the S&P 500 prices", "arch")
    with gzip.open(path, "rt", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    dates = np.array([datetime.strptime(row["Date"], "%m/%d/%Y").date().isoformat() for row in rows])
    close, high, low = (np.log([float(row[column]) for row in rows]) for column in ("Close", "High", "Low"))
    return Days(dates[1:], 100 * np.diff(close), 100 * (high - low)[1:])


def weekly_volatility(returns: np.ndarray) -> np.ndarray:
    """Return the log root of squared returns summed over the week up to each day, NaN before the first week."""
    week = np.sqrt(sliding_window_view(returns**2, WEEK, axis=0).sum(axis=-1))
    return np.concatenate([np.full((WEEK - 1, *returns.shape[1:]), np.nan), np.log(week)])
