"""Statistics against numbers worked out by hand and against scipy and statsmodels."""

from itertools import combinations

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
def test_equal_values_have_no_interval(interval):
    found = interval([2.0] * 6)
    assert (found.centre, found.n) == (2.0, 6)
    assert np.isnan([found.low, found.high]).all()


def test_equal_values_have_no_percentile_interval_either():
    found = statistics.bootstrap([2.0] * 6, np.median)
    assert (found.centre, found.n) == (2.0, 6)
    assert np.isnan([found.low, found.high]).all()


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


@pytest.mark.simulation
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


def test_bootstrap_of_a_mean_agrees_with_scipy():
    values = np.random.default_rng(8).exponential(size=12)
    ours = statistics.bootstrap(values, np.mean, resamples=20_000)
    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=20_000, method="percentile", rng=np.random.default_rng(9)
    )
    assert ours.centre == values.mean()
    assert ours[1:3] == pytest.approx(tuple(expected.confidence_interval), abs=0.02)


def test_bootstrap_of_a_median_has_bounds_among_the_values_and_none_below_five():
    values = [1.0, 2.0, 3.0, 4.0, 50.0]
    estimate = statistics.bootstrap(values, np.median)
    assert (estimate.centre, estimate.low, estimate.high) == (3.0, 1.0, 50.0)
    assert np.isnan(statistics.bootstrap(values[:4], np.median)[1:3]).all()
    assert statistics.bootstrap([], np.median).n == 0


def test_contrast_of_one_group_is_student_t():
    assert statistics.contrast([[1, 2, 4, 8]]) == statistics.student_t([1, 2, 4, 8])


def test_contrast_of_two_groups_is_the_interval_of_welch():
    a, b = np.random.default_rng(10).normal(size=8), np.random.default_rng(11).normal(1, 3, size=5)
    expected = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.9)
    ours = statistics.contrast([a, b], [1, -1], 0.9)
    assert ours[1:3] == pytest.approx((expected.low, expected.high))
    assert (ours.centre, ours.n) == (pytest.approx(a.mean() - b.mean()), 5)


def test_contrast_by_hand():
    # variances 1 and 4 of three values each: standard error sqrt(0.25 * 1/3 + 0.25 * 4/3), freedom 2 * 25 / 17
    ours = statistics.contrast([[1, 2, 3], [2, 4, 6]])
    reach = stats.t.ppf(0.975, 50 / 17) * np.sqrt(5 / 12)
    assert ours == (3.0, pytest.approx(3 - reach), pytest.approx(3 + reach), 3)


def test_contrast_of_groups_that_may_depend_on_each_other_adds_their_errors():
    one, two, other = [1, 2, 4, 8], [2, 4, 8, 16], [0, 3, 1, 1, 2]
    copied = statistics.contrast([one, one], together=["a", "a"])
    assert copied == pytest.approx(statistics.student_t(one))
    error = (np.std(one, ddof=1) + np.std(two, ddof=1)) / 2 / 2  # of the mean of both groups
    found = statistics.contrast([one, two], together=["a", "a"])
    assert found.high - found.centre == pytest.approx(stats.t.ppf(0.975, 3) * error)
    assert statistics.contrast([one, other], together=["a", "b"]) == statistics.contrast([one, other])
    both = statistics.contrast([one, two, other], [0.5, 0.5, -1], together=["a", "a", "b"])
    assert (both.high - both.low) / 2 > np.hypot(error, np.std(other, ddof=1) / 5**0.5)


def test_contrast_without_enough_values_has_no_interval():
    assert np.isnan(statistics.contrast([])[:3]).all()
    assert statistics.contrast([[1.0], [2, 3]]).n == 1
    assert np.isnan(statistics.contrast([[1.0], [2, 3]]).low)
    steady = statistics.contrast([[2.0, 2.0], [4, 4]])
    assert (steady.centre, steady.n) == (3.0, 2)
    assert np.isnan([steady.low, steady.high]).all()


def test_standardized_effect_by_hand():
    assert statistics.standardized_effect([1, 2, 3]) == 2.0
    assert statistics.standardized_effect([2, 2, np.nan]) == np.inf
    assert statistics.standardized_effect([0, 0]) == 0
    assert np.isnan(statistics.standardized_effect([1]))


