"""Best of n: estimate the test skill that a random search of n trials reaches, from N independent trials of a cell.

Arrays have shape (..., N): trials in the order of their numbers, as skill over the baseline on the same draw of the
data. The leading axes are cells or simulated studies, which are computed at once. For intervals see contrasts.py.
"""

from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

PERFECT = 1.0  # the highest possible skill


class Searched:
    """The trials of one cell, `validation` and `test` (..., N), and the number n of trials in a search.

    With n = 1 the expected best is the mean; so a baseline, which has one score per trial, can be a cell too. Trials
    with equal validation scores share their chances. `reached` (...) is False if no trial showed that learning works at
    all: none reached the threshold of a solvable task, or none reached a loss below its initial loss. `always` (...) is
    True if every trial solved a task that trials may fail to solve.
    """

    def __init__(
        self, validation: ArrayLike, test: ArrayLike, n: int, reached: ArrayLike = True, always: ArrayLike = False
    ):
        self.test, self.n = np.asarray(test, dtype=float), n
        self.trials = self.test.shape[-1]
        if not 1 <= n < self.trials:
            raise ValueError(f"best of {n} needs more than {n} trials, not {self.trials}")
        validation = np.broadcast_to(validation, self.test.shape)
        self.order = np.argsort(-validation, axis=-1, kind="stable")
        self.ranked = np.take_along_axis(self.test, self.order, -1)
        self.start, self.end = _tied(np.take_along_axis(validation, self.order, -1))
        self.reached, self.always = reached, always

    @classmethod
    def stacked(cls, cells: Sequence[Self]) -> Self:
        """Return cells (..., N) with the same n as one with a new first axis, to compute them at once."""
        made = cls.__new__(cls)
        made.n, made.trials = cells[0].n, cells[0].trials
        for name in ("test", "order", "ranked", "start", "end"):
            setattr(made, name, np.array([getattr(cell, name) for cell in cells]))
        for name in ("reached", "always"):
            own = [getattr(cell, name) for cell in cells]
            shape = made.test.shape[1:-1]
            setattr(made, name, np.array([np.broadcast_to(one, shape) for one in own] if shape else own))
        return made

    @cached_property
    def ties(self) -> bool:
        """Whether some trials have equal validation scores."""
        return bool((self.end - self.start > 1).any())

    @cached_property
    def expected(self) -> np.ndarray:
        """Expected test skill (...) of the trial with the best validation score among n of the N.

        It is an unbiased U-statistic.
        """
        return (self.ranked * self._ranked_chances).sum(axis=-1)

    @property
    def chances(self) -> np.ndarray:
        """Chances (..., N) of the trials, in their order, to have the best validation score among n of the N."""
        chances = np.empty_like(self.test)
        np.put_along_axis(chances, self.order, self._ranked_chances, -1)
        return chances

    @cached_property
    def _ranked_chances(self) -> np.ndarray:
        ahead = _summed(weights(self.trials, self.n))
        return (ahead[self.end] - ahead[self.start]) / (self.end - self.start)

    @cached_property
    def pseudo_values(self) -> np.ndarray:
        """Jackknife pseudo-values (..., N) in the order of the trials.

        Each is N * `expected` - (N - 1) * (`expected` without this trial). They vary about as much as N independent
        values with mean `expected` (Tukey 1958; for U-statistics Arvesen 1969).
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

    def reweighted(self, shares: ArrayLike) -> np.ndarray:
        """Return the expected best (...) of n trials drawn with replacement, with probabilities `shares` (..., N)."""
        shares = np.broadcast_to(shares, np.broadcast_shapes(np.shape(shares), self.test.shape))
        order, start, end = (np.broadcast_to(each, shares.shape) for each in (self.order, self.start, self.end))
        one = self.order.ndim == 1  # cell, whose order holds for all shares
        ranked = shares[..., self.order] if one else np.take_along_axis(shares, order, -1)
        worse = 1 - np.minimum(_summed(ranked), 1)
        all_worse = worse**self.n
        if self.ties:
            chances = _between(all_worse, end, start) / np.maximum(_between(worse, end, start), 1e-300)
        else:  # the same, faster
            chances = -np.diff(all_worse, axis=-1) / np.maximum(-np.diff(worse, axis=-1), 1e-300)
        return (self.ranked * chances * ranked).sum(axis=-1)

    def unseen(self, excesses: np.ndarray | float) -> np.ndarray:
        """Return the test skill (...) to allow for a kind of trial that is not among the N.

        If `reached` is False, this is the perfect skill. Otherwise it is the best skill + `excesses` x the mean excess,
        at most perfect. The mean excess is the mean of the best quarter of trials minus the next best trial: a tail
        that falls off exponentially extends beyond any point by this amount on average (Hill 1975).
        """
        best, excess = self._best
        perfect = np.maximum(PERFECT, best)
        return np.where(self.reached, np.minimum(best + excesses * excess, perfect), perfect)

    @cached_property
    def _best(self) -> tuple[np.ndarray, np.ndarray]:
        """The best test skill (...), and the mean excess of the best quarter."""
        ranked, quarter = -np.sort(-self.test, axis=-1), max(3, self.trials // 4)
        return ranked[..., 0], ranked[..., :quarter].mean(axis=-1) - ranked[..., quarter]

    def missed(self, chance: float, excesses: np.ndarray | float) -> np.ndarray:
        """Return the increase of `expected` (...) if trials as good as `unseen` occur with this chance."""
        return (1 - (1 - chance) ** self.n) * np.maximum(self.unseen(excesses) - self.expected, 0)

    def fallen(self, chance: float) -> np.ndarray:
        """Return the decrease of `expected` (...) if trials that learn nothing occur with this chance; see `always`.

        A search falls only if all its n trials do. Without learning, the trivial baseline remains.
        """
        return np.where(self.always, chance**self.n * np.maximum(self.expected, 0), 0)


@lru_cache
def weights(trials: int, n: int) -> np.ndarray:
    """Return the chance (N,) that the trial ranked j by validation is the best of n drawn from N without replacement.

    The chance is C(N-j, n-1) / C(N, n). Source: Dodge et al. 2019, Show your work; for drawing without replacement:
    Tang et al. 2020.
    """
    place = np.arange(1, trials + 1)
    found = special.comb(trials - place, n - 1) / special.comb(trials, n)
    found.setflags(write=False)  # it is remembered, and many cells share it
    return found


def with_failures(validation: np.ndarray, test: np.ndarray, failed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both scores with failed trials (..., N) as the worst outcome.

    The validation score of a failed trial is minus infinity, so it is never preferred. Its test skill is the lowest
    skill of the other trials, at most 0.
    """
    worst = np.minimum(np.where(failed, 0, test).min(axis=-1, keepdims=True), 0)
    return np.where(failed, -np.inf, validation), np.where(failed, worst, test)


def _tied(ranked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return, for each place in `ranked` (..., N), the start and the end (exclusive) of its run of equal values."""
    places = np.arange(ranked.shape[-1])
    new = np.ones(ranked.shape, dtype=bool)
    new[..., 1:] = ranked[..., 1:] != ranked[..., :-1]
    last = np.roll(new, -1, axis=-1)
    end = np.where(last, places + 1, ranked.shape[-1])
    start = np.maximum.accumulate(np.where(new, places, 0), axis=-1)
    return start, np.minimum.accumulate(end[..., ::-1], axis=-1)[..., ::-1]


def _summed(values: np.ndarray) -> np.ndarray:
    """Return the sums (..., N + 1) of the first 0, 1, ..., N values."""
    return np.concatenate([np.zeros_like(values[..., :1]), np.cumsum(values, axis=-1)], axis=-1)


def _between(sums: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    return np.take_along_axis(sums, end, -1) - np.take_along_axis(sums, start, -1)
