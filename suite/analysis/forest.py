"""Forest: grow the random forest of scikit-learn in a fraction of its time, for tables of few rows."""

from typing import NamedTuple

import numpy as np
from sklearn import config_context
from sklearn.tree import DecisionTreeRegressor

MOST = np.iinfo(np.int32).max


class Forest(NamedTuple):
    """Regression trees, and how often each row was drawn for each of them (trees, n)."""

    trees: list[DecisionTreeRegressor]
    drawn: np.ndarray


def grow(table: np.ndarray, scores: np.ndarray, trees: int, seed: int) -> Forest:
    """Return a forest that predicts `scores` (n,) from `table` (n, columns), without missing numbers.

    Its trees are those of `RandomForestRegressor(trees, random_state=seed)`, which with few rows spends nearly all of
    its time on copying and checking settings for each tree.
    """
    rows, targets, n = table.astype(np.float32), scores[:, None], len(scores)
    random, found, drawn = np.random.RandomState(), [], []
    with config_context(assume_finite=True, skip_parameter_validation=True):
        for own in np.random.RandomState(seed).randint(MOST, size=trees):
            random.seed(own)
            drawn.append(np.bincount(random.randint(0, n, n), minlength=n))
            random.seed(own)  # the rows and the splits of a tree follow from the same seed
            tree = DecisionTreeRegressor(random_state=random)
            found.append(tree.fit(rows, targets, sample_weight=drawn[-1], check_input=False))
    return Forest(found, np.array(drawn))


def out_of_bag(forest: Forest, table: np.ndarray, scores: np.ndarray) -> float:
    """Return the R2 of out-of-bag predictions, or NaN if the scores do not vary.

    Each row is predicted by the mean of the trees that were grown without it.
    """
    rows = table.astype(np.float32)  # as trees store them; to check them for each tree takes longer than to predict
    every = [tree.tree_.predict(rows).reshape(-1) for tree in forest.trees]
    predicted = np.ma.masked_array(every, forest.drawn > 0).mean(axis=0)
    spread = np.sum((scores - scores.mean()) ** 2)
    return float(1 - np.sum((scores - predicted) ** 2) / spread) if spread > 0 else np.nan
