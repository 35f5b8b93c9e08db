"""Aggregates against numbers worked out by hand and those of rliable, scipy and scikit-posthocs."""

import numpy as np
import pytest
from scipy import stats

from suite import statistics
from suite.analysis import aggregates

RANDOM = np.random.default_rng(42)
# six tasks of ten runs each; what rliable 1.2.0 printed of them, with 20,000 resamples, is given in the tests
FIRST, SECOND = (RANDOM.normal(mean, 0.2, (10, 6)).round(3).T for mean in (0.6, 0.5))


def test_interquartile_means_and_intervals_are_those_of_rliable():
    for runs, centre, low, high in ((FIRST, 0.6195667, 0.5707, 0.6633), (SECOND, 0.4719, 0.4254, 0.5130)):
        ours = aggregates.aggregate(runs, resamples=20_000)
        assert ours.centre == pytest.approx(centre, abs=1e-6)
        assert ours[1:3] == pytest.approx((low, high), abs=0.002)
        assert ours.n == 6


def test_intervals_with_tasks_resampled_too_are_those_of_rliable():
    ours = aggregates.aggregate(FIRST, tasks_too=True, resamples=20_000)
    assert ours[1:3] == pytest.approx((0.5591, 0.6798), abs=0.002)


def test_probability_of_improvement_is_that_of_rliable():
    ours = aggregates.improvement(FIRST, SECOND, resamples=5_000)
    assert ours.centre == pytest.approx(0.7333333)
    assert ours[1:3] == pytest.approx((0.6367, 0.8250), abs=0.006)


def test_performance_profile_is_that_of_rliable():
    share, low, high = aggregates.profile(FIRST, [0.3, 0.5, 0.7], resamples=20_000)
    assert share == pytest.approx([0.98333333, 0.75, 0.31666667])
    assert low == pytest.approx([0.95, 0.6333, 0.2], abs=0.02)
    assert high == pytest.approx([1.0, 0.85, 0.4333], abs=0.02)


def test_tasks_with_unequal_numbers_of_runs_count_the_same_in_profiles_and_improvements():
    runs = [[0.0, 1.0], [1.0, 1.0, 1.0, np.nan]]
    assert aggregates.profile(runs, [0.5])[0] == pytest.approx([(0.5 + 1) / 2])
    assert aggregates.improvement(runs, [[0.5], [2.0]]).centre == pytest.approx((0.5 + 0) / 2)
    drawn = aggregates.resampled(runs, 50, 1)
    assert drawn.shape == (50, 2, 3)
    assert np.isnan(drawn[:, 0, 2]).all()
    assert np.isfinite(drawn[:, 1]).all()


def test_the_interquartile_mean_of_all_runs_agrees_with_scipy():
    runs = [[1.0, 5.0, 2.0], [7.0], [3.0, 9.0, 4.0, 4.5]]
    assert aggregates.aggregate(runs).centre == pytest.approx(stats.trim_mean(np.concatenate(runs), 0.25))


@pytest.mark.parametrize("runs", [[[0.1, 0.2, 0.3, 0.4]], [[0.1, 0.2, 0.3, 0.4, 0.5], [0.6, 0.7]], [[0.5] * 9]])
def test_few_or_identical_runs_have_no_interval(runs):
    found = aggregates.aggregate(runs)
    assert np.isfinite(found.centre)
    assert np.isnan([found.low, found.high]).all()


def test_one_side_that_always_won_has_no_interval():
    found = aggregates.improvement([[0.6, 0.7, 0.8, 0.9, 1.0]], [[0.1, 0.2, 0.3, 0.4, 0.5]])
    assert found.centre == 1
    assert np.isnan([found.low, found.high]).all()


def test_without_tasks_there_is_no_aggregate():
    assert np.isnan(aggregates.aggregate([])[:3]).all()
    assert aggregates.improvement([], []).n == 0


SCORES = np.array([[0.9, 0.8, 0.5], [0.7, 0.6, 0.65], [0.5, 0.5, 0.1], [0.3, 0.9, 0.2]])


def test_mean_ranks_by_hand():
    assert aggregates.mean_ranks(SCORES) == pytest.approx([(1 + 1 + 1.5 + 2) / 4, (2 + 3 + 1.5 + 1) / 4, (3 + 2 + 3 + 3) / 4])  # fmt: skip # noqa: E501


def test_friedman_by_hand():
    # without ties: ranks 1, 2, 3 on each of four tasks; 12 N / (k (k + 1)) * sum of (mean rank - 2)^2 = 8
    assert aggregates.friedman([[3, 2, 1]] * 4) == pytest.approx(np.exp(-8 / 2))


def test_friedman_needs_three_columns_two_tasks_and_a_difference():
    for scores in (SCORES[:, :2], SCORES[:1], np.ones((4, 3))):
        assert np.isnan(aggregates.friedman(scores))


@pytest.mark.parametrize(("tasks", "p"), [(4, 0.125), (5, 0.0625), (6, 0.03125)])
def test_the_smallest_p_value_of_the_signed_rank_test(tasks, p):
    scores = np.column_stack([np.arange(tasks) + 1.0 + np.arange(tasks) / 10, np.zeros(tasks)])
    assert aggregates.signed_ranks(scores)[0, 1] == pytest.approx(p)


def test_signed_ranks_agree_with_scikit_posthocs():
    posthocs = pytest.importorskip("scikit_posthocs")
    scores = np.random.default_rng(3).normal([0, 0.5, 1.0, 1.1], 0.6, (12, 4))
    expected = posthocs.posthoc_wilcoxon(list(scores.T), p_adjust="holm").to_numpy()
    assert aggregates.signed_ranks(scores) == pytest.approx(expected)
    assert aggregates.signed_ranks(np.ones((5, 2))) == pytest.approx(np.ones((2, 2)))


def test_cliques_join_neighbours_that_do_not_differ():
    p = np.ones((4, 4))
    p[0, 2] = p[2, 0] = p[0, 3] = p[3, 0] = 0.01
    assert aggregates.cliques([1.2, 2.0, 2.8, 3.9], p) == [(0, 1), (1, 2, 3)]
    assert aggregates.cliques([3.0, 1.0], np.array([[1, 0.01], [0.01, 1]])) == []


def test_aggregate_of_one_task_is_the_bootstrap_of_its_runs():
    values = np.random.default_rng(5).normal(size=10)
    alone = statistics.bootstrap(values, lambda drawn, axis: stats.trim_mean(drawn, 0.25, axis=axis), resamples=20_000)
    assert aggregates.aggregate([values], resamples=20_000)[:3] == pytest.approx(alone[:3], abs=0.02)
