"""Aggregates: combine the runs of several tasks into numbers across tasks. Pure functions.

`runs` contains one array of skills per task, of any size but never empty. The caller decides what a failed run counts
as; values that are not finite are left out. The bounds of an interval are NaN if some task has fewer than five runs, or
if all resamples give the same value, as they do where one side always wins.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from suite import statistics
from suite.statistics import RESAMPLES, Estimate

FEWEST_TASKS = 8  # with fewer tasks, a critical-difference diagram shows little more than chance
SIGNIFICANT = 0.05
BOUNDS = ((1 - 0.95) / 2, (1 + 0.95) / 2)  # the quantiles that bound a 95 % interval
Runs = Sequence[ArrayLike]


def aggregate(runs: Runs, tasks_too: bool = False, resamples: int = RESAMPLES) -> Estimate:
    """Return the interquartile mean of the runs of all tasks with its stratified bootstrap interval.

    Source: Agarwal et al. 2021. Runs are resampled within each task. With `tasks_too`, tasks are resampled as well,
    which shows how much the choice of tasks matters. `n` counts tasks; without tasks the estimate is NaN.
    """
    if not len(runs):
        return Estimate(np.nan, np.nan, np.nan, 0)
    drawn = _interquartile_means(resampled(runs, resamples, 0, tasks_too))
    return Estimate(centre(runs), *_bounds(drawn, runs), len(runs))


def centre(runs: Runs) -> float:
    """Return the interquartile mean of the runs of all tasks together."""
    return float(_interquartile_means(padded(runs)[None])[0])


def profile(runs: Runs, thresholds: ArrayLike, resamples: int = RESAMPLES) -> np.ndarray:
    """Return the performance profile: the share of runs above each threshold, averaged over tasks.

    Source: Agarwal et al. 2021. The result has shape (3, thresholds): the share, and the lower and upper bound of its
    stratified bootstrap interval at each threshold.
    """
    table, levels = padded(runs), np.asarray(thresholds, dtype=float)
    above = (table[..., None] > levels).reshape(-1, len(levels)).astype(float)
    sizes = np.isfinite(table).sum(axis=1)
    once, drawn = (np.isfinite(table) / sizes[:, None])[None], _weights(tuple(sizes), resamples, 0)
    share, drawn = (weights.reshape(len(weights), -1) @ above / len(table) for weights in (once, drawn))
    return np.stack([share[0], *np.quantile(drawn, BOUNDS, axis=0)])


def improvement(first: Runs, second: Runs, resamples: int = RESAMPLES) -> Estimate:
    """Return the probability that a run of `first` is better than a run of `second`, averaged over tasks.

    Source: Agarwal et al. 2021. Both sides list the same tasks in the same order. The interval comes from a stratified
    bootstrap. `n` counts tasks; without tasks the estimate is NaN.
    """
    if not len(first):
        return Estimate(np.nan, np.nan, np.nan, 0)
    shares = [statistics.improvement(a, b) for a, b in zip(first, second, strict=True)]
    known = ([statistics.present(runs) for runs in side] for side in (first, second))
    drawn = _improvements(*known, resamples)
    return Estimate(float(np.mean(shares)), *_bounds(drawn, [*first, *second]), len(first))


def mean_ranks(scores: ArrayLike) -> np.ndarray:
    """Return the mean rank of every column of `scores` (tasks, columns). The highest has rank 1; ties share ranks."""
    return stats.rankdata(-np.asarray(scores, dtype=float), axis=1).mean(axis=0)


def friedman(scores: ArrayLike) -> float:
    """Test whether the columns of `scores` (tasks, columns) differ, and return the p-value (Friedman 1937).

    Return NaN with fewer than two tasks or three columns, or if all columns tie on every task.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.shape[0] < 2 or scores.shape[1] < 3 or not np.ptp(scores, axis=1).any():
        return np.nan
    return float(stats.friedmanchisquare(*scores.T).pvalue)


def signed_ranks(scores: ArrayLike) -> np.ndarray:
    """Test each pair of columns of `scores` (tasks, columns) for a difference, and return the p-values.

    Their shape is (columns, columns), with 1 on the diagonal. The test is Wilcoxon's signed-rank test (1945) with
    Holm's correction over the pairs, as Benavoli et al. 2016 advise. It is exact up to 50 tasks without ties; with N
    tasks no p-value is then below 2/2^N.
    """
    scores = np.asarray(scores, dtype=float)
    pairs = list(combinations(range(scores.shape[1]), 2))
    adjusted = statistics.holm([_wilcoxon(scores[:, i] - scores[:, j]) for i, j in pairs])
    table = np.eye(scores.shape[1])
    for (i, j), p in zip(pairs, adjusted, strict=True):
        table[i, j] = table[j, i] = p
    return table


