"""Effect sizes: how far two samples differ, how much of a variance is shared, and the expected best of n scores."""

import numpy as np
import scipy
from numpy.typing import ArrayLike

from suite.statistics.estimates import present


def standardized_effect(differences: ArrayLike) -> float:
    """Return the mean of paired `differences` (n,) divided by their standard deviation (d_z in Cohen 1988).

    Return NaN with fewer than two pairs, 0 if all differences are 0, and infinity, with the sign of the difference, if
    all pairs differ by the same amount.
    """
    values = present(differences)
    if len(values) < 2:
        return np.nan
    centre, spread = values.mean(), values.std(ddof=1)
    return float(centre / spread) if spread else float(np.sign(centre) * np.inf if centre else 0.0)


def improvement(a: ArrayLike, b: ArrayLike) -> float:
    """Return the probability that a run of `a` (n,) is better than a run of `b` (m,). Ties count half.

    It is the mean over all n x m pairs: the statistic of Mann and Whitney 1947 as a share, which Agarwal et al. 2021
    call "probability of improvement". Bouthillier et al. 2021 call it meaningful above 0.75. Return NaN if a side is
    empty.
    """
    a, b = present(a), present(b)
    if not len(a) or not len(b):
        return np.nan
    return float((np.sign(a[:, None] - b).mean() + 1) / 2)


def shared_variance(table: ArrayLike) -> tuple[float, float]:
    """Return the variance between the rows of `table` (rows, columns) and the residual variance.

    Column means are removed first. Both come from the method of moments for a two-way layout without repetition. The
    first is (mean square of the rows minus residual mean square) / columns, at least 0; the second is the residual mean
    square. Rows with a missing value are left out. Return NaN for both unless two rows and two columns remain.
    """
    table = np.asarray(table, dtype=float)
    table = table[np.isfinite(table).all(axis=1)]
    rows, columns = table.shape
    if rows < 2 or columns < 2:
        return np.nan, np.nan
    by_row = table.mean(axis=1) - table.mean()
    rest = table - table.mean(axis=1, keepdims=True) - table.mean(axis=0) + table.mean()
    left = float((rest**2).sum() / ((rows - 1) * (columns - 1)))
    return max(0.0, float((by_row**2).sum() / (rows - 1) - left / columns)), left


def expected_best(scores: ArrayLike) -> np.ndarray:
    """Return the expected maximum of n `scores` drawn from the N given without replacement, for n = 1, 2, ..., N.

    `scores` (..., N) are those of independent trials; the maximum is taken along the last axis. The estimate is
    unbiased: the j-th highest score is the maximum of n with probability C(N-j, n-1) / C(N, n).
    Source: Dodge et al. 2019, Show your work; for drawing without replacement: Tang et al. 2020.
    """
    ordered = -np.sort(-np.asarray(scores, dtype=float))
    total = ordered.shape[-1]
    drawn, place = np.ogrid[1 : total + 1, 1 : total + 1]
    chances = scipy.special.comb(total - place, drawn - 1) / scipy.special.comb(total, drawn)
    return ordered @ chances.T
