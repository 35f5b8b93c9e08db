"""The forest against scikit-learn's own."""

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor

from suite.analysis.forest import grow, out_of_bag


@pytest.mark.parametrize(("rows", "columns", "seed"), [(40, 4, 0), (20, 1, 3), (120, 6, 7)])
def test_its_trees_are_those_of_scikit_learn(rows, columns, seed):
    random = np.random.default_rng(seed)
    table, scores = random.normal(size=(rows, columns)).round(1), random.normal(size=rows).round(2)
    theirs = RandomForestRegressor(16, random_state=seed).fit(table, scores)
    ours = grow(table, scores, 16, seed)
    for one, other in zip(ours.trees, theirs.estimators_, strict=True):
        for array in ("feature", "threshold", "value", "children_left"):
            assert np.array_equal(getattr(one.tree_, array), getattr(other.tree_, array))
    for counts, drawn in zip(ours.drawn, theirs.estimators_samples_, strict=True):
        assert np.array_equal(counts, np.bincount(drawn, minlength=rows))


def test_rows_are_predicted_by_the_trees_that_did_not_see_them():
    random = np.random.default_rng(0)
    table = random.normal(size=(60, 3))
    scores = table[:, 0] + 0.1 * random.normal(size=60)
    theirs = RandomForestRegressor(64, random_state=0, oob_score=True).fit(table, scores)
    assert out_of_bag(grow(table, scores, 64, 0), table, scores) == pytest.approx(theirs.oob_score_)
