"""The sample of test examples by which runs are explained."""

from dataclasses import replace

import numpy as np
import pytest

from suite.tasks.data import Data
from suite.tasks.fold import ONE_SPLIT
from suite.tasks.task import Task
from suite.training.sample import FEWEST_EXAMPLES, MOST_EXAMPLES, parts, sampled, targets_of


def task(**changes):
    return replace(Task("mine", "mine", "regression", "mse", "mean", lambda seed: None, "here"), **changes)


def data(examples=30, time=4, per_step=False, **beside):
    x = np.arange(examples * time, dtype="float32").reshape(examples, time, 1)
    split = x, (x[..., 0] if per_step else x[:, -1, 0]).copy()
    return Data(split, split, split, **beside)


class TestWhichExamples:
    def test_all_of_a_small_split_are_in_the_sample_and_answered_at_their_end(self):
        found = sampled(task(), data(), 1, ONE_SPLIT)
        assert found.rows.tolist() == list(range(30))
        assert set(found.anchor) == {3}
        assert (found.place == found.rows).all()

    def test_the_end_is_that_of_the_valid_steps(self):
        lengths = {split: np.array([1, 2, 4]) for split in ("train", "validation", "test")}
        assert sampled(task(), data(3, lengths=lengths), 1, ONE_SPLIT).anchor.tolist() == [0, 1, 3]

    @pytest.mark.parametrize(("time", "count"), [(4, MOST_EXAMPLES), (1_000, FEWEST_EXAMPLES)])
    def test_a_large_split_is_sampled_and_long_sequences_less(self, time, count):
        found = sampled(task(), data(600, time), 1, ONE_SPLIT)
        assert len({*found.rows}) == count

    def test_the_sample_depends_on_its_seed_alone(self):
        one, same, other = (sampled(task(), data(600), seed, ONE_SPLIT) for seed in (1, 1, 2))
        assert one.rows.tolist() == same.rows.tolist() != other.rows.tolist()
        assert one.split == same.split != other.split

    def test_where_every_step_has_a_target_one_evaluated_step_is_drawn(self):
        mask = np.zeros((30, 4), bool)
        mask[:20, 1:3] = True
        given = data(per_step=True, scored=dict.fromkeys(("train", "validation", "test"), mask))
        found = sampled(task(per_step=True), given, 1, ONE_SPLIT)
        assert found.rows.tolist() == list(range(20))  # the others have no target
        assert {*found.anchor} == {1, 2}
        targets = targets_of(task(per_step=True), given, given.test[1])[found.place]
        assert targets.tolist() == given.test[1][found.rows, found.anchor].tolist()

    def test_without_a_mask_every_step_may_be_drawn(self):
        given = data(per_step=True)
        found = sampled(task(per_step=True), given, 1, ONE_SPLIT)
        targets = targets_of(task(per_step=True), given, given.test[1])[found.place]
        assert {*found.anchor} == {0, 1, 2, 3}
        assert targets.tolist() == given.test[1][found.rows, found.anchor].tolist()


class TestParts:
    def test_examples_of_a_cluster_stay_together_and_parts_are_about_equal(self):
        clusters = np.repeat(np.arange(40), 3)
        found = parts(clusters, "group", np.random.default_rng(0))
        assert all(len({*found[clusters == one]}) == 1 for one in range(40))
        assert np.bincount(found).tolist() == [6] * 20

    def test_dates_are_divided_in_their_order(self):
        found = parts(np.array([3, 1, 2, 1]), "date", np.random.default_rng(0))
        assert found.tolist() == [2, 0, 1, 0]
