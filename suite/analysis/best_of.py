"""Best of n: what a random search of n trials is worth on test, with intervals that hold for another search.

Trials are independent replicates. Arrays have shape (..., N): N trials in the order of their numbers, as skill over the
baseline of the same draw of the data; leading axes are cells or simulated studies, all treated at once. Architectures
are paired by trial number. How the intervals were chosen, and what they cover: docs/calibration.md.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy import special

PERFECT = 1.0  # the highest skill there is
LEAST_SPREAD = 1e-12
HALVINGS = 30
RESAMPLES = 2_000


class Bounds(NamedTuple):
    """A centre with its interval, arrays of the leading shape."""

    centre: np.ndarray
    low: np.ndarray
    high: np.ndarray


class Searched:
    """Trials of one cell, `validation` and `test` (..., N), and the number n of trials that a search would have.

    With n = 1 the expected best is the mean, so that a baseline, scored once a trial, is a cell too. Trials of equal
    validation share their chances. `unseen` (...) is the test skill that a kind of trial not met among the N may have;
    without it, a little above the best: `unseen_skill`.
    """

    def __init__(self, validation: np.ndarray, test: np.ndarray, n: int, unseen: np.ndarray | None = None):
        self.test, self.n = np.asarray(test, dtype=float), n
        self.trials = self.test.shape[-1]
        if not 1 <= n < self.trials:
            raise ValueError(f"best of {n} needs more than {n} trials, not {self.trials}")
        validation = np.broadcast_to(validation, self.test.shape)
        self.order = np.argsort(-validation, axis=-1, kind="stable")
        self.ranked = np.take_along_axis(self.test, self.order, -1)
        self.start, self.end = _tied(np.take_along_axis(validation, self.order, -1))
        self.unseen = unseen_skill(self.test) if unseen is None else unseen

    @cached_property
    def expected(self) -> np.ndarray:
        """Expected test skill (...) of the trial with the best validation among n of the N: an unbiased U-statistic."""
        chances = _summed(weights(self.trials, self.n))
        return (self.ranked * (chances[self.end] - chances[self.start]) / (self.end - self.start)).sum(axis=-1)

    @cached_property
    def pseudo_values(self) -> np.ndarray:
        """Jackknife pseudo-values (..., N) in the order of the trials: N times `expected` less N - 1 times it without.

        They vary about as independent values do whose mean is `expected` (Tukey 1958; for U-statistics Arvesen 1969).
        """
        start, end, size = self.start, self.end, self.end - self.start
        chances = np.append(_summed(weights(self.trials - 1, self.n)), 1.0)
        ahead = _summed(self.ranked * (chances[end] - chances[start]) / size)
        behind = _summed(self.ranked * (chances[end - 1] - chances[start - 1]) / size)
        others = _between(_summed(self.ranked), start, end) - self.ranked
        tied = (chances[end - 1] - chances[start]) * others / np.maximum(size - 1, 1)
        without = np.take_along_axis(ahead, start, -1) + tied + behind[..., -1:] - np.take_along_axis(behind, end, -1)
        values = np.empty_like(self.test)
        ranked = self.trials * self.expected[..., None] - (self.trials - 1) * without
        np.put_along_axis(values, self.order, ranked, -1)
        return values

    def reweighted(self, shares: np.ndarray) -> np.ndarray:
        """Expected best (...) where trials come with the probabilities `shares` (..., N), drawn with replacement."""
        shape = np.broadcast_shapes(np.shape(shares), self.test.shape)
        order, start, end = (np.broadcast_to(each, shape) for each in (self.order, self.start, self.end))
        ranked = np.take_along_axis(np.broadcast_to(shares, shape), order, -1)
        worse = 1 - np.minimum(_summed(ranked), 1)
        chances = _between(worse**self.n, end, start) / np.maximum(_between(worse, end, start), 1e-300)
        return (self.ranked * chances * ranked).sum(axis=-1)

    def missed(self, chance: float) -> np.ndarray:
        """What `expected` gains (...) if trials as good as `unseen` come with this chance."""
        return (1 - (1 - chance) ** self.n) * np.maximum(self.unseen - self.expected, 0)


def weights(trials: int, n: int) -> np.ndarray:
    """Chance (N,) of the trial with the j-th best validation of N to be the best of n drawn without replacement.

    C(N-j, n-1) / C(N, n). Source: Dodge et al. 2019, Show your work; without replacement: Tang et al. 2020.
    """
    place = np.arange(1, trials + 1)
    return special.comb(trials - place, n - 1) / special.comb(trials, n)


def freedom(trials: int, n: int) -> float:
    """Degrees of freedom of a jackknife interval: twice (1 / sum of squared weights, less 1), at most N - 1.

    The weights concentrate on few trials as n grows. Chosen by simulation: docs/calibration.md.
    """
    return min(trials - 1.0, 2 * (1 / (weights(trials, n) ** 2).sum() - 1))


def curve(validation: np.ndarray, test: np.ndarray, most: int | None = None) -> np.ndarray:
    """Expected test skill (..., most) of the best of 1, 2, ... trials; by default up to a third of the N."""
    most = np.shape(test)[-1] // 3 if most is None else most
    return np.stack([Searched(validation, test, n).expected for n in range(1, most + 1)], axis=-1)


def with_failures(validation: np.ndarray, test: np.ndarray, failed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both scores with failed trials (..., N) as the worst outcome: preferred by nobody, the lowest skill, 0 at most."""
    worst = np.minimum(np.where(failed, 0, test).min(axis=-1, keepdims=True), 0)
    return np.where(failed, -np.inf, validation), np.where(failed, worst, test)


