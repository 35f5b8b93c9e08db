"""Statistics against numbers worked out by hand and against scipy and statsmodels."""

import numpy as np
import pytest
from scipy import stats

from suite import statistics


def test_student_t_of_five_values_by_hand():
    # mean 3, standard deviation sqrt(2.5), t(0.975, 4) = 2.7764
    estimate = statistics.student_t([1, 2, 3, 4, 5])
    assert estimate.centre == 3
    assert estimate.n == 5
    assert estimate.low == pytest.approx(3 - 2.7764 * np.sqrt(2.5 / 5), abs=1e-4)
    assert estimate.high == pytest.approx(3 + 2.7764 * np.sqrt(2.5 / 5), abs=1e-4)


@pytest.mark.parametrize("level", [0.9, 0.95, 1 - 0.05 / 3])
def test_student_t_agrees_with_scipy(level):
    values = np.random.default_rng(1).lognormal(size=9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(level)
    assert statistics.student_t(values, level)[1:3] == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("interval", [statistics.student_t, statistics.bootstrap_t])
def test_intervals_without_enough_values_are_not_numbers(interval):
    assert np.isnan(interval([])[:3]).all()
    assert interval([]).n == 0
    single = interval([4.0, np.nan])
    assert (single.centre, single.n) == (4.0, 1)
    assert np.isnan([single.low, single.high]).all()


@pytest.mark.parametrize("interval", [statistics.student_t, statistics.bootstrap_t])
def test_intervals_without_spread_are_the_point(interval):
    assert interval([2.0] * 6) == (2.0, 2.0, 2.0, 6)


def test_bootstrap_t_is_student_t_below_five_values():
    assert statistics.bootstrap_t([1, 2, 4, 8]) == statistics.student_t([1, 2, 4, 8])


def test_bootstrap_t_agrees_with_student_t_for_many_normal_values():
    values = np.random.default_rng(2).normal(size=200)
    expected = statistics.student_t(values)
    assert statistics.bootstrap_t(values)[:3] == pytest.approx(expected[:3], abs=0.02)


def test_bootstrap_t_leans_towards_the_long_tail():
    centre, low, high, _ = statistics.bootstrap_t([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.5, 6])
    assert high - centre > 1.5 * (centre - low)


def test_bootstrap_t_is_reproducible_and_stays_finite_for_two_values_repeated():
    values = [0.5, 1.0, 1.0, 1.0, 1.0]
    assert statistics.bootstrap_t(values, seed=3) == statistics.bootstrap_t(values, seed=3)
    assert np.isfinite(statistics.bootstrap_t(values)).all()
    assert statistics.bootstrap_t(values).low > -0.5


def test_bootstrap_t_covers_more_than_percentile_intervals_of_skewed_values():
    random, truth, covered = np.random.default_rng(4), 1.0, np.zeros(2)
    for values in random.exponential(truth, (300, 10)):
        ours = statistics.bootstrap_t(values, resamples=400)[1:3]
        percentile = np.quantile(values[random.integers(0, 10, (400, 10))].mean(axis=1), [0.025, 0.975])
        covered += [low < truth < high for low, high in (ours, percentile)]
    assert covered[0] / 300 > 0.91
    assert covered[0] > covered[1]


def test_paired_difference_leaves_incomplete_pairs_out():
    estimate = statistics.paired_difference([3, 5, np.nan, 9], [1, 1, 7, 3])
    assert estimate == statistics.student_t([2, 4, 6])


def test_paired_difference_agrees_with_the_paired_test_of_scipy():
    a, b = np.random.default_rng(5).normal(size=(2, 8))
    expected = stats.ttest_rel(a, b).confidence_interval(0.95)
    assert statistics.paired_difference(a, b)[1:3] == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(
    ("values", "mean"),
    [([0, 1, 2, 3, 100], 2.0), ([1, 2, 3, 4, 5, 6, 7, 80], 4.5), ([7], 7.0), ([1, np.nan, 3], 2.0)],
)
def test_interquartile_mean_by_hand(values, mean):
    assert statistics.interquartile_mean(values) == mean


def test_interquartile_mean_of_nothing_is_not_a_number():
    assert np.isnan(statistics.interquartile_mean([]))


@pytest.mark.parametrize(("successes", "n", "low", "high"), [(5, 5, 0.5655, 1.0), (0, 5, 0.0, 0.4345), (3, 10, 0.1078, 0.6032)])  # fmt: skip # noqa: E501
def test_wilson_by_hand(successes, n, low, high):
    estimate = statistics.wilson(successes, n)
    assert estimate[1:3] == pytest.approx((low, high), abs=1e-4)
    assert estimate.centre == successes / n


def test_wilson_agrees_with_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    assert statistics.wilson(7, 29)[1:3] == pytest.approx(proportion.proportion_confint(7, 29, method="wilson"))


def test_wilson_without_trials_is_not_a_number():
    assert np.isnan(statistics.wilson(0, 0)[:3]).all()


def test_holm_by_hand():
    # sorted 0.01, 0.03, 0.04 times 3, 2, 1; never below the one before
    assert statistics.holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_holm_never_exceeds_one_and_skips_what_is_not_a_number():
    assert statistics.holm([0.6, np.nan, 0.9]) == pytest.approx([1.0, np.nan, 1.0], nan_ok=True)
    assert statistics.holm([]).size == 0


def test_holm_agrees_with_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest")
    p = np.random.default_rng(6).uniform(0, 0.2, 12)
    assert statistics.holm(p) == pytest.approx(multitest.multipletests(p, method="holm")[1])


@pytest.mark.parametrize(
    ("differences", "p"),
    [
        ([1, 2, 3, 4, 5], 2 / 2**5),  # only all signs kept, or all changed, are as extreme
        ([1, 2, 3, 4, -1], 6 / 2**5),  # sum 9; sums of 9 or more: 11, 9, 9; both sides
        ([1, -1], 1.0),
        ([0, 0, 0], 1.0),
    ],
)
def test_sign_flip_by_counting(differences, p):
    assert statistics.sign_flip(differences) == pytest.approx(p)


def test_sign_flip_counts_all_signs_up_to_thirteen_pairs():
    assert statistics.sign_flip(np.arange(1, 14)) == pytest.approx(2 / 2**13)


def test_sign_flip_of_many_pairs_is_near_the_t_test():
    values = np.random.default_rng(7).normal(0.3, 1, 40)
    assert statistics.sign_flip(values) == pytest.approx(stats.ttest_1samp(values, 0).pvalue, abs=0.02)


def test_sign_flip_below_two_pairs_is_not_a_number():
    assert np.isnan(statistics.sign_flip([1.0, np.nan]))
