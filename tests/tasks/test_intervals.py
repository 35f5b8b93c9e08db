"""Prediction intervals and sets: by hand, and by simulation of data that are exchangeable and data that are not."""

import numpy as np
import pytest
from scipy.stats import norm

from suite.tasks.intervals import FEWEST, bounds, expected_coverage, in_rows, label_sets, margins, measured, rank, sets


class TestRank:
    @pytest.mark.parametrize(
        ("count", "expected"), [(8, 9), (9, 9), (10, 10), (19, 18), (99, 90), (109, 99), (999, 900)]
    )
    def test_it_is_the_smallest_whole_number_from_nine_tenths_of_one_more(self, count, expected):
        assert rank(count) == expected

    def test_with_fewer_than_nine_targets_no_margin_is_enough(self):
        assert FEWEST == 9
        margins(np.zeros((9, 1)), np.zeros((9, 1)))
        with pytest.raises(ValueError, match="8 validation targets are too few: at least 9 are needed"):
            margins(np.zeros((8, 1)), np.zeros((8, 1)))


class TestValues:
    target = np.stack([np.arange(19.0), -10 * np.arange(19.0)], axis=1)

    def test_the_margin_of_each_output_is_an_order_statistic_of_its_errors(self):
        assert margins(self.target, np.zeros((19, 2))).tolist() == [17, 170]

    def test_intervals_are_tried_on_test_targets(self):
        found = measured(np.array([1.0, 2.0]), 19, np.array([[0.5, 3.0], [1.0, -2.0]]), np.zeros((2, 2)))
        assert found == {"level": 0.9, "validation": 19, "test": 2, "coverage": [1.0, 0.5], "width": [2.0, 4.0]}

    def test_rows_have_an_axis_of_outputs(self):
        target, prediction = in_rows("regression", np.zeros((4, 3)), np.zeros((4, 3, 5)), 1)
        assert target.shape == (12, 1)
        assert prediction.shape == (12, 1, 5)
        assert in_rows("regression", np.zeros((4, 3)), np.zeros((4, 3)), 3)[1].shape == (4, 3)


class TestQuantiles:
    quantiles = np.tile([-1.0, 0.0, 2.0], (19, 1, 1))

    def test_the_margin_is_added_beyond_the_outermost_quantiles(self):
        target = np.arange(19.0)[:, None]  # 15 above the highest of 2 is exceeded by one of 19
        margin = margins(target, self.quantiles)
        assert margin.tolist() == [15]
        assert [end[0].tolist() for end in bounds(self.quantiles, margin)] == [[-16], [17]]

    def test_it_is_negative_where_quantiles_are_too_far_apart(self):
        assert margins(np.zeros((19, 1)), self.quantiles).tolist() == [-1]
        assert [end[0].tolist() for end in bounds(self.quantiles, np.array([-1.0]))] == [[0], [1]]

    def test_ends_that_would_cross_meet_in_the_middle(self):
        assert [end[0].tolist() for end in bounds(self.quantiles, np.array([-2.0]))] == [[0.5], [0.5]]


class TestClasses:
    def test_the_threshold_is_a_probability_that_most_true_classes_reach(self):
        probability = np.linspace(0.05, 0.95, 19)
        threshold = -margins(np.zeros(19, int), np.stack([probability, 1 - probability], axis=1))
        assert threshold == pytest.approx([probability[1]])

    def test_a_set_is_never_empty(self):
        assert sets(np.array([[0.5, 0.4, 0.1], [0.9, 0.06, 0.04]]), 0.4).tolist() == [[1, 1, 0], [1, 0, 0]]
        assert sets(np.array([[0.5, 0.4, 0.1]]), 0.6).tolist() == [[1, 0, 0]]

    def test_sets_are_tried_on_test_targets(self):
        found = measured(np.array([-0.4]), 50, np.array([1, 2]), np.array([[0.5, 0.4, 0.1], [0.5, 0.3, 0.2]]))
        assert found == {"level": 0.9, "validation": 50, "test": 2, "coverage": [0.5], "size": [1.5]}