def test_improvement_by_counting_and_as_the_statistic_of_mann_and_whitney():
    assert statistics.improvement([1, 3], [2, 3, np.nan]) == (0 + 0 + 1 + 0.5) / 4
    a, b = np.random.default_rng(12).normal(size=9), np.random.default_rng(13).normal(size=7)
    assert statistics.improvement(a, b) == pytest.approx(stats.mannwhitneyu(a, b).statistic / 63)
    assert np.isnan(statistics.improvement([], [1]))


def test_shared_variance_of_a_table_without_noise_is_that_of_its_rows():
    rows, columns = np.array([1.0, 2.0, 4.0, 9.0]), np.array([0.0, 5.0, 7.0])
    shared, rest = statistics.shared_variance(rows[:, None] + columns)
    assert shared == pytest.approx(rows.var(ddof=1))
    assert rest == pytest.approx(0, abs=1e-12)


def test_shared_variance_finds_both_parts_of_a_large_table_and_needs_two_rows():
    random = np.random.default_rng(14)
    shared, rest = statistics.shared_variance(random.normal(0, 2, (4_000, 1)) + random.normal(0, 1, (4_000, 3)))
    assert (shared, rest) == (pytest.approx(4, rel=0.1), pytest.approx(1, rel=0.1))
    assert np.isnan(statistics.shared_variance([[1, 2], [np.nan, 3]])).all()


@pytest.mark.parametrize(
    ("values", "mean"), [([0, 1, 2, 3, 100], 2.0), ([1, 2, 3, 4, 5, 6, 7, 80], 4.5), ([7], 7.0), ([1, np.nan, 3], 2.0)]
)
def test_interquartile_mean_by_hand(values, mean):
    assert statistics.interquartile_mean(values) == mean


def test_interquartile_mean_without_values_is_not_a_number():
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


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [  # table II of Newcombe 1998, method 10
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_newcombe_gives_the_published_intervals(first, second, low, high):
    estimate = statistics.newcombe(first, second)
    assert estimate[1:3] == pytest.approx((low, high), abs=1e-4)
    assert estimate.n == min(first[1], second[1])


def test_newcombe_agrees_with_statsmodels():
    proportion = pytest.importorskip("statsmodels.stats.proportion")
    expected = proportion.confint_proportions_2indep(7, 29, 3, 40, method="newcomb", compare="diff", correction=False)
    assert statistics.newcombe((7, 29), (3, 40))[1:3] == pytest.approx(expected)


def test_holm_by_hand():
    # sorted 0.01, 0.03, 0.04 times 3, 2, 1; never below the one before
    assert statistics.holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])


def test_holm_never_exceeds_one_and_skips_missing_values():
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


@pytest.mark.parametrize("pairs", [1, 2, 5, 10])
def test_no_exact_test_gives_less_than_the_smallest_p_value(pairs):
    assert statistics.least_p(pairs) == pytest.approx(2 / 2**pairs)
    if pairs > 1:
        assert statistics.sign_flip(np.arange(1, pairs + 1)) == pytest.approx(statistics.least_p(pairs))


def test_sign_flip_below_two_pairs_is_not_a_number():
    assert np.isnan(statistics.sign_flip([1.0, np.nan]))


class TestExpectedBest:
    @pytest.mark.parametrize("scores", [[0.3], [0.1, 0.5, 0.2, 0.2], [3.0, -1.0, 2.0, 7.0, 7.0, 0.0]])
    def test_it_is_the_mean_best_over_all_subsets(self, scores):
        brute = [np.mean([max(some) for some in combinations(scores, n)]) for n in range(1, len(scores) + 1)]
        assert statistics.expected_best(scores) == pytest.approx(brute)

    def test_it_begins_with_the_mean_and_ends_with_the_best(self):
        found = statistics.expected_best([1.0, 2.0, 6.0])
        assert (found[0], found[-1]) == (pytest.approx(3), pytest.approx(6))

    def test_it_works_along_the_last_axis_and_for_many_scores(self):
        rows = np.random.default_rng(0).normal(size=(3, 200))
        found = statistics.expected_best(rows)
        assert found.shape == (3, 200)
        assert np.all(np.diff(found) >= -1e-9)
        np.testing.assert_allclose(found[:, -1], rows.max(axis=1))
