"""Memory length: the length of a sweep up to which a task is solved, how far gradients reach. Pure functions."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

MOSTLY = 0.8
RESAMPLES = 500
STEPS = 30
RIDGE = 0.05


class Retention(NamedTuple):
    """Lengths up to which runs solve a task; 0 or infinite beyond the ends of the sweep.

    `longest`: the largest length that 80 % of the runs solve. `half`: the length that half of them solve, with its
    interval.
    """

    longest: float
    half: float
    low: float
    high: float


def retention(lengths: ArrayLike, solved: ArrayLike) -> Retention:
    """Return the retention of runs with `lengths` (n,), `solved` (n,) says which solved their task; NaN without runs.

    `half` is where a logistic curve over the logarithm of length crosses one half. Its slope has a small ridge penalty:
    perfectly separated runs would make it infinite. The interval resamples runs within each length. A crossing below
    all lengths that were run is 0, one above all of them infinite.
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
    """Where the curve of each row of `solved` (rows, n) crosses one half; 0 or infinite outside the lengths."""
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

    It is the slope of the least-squares line of the logarithm over the lag. The line need not pass through 1 at lag 0:
    the output reads only one part of the last state. Ratios that are 0 or unknown are left out; NaN with fewer than two
    others.
    """
    lags, ratios = np.asarray(lags, dtype=float), np.asarray(ratios, dtype=float)
    known = (ratios > 0) & np.isfinite(ratios)
    lags, logarithms = lags[known], np.log(ratios[known])
    if len(lags) < 2:
        return np.nan
    apart = lags - lags.mean()
    return float(np.exp((apart @ logarithms) / (apart @ apart)))


def half_life(decay: float) -> float:
    """Return in how many steps a gradient halves that changes by the factor `decay` per step; infinite from 1 on."""
    return float(np.log(0.5) / np.log(decay)) if decay < 1 else np.inf if decay >= 1 else np.nan


def in_words(length: float, lengths: ArrayLike) -> str:
    """Describe a length of a sweep over `lengths`: "75", "over 200", "below 25", "unknown"."""
    known = np.asarray(lengths, dtype=float)
    if np.isnan(length):
        return "unknown"
    if np.isinf(length):
        return f"over {known.max():g}"
    return f"below {known.min():g}" if length == 0 else f"{length:.3g}"
