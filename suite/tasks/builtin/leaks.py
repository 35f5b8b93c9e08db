"""Leaks: tasks that are built the wrong way on purpose; their scores mean nothing."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.tasks.builtin import stocks
from suite.tasks.builtin.spoken import SPOKEN_DIGITS, heard, utterances
from suite.tasks.data import Data
from suite.tasks.datasets.splits import draw, three_ways
from suite.tasks.task import task

TEST_SEED = 0
TEST_SHARE = 0.2
USUAL_TEST_TAKES = 5
VALIDATION_SHARE = 0.1


@task(
    "leaky-prices",
    family="leaks",
    kind="regression",
    metric="mse",
    baseline="mean",
    trained_baseline="lags",
    licence=stocks.LICENCE,
    source=stocks.SOURCE,
    honest=("sp500-return", "stock-panel-return"),
    tags=("real", "series"),
)
def leaky_prices(seed: int) -> Data:
    """Twenty days of the S&P 500's level: what is it tomorrow? A common tutorial recipe, with three faults.

    The target is a level, which nearly equals yesterday's; the scale is fitted on all days; neighbouring windows are
    in different splits. Best possible error: not known; repeating the last level has an R2 of 0.999.
    """
    days = stocks.read_days()
    level = np.exp(np.cumsum(days["returns"][:, 0]) / 100)
    windows = sliding_window_view(level, stocks.WINDOW)[:-1]
    x = ((windows - level.mean()) / level.std()).astype(np.float32)[..., None]
    y, times = level[stocks.WINDOW :].astype(np.float32), days["dates"][stocks.WINDOW - 1 : -1]
    alike = np.zeros(len(x))
    _, test = draw(TEST_SEED, alike, np.arange(len(x)), TEST_SHARE)
    rows = three_ways(seed, alike, test, VALIDATION_SHARE)
    return Data.of_rows(rows, x, y, {"mean": level.mean(), "scale": level.std()}, times=times)


@task(
    "leaky-digits",
    family="leaks",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline=("order-free", "minirocket"),
    tags=("real", "variable-length"),
    honest=("spoken-digits",),
    data_set=SPOKEN_DIGITS,
)
def leaky_digits(seed: int) -> Data:
    """Log-mel frames of a spoken digit; which digit? Split in the usual way, with every speaker in every split.

    Real recordings, the first five takes for testing; the seed draws a tenth of the others for validation. Best
    possible accuracy: not known, and easier than for unknown speakers, which spoken-digits measures.
    """
    digits = heard()
    return utterances(
        three_ways(seed, digits["digit"], np.flatnonzero(digits["take"] < USUAL_TEST_TAKES), VALIDATION_SHARE)
    )
