"""Targets of series: several horizons, directions and states, inputs known in advance, and filled values."""

import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import RequestError
from suite.tasks.baselines import scores_on, trivial
from suite.tasks.checks import check
from suite.tasks.data import SPLITS

WAVE = np.round(np.sin(np.arange(200) / 5) * 10, 3)


def rows(*columns) -> list[str]:
    return [",".join(map(str, cells)) for cells in zip(*columns, strict=True)]


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    return str(caught.value)


class TestHorizons:
    def test_there_is_one_output_for_each(self, declare):
        task = declare("load", rows(range(200)), horizon=range(1, 8))
        data = task.load(1)
        assert task.description.endswith("what is load, 1 to 7 rows later?")
        assert data.train[1].shape == (110, 7)
        assert data.train[1][0].tolist() == [4, 5, 6, 7, 8, 9, 10]
        assert data.validation[1].max() == 159
        assert scores_on(task, data, trivial(task, data), "test")["mae"] == pytest.approx(4, rel=1e-5)

    def test_they_may_be_apart_and_one_of_a_list_is_a_single_one(self, declare):
        assert declare("load", rows(range(200)), horizon=[24, 1]).load(1).train[1][0].tolist() == [4, 27]
        one = declare("load", rows(range(200)), horizon=[3]).load(1)
        assert one.checksum() == declare("load", rows(range(200)), horizon=3).load(1).checksum()

    @pytest.mark.parametrize("horizon", [[], [0, 1], [1, 2.5], "3"])
    def test_others_are_refused(self, declare, horizon):
        assert "horizon" in refusal(lambda: declare("load", rows(range(200)), horizon=horizon))


class TestKnown:
    def test_the_last_row_of_a_window_sees_the_value_at_the_last_target(self, declare, restored):
        data = declare("load,plan", rows(range(200), range(1000, 1200)), known=["plan"], horizon=3).load(1)
        assert np.rint(restored(data)[0]).tolist() == [[n, 1000 + n + 3] for n in range(4)]

    def test_a_shorter_window_is_refused(self, declare):
        said = refusal(lambda: declare("load,plan", rows(WAVE, WAVE), known=["plan"], horizon=range(1, 6)))
        assert "window=4 is shorter than the longest horizon, 5: with known=" in said


class TestDirection:
    def test_it_asks_whether_the_target_rises(self, declare, restored):
        task = declare("load", rows(WAVE), ask="direction", horizon=2)
        data = task.load(1)
        assert (task.kind, task.baseline, task.trained_baseline) == (
            "classification",
            "majority",
            ("flattened", "gradient-boosting"),
        )
        assert data.preparation["classes"].tolist() == ["down", "up"]
        for split, start in zip(SPLITS, (0, 120, 160), strict=True):
            last = np.arange(start + 3, start + 3 + len(data.pair(split)[1]))
            assert data.pair(split)[1].tolist() == (WAVE[last + 2] > WAVE[last]).astype(int).tolist()
        scores = measure(task, data)
        assert scores["trained_baseline"]["test"]["accuracy"] > scores["baseline"]["test"]["accuracy"]

    def test_ties_are_said(self, declare):
        steps = np.repeat(WAVE[:100], 2)
        assert declare("load", rows(steps), ask="direction").load(1).sheet.facts["ties counted as down"] > 50

    def test_a_target_that_never_falls_is_refused(self, declare):
        task = declare("load", rows(range(200)), ask="direction")
        assert "the target never goes down in the training split" in refusal(lambda: task.load(1))


class TestChange:
    def test_inputs_and_target_are_relative_changes(self, declare, restored):
        price = 100 * np.cumprod(1 + WAVE / 1000)
        task = declare("load", rows(price), ask="change", horizon=2)
        data = task.load(1)
        assert (task.kind, task.baseline) == ("regression", "zero")
        seen, change = restored(data), price[1:] / price[:-1] - 1
        np.testing.assert_allclose(
            data.train[1], price[5 : len(data.train[1]) + 5] / price[3 : len(data.train[1]) + 3] - 1, rtol=1e-4
        )
        np.testing.assert_allclose(seen[0, 1:, 0], change[:3], rtol=1e-4)

    def test_each_series_has_its_own_first_change_of_zero(self, declare):
        data = declare("load", rows(WAVE + 20), ask="change").load(1)
        first = data.train[0][0, 0, 0] * data.preparation["scale"][0] + data.preparation["mean"][0]
        assert first == pytest.approx(0, abs=1e-6)

    def test_what_is_not_above_zero_has_none(self, declare):
        task = declare("load", rows(WAVE - WAVE.mean()), ask="change")
        assert "a relative change needs a target above 0 in every row: say ask='value'" in refusal(lambda: task.load(1))