class TestLabels:
    target = np.array([[1, 0, 1], [0, 0, 0]] * 10, dtype=bool)

    def test_the_threshold_is_reached_by_all_labels_of_most_targets(self):
        probability = np.linspace(0.05, 0.95, 20)[:, None] * [1, 0.1, 0.5]
        errors = np.where(self.target.any(axis=1), -probability[:, 2], -1)
        assert margins(self.target, probability).tolist() == [np.sort(errors)[18]]

    def test_a_set_may_be_empty(self):
        assert label_sets(np.array([[0.5, 0.4], [0.2, 0.1]]), 0.3).tolist() == [[1, 1], [0, 0]]

    def test_a_set_is_right_if_it_leaves_out_no_label(self):
        found = measured(np.array([-0.4]), 50, self.target[:2], np.array([[0.5, 0.4, 0.3], [0.5, 0.3, 0.2]]))
        assert (found["coverage"], found["size"]) == ([0.5], [1.5])

    def test_rows_are_booleans_at_every_step(self):
        target, prediction = in_rows("multi-label", np.ones((4, 6, 3)), np.ones((4, 6, 3)), 1)
        assert (target.shape, target.dtype, prediction.shape) == ((24, 3), bool, (24, 3))


def test_the_expected_coverage_is_wider_for_small_splits():
    low, high = expected_coverage(100, 100)
    assert 0.75 < low < 0.83
    assert high > 0.96
    assert expected_coverage(100_000, 100_000) == pytest.approx((0.9, 0.9), abs=0.005)


@pytest.mark.simulation
class TestCoverage:
    """Of 90 % intervals and sets on 300 draws of exchangeable data, in all cases with a model that is wrong."""

    rng = np.random.default_rng(29)

    def draws(self, sample, validation: int = 60, test: int = 200):
        for _ in range(300):
            yield sample(validation), sample(test)

    def coverage(self, sample, **sizes) -> float:
        found = [measured(margins(*known), len(known[0]), *new) for known, new in self.draws(sample, **sizes)]
        return float(np.mean([one["coverage"] for one in found]))

    def of_values(self, count: int):
        x = self.rng.normal(size=count)
        return (x**2 + self.rng.standard_t(3, count) * (1 + np.abs(x)))[:, None], x[:, None]

    def of_quantiles(self, count: int):
        target, x = self.of_values(count)
        return target, x[..., None] + np.array([-1.0, 0, 0.5])

    def of_classes(self, count: int):
        target = self.rng.integers(0, 5, count)
        scores = self.rng.normal(size=(count, 5)) + 1.5 * np.eye(5)[target]
        return target, np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)

    def of_labels(self, count: int):
        target = self.rng.random((count, 6)) < 0.4
        return target, 1 / (1 + np.exp(-self.rng.normal(size=target.shape) - 2 * target))

    @pytest.mark.parametrize("sample", ["of_values", "of_quantiles", "of_classes", "of_labels"])
    @pytest.mark.parametrize("validation", [20, 60, 500])
    def test_it_is_as_promised(self, sample, validation):
        # exact: rank(n) / (n + 1), which is 0.905 for 20 targets
        expected = rank(validation) / (validation + 1)
        assert self.coverage(getattr(self, sample), validation=validation) == pytest.approx(expected, abs=0.01)
        assert 0.88 <= expected <= 0.92

    def test_it_lies_within_the_expected_range_in_99_percent_of_draws(self):
        low, high = expected_coverage(60, 200)
        each = [measured(margins(*known), 60, *new)["coverage"][0] for known, new in self.draws(self.of_values)]
        assert np.mean([(one < low) | (one > high) for one in each]) == pytest.approx(0.01, abs=0.015)

    def test_after_a_change_of_scale_it_is_what_the_normal_distribution_says(self):
        known = self.rng.normal(size=(20_000, 1)), np.zeros((20_000, 1))
        new = 2 * self.rng.normal(size=(20_000, 1)), np.zeros((20_000, 1))
        fails = measured(margins(*known), 20_000, *new)["coverage"][0]
        assert fails == pytest.approx(2 * norm.cdf(norm.ppf(0.95) / 2) - 1, abs=0.01)  # 59 %, not 90 %
