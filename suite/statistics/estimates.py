"""Estimates: means, shares and their differences, each with an interval."""

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import scipy  # it loads `scipy.stats` on first use, which takes half a second
from numpy.typing import ArrayLike

RESAMPLES = 2_000
FEWEST_TO_RESAMPLE = 5
LEAST_SPREAD = 0.2
MARGIN = 0.02  # in units of skill; a smaller effect counts as no difference. An experiment may set its own


class Estimate(NamedTuple):
    """A central value, the bounds of its interval and the number of values behind them.

    A number is NaN if there are too few values for it.
    """

    centre: float
    low: float
    high: float
    n: int

    def __neg__(self) -> "Estimate":
        """Return the estimate with the opposite sign: for the difference a - b, the estimate of b - a."""
        return Estimate(-self.centre, -self.high, -self.low, self.n)


def present(values: ArrayLike) -> np.ndarray:
    """Return the finite values as floats, flattened to shape (n,)."""
    array = np.asarray(values, dtype=float).ravel()
    return array[np.isfinite(array)]


def interquartile_mean(values: ArrayLike) -> float:
    """Return the mean of the middle half of `values` (n,), or NaN if there are none.

    A quarter of the values, rounded down, is cut off at each end.
    Source: Agarwal et al. 2021, Deep reinforcement learning at the edge of the statistical precipice.
    """
    values = present(values)
    return float(scipy.stats.trim_mean(values, 0.25)) if len(values) else np.nan


def interquartile_means(values: np.ndarray, axis: int) -> np.ndarray:
    """Return the interquartile means of `values` along an axis. No value may be missing."""
    ordered = np.moveaxis(np.sort(values, axis=axis), axis, -1)
    cut = ordered.shape[-1] // 4
    return ordered[..., cut : ordered.shape[-1] - cut].mean(axis=-1)