class TestClass:
    STATES = np.where(WAVE > 5, "high", np.where(WAVE < -5, "low", "idle"))

    def test_a_column_of_words_asks_for_the_state(self, declare):
        task = declare("load,heat", rows(self.STATES, WAVE), features=["heat"])
        data = task.load(1)
        assert task.kind == "classification"
        assert task.description == "4 rows of load, heat in own0.csv: which state is load in, 1 rows later?"
        assert data.preparation["classes"].tolist() == ["high", "idle", "low"]
        shown = data.preparation["classes"][data.train[0][..., :3].argmax(axis=2)]
        assert shown[0].tolist() == self.STATES[:4].tolist()
        assert set(np.unique(data.train[0][..., :3])) == {0, 1}
        assert data.preparation["classes"][data.train[1]].tolist() == self.STATES[4:120].tolist()

    def test_words_that_hardly_repeat_are_no_states(self, declare):
        task = declare("load,heat", rows([f"note {n}" for n in range(200)], WAVE))
        assert "116 different states in 116 training windows are too many to learn" in refusal(lambda: task.load(1))

    def test_equal_windows_of_few_states_are_no_leak(self, declare):
        states = np.where(np.random.default_rng(0).normal(size=200) > 0.5, "on", "off")
        assert list(map(str, check(declare("load,heat", rows(states, WAVE))))) == []

    def test_a_state_may_have_the_name_of_a_missing_number(self, declare):
        task = declare("load,heat", rows(np.where(WAVE > 5, "none", "high"), WAVE))
        assert task.load(1).preparation["classes"].tolist() == ["high", "none"]

    def test_numbers_are_states_if_they_are_asked_for(self, declare):
        numbers = np.where(WAVE > 0, "1", "0.0")
        for options in ({"ask": "class"}, {"kind": "classification", "metric": "accuracy", "baseline": "majority"}):
            assert declare("load", rows(numbers), **options).load(1).preparation["classes"].tolist() == ["0", "1"]

    def test_a_state_that_is_new_after_training_is_left_out_aloud(self, declare):
        states = self.STATES.astype(object)
        states[150] = "broken"
        data = declare("load", rows(states)).load(1)
        (notice,) = data.sheet.notices
        assert "1 windows are left out, because their states never occur in training (broken)" in notice
        assert len(data.validation[1]) == 35

    def test_several_horizons_are_refused(self, declare):
        said = refusal(lambda: declare("load", rows(self.STATES), horizon=[1, 2]))
        assert said == "ask='class' takes one horizon, not 2: declare one task for each"


class TestFilled:
    def test_windows_whose_target_was_filled_are_counted_and_left_out(self, declare):
        cells = ["" if n in (50, 51, 199) else str(n) for n in range(200)]
        data = declare("load,heat", rows(cells, WAVE), missing="previous", horizon=2).load(1)
        observed = np.concatenate([data.pair(split)[1] for split in SPLITS])
        assert np.isin([50, 51, 199, 49], observed).tolist() == [False, False, False, True]
        assert data.sheet.facts["windows without an observed target"] == {"train": 2, "test": 1}
        assert data.sheet.facts["filled"] == {"load": "1.5%"}
        assert data.sheet.notices == ()

    def test_many_filled_cells_are_a_notice(self, declare):
        cells = [str(n) if n % 2 == 0 else "" for n in range(200)]
        data = declare("load,heat", rows(cells, WAVE), missing="previous").load(1)
        assert "50% of the cells of 'load' were missing and filled" in data.sheet.notices[0]

    def test_a_split_of_filled_targets_alone_is_refused(self, declare):
        task = declare("load,heat", rows([n if n < 158 else "" for n in range(200)], WAVE), missing="previous")
        assert "every target of the test split was filled in" in refusal(lambda: task.load(1))


class TestScale:
    def test_a_column_that_is_constant_in_training_is_named_and_not_divided_by(self, declare):
        late = ["0.1" if n < 150 else "0.3" for n in range(200)]
        data = declare("load,paid", rows(WAVE, late), features=["paid"]).load(1)
        assert data.preparation["scale"][1] == 1
        assert np.abs(data.test[0]).max() < 10
        assert data.sheet.notices == (
            "the column 'paid' does not vary in the training windows (constant): leave such columns out of features=",
        )


class TestFewerWindows:
    def test_a_stride_takes_every_which_window(self, declare):
        data = declare("load", rows(range(200)), stride=10).load(1)
        assert [data.pair(split)[1][:2].tolist() for split in SPLITS] == [[4, 14], [124, 134], [164, 174]]

    def test_examples_are_evenly_spaced_training_windows(self, declare):
        data = declare("load", rows(range(200)), examples=6).load(1)
        assert data.train[1].tolist() == [4, 27, 50, 73, 96, 119]
        assert len(data.test[1]) == 36
        assert data.sheet.facts["training windows"] == "6 of 116, evenly spaced over time"
