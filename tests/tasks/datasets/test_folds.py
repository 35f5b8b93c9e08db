"""Folds: disjoint test splits that are the same for every seed, of examples, groups, copies and moments."""

import numpy as np
import pytest

from suite.errors import FoldError
from suite.tasks.datasets.splits import apart, by_time, cuts, stratified_test
from suite.tasks.datasets.windows import cut_by_time
from suite.tasks.fold import ONE_SPLIT, Fold

LABELS = np.array(list("ab" * 60))
GROUPS = np.arange(120) // 6


def folds(count: int) -> list[Fold]:
    return [Fold(index, count) for index in range(count)]


def refusal(call) -> str:
    with pytest.raises(FoldError) as caught:
        call()
    said = str(caught.value)
    assert "\n" not in said
    assert len(said) <= 300
    return said


@pytest.mark.parametrize("labels", [LABELS, None], ids=["classes", "values"])
@pytest.mark.parametrize("groups", [GROUPS, None], ids=["groups", "examples"])
@pytest.mark.parametrize("count", [2, 3, 5])
class TestApart:
    def test_every_example_is_tested_once_and_is_in_one_split(self, labels, groups, count):
        rows = [apart(1, range(120), labels, groups, "", fold) for fold in folds(count)]
        assert sorted(np.concatenate([own["test"] for own in rows])) == list(range(120))
        assert all(sorted(np.concatenate(list(own.values()))) == list(range(120)) for own in rows)

    def test_the_seed_redraws_validation_alone(self, labels, groups, count):
        for fold in folds(count):
            one, other = (apart(seed, range(120), labels, groups, "", fold) for seed in (1, 2))
            np.testing.assert_array_equal(one["test"], other["test"])
            assert set(one["validation"]) != set(other["validation"])

    def test_copies_and_groups_stay_together(self, labels, groups, count):
        contents = (
            [number // 2 for number in range(120)] if labels is None else [n // 4 + 100 * (n % 2) for n in range(120)]
        )
        for fold in folds(count):
            rows = apart(1, contents, labels, groups, "", fold)
            for of in (contents, groups):
                whole = [set(np.asarray(of)[own]) for own in rows.values()] if of is not None else []
                assert len(set().union(*whole)) == sum(map(len, whole))


def test_every_class_has_its_share_of_every_fold():
    labels = np.repeat(["common", "rare"], [90, 10])
    for fold in folds(5):
        for test in (apart(1, range(100), labels, None, "", fold)["test"], stratified_test(labels, fold, "", "")):
            assert sorted(labels[test]) == ["common"] * 18 + ["rare"] * 2


def test_groups_of_one_class_each_are_spread_over_the_folds():
    labels = np.repeat(["ill", "well"], [30, 90])
    for fold in folds(5):
        rows = apart(1, range(120), labels, GROUPS, "", fold)
        assert all(set(labels[own]) == {"ill", "well"} for own in rows.values())


class TestByTime:
    def test_one_split_is_cut_at_60_and_80_percent(self):
        assert all(
            cuts(steps, ONE_SPLIT) == [0, int(0.6 * steps), int(0.8 * steps), steps] for steps in range(1, 5_000)
        )

    def test_test_blocks_follow_each_other_after_the_first_60_percent_and_their_validation_block(self):
        assert [cuts(100, fold) for fold in folds(3)] == [[0, 60, 70, 80], [0, 70, 80, 90], [0, 80, 90, 100]]

    def test_training_grows_and_every_gap_is_left_out(self):
        rows = [by_time(np.arange(100), 2, "", fold) for fold in folds(3)]
        assert [(own["train"][0], own["train"][-1]) for own in rows] == [(0, 57), (0, 67), (0, 77)]
        assert [own["validation"].tolist() for own in rows[:2]] == [list(range(60, 68)), list(range(70, 78))]
        assert [own["test"].tolist() for own in rows[1:]] == [list(range(80, 88)), list(range(90, 98))]

    def test_no_window_or_target_crosses_a_cut(self):
        for fold in folds(3):
            _, first, second, last = cuts(100, fold)
            data = cut_by_time(np.arange(100), np.arange(100.0)[:, None, None], window=4, horizon=2, fold=fold)
            assert data.times["validation"].tolist() == list(range(first + 3, second - 2))
            assert data.times["test"].tolist() == list(range(second + 3, last - 2))
            assert data.train[0].mean() == pytest.approx(0, abs=1e-6)


class TestRefusals:
    def test_fewer_groups_than_folds(self):
        said = refusal(lambda: apart(1, range(120), None, np.arange(120) % 4, "'x.csv'", Fold(0, 5)))
        assert said == "'x.csv': 4 groups, but 5 folds need 5: use fewer folds, or add groups"

    def test_two_folds_need_two_groups_each_to_train_and_validate_on_the_other(self):
        said = refusal(lambda: apart(1, range(120), None, np.arange(120) % 3, "'x.csv'", Fold(0, 2)))
        assert said == "'x.csv': 3 groups, but 2 folds need 4: use fewer folds, or add groups"
        assert [len(part) for part in apart(1, range(120), None, np.arange(120) % 3, "", Fold(0, 3)).values()] == [
            40
        ] * 3

    def test_a_rare_class_is_named(self):
        labels = np.where(np.arange(120) < 3, "rare", "common")
        said = refusal(lambda: apart(1, range(120), labels, None, "'x.csv'", Fold(0, 5)))
        assert said.startswith("'x.csv': class 'rare' has 3 different examples, but 5 folds need 5: use fewer folds")

    def test_a_class_that_a_fold_must_lack_is_named(self):
        """Of four groups, the classes are in three each; whichever two of them share a fold, a class lacks another."""
        labels, groups = np.array([*"abcabacbc"]), np.array([1, 1, 1, 2, 2, 3, 3, 4, 4])
        said = refusal(lambda: apart(1, range(9), labels, groups, "'x.csv'", Fold(0, 3)))
        assert said.startswith("'x.csv': fold ")
        assert "of 3 has too few groups of class '" in said
        assert said.endswith("however they are assigned: use fewer folds, or add groups")

    def test_copies_with_different_labels_count_once(self):
        contents = [*range(60), *range(60)]
        labels = np.array(["a"] * 57 + ["b"] * 63)
        said = refusal(lambda: apart(1, contents, labels, None, "'x.csv'", Fold(0, 5)))
        assert said.startswith("'x.csv': class 'b' has 3 different examples, but 5 folds need 5")

    def test_too_short_a_series(self):
        said = refusal(lambda: by_time(np.arange(60), 4, "'x.csv'", Fold(0, 5)))
        assert said == (
            "'x.csv': 60 rows are too few to split by time: 5 folds of at least 5 rows need 76; use fewer folds"
        )
        assert all(len(by_time(np.arange(76), 4, "", fold)["test"]) for fold in folds(5))
