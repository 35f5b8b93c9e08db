"""Importance: find which columns of a table explain its scores, by functional ANOVA over a random forest."""

from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from sklearn.tree import DecisionTreeRegressor

from suite.analysis.forest import Forest, grow, out_of_bag

TREES = 64
TREES_RESAMPLED = 16
RESAMPLES = 40
LEVELS = 64
Subset = tuple[int, ...]
Frequencies = list[tuple[np.ndarray, np.ndarray]]  # of each column: its values, and the share of the rows with each


class Importance(NamedTuple):
    """The share of the variance explained by each subset of one or two columns.

    `low` and `high` bound each share (95 %, over resampled rows). `fit` is the forest's out-of-bag R2: how well it
    explains the scores of rows that it was not fitted to.
    """

    share: dict[Subset, float]
    low: dict[Subset, float]
    high: dict[Subset, float]
    fit: float


def functional_anova(
    table: ArrayLike, scores: ArrayLike, resamples: int = RESAMPLES, seed: int = 0, least_fit: float = -np.inf
) -> Importance:
    """Return the share of the variance of `scores` (n,) that each column, and each pair, of `table` explains.

    `table` has shape (n, columns).

    Source: Hutter, Hoos and Leyton-Brown 2014. A forest predicts the scores. Take the variance of its predictions over
    all combinations of column values, where each value is as frequent as in the table. The method splits this variance
    into the effect of each column, the additional effect of each pair, and so on. Columns need no scaling, and the
    shares of columns and pairs sum to 1 at most. The 95 % interval covers the shares found in `resamples` bootstrap
    samples of rows. If the fit is below `least_fit`, shares and intervals are NaN, which saves nearly all of the time.
    """
    table, scores = np.asarray(table, dtype=float), np.asarray(scores, dtype=float)
    forest = grow(table, scores, TREES, seed)
    fit = out_of_bag(forest, table, scores)
    if least_fit > -np.inf and not fit >= least_fit:
        withheld = dict.fromkeys(_subsets(table.shape[1]), np.nan)
        return Importance(withheld, withheld, withheld, fit)
    frequencies = _frequencies(table)
    share = _shares(forest, frequencies)
    generator = np.random.default_rng(seed)
    drawn = []
    for again in range(resamples):
        rows = generator.integers(0, len(scores), len(scores))
        drawn.append(_shares(grow(table[rows], scores[rows], TREES_RESAMPLED, again), frequencies))
    low, high = (
        {subset: float(np.quantile([one[subset] for one in drawn], level)) for subset in share}
        for level in (0.025, 0.975)
    )
    return Importance(share, low, high, fit)


def _shares(forest: Forest, frequencies: Frequencies) -> dict[Subset, float]:
    """Return the mean share of each subset over the trees that have a split; 0 for all subsets if none has."""
    trees = [shares for shares in (decomposition(tree, frequencies) for tree in forest.trees) if shares]
    subsets = _subsets(len(frequencies))
    return {subset: float(np.mean([tree[subset] for tree in trees])) if trees else 0.0 for subset in subsets}


def _subsets(columns: int) -> list[Subset]:
    """Return all columns and all pairs of columns."""
    return [*((column,) for column in range(columns)), *combinations(range(columns), 2)]


def _frequencies(table: np.ndarray) -> Frequencies:
    """Return the values of each column, and the share of the rows that have each value."""
    counted = [np.unique(_thinned(column), return_counts=True) for column in table.T]
    return [(level, counts / counts.sum()) for level, counts in counted]


def decomposition(tree: DecisionTreeRegressor, frequencies: Frequencies) -> dict[Subset, float]:
    """Return the share of one tree's variance that each column and pair explains; empty if the tree predicts one value.

    Each leaf is a box. For each column, take the share of rows whose value lies within the box; the weight of the leaf
    is the product of these shares.
    """
    low, high, value = _leaves(tree)
    levels, chances = zip(*frequencies, strict=True)
    inside = [(low[:, [j]] < level) & (level <= high[:, [j]]) for j, level in enumerate(levels)]
    weight = np.array([within @ chance for within, chance in zip(inside, chances, strict=True)])
    mean = value @ weight.prod(axis=0)
    total = (value - mean) ** 2 @ weight.prod(axis=0)
    if total <= 0:
        return {}
    shares: dict[Subset, float] = {}
    for j in range(len(levels)):
        marginal = (value * _product(weight, j)) @ inside[j]
        shares[j,] = (marginal - mean) ** 2 @ chances[j] / total
    for j, k in combinations(range(len(levels)), 2):
        rest = value * _product(weight, j, k)
        marginal = inside[j].T @ (rest[:, None] * inside[k])
        both = chances[j] @ (marginal - mean) ** 2 @ chances[k] / total
        shares[j, k] = max(both - shares[j,] - shares[k,], 0.0)
    return shares


def _product(weight: np.ndarray, *without: int) -> np.ndarray:
    """Return the product of the weights (columns, leaves) of all columns but these."""
    return weight[[column for column in range(len(weight)) if column not in without]].prod(axis=0)


def _thinned(column: np.ndarray) -> np.ndarray:
    """Reduce a column to at most LEVELS values, at equal steps through its sorted values.

    The cost of the decomposition grows with the square of their number.
    """
    if len(column) <= LEVELS:
        return column
    return np.quantile(column, (np.arange(LEVELS) + 0.5) / LEVELS, method="nearest")


def _leaves(tree: DecisionTreeRegressor) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return low (leaves, columns), high (leaves, columns) and value (leaves,): each leaf is a box low < x <= high."""
    nodes = tree.tree_
    low = np.full((nodes.node_count, nodes.n_features), -np.inf)
    high = np.full((nodes.node_count, nodes.n_features), np.inf)
    split = zip(nodes.children_left, nodes.children_right, nodes.feature, nodes.threshold, strict=True)
    for node, (left, right, column, threshold) in enumerate(split):  # parents come before their children
        if left >= 0:
            low[[left, right]], high[[left, right]] = low[node], high[node]
            high[left, column] = low[right, column] = threshold
    leaf = nodes.children_left < 0
    return low[leaf], high[leaf], nodes.value[leaf, 0, 0]
