"""P-values: exact and permutation tests, and their adjustment for several tests."""

from functools import cache

import numpy as np
import scipy
from numpy.typing import ArrayLike

from suite.statistics.estimates import present

MOST_TO_FLIP_ALL = 13


def holm(p: ArrayLike) -> np.ndarray:
    """Adjust p-values (m,) for m tests (Holm 1979). The order is kept. A NaN stays NaN and does not count as a test."""
    p = np.asarray(p, dtype=float)
    order = np.argsort(p)[: np.isfinite(p).sum()]
    adjusted = np.full(p.shape, np.nan)
    factors = np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(p[order] * factors), 1)
    return adjusted


def sign_flip(differences: ArrayLike, resamples: int = 9_999, seed: int = 0) -> float:
    """Test whether paired `differences` (n,) are symmetric around 0, and return the two-sided p-value (Fisher 1935).

    The test flips the signs of the differences. Up to 13 pairs it is exact: it tries all 2^n sign patterns, and the
    p-value is at least 2/2^n. With more pairs it tries `resamples` random patterns. Return NaN with fewer than two
    pairs.
    """
    values = present(differences)
    if len(values) < 2:
        return np.nan
    if len(values) <= MOST_TO_FLIP_ALL:
        return _flip_all(values)
    test = scipy.stats.permutation_test(
        (values,), np.mean, permutation_type="samples", vectorized=True, n_resamples=resamples,
        rng=np.random.default_rng(seed),
    )  # fmt: skip
    return float(test.pvalue)


def _flip_all(values: np.ndarray) -> float:
    """Return the exact p-value: twice the share of sign patterns whose sum is at least |sum of values|."""
    sums = _signs(len(values)) @ values
    least = abs(values.sum()) - 1e-12 * np.abs(values).sum()
    return float(min(1.0, 2 * np.mean(sums >= least)))


@cache
def _signs(n: int) -> np.ndarray:
    """Return all 2^n patterns of n signs, shape (2^n, n)."""
    return 1.0 - 2.0 * (np.arange(2**n)[:, None] >> np.arange(n) & 1)


def least_p(pairs: int) -> float:
    """Return the smallest two-sided p-value that an exact test with n = `pairs` can give: 2/2^n, at most 1."""
    return min(1.0, 2.0 ** (1 - pairs))