def cliques(ranks: ArrayLike, p: np.ndarray) -> list[tuple[int, ...]]:
    """Return the largest groups of columns with neighbouring ranks in which no two columns differ significantly.

    The groups are the bars of a critical-difference diagram (Demsar 2006).
    """
    order = [int(column) for column in np.argsort(ranks, kind="stable")]
    found: list[tuple[int, ...]] = []
    for start in range(len(order)):
        stop = start + 1
        while stop < len(order) and all(p[order[stop], other] > SIGNIFICANT for other in order[start:stop]):
            stop += 1
        if stop - start > 1 and not any(set(order[start:stop]) <= set(group) for group in found):
            found.append(tuple(order[start:stop]))
    return found


def padded(runs: Runs) -> np.ndarray:
    """Return the runs as a table (tasks, largest number of runs of a task). Shorter rows are padded with NaN."""
    rows = [statistics.present(row) for row in runs]
    table = np.full((len(rows), max(map(len, rows))), np.nan)
    for filled, row in zip(table, rows, strict=True):
        filled[: len(row)] = row
    return table


def resampled(runs: Runs, resamples: int, seed: int, tasks_too: bool = False) -> np.ndarray:
    """Resample runs within each task; with `tasks_too`, resample the tasks first.

    The result has shape (resamples, tasks, largest number of runs of a task).
    """
    table, random = padded(runs), np.random.default_rng(seed)
    tasks, most = table.shape
    chosen = random.integers(0, tasks, (resamples, tasks)) if tasks_too else np.tile(np.arange(tasks), (resamples, 1))
    sizes = np.isfinite(table).sum(axis=1)[chosen][..., None]
    places = (random.random((resamples, tasks, most)) * sizes).astype(int)
    return np.where(np.arange(most) < sizes, table[chosen[..., None], places], np.nan)


def _bounds(drawn: np.ndarray, runs: Runs) -> tuple[float, float]:
    if min(len(statistics.present(each)) for each in runs) < statistics.FEWEST_TO_RESAMPLE or np.ptp(drawn) == 0:
        return np.nan, np.nan
    low, high = np.quantile(drawn, BOUNDS)
    return float(low), float(high)


def _interquartile_means(drawn: np.ndarray) -> np.ndarray:
    """Return the mean of the middle half of the runs in each resample (resamples, tasks, runs). NaN is left out."""
    values = np.sort(drawn.reshape(len(drawn), -1), axis=1)
    count = np.isfinite(values).sum(axis=1, keepdims=True)
    place, cut = np.arange(values.shape[1]), count // 4
    middle = (place >= cut) & (place < count - cut)
    return np.where(middle, values, 0).sum(axis=1) / middle.sum(axis=1)


@lru_cache(maxsize=2)
def _weights(sizes: tuple[int, ...], resamples: int, seed: int) -> np.ndarray:
    """Return the share of each run in each resample of its task.

    The shape is (resamples, tasks, largest number of runs of a task). Runs are drawn as in `resampled`. The weights
    depend only on the number of runs of each task, which most architectures share.
    """
    limits = np.array(sizes)[:, None]
    random = np.random.default_rng(seed).random((resamples, len(sizes), max(sizes)))
    places, drawn = (random * limits).astype(int), np.arange(max(sizes)) < limits
    weights = np.zeros(random.shape)
    for column in range(max(sizes)):
        weights[..., column] = ((places == column) & drawn).sum(axis=-1) / limits[:, 0]
    return weights


def _improvements(first: list[np.ndarray], second: list[np.ndarray], resamples: int) -> np.ndarray:
    """Return the probability that `first` is better in each resample, averaged over tasks, shape (resamples,)."""
    mine, theirs = (_weights(tuple(map(len, runs)), resamples, seed) for seed, runs in enumerate((first, second)))
    signs = np.zeros(resamples)
    for task, (a, b) in enumerate(zip(first, second, strict=True)):
        better = np.sign(a[:, None] - b)
        signs += ((mine[:, task, : len(a)] @ better) * theirs[:, task, : len(b)]).sum(axis=1)
    return (signs / len(first) + 1) / 2


def _wilcoxon(differences: np.ndarray) -> float:
    return float(stats.wilcoxon(differences).pvalue) if differences.any() else 1.0
