"""Changes of the inputs by which a network is explained, against examples worked out by hand."""

import numpy as np
import pytest

from suite.training.perturbations import FEATURE, INTACT, KEPT, OCCLUDED, ORDER, PERMUTED, Change, Inputs, kept, spans

FILL = np.array([-1.0])


def inputs(lengths=(4, 4, 2), fill=FILL, anchor=None, later=False):
    """Three sequences of one feature, 10 to 13, 20 to 23 and 30 to 33, of which the last is half padding."""
    x = np.array([[10, 11, 12, 13], [20, 21, 22, 23], [30, 31, 32, 33]], dtype="float32")[..., None]
    valid = np.arange(4) < np.array(lengths)[:, None]
    anchor = np.array(lengths) - 1 if anchor is None else np.array(anchor)
    return Inputs(x, valid, anchor, fill, later)


class Permuting:
    """Draws these permutations of a list, one after the other."""

    def __init__(self, *orders):
        self.orders = list(orders)

    def permutation(self, values):
        values = np.arange(values) if isinstance(values, int) else values
        return values[self.orders.pop(0)]


def changed(given, kind, first=0, last=0, rng=None):
    return given.changed(Change(kind, first, last), rng)[..., 0].tolist()


class TestSteps:
    def test_steps_are_counted_back_from_the_last_valid_one(self):
        assert inputs().distance.tolist() == [[4, 3, 2, 1], [4, 3, 2, 1], [2, 1, 0, 0]]

    def test_steps_after_the_predicted_one_do_not_count(self):
        assert inputs(lengths=(4, 4, 4), anchor=[1, 3, 0]).distance.tolist() == [
            [2, 1, 0, 0],
            [4, 3, 2, 1],
            [1, 0, 0, 0],
        ]

    def test_offline_they_are_counted_in_both_directions(self):
        found = inputs(lengths=(4, 4, 3), anchor=[1, 3, 0], later=True)
        assert found.distance.tolist() == [[2, 1, 2, 3], [4, 3, 2, 1], [1, 2, 3, 0]]

    def test_padding_within_tokens_has_no_number(self):
        found = Inputs(np.array([[5, 0, 6, 0]]), np.array([[True, False, True, False]]), np.array([2]), np.array(0))
        assert found.distance.tolist() == [[3, 0, 1, 0]]


class TestChanges:
    def test_nothing_is_changed(self):
        assert changed(inputs(), INTACT)[0] == [10, 11, 12, 13]

    def test_occluded_steps_hold_the_filling_and_padding_stays(self):
        assert changed(inputs(), OCCLUDED, 1, 2) == [[10, 11, -1, -1], [20, 21, -1, -1], [-1, -1, 32, 33]]

    def test_kept_steps_are_the_only_ones_left(self):
        assert changed(inputs(), KEPT, 1, 1) == [[-1, -1, -1, 13], [-1, -1, -1, 23], [-1, 31, 32, 33]]

    def test_permuted_steps_come_from_the_same_place_before_the_end_of_another_example(self):
        found = changed(inputs(), PERMUTED, 1, 3, Permuting([2, 0, 1]))
        # the short sequence has nothing three steps before its end
        assert found == [[10, -1, 30, 31], [20, 11, 12, 13], [22, 23, 32, 33]]

    def test_the_steps_of_an_example_are_shuffled_and_its_padding_stays(self):
        found = changed(inputs(), ORDER, rng=Permuting([3, 2, 1, 0], [1, 0, 3, 2], [1, 0]))
        assert found == [[13, 12, 11, 10], [21, 20, 23, 22], [31, 30, 32, 33]]

    def test_a_feature_is_permuted_at_all_its_steps_and_the_others_stay(self):
        x = np.stack([inputs().x[..., 0], 100 + inputs().x[..., 0]], axis=-1)
        given = Inputs(x, inputs().valid, inputs().anchor, np.array([-1.0, -2.0]))
        found = given.changed(Change(FEATURE, 2, 2), Permuting([1, 2, 0]))
        assert (found[..., 0] == x[..., 0]).all()
        assert found[..., 1].tolist() == [[120, 121, 122, 123], [-2, -2, 130, 131], [112, 113, 132, 133]]

    def test_the_own_inputs_are_left_as_they_are(self):
        given = inputs()
        before = given.x.copy()
        for change in given.changes():
            given.changed(change, np.random.default_rng(0))
        assert (given.x == before).all()

    def test_tokens_stay_tokens(self):
        given = Inputs(np.array([[5, 6, 7]]), np.ones((1, 3), bool), np.array([2]), np.array(1))
        found = given.changed(Change(OCCLUDED, 1, 2), np.random.default_rng(0))
        assert found.tolist() == [[5, 1, 1]]
        assert found.dtype == given.x.dtype


class TestWhichChanges:
    @pytest.mark.parametrize(
        ("count", "found"),
        [(2, [(1, 1), (2, 2)]), (12, [(1, 2), (3, 4), (5, 6), (7, 8), (9, 10), (11, 12)]), (1, [(1, 1)])],
    )
    def test_spans_are_of_equal_width(self, count, found):
        assert spans(count) == found

    @pytest.mark.parametrize("count", [1, 2, 9, 10, 11, 50, 99, 101, 784])
    def test_there_are_at_most_ten_spans_and_they_cover_everything(self, count):
        numbers = [number for first, last in spans(count) for number in range(first, last + 1)]
        assert numbers == list(range(1, count + 1))
        assert len(spans(count)) <= 10

    def test_round_numbers_of_last_steps_are_kept_and_the_ends_of_spans(self):
        assert kept(50) == [1, 2, 5, 10, 15, 20, 25, 30, 35, 40, 45]
        assert kept(3) == [1, 2]

    def test_without_several_steps_only_features_are_changed(self):
        given = Inputs(np.zeros((2, 1, 3)), np.ones((2, 1), bool), np.zeros(2, int), np.zeros(3))
        assert [one.kind for one in given.changes()] == [INTACT, FEATURE, FEATURE, FEATURE]

    def test_without_several_features_only_steps_are_changed(self):
        assert FEATURE not in {one.kind for one in inputs().changes()}