def student_t(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Return the mean of `values` (n,) with its Student-t interval.

    With fewer than two values, or if all are equal, the bounds are NaN: equal values say nothing about their spread.
    """
    values = present(values)
    n = len(values)
    centre = float(values.mean()) if n else np.nan
    if n < 2 or np.ptp(values) == 0:
        return Estimate(centre, np.nan, np.nan, n)
    reach = scipy.special.stdtrit(n - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(n)
    return Estimate(centre, float(centre - reach), float(centre + reach), n)


def bootstrap_t(values: ArrayLike, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Return the mean of `values` (n,) with its bootstrap-t interval (Efron and Tibshirani 1993, section 12.5).

    With ten values or fewer, percentile intervals cover the true mean too rarely. The bootstrap-t interval covers it
    more often and also adapts to skew. The standard error of a resample counts as at least a fifth of the sample's:
    otherwise resamples that repeat a few values would set the bounds. In simulations with 5 and 10 values the interval
    covered 94 % for normal, 93 % for exponential and 89 % for lognormal values (Student-t: 95, 87-91 and 81-84 %). With
    fewer than five values, or if all are equal, the result is that of `student_t`. `seed` makes it reproducible.
    """
    values = present(values)
    n = len(values)
    if n < FEWEST_TO_RESAMPLE or np.ptp(values) == 0:
        return student_t(values, level)
    drawn = values[_places(n, resamples, seed)]
    spread, centre = values.std(ddof=1), values.mean()
    t = (drawn.mean(axis=1) - centre) / np.maximum(drawn.std(axis=1, ddof=1), LEAST_SPREAD * spread)
    low, high = np.quantile(t, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(centre), float(centre - high * spread), float(centre - low * spread), n)


def bootstrap(
    values: ArrayLike,
    statistic: Callable[..., np.ndarray],
    level: float = 0.95,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """Return `statistic(values, axis=...)` of `values` (n,) with its percentile bootstrap interval (Efron 1979).

    Use it for statistics without a standard error, such as a median or an interquartile mean. Its coverage is slightly
    low. In simulations with normal and exponential values the 95 % interval covered 93 to 94 % for medians. For
    interquartile means it covered 93 to 94 % with 10 values and 89 to 90 % with 5. With fewer than five values,
    or if all are equal, the bounds are NaN.
    """
    values = present(values)
    n = len(values)
    centre = float(statistic(values, axis=0)) if n else np.nan
    if n < FEWEST_TO_RESAMPLE or np.ptp(values) == 0:
        return Estimate(centre, np.nan, np.nan, n)
    drawn = values[_places(n, resamples, seed)]
    low, high = np.quantile(statistic(drawn, axis=1), [(1 - level) / 2, (1 + level) / 2])
    return Estimate(centre, float(low), float(high), n)


@lru_cache(maxsize=8)
def _places(n: int, resamples: int, seed: int) -> np.ndarray:
    """Return the indices of the values in each resample (resamples, n), cached for all cells of a table."""
    drawn = np.random.default_rng(seed).integers(0, n, (resamples, n))
    drawn.flags.writeable = False
    return drawn


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Return the mean of a - b with its Student-t interval.

    `a` and `b` (n,) list scores of the same seeds in the same order. Incomplete pairs are left out. In simulations with
    5 and 10 pairs the 95 % interval covered 94 to 96 % for normal, 96 % for exponential and 97 % for lognormal scores,
    because the skew of the two sides cancels. If only one side is skewed, for example against a constant baseline, it
    covered 89 to 90 % (exponential) and 81 to 83 % (lognormal).
    """
    return student_t(np.asarray(a, dtype=float) - np.asarray(b, dtype=float), level)


def contrast(
    groups: Sequence[ArrayLike],
    weights: ArrayLike | None = None,
    level: float = 0.95,
    together: Sequence[Hashable] | None = None,
) -> Estimate:
    """Return the weighted sum of the group means with a t interval, for independent `groups` of values.

    Without `weights`, return the average of the group means. Groups may differ in size and spread: the degrees of
    freedom follow Welch 1947 and Satterthwaite 1946. For a single group this is the Student-t interval. `n` is the size
    of the smallest group; if it is below two, or if no group varies, the bounds are NaN. `together`: a label for each
    group; those with the same label may depend on each other in any way, so their standard errors are added.
    """
    samples = [present(group) for group in groups]
    shares = np.full(len(samples), 1 / max(len(samples), 1)) if weights is None else np.asarray(weights, dtype=float)
    n = min(map(len, samples), default=0)
    if not n:
        return Estimate(np.nan, np.nan, np.nan, 0)
    centre = float(sum(share * sample.mean() for share, sample in zip(shares, samples, strict=True)))
    if n < 2 or not any(np.ptp(sample) for sample in samples):
        return Estimate(centre, np.nan, np.nan, n)
    parts = shares**2 * [sample.var(ddof=1) / len(sample) for sample in samples]
    sizes = np.array([len(sample) for sample in samples])
    if together is not None:
        parts, sizes = _added(parts, sizes, together)
    variance = parts.sum()
    freedom = variance**2 / (parts**2 / (sizes - 1)).sum()
    reach = scipy.special.stdtrit(freedom, (1 + level) / 2) * np.sqrt(variance)
    return Estimate(centre, float(centre - reach), float(centre + reach), n)


def _added(parts: np.ndarray, sizes: np.ndarray, together: Sequence[Hashable]) -> tuple[np.ndarray, np.ndarray]:
    """Return the variances and sizes of groups with those of each label joined: the errors added, the least size."""
    joined: dict[Hashable, list[int]] = {}
    for place, label in enumerate(together):
        joined.setdefault(label, []).append(place)
    variances = [parts[own[0]] if len(own) == 1 else np.sqrt(parts[own]).sum() ** 2 for own in joined.values()]
    return np.array(variances), np.array([sizes[own].min() for own in joined.values()])


def wilson(successes: int, n: int, level: float = 0.95) -> Estimate:
    """Return the share of successes among n trials with the score interval of Wilson 1927; NaN without trials."""
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    interval = scipy.stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n)


def newcombe(first: tuple[int, int], second: tuple[int, int], level: float = 0.95) -> Estimate:
    """Return the difference between two independent shares, each given as (successes, n), with an interval.

    The interval is method 10 of Newcombe 1998, the hybrid score interval, which combines the Wilson intervals of both
    shares by squaring and adding. `n` is the size of the smaller sample.
    """
    a, b = wilson(*first, level), wilson(*second, level)
    centre = a.centre - b.centre
    low = centre - np.hypot(a.centre - a.low, b.high - b.centre)
    high = centre + np.hypot(a.high - a.centre, b.centre - b.low)
    return Estimate(float(centre), float(low), float(high), min(a.n, b.n))
