"""Items: intervals for other test examples, from what every stored example contributed."""

import numpy as np
import pytest
from scipy import stats

from suite.analysis.items import Choice, HeldOut, contributions, spread
from suite.analysis.replicates import TRAINED

ALL = {0: 0.5, 1: 0.5}


def held(skills, clusters=None, unit="example"):
    """One test split: architecture -> replicate number -> contributions."""
    count = len(next(iter(next(iter(skills.values())).values())))
    return HeldOut(np.arange(count) if clusters is None else np.asarray(clusters), unit, skills)


def difference(chances=ALL):
    return [Choice(1.0, "lstm", chances), Choice(-1.0, "gru", chances)]


def test_contributions_average_to_the_skill():
    right, trivial = np.array([1, 1, 0, 1.0]), np.array([1, 0, 0, 0.0])
    assert contributions(right, trivial, 1.0).mean() == pytest.approx((0.75 - 0.25) / 0.75)
    errors, naive = np.array([1.0, 2, 3]), np.array([2.0, 4, 6])
    assert contributions(errors, naive, 0.0).mean() == pytest.approx(0.5)


def test_contributions_are_how_the_skill_changes_without_an_example():
    random = np.random.default_rng(1)
    items, trivial = random.chisquare(1, 500), 2 * random.chisquare(1, 500)
    found = contributions(items, trivial, 0.0)
    keep = np.arange(500) != 7
    without = 1 - items[keep].mean() / trivial[keep].mean()
    assert without - found.mean() == pytest.approx(-(found[7] - found.mean()) / 499, rel=0.05)


def test_single_examples_have_the_paired_t_interval():
    random = np.random.default_rng(2)
    lstm, gru = random.normal(size=(2, 80))
    found = spread([held({"lstm": {0: lstm}, "gru": {0: gru}})], difference({0: 1.0}))
    interval = stats.ttest_1samp(lstm - gru, 0).confidence_interval(0.9)
    assert found.clusters == 80
    assert found.reach(0.9) == pytest.approx((interval.high - interval.low) / 2)


def test_examples_of_a_group_count_together():
    values = np.repeat([0.0, 1.0, 5.0], 4)
    found = spread([held({"lstm": {0: values}}, np.repeat(["a", "b", "c"], 4), "group")], [Choice(1, "lstm", {0: 1})])
    assert found.clusters == 3
    assert found.variance == pytest.approx(np.var([0, 1, 5], ddof=1) / 3)


def test_groups_that_fill_a_fold_each_show_how_groups_vary():
    folds = [held({"lstm": {k: np.full(4, skill)}}, [name] * 4, "group") for k, (name, skill) in
             enumerate({"a": 0.0, "b": 1.0, "c": 5.0}.items())]  # fmt: skip
    found = spread(folds, [Choice(1, "lstm", {0: 0.8, 1: 0.1, 2: 0.1})])
    assert found.clusters == 3
    assert found.variance == pytest.approx(np.var([0, 1, 5], ddof=1) / 3)


def test_a_single_cluster_says_nothing():
    one = held({"lstm": {0: np.arange(4.0)}}, ["a"] * 4, "group")
    assert spread([one], [Choice(1, "lstm", {0: 1})]).reach(0.95) == np.inf


def test_replicates_count_by_their_chances():
    one, other = np.arange(6.0), np.zeros(6)
    found = spread([held({"lstm": {0: one, 1: other}})], [Choice(1, "lstm", {0: 0.25, 1: 0.75})])
    assert found.variance == pytest.approx(0.25**2 * one.var(ddof=1) / 6)


def test_a_test_split_where_no_replicate_can_be_chosen_counts_them_equally():
    found = spread([held({"lstm": {0: np.arange(6.0), 1: np.zeros(6)}})], [Choice(1, "lstm", {0: 0.0, 1: 0.0})])
    assert found.variance == pytest.approx(0.25 * np.arange(6.0).var(ddof=1) / 6)


def test_a_test_split_that_one_side_lacks_is_left_out():
    both = held({"lstm": {0: np.arange(6.0)}, "gru": {0: np.ones(6)}})
    lonely = held({"lstm": {1: 100 * np.arange(6.0)}}, np.arange(6, 12))
    assert spread([both, lonely], difference()) == spread([both], difference())
    assert spread([lonely], difference()).clusters == 0


def test_the_same_examples_in_two_test_splits_are_one_cluster_each():
    one = held({"lstm": {0: np.arange(6.0)}})
    again = held({"lstm": {1: np.arange(6.0)}})
    found = spread([one, again], [Choice(1, "lstm", ALL)])
    assert found.clusters == 6
    assert found.variance == pytest.approx(np.arange(6.0).var(ddof=1) / 6)


def test_dates_are_taken_in_blocks():
    values = np.cumsum(np.random.default_rng(3).normal(size=120))
    dated = held({TRAINED: {0: values}}, np.arange("2020-01-01", 120, dtype="datetime64[D]").astype(str), "date")
    found = spread([dated], [Choice(1, TRAINED, {0: 1})])
    assert found.clusters == 5
    assert found.variance > 5 * values.var(ddof=1) / 120
