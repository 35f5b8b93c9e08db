"""Block bootstrap: intervals for losses over time, which are autocorrelated. Pure functions over dates.

`arch` is imported inside the functions: it takes a second.
"""

import numpy as np
from numpy.typing import ArrayLike

from suite.statistics import RESAMPLES, Estimate

FEWEST_DATES = 30
ALIKE = 1e-9


def by_date(values: ArrayLike, times: ArrayLike) -> np.ndarray:
    """Return the mean of `values` (n, ...) at each date of `times` (n,), in order of the dates, shape (dates, ...).

    Series of the same dates move together, so a date counts once.
    """
    values = np.asarray(values, dtype=float)
    dates, place = np.unique(np.asarray(times), return_inverse=True)
    sums = np.zeros((len(dates), *values.shape[1:]))
    np.add.at(sums, place, values)
    return sums / np.bincount(place).reshape(-1, *[1] * (values.ndim - 1))


def block_bootstrap(series: ArrayLike) -> Estimate:
    """Return the mean of `series` (dates,) with its 95 % interval from a stationary block bootstrap.

    Source: Politis and Romano 1994; the block length is that of Politis and White 2004, at least one date. NaN bounds
    below 30 dates; without spread the interval is the point.
    """
    series = np.asarray(series, dtype=float)
    n = len(series)
    centre = float(series.mean()) if n else np.nan
    if n < FEWEST_DATES:
        return Estimate(centre, np.nan, np.nan, n)
    if np.ptp(series) == 0:
        return Estimate(centre, centre, centre, n)
    from arch.bootstrap import StationaryBootstrap

    drawn = StationaryBootstrap(block_length(series), series, seed=0)  # ty: ignore[invalid-argument-type]  # a mean
    low, high = drawn.conf_int(np.mean, RESAMPLES, method="basic", size=0.95).ravel()
    return Estimate(centre, float(low), float(high), n)


def block_length(series: np.ndarray) -> float:
    """Return the mean length of blocks for `series` (dates,), between one date and a third of them."""
    from arch.bootstrap import optimal_block_length

    best = float(optimal_block_length(series)["stationary"].iloc[0])
    return float(np.clip(np.nan_to_num(best, nan=1.0), 1, len(series) / 3))


def superior_ability(benchmark: ArrayLike, losses: ArrayLike) -> float:
    """Return the p-value that none of the models, `losses` (dates, models), beats the `benchmark`, losses (dates,).

    The consistent p-value of superior predictive ability (Hansen 2005): one test over all models that were tried.
    Models that never differ from the benchmark are left out; NaN without others, or below 30 dates.
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
