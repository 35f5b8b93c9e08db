"""Memory length: find up to which length of a sweep a task is solved, and how far gradients reach. Pure functions."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

MOSTLY = 0.8
RESAMPLES = 500
STEPS = 30
RIDGE = 0.05


class Retention(NamedTuple):
    """The sequence lengths up to which runs solve a task.

    `longest` is the largest length that at least 80 % of the runs solve. `half` is the length that half of the runs
    solve, with its interval from `low` to `high`. A value is 0 below the shortest length of the sweep and infinite
    above the longest.
    """

    longest: float
    half: float
    low: float
    high: float


def retention(lengths: ArrayLike, solved: ArrayLike) -> Retention:
    """Return the retention of n runs; NaN without runs.

    `lengths` (n,) are the runs' sequence lengths; `solved` (n,) says which runs solved their task. A logistic curve
    over the logarithm of length is fitted to the runs; `half` is where the curve crosses one half. A small ridge
    penalty keeps its slope finite when the runs are perfectly separated. The interval resamples runs within each
    length. A crossing below all tested lengths is 0; a crossing above all of them is infinite.
    """
    lengths, solved = np.asarray(lengths, dtype=float), np.asarray(solved, dtype=float)
    if not len(lengths):
        return Retention(*[np.nan] * 4)
    known = np.unique(lengths)
    rates = np.array([solved[lengths == length].mean() for length in known])
    longest = known[rates >= MOSTLY].max(initial=0)
    if longest == known[-1]:
        longest = np.inf
    random = np.random.default_rng(0)
    drawn = np.concatenate(
        [random.choice(solved[lengths == length], (RESAMPLES, (lengths == length).sum())) for length in known], axis=1
    )
    crossings = _crossings(np.sort(lengths), drawn)
    (half,) = _crossings(lengths, solved[None])
    low, high = np.quantile(crossings, [(1 - 0.95) / 2, (1 + 0.95) / 2], method="nearest")
    return Retention(float(longest), float(half), float(low), float(high))


def _crossings(lengths: np.ndarray, solved: np.ndarray) -> np.ndarray:
    """Return the length at which the curve for each row of `solved` (rows, n) crosses one half.

    The crossing is 0 below the range of the lengths and infinite above it.
    """
    scale = np.log2(lengths)
    middle, reach = (scale.max() + scale.min()) / 2, max(np.ptp(scale) / 2, 1e-9)
    x = (scale - middle) / reach
    design = np.stack([np.ones_like(x), x], axis=1)
    weights = np.zeros((len(solved), 2))
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-weights @ design.T))
        slope = (share - solved) @ design + RIDGE * weights
        curvature = np.einsum("rn,ni,nj->rij", share * (1 - share), design, design) + RIDGE * np.eye(2)
        weights = weights - np.linalg.solve(curvature, slope[..., None])[..., 0]
    ends = 1 / (1 + np.exp(-weights @ np.array([[1, 1], [-1, 1]])))
    steepness = np.where(weights[:, 1] == 0, 1, weights[:, 1])
    crossing = 2.0 ** (middle - reach * np.clip(weights[:, 0] / steepness, -1, 1))
    return np.select([ends.min(axis=1) >= 0.5, ends.max(axis=1) <= 0.5], [np.inf, 0.0], crossing)


def decay_per_step(lags: ArrayLike, ratios: ArrayLike) -> float:
    """Return the factor by which a gradient changes with each further step back, from `ratios` (n,) at `lags` (n,).

    Fit a least-squares line to the logarithm of the ratio against the lag, and return exp(slope). The line need not
    pass through 1 at lag 0, because the output reads only part of the last state. Ratios that are 0 or unknown are left
    out. Return NaN if fewer than two remain.
    """
    lags, ratios = np.asarray(lags, dtype=float), np.asarray(ratios, dtype=float)
    known = (ratios > 0) & np.isfinite(ratios)
    lags, logarithms = lags[known], np.log(ratios[known])
    if len(lags) < 2:
        return np.nan
    apart = lags - lags.mean()
    return float(np.exp((apart @ logarithms) / (apart @ apart)))


def half_life(decay: float) -> float:
    """Return the number of steps after which a gradient has halved, if it changes by the factor `decay` per step.

    Return infinity if `decay` is 1 or more.
    """
    return float(np.log(0.5) / np.log(decay)) if decay < 1 else np.inf if decay >= 1 else np.nan


def in_words(length: float, lengths: ArrayLike) -> str:
    """Describe a length from a sweep over `lengths`, as in "75", "over 200", "below 25" or "unknown"."""
    known = np.asarray(lengths, dtype=float)
    if np.isnan(length):
        return "unknown"
    if np.isinf(length):
        return f"over {known.max():g}"
    return f"below {known.min():g}" if length == 0 else f"{length:.3g}"
