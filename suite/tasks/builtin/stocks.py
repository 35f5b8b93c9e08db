"""Stocks: tasks on the daily S&P 500 from 1999 to 2018: next week's volatility, and the next day's return."""

import csv
import gzip
from collections.abc import Sequence
from datetime import datetime
from functools import cache, partial

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.tasks.data import Data
from suite.tasks.datasets.cache import Arrays
from suite.tasks.datasets.packaged import packaged
from suite.tasks.datasets.splits import check_rows
from suite.tasks.datasets.windows import cut_by_time
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import task

WINDOW = 20
WEEK = 5
SOURCE = "daily S&P 500, 1999-2018, as shipped in the Python package arch"
LICENCE = "NCSA (the package arch)"


sp500 = partial(
    task, family="stocks", kind="regression", metric="mse", licence=LICENCE, source=SOURCE, tags=("real", "series")
)


@sp500(
    "sp500-volatility",
    title="S&P 500 volatility",
    baseline="last-value",
    trained_baseline=("lags", "har", "gradient-boosting"),
)
def sp500_volatility(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Twenty days of the S&P 500: what is the log of the realised volatility, in percent, of the next five days?

    Real prices, cut by date, the same for every seed. With folds, testing walks forward over the last 40 % of the days.
    Best possible error: not known.
    """
    return cut_days(read_days(), ("volatility", "returns", "ranges"), WEEK, fold)


@sp500("sp500-return", title="S&P 500 return", baseline="zero", trained_baseline=("lags", "gradient-boosting"))
def sp500_return(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Twenty days of the S&P 500: what is the next day's log return, in percent?

    Real prices, cut by date, the same for every seed. With folds, testing walks forward over the last 40 % of the days.
    Best possible error: not known, hardly below that of a zero return.
    """
    return cut_days(read_days(), ("returns", "volatility", "ranges"), 1, fold)


@cache
def read_days() -> Arrays:
    """Read the daily prices in the package `arch` without importing it, and return the values that `daily` computes.

    Raise RequestError if the package is not installed.
    """
    path = packaged("arch", "data/sp500/sp500.csv.gz", "the S&P 500 prices", "arch")
    with gzip.open(path, "rt", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    dates = np.array([datetime.strptime(row["Date"], "%m/%d/%Y").date().isoformat() for row in rows])
    return daily(dates, [rows], "Close")


def daily(dates: np.ndarray, rows: Sequence[list[dict[str, str]]], close: str) -> Arrays:
    """Compute daily values from the prices of each series; leave out the first day, which has no return.

    `rows`: for each series, one row of prices per day. `close`: the name of the column of closing prices.
    Return `dates` (ISO, shape (days,)) and three arrays of shape (days, series): `returns`, 100 * ln(close / previous
    close); `ranges`, 100 * ln(high / low); and `volatility` as in `weekly_volatility`.
    """
    ends, high, low = (np.log([[float(row[name]) for row in own] for own in rows]).T for name in (close, "High", "Low"))
    returns = 100 * np.diff(ends, axis=0)
    ranges = 100 * (high - low)[1:]
    return {"dates": dates[1:], "returns": returns, "ranges": ranges, "volatility": weekly_volatility(returns)}


def cut_days(
    days: Arrays, features: tuple[str, ...], horizon: int, fold: Fold, names: Sequence[str] | None = None
) -> Data:
    """Cut windows of the named features by date; the target is the first feature `horizon` days later."""
    check_rows(len(days["dates"]), WINDOW + WEEK - 1 + horizon, "the daily prices", fold)
    values = np.stack([days[name] for name in features], axis=2)
    return cut_by_time(days["dates"], values, window=WINDOW, horizon=horizon, before=WEEK - 1, names=names, fold=fold)


def weekly_volatility(returns: np.ndarray) -> np.ndarray:
    """Return ln(sqrt(sum of squared returns)) over the week that ends on each day; NaN before the first full week."""
    week = np.sqrt(sliding_window_view(returns**2, WEEK, axis=0).sum(axis=-1))
    return np.concatenate([np.full((WEEK - 1, *returns.shape[1:]), np.nan), np.log(week)])
