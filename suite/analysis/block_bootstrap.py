"""Block bootstrap: compute intervals for losses over time, which are autocorrelated. Pure functions over dates.

Functions import `arch` themselves, because the import takes a second.
"""

import numpy as np
from numpy.typing import ArrayLike

from suite.statistics import RESAMPLES, Estimate

FEWEST_DATES = 30
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


def block_bootstrap(series: ArrayLike) -> Estimate:
    """Return the mean of `series` (dates,) with its 95 % interval from a stationary block bootstrap.

    Source: Politis and Romano 1994; the block length follows Politis and White 2004 and is at least one date. With
    fewer than 30 dates, or if all values are equal, the bounds are NaN.
    """
    series = np.asarray(series, dtype=float)
    n = len(series)
    centre = float(series.mean()) if n else np.nan
    if n < FEWEST_DATES or np.ptp(series) == 0:
        return Estimate(centre, np.nan, np.nan, n)
    from arch.bootstrap import StationaryBootstrap

    drawn = StationaryBootstrap(block_length(series), series, seed=0)  # ty: ignore[invalid-argument-type]  # a mean
    low, high = drawn.conf_int(np.mean, RESAMPLES, method="basic", size=0.95).ravel()
    return Estimate(centre, float(low), float(high), n)


def block_length(series: np.ndarray) -> float:
    """Return the mean block length for `series` (dates,): at least one date and at most a third of the dates."""
    from arch.bootstrap import optimal_block_length

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
