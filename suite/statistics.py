"""Statistics: arrays -> numbers. Pure functions; NaN marks a value that is not there and is left out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

RESAMPLES = 2_000
FEWEST_TO_RESAMPLE = 5
LEAST_SPREAD = 0.2


class Estimate(NamedTuple):
    """A centre with its interval and the number of values behind it; NaN where they support none."""

    centre: float
    low: float
    high: float
    n: int


def present(values: ArrayLike) -> np.ndarray:
    """The finite values, as floats of shape (n,)."""
    array = np.asarray(values, dtype=float).ravel()
    return array[np.isfinite(array)]


def interquartile_mean(values: ArrayLike) -> float:
    """Mean of the middle half of `values` (n,): a quarter, rounded down, is cut at either end; NaN without values.

    Source: Agarwal et al. 2021, Deep reinforcement learning at the edge of the statistical precipice.
    """
    values = present(values)
    return float(stats.trim_mean(values, 0.25)) if len(values) else np.nan


def student_t(values: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of `values` (n,) with its Student-t interval.

    Below two values the bounds are NaN; without spread the interval is the point.
    """
    values = present(values)
    n = len(values)
    centre = float(values.mean()) if n else np.nan
    if n < 2:
        return Estimate(centre, np.nan, np.nan, n)
    reach = stats.t.ppf((1 + level) / 2, n - 1) * values.std(ddof=1) / np.sqrt(n)
    return Estimate(centre, float(centre - reach), float(centre + reach), n)


def bootstrap_t(values: ArrayLike, level: float = 0.95, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Mean of `values` (n,) with its bootstrap-t interval (Efron and Tibshirani 1993, section 12.5).

    Percentile intervals cover too little at ten values or fewer; this one adapts to skew as well. A resample's
    standard error counts as at least a fifth of the sample's: a few values often repeat almost alone in a resample,
    and dividing by their spread would set the bounds. In simulations with 5 and 10 values it covered 94 % for normal,
    93 % for exponential and 89 % for lognormal values (Student-t: 95, 87-91, 81-84). Below five values it is
    Student-t's. `seed` makes the interval reproducible.
    """
    values = present(values)
    n = len(values)
    if n < FEWEST_TO_RESAMPLE or np.ptp(values) == 0:
        return student_t(values, level)
    drawn = values[np.random.default_rng(seed).integers(0, n, (resamples, n))]
    spread, centre = values.std(ddof=1), values.mean()
    t = (drawn.mean(axis=1) - centre) / np.maximum(drawn.std(axis=1, ddof=1), LEAST_SPREAD * spread)
    low, high = np.quantile(t, [(1 - level) / 2, (1 + level) / 2])
    return Estimate(float(centre), float(centre - high * spread), float(centre - low * spread), n)


def paired_difference(a: ArrayLike, b: ArrayLike, level: float = 0.95) -> Estimate:
    """Mean of a - b, both (n,) in the order of their seeds, with its Student-t interval.

    Pairs with a missing half are left out.
    """
    return student_t(np.asarray(a, dtype=float) - np.asarray(b, dtype=float), level)


def wilson(successes: int, n: int, level: float = 0.95) -> Estimate:
    """Share of successes with the score interval of Wilson 1927; NaN without trials."""
    if n == 0:
        return Estimate(np.nan, np.nan, np.nan, 0)
    interval = stats.binomtest(successes, n).proportion_ci(level, method="wilson")
    return Estimate(successes / n, float(interval.low), float(interval.high), n)


def holm(p: ArrayLike) -> np.ndarray:
    """P-values (m,) adjusted for m tests (Holm 1979), in the order given; NaN stays and counts as no test."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)[: np.isfinite(p).sum()]
    adjusted = np.full(p.shape, np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1)
    return adjusted


def sign_flip(differences: ArrayLike, resamples: int = 9_999, seed: int = 0) -> float:
    """Two-sided p-value of no difference, from the signs of paired `differences` (n,) (Fisher 1935).

    Exact, by all 2^n sign changes, up to 13 pairs, where it cannot go below 2/2^n; by `resamples` random ones beyond.
    NaN below two pairs.
    """
    values = present(differences)
    if len(values) < 2:
        return np.nan
    test = stats.permutation_test(
        (values,), np.mean, permutation_type="samples", vectorized=True, n_resamples=resamples,
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return float(test.pvalue)
