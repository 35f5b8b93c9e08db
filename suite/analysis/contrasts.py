"""Contrasts: compare the expected bests of cells, with intervals that hold for another search, and give verdicts.

Cells are paired by trial number. docs/calibration.md says how the intervals were chosen and what they cover.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy import special

from suite.analysis.best_of import PERFECT, Searched, weights
from suite.experiment.looks import FEWEST_TRIALS, FIRM_SEARCH, FIRM_SINGLE, FIRM_TRIALS, WIDEST_SEARCH

LEAST_SPREAD = 1e-12
HALVINGS = 30
SIGNS = (-1, 1)
RESAMPLES = 2_000


class Bounds(NamedTuple):
    """A central value and the bounds of its interval, as arrays of the leading shape."""

    centre: np.ndarray
    low: np.ndarray
    high: np.ndarray


Terms = Sequence[tuple[float, Searched]]


def contrast(terms: Terms, level: float) -> Bounds:
    """Return the weighted sum of the cells' expected bests, paired by trial number, with an interval of this level.

    Three methods give a reach on each side, and the widest counts, because each method fails where another works:
    - For smooth scores: the jackknife with Student's t (`freedom`), wider on the side of the longer tail (Johnson
      1978).
    - For trials that either work or fail: the most extreme value from trials reweighted as far as this t allows
      (empirical likelihood, Owen 1988, along the least favourable direction, Efron 1981).
    - For a kind of trial that did not occur: if its chance is p, N trials miss it with chance (1 - p)^N. Its skill may
      be one mean excess above the best if both sides vary alike, and up to two if the other side is steady. Where all
      trials solved a task that they may fail to solve, the missed kind has no skill.
    If the trials do not vary at all, the bounds are infinite, unless all trials are perfect: then a search falls short
    only if all its n trials are of a worse kind.
    """
    trials, tail = terms[0][1].trials, (1 - level) / 2
    blocks = _blocks(terms)
    centre = _total(blocks, lambda cell: cell.expected)
    sides = [_total(blocks, lambda cell: cell.pseudo_values, sign) for sign in SIGNS]
    values = sides[0] + sides[1]
    t = -special.stdtrit(min(freedom(trials, cell.n) for _, cell in blocks), tail)
    error = values.std(axis=-1, ddof=1) / np.sqrt(trials)
    skew = _skew(values) * (2 * t**2 + 1) / (6 * np.sqrt(trials))
    equal = _total(blocks, lambda cell: cell.reweighted(1 / trials))
    spread = np.maximum(np.var(sides[0], axis=-1) + np.var(sides[1], axis=-1), LEAST_SPREAD**2)
    tilted = _tilted(np.array([sign * values for sign in SIGNS]), trials * np.log1p(t**2 / (trials - 1)))
    reaches = []
    for sign, side, shares in zip(SIGNS, sides, tilted, strict=True):
        moved = sign * (_total(blocks, lambda cell, shares=shares: cell.reweighted(shares)) - equal)
        unmet, excesses = 1 - tail ** (1 / trials), 2 * np.var(side, axis=-1) / spread
        missed = _highest(blocks, lambda cell, by=(unmet, excesses): cell.missed(*by), sign)
        fallen = _highest(blocks, lambda cell, by=unmet: cell.fallen(by), -sign)
        reaches.append(np.maximum.reduce([(t + np.maximum(sign * skew, 0)) * error, moved, missed, fallen]))
    still = np.ptp(values, axis=-1) <= LEAST_SPREAD
    low, high = (np.where(still, _unvaried(terms, tail), reach) for reach in reaches)
    return Bounds(centre, centre - low, centre + high)


def probabilities(
    terms: Terms, margin: float, resamples: int = RESAMPLES, seed: int = 0, wider: float = 1.0
) -> np.ndarray:
    """Return the probabilities (3,) that a contrast lies below -margin, within the margin, and above it.

    The method is the Bayesian bootstrap over trial numbers (Rubin 1981): the chances of the trials are drawn from a
    flat Dirichlet distribution. The draws are spread by the factor `wider`. Cells must have shape (N,).
    """
    trials = terms[0][1].trials
    drawn = np.sum([weight * _redrawn(cell, resamples, seed) for weight, cell in terms], axis=0)
    centre = np.sum([weight * cell.expected for weight, cell in terms], axis=0)
    drawn = centre + wider * (drawn - np.sum([weight * cell.reweighted(1 / trials) for weight, cell in terms], axis=0))
    return np.array([np.mean(drawn < -margin), np.mean(np.abs(drawn) <= margin), np.mean(drawn > margin)])


@lru_cache(maxsize=64)  # of the cells of one task, which all its pairs share
def _redrawn(cell: Searched, resamples: int, seed: int) -> np.ndarray:
    """Return the expected bests of a cell (resamples,) with the chances of its trials drawn anew."""
    return cell.reweighted(_shares(cell.trials, resamples, seed))


@lru_cache(maxsize=4)
def _shares(trials: int, resamples: int, seed: int) -> np.ndarray:
    """Return chances of the trials (resamples, N), drawn from a flat Dirichlet distribution."""
    return np.random.default_rng(seed).dirichlet(np.ones(trials), resamples)


def solved_difference(first: np.ndarray | int, second: np.ndarray | int, trials: int, n: int, level: float) -> Bounds:
    """Return the difference between two cells in the chance that the best of n trials solves the task.

    `first` and `second` are the numbers of the cells' N trials (`trials`) that solved it. A search solves the task if
    at least one of its trials does, with chance 1 - (1 - p)^n. The interval for p is that of Clopper and Pearson 1934;
    the intervals of both cells are combined by squaring and adding (Newcombe 1998).
    """
    (a, a_low, a_high), (b, b_low, b_high) = (_solved(count, trials, n, level) for count in (first, second))
    return Bounds(a - b, a - b - np.hypot(a - a_low, b_high - b), a - b + np.hypot(a_high - a, b - b_low))


def freedom(trials: int, n: int) -> float:
    """Return the degrees of freedom of a jackknife interval: 2 * (1 / sum of squared weights - 1), at most N - 1.

    As n grows, the weights concentrate on few trials. The formula was chosen by simulation: docs/calibration.md.
    """
    return min(trials - 1.0, 2 * (1 / (weights(trials, n) ** 2).sum() - 1))


def statements(tasks: int, architectures: int, families: int, claims: int) -> int:
    """Return how many comparisons a report states together.

    These are every pair of architectures, on each task and on the mean of each family with several tasks, every
    architecture against both baselines on each task, and every claim.
    """
    pairs = architectures * (architectures - 1) // 2
    return pairs * (tasks + families) + 2 * tasks * architectures + claims


def joint_level(comparisons: int, level: float = 0.95, looks: int = 1) -> float:
    """Return the level at which each of several intervals must hold so that all hold simultaneously, at every look.

    This is Bonferroni's correction; it is valid however the intervals depend on each other.
    """
    return 1 - (1 - level) / max(comparisons * looks, 1)


def standing(trials: int, n: int) -> str:
    """Return how firm verdicts on the best of n are with this many trials: "firm", "provisional" or "none".

    With fewer than 12 trials, or if n is more than a third of them, there is no verdict ("none"). Verdicts are firm
    with at least 24 trials if n is at most a sixth of them; with a larger n, too few searches fit into the trials. The
    mean of single trials (n = 1) takes 48: a failure of one trial in ten does not occur in 8 % of all cells of 24.
    """
    if trials < FEWEST_TRIALS or WIDEST_SEARCH * n > trials:
        return "none"
    fewest = FIRM_TRIALS if n > 1 else FIRM_SINGLE
    return "firm" if trials >= max(fewest, FIRM_SEARCH * n) else "provisional"


def trials_needed(bounds: Bounds, trials: int, margin: float) -> np.ndarray:
    """Estimate how many trials (...) would decide the undecided intervals if their centres stayed the same.

    Intervals shrink with the square root of the number of trials. The number is infinite if a centre lies on the
    margin.
    """
    centre, low, high = bounds
    below, above = centre - low, high - centre
    reach = np.select([centre > margin, centre < -margin], [below, above], np.maximum(below, above))
    gap = np.abs(np.abs(centre) - margin)
    return np.ceil(trials * np.divide(reach, gap, out=np.full(np.shape(gap), np.inf), where=gap > 0) ** 2)


def _solved(count: np.ndarray | int, trials: int, n: int, level: float) -> Bounds:
    tail, count = (1 - level) / 2, np.asarray(count)
    low = np.where(count == 0, 0, special.betaincinv(np.maximum(count, 1), trials - count + 1, tail))
    high = np.where(count == trials, 1, special.betaincinv(count + 1, np.maximum(trials - count, 1), 1 - tail))
    return Bounds(*(1 - (1 - p) ** n for p in (count / trials, low, high)))


def _unvaried(terms: Terms, tail: float) -> np.ndarray | float:
    """Return the reach (...) of an interval whose trials do not vary: see `contrast`."""
    unmet = 1 - tail ** (1 / terms[0][1].trials)
    perfect = np.logical_and.reduce([(cell.test >= PERFECT).all(axis=-1) for _, cell in terms])
    return np.where(perfect, sum(abs(weight) * unmet**cell.n for weight, cell in terms), np.inf)


def _blocks(terms: Terms) -> list[tuple[np.ndarray, Searched]]:
    """Return (weights, cells) for the terms of each n, stacked along a new first axis to be computed at once."""
    found: dict[int, list[tuple[float, Searched]]] = {}
    for weight, cell in terms:
        found.setdefault(cell.n, []).append((weight, cell))
    return [
        (np.array([weight for weight, _ in own]), Searched.stacked([cell for _, cell in own])) for own in found.values()
    ]


def _total(
    blocks: Sequence[tuple[np.ndarray, Searched]], numbers: Callable[[Searched], np.ndarray], sign: int = 0
) -> np.ndarray:
    """Return the weighted sum of `numbers(cells)` over the terms, or over those with a weight of this sign."""
    return np.sum([_weighted(each, numbers, sign).sum(axis=0) for each in blocks], axis=0)


def _highest(
    blocks: Sequence[tuple[np.ndarray, Searched]], numbers: Callable[[Searched], np.ndarray], sign: int
) -> np.ndarray:
    """Return the highest of |weight| * `numbers(cells)` >= 0 over the terms with a weight of this sign; 0 if none."""
    found = [np.abs(_weighted(each, numbers, sign)).max(axis=0, initial=0.0) for each in blocks]
    return np.maximum.reduce(found)


def _weighted(block: tuple[np.ndarray, Searched], numbers: Callable[[Searched], np.ndarray], sign: int) -> np.ndarray:
    weights, cells = block
    found = numbers(cells)
    weighted = weights.reshape(-1, *[1] * (found.ndim - 1)) * found
    return weighted[sign * weights > 0] if sign else weighted


def _skew(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=-1, keepdims=True)
    return (centred**3).mean(axis=-1) / np.maximum((centred**2).mean(axis=-1), LEAST_SPREAD**2) ** 1.5


def _tilted(values: np.ndarray, distance: float) -> np.ndarray:
    """Return shares (..., N) proportional to exp(x * values), x > 0, for which -2 sum(log(N * share)) is `distance`."""
    spread = values.std(axis=-1, keepdims=True)
    scaled = (values - values.max(axis=-1, keepdims=True)) / np.where(spread > 0, spread, 1)
    total = scaled.sum(axis=-1, keepdims=True)
    low, high, n = np.zeros_like(spread), np.full_like(spread, 100.0), values.shape[-1]
    for _ in range(HALVINGS):
        x = (low + high) / 2
        mean = np.exp(x * scaled).sum(axis=-1, keepdims=True) / n  # `mean` takes twice the time for few values
        far = 2 * n * np.log(mean) - 2 * x * total > distance
        low, high = np.where(far, low, x), np.where(far, x, high)
    shares = np.exp(low * scaled)
    return shares / shares.sum(axis=-1, keepdims=True)