def unseen_skill(test: np.ndarray, threshold: float | None = None) -> np.ndarray:
    """A test skill (...) that a kind of trial not met in `test` (..., N) may have.

    Perfect where no trial reached the `threshold` of a task that can be solved. Else above the best by the mean excess:
    what the best quarter is above the trial after it, as in an exponential tail (Hill 1975).
    """
    ranked = -np.sort(-test, axis=-1)
    best, quarter = ranked[..., 0], max(3, test.shape[-1] // 4)
    above = np.minimum(best + ranked[..., :quarter].mean(axis=-1) - ranked[..., quarter], np.maximum(PERFECT, best))
    return above if threshold is None else np.where(best < threshold, PERFECT, above)


Terms = Sequence[tuple[float, Searched]]


def contrast(terms: Terms, level: float) -> Bounds:
    """Weighted sum of the expected bests of cells, paired by trial number, with an interval of this level.

    Each bound is the widest of three, since each alone fails where another holds:
    jackknife with Student's t (`freedom`), wider on the side of the longer tail (Johnson 1978), for smooth scores;
    the values that reweighted trials can give, as likely as that t allows, for trials that work or do not (empirical
    likelihood, Owen 1988, along the least favourable direction: Efron 1981);
    a kind of trial that did not show up: one of chance p goes unmet in N trials with chance (1 - p)^N.
    Trials that do not vary at all give no interval: infinite bounds.
    """
    trials = terms[0][1].trials
    centre = sum(weight * cell.expected for weight, cell in terms)
    values = sum(weight * cell.pseudo_values for weight, cell in terms)
    tail = (1 - level) / 2
    t = -special.stdtrit(min(freedom(trials, cell.n) for _, cell in terms), tail)
    error = values.std(axis=-1, ddof=1) / np.sqrt(trials)
    skew = _skew(values) * (2 * t**2 + 1) / (6 * np.sqrt(trials))
    equal = sum(weight * cell.reweighted(1 / trials) for weight, cell in terms)
    reaches = []
    for sign in (-1, 1):
        shares = _tilted(sign * values, trials * np.log1p(t**2 / (trials - 1)))
        moved = sign * (sum(weight * cell.reweighted(shares) for weight, cell in terms) - equal)
        missed = [abs(weight) * cell.missed(1 - tail ** (1 / trials)) for weight, cell in terms if sign * weight > 0]
        reaches.append(np.maximum.reduce([(t + np.maximum(sign * skew, 0)) * error, moved, *missed]))
    still = np.ptp(values, axis=-1) <= LEAST_SPREAD
    low, high = (np.where(still, np.inf, reach) for reach in reaches)
    return Bounds(centre, centre - low, centre + high)


def probabilities(terms: Terms, margin: float, resamples: int = RESAMPLES, seed: int = 0) -> np.ndarray:
    """Probabilities (3,) that a contrast is below -margin, within it, above it: Bayesian bootstrap over trial numbers.

    Rubin 1981: the chances of the trials are drawn from a flat Dirichlet distribution. Cells of shape (N,).
    """
    shares = np.random.default_rng(seed).dirichlet(np.ones(terms[0][1].trials), resamples)
    drawn = sum(weight * cell.reweighted(shares) for weight, cell in terms)
    drawn += sum(weight * (cell.expected - cell.reweighted(1 / cell.trials)) for weight, cell in terms)
    return np.array([np.mean(drawn < -margin), np.mean(np.abs(drawn) <= margin), np.mean(drawn > margin)])


def solved_difference(first: np.ndarray, second: np.ndarray, trials: int, n: int, level: float) -> Bounds:
    """Difference in the chance that the best of n trials solves the task, of cells where so many of N trials did.

    A search solves it when one of its trials does: 1 - (1 - p)^n, with the interval of Clopper and Pearson 1934 for p;
    the two are joined by square-and-add (Newcombe 1998).
    """
    (a, a_low, a_high), (b, b_low, b_high) = (_solved(count, trials, n, level) for count in (first, second))
    return Bounds(a - b, a - b - np.hypot(a - a_low, b_high - b), a - b + np.hypot(a_high - a, b - b_low))


def _solved(count: np.ndarray, trials: int, n: int, level: float) -> Bounds:
    tail, count = (1 - level) / 2, np.asarray(count)
    low = np.where(count == 0, 0, special.betaincinv(np.maximum(count, 1), trials - count + 1, tail))
    high = np.where(count == trials, 1, special.betaincinv(count + 1, np.maximum(trials - count, 1), 1 - tail))
    return Bounds(*(1 - (1 - p) ** n for p in (count / trials, low, high)))


def _skew(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=-1, keepdims=True)
    return (centred**3).mean(axis=-1) / np.maximum((centred**2).mean(axis=-1), LEAST_SPREAD**2) ** 1.5


def _tilted(values: np.ndarray, distance: float) -> np.ndarray:
    """Shares (..., N) proportional to exp(x values), x > 0 such that -2 sum log(N share) is `distance`."""
    spread = values.std(axis=-1, keepdims=True)
    scaled = (values - values.max(axis=-1, keepdims=True)) / np.where(spread > 0, spread, 1)
    total = scaled.sum(axis=-1, keepdims=True)
    low, high = np.zeros_like(spread), np.full_like(spread, 100.0)
    for _ in range(HALVINGS):
        x = (low + high) / 2
        far = 2 * values.shape[-1] * np.log(np.exp(x * scaled).mean(axis=-1, keepdims=True)) - 2 * x * total > distance
        low, high = np.where(far, low, x), np.where(far, x, high)
    shares = np.exp(low * scaled)
    return shares / shares.sum(axis=-1, keepdims=True)


def _tied(ranked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First place of the equal values around each place of `ranked` (..., N), and the place after their last."""
    places = np.arange(ranked.shape[-1])
    new = np.ones(ranked.shape, dtype=bool)
    new[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    last = np.roll(new, -1, axis=-1)
    end = np.where(last, places + 1, ranked.shape[-1])
    start = np.maximum.accumulate(np.where(new, places, 0), axis=-1)
    return start, np.minimum.accumulate(end[..., ::-1], axis=-1)[..., ::-1]


def _summed(values: np.ndarray) -> np.ndarray:
    """Sums (..., N + 1) of the first 0, 1, ..., N values."""
    return np.concatenate([np.zeros_like(values[..., :1]), np.cumsum(values, axis=-1)], axis=-1)


def _between(sums: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return np.take_along_axis(sums, end, -1) - np.take_along_axis(sums, start, -1)


def joint_level(comparisons: int, level: float = 0.95) -> float:
    """The level of each of so many intervals at which all hold together (Bonferroni): no assumption on dependence."""
    return 1 - (1 - level) / max(comparisons, 1)


def verdict(bounds: Bounds, margin: float, alike: np.ndarray | bool = True) -> np.ndarray:
    """What intervals (...) allow to be said of the first against the second; margins are on the same side for all.

    "better" or "worse": the whole interval beyond the margin. "equal": the whole interval within it, and `alike`, which
    is for tasks with a threshold whether the solve rates are alike too. Else "undecided".
    """
    _, low, high = bounds
    within = (low > -margin) & (high < margin) & alike
    return np.select([low > margin, high < -margin, within], ["better", "worse", "equal"], "undecided")
