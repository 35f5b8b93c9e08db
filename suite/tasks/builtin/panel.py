"""Panel: tasks on the daily stock prices of eight large companies: next week's volatility, and the next return."""

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from suite.tasks.builtin import stocks
from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, File
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.task import task

PRICES = "https://raw.githubusercontent.com/yumoxu/stocknet-dataset/330708b5ddc359961078bef469f43f48992fd6e4/price/raw/"
# one large company from each sector except one; all have complete prices from September 2012 to September 2017
SUMS = {
    "XOM": "6919e23c24b9a06c12d19a2b679dffe08347725825e3c63a2412f940ed433863",
    "AAPL": "4c91141cc818b836fa7a1fabb683622c63048db450565d607418bfec3ed5bc4e",
    "JPM": "f474e8ac81c1fe345e0d13b0182c21f296261fe93e453b78dc38fe6d77ec43b0",
    "JNJ": "7efcd97d80ca77661de2972246d301ecdb3caf89628262e6e6d47c539e73b11c",
    "BA": "1195fcfe0b0acf87af14440d7e35331775ab895dc002d8cc82e23950faa26c5f",
    "AMZN": "8f32530c8124c49154c314bc0951295d36049d9bfd2be839d22cbe8cc94bd1c7",
    "MSFT": "1b8e97121e3a5c945c9994d49e923d528acd6db41239b87f723ba635412cc275",
    "DUK": "73a6ddde182346c057377ab5041f29bcb07a5025f373fbbb9f62723e5856c939",
}
PANEL = DataSet(
    "stocknet_prices",
    tuple(File(f"{PRICES}{ticker}.csv", digest) for ticker, digest in SUMS.items()),
    licence="MIT (prices from Yahoo Finance)",
    source="StockNet (Xu and Cohen 2018), companies chosen in 2016 for their size",
)


panel = partial(task, family="stocks", tags=("real", "series"), data_set=PANEL)
LINEAR_AND_TREES = ("lags", "gradient-boosting")
regression = partial(panel, kind="regression", metric="mse")


@regression("stock-panel-volatility", baseline="mean", trained_baseline=("lags", "har", "gradient-boosting"))
def stock_panel_volatility(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Twenty days of a stock: what is the log of its realised volatility, in percent, of the next five days?

    Real prices of eight companies, cut by date, the same for every seed. With folds, testing walks forward over the
    last 40 % of the days. Best possible error: not known.
    """
    days = prepared(PANEL, _read, stocks)
    return stocks.cut_days(days, ("volatility", "returns", "ranges"), stocks.WEEK, fold, list(SUMS))


@regression("stock-panel-return", baseline="zero", trained_baseline=LINEAR_AND_TREES)
def stock_panel_return(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Twenty days of a stock: what is its next day's log return, in percent, dividends included?

    Real prices of eight companies, cut by date, the same for every seed. With folds, testing walks forward over the
    last 40 % of the days. Best possible error: not known, hardly below that of a zero return.
    """
    return stocks.cut_days(prepared(PANEL, _read, stocks), ("returns", "volatility", "ranges"), 1, fold, list(SUMS))


@panel(
    "stock-panel-direction",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline=LINEAR_AND_TREES,
)
def stock_panel_direction(seed: int, fold: Fold = ONE_SPLIT) -> Data:
    """Twenty days of a stock: is its next day's return, dividends included, above zero (1) or not (0)?

    Real prices of eight companies, cut by date, the same for every seed. With folds, testing walks forward over the
    last 40 % of the days. Best possible accuracy: not known, hardly above that of "always up".
    """
    data = stock_panel_return(seed, fold)
    rose = {split: (x, (y > 0).astype(np.int64)) for split in SPLITS for x, y in [getattr(data, split)]}
    return replace(data, **rose)


def _read(*paths: Path) -> Arrays:
    """Read the daily values of all companies; raise ValueError if their trading days differ.

    Returns are computed from the adjusted close, which includes dividends. The range of a day needs no adjustment.
    """
    rows = [_rows(path) for path in paths]
    dates = np.array([[row["Date"] for row in own] for own in rows])
    if (dates != dates[0]).any():
        raise ValueError("the companies' trading days differ")
    return stocks.daily(dates[0], rows, "Adj Close")


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="ascii", newline="") as file:
        return list(csv.DictReader(file))
