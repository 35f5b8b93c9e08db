"""Blocks: cut dates into blocks, because losses over time are autocorrelated. Pure functions over dates.

Functions import `arch` themselves, because the import takes a second.
"""

import numpy as np
from numpy.typing import ArrayLike

from suite.statistics import RESAMPLES

FEWEST_DATES = 30
LEAST_BLOCKS, MOST_BLOCKS = 5, 20
LONGER = 3  # how many bootstrap block lengths a block must have for sums to count as independent
ALIKE = 1e-9


def by_date(values: ArrayLike, times: ArrayLike) -> np.ndarray:
    """Return the mean of `values` (n, ...) at each date of `times` (n,), in the order of the dates, shape (dates, ...).

    Values of different series on the same date move together, so a date counts once.
    """
    values = np.asarray(values, dtype=float)
    dates, place = np.unique(np.asarray(times), return_inverse=True)
    sums = np.zeros((len(dates), *values.shape[1:]))
    np.add.at(sums, place, values)
    return sums / np.bincount(place).reshape(-1, *[1] * (values.ndim - 1))


def block_sums(series: ArrayLike) -> np.ndarray:
    """Return the sums (blocks,) of `series` (dates,) over consecutive blocks of about equal length.

    Means over dates vary about as much as means over independent blocks, so that Student's t applies to the sums (batch
    means, Schmeiser 1982). There are as many blocks as fit if each is three times as long as in a block bootstrap, but
    at most 20, and at least 5 even if these are shorter. Fewer than 30 dates make 5 blocks; fewer than 5 dates make one
    block each. docs/calibration.md says what the intervals cover.
    """
    series = np.asarray(series, dtype=float)
    fitting = int(len(series) // (LONGER * block_length(series))) if len(series) >= FEWEST_DATES else 0
    edges = np.linspace(0, len(series), min(max(fitting, LEAST_BLOCKS), MOST_BLOCKS, len(series)) + 1).astype(int)
    return np.add.reduceat(series, edges[:-1])


def block_length(series: np.ndarray) -> float:
    """Return the mean length of blocks for `series` (dates,): at least one date and at most a third of the dates.

    Source: Politis and White 2004, for the stationary bootstrap.
    """
    if np.ptp(series) == 0:
        return 1.0
    from arch.bootstrap import optimal_block_length

    with np.errstate(divide="ignore", invalid="ignore"):  # the first or last values may all be equal
        best = float(optimal_block_length(series)["stationary"].iloc[0])
    return float(np.clip(np.nan_to_num(best, nan=1.0), 1, len(series) / 3))


def superior_ability(benchmark: ArrayLike, losses: ArrayLike) -> float:
    """Test the hypothesis that no model beats the benchmark, and return its p-value.

    `losses` has shape (dates, models), `benchmark` (dates,). The test is that of superior predictive ability, with its
    consistent p-value (Hansen 2005): one test over all models tried. Models that never differ from the benchmark are
    left out. Return NaN if no model remains, or with fewer than 30 dates.
    """
    benchmark, losses = np.asarray(benchmark, dtype=float), np.asarray(losses, dtype=float)
    gains = benchmark[:, None] - losses
    losses = losses[:, np.ptp(gains, axis=0) > ALIKE * np.abs(benchmark).mean()]
    if len(benchmark) < FEWEST_DATES or not losses.size:
        return np.nan
    from arch.bootstrap import SPA

    length = max(block_length(benchmark - loss) for loss in losses.T)
    test = SPA(benchmark, losses, block_size=round(length), reps=RESAMPLES, seed=0)
    test.compute()
    return float(test.pvalues["consistent"])
