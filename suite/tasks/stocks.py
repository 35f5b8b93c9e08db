"""Stocks: the daily S&P 500 from 1999 to 2018, its volatility over the next week and its next return."""

import csv
import gzip
import importlib.util
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.errors import RequestError
from suite.task import SPLITS, Data, task

WINDOW = 20
WEEK = 5
CUTS = (0.0, 0.6, 0.8, 1.0)
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
        week = np.sqrt(sliding_window_view(self.returns**2, WEEK).sum(axis=1))
        return np.concatenate([np.full(WEEK - 1, np.nan), np.log(week)])


@task(
    "sp500-volatility",
    family="stocks",
    kind="regression",
    metric="mse",
    baseline="last-value",
    trained_baseline="lags",
    licence=LICENCE,
    source=SOURCE,
    tags=("real", "series"),
)
def sp500_volatility(seed: int) -> Data:
    """Twenty days of the S&P 500: what is the log of the realised volatility, in percent, of the next five days?

    Real prices, cut by date, the same for every seed. Best possible error: not known.
    """
    days = read_days()
    features = np.column_stack([days.volatility, days.returns, days.ranges])
    return _cut_by_date(days.dates, features, horizon=WEEK)


@task(
    "sp500-return",
    family="stocks",
    kind="regression",
    metric="mse",
    baseline="zero",
    trained_baseline="lags",
    licence=LICENCE,
    source=SOURCE,
    tags=("real", "series"),
)
def sp500_return(seed: int) -> Data:
    """Twenty days of the S&P 500: what is the next day's log return, in percent?

    Real prices, cut by date, the same for every seed. Best possible error: not known, hardly below a zero return's.
    """
    days = read_days()
    features = np.column_stack([days.returns, days.volatility, days.ranges])
    return _cut_by_date(days.dates, features, horizon=1)


@cache
def read_days() -> Days:
    """The prices in the package `arch`, which is not imported: that takes seconds. Raises RequestError without it."""
    with gzip.open(_price_file(), "rt", encoding="ascii") as file:
        rows = list(csv.DictReader(file))
    dates = np.array([datetime.strptime(row["Date"], "%m/%d/%Y").date().isoformat() for row in rows])
    close, high, low = (np.log([float(row[column]) for row in rows]) for column in ("Close", "High", "Low"))
    return Days(dates[1:], 100 * np.diff(close), 100 * (high - low)[1:])


def _price_file() -> Path:
    package = importlib.util.find_spec("arch")
    path = Path(package.origin).parent / "data" / "sp500" / "sp500.csv.gz" if package else None
    if path is None or not path.is_file():
        raise RequestError("the S&P 500 prices come with the Python package 'arch': pip install arch")
    return path


def _cut_by_date(dates: np.ndarray, features: np.ndarray, horizon: int) -> Data:
    """Windows of the features, the first of which, `horizon` days on, is the target; 60/20/20 by date.

    All days an example touches, those behind its weekly volatility too, lie in its split, which leaves a gap
    between splits. Features are standardised by mean and scale of the training windows.
    """
    reach = WINDOW - 1 + WEEK - 1
    bounds = [int(cut * len(dates)) for cut in CUTS]
    ends = [np.arange(start + reach, stop - horizon) for start, stop in pairwise(bounds)]
    windows = [features[end[:, None] + np.arange(1 - WINDOW, 1)] for end in ends]
    mean, scale = windows[0].mean(axis=(0, 1)), windows[0].std(axis=(0, 1))
    targets = [features[end + horizon, 0].astype(np.float32) for end in ends]
    inputs = [((window - mean) / scale).astype(np.float32) for window in windows]
    return Data(
        **dict(zip(SPLITS, zip(inputs, targets, strict=True), strict=True)),
        times=dict(zip(SPLITS, (dates[end] for end in ends), strict=True)),
        preparation={"mean": mean, "scale": scale},
    )
