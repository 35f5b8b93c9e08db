"""The generated tasks: what their sequences hold, and what is known to be possible."""

from functools import cache

import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import RequestError
from suite.tasks.builtin import prices, sentiment
from suite.tasks.data import SPLITS, Data
from suite.tasks.task import TASKS
from suite.tasks.validation import check_data

pytestmark = pytest.mark.slow

MANY = 30_000


@cache
def loaded(name: str, examples: int | None = None) -> Data:
    return TASKS.get(name).load(1, examples)


@cache
def scores(name: str, examples: int | None = None) -> dict[str, float]:
    found = measure(TASKS.get(name), loaded(name, examples))
    return {role: found[role]["test"][TASKS.get(name).metric] for role in found}


class TestTemporalOrder:
    @pytest.mark.parametrize("length", [10, 50, 75])
    def test_one_symbol_in_the_second_tenth_one_after_the_middle(self, length):
        x, y = loaded(f"temporal-order-{length}", 500).train
        for row, label in zip(x, y, strict=True):
            first, second = np.flatnonzero(row >= 5)
            assert length // 10 <= first <= 2 * length // 10
            assert 5 * length // 10 <= second <= 6 * length // 10
            assert label == 2 * (row[first] - 5) + row[second] - 5
        assert set(np.unique(x)) == set(range(1, 7))

    def test_every_place_of_a_tenth_is_drawn(self):
        x, _ = loaded("temporal-order-50", 500).train
        first, second = (np.unique(np.argwhere(half >= 5)[:, 1]) for half in (x[:, :25], x[:, 25:]))
        assert (first.tolist(), second.tolist()) == ([5, 6, 7, 8, 9, 10], [0, 1, 2, 3, 4, 5])

    def test_a_length_without_tenths_is_refused(self):
        with pytest.raises(RequestError, match="temporal-order-9 is too short"):
            TASKS.get("temporal-order-9").load(1)


class TestCopy:
    def test_ten_symbols_blanks_a_delimiter_and_ten_blanks(self):
        x, y = loaded("copy-50").train
        assert x.shape == y.shape == (2_000, 70)
        assert set(np.unique(x[:, :10])) == set(range(1, 9))
        assert np.unique(x[:, 10:59]).tolist() == [9]
        assert np.unique(x[:, 59]).tolist() == [10]
        assert np.unique(x[:, 60:]).tolist() == [9]
        np.testing.assert_array_equal(y[:, 60:], x[:, :10] - 1)

    def test_only_the_last_ten_steps_are_evaluated(self):
        data = loaded("copy-50")
        for split in SPLITS:
            assert np.unique(np.argwhere(data.scored[split])[:, 1]).tolist() == list(range(60, 70))
            assert data.counted(split, getattr(data, split)[1]).shape == (10 * len(data.scored[split]),)

    def test_symbols_are_balanced(self):
        data = loaded("copy-50")
        assert np.ptp(np.bincount(data.counted("train", data.train[1]))) == 0

    def test_without_memory_an_eighth_is_right_and_a_linear_model_of_all_steps_knows_all(self):
        assert scores("copy-10", 500) == {"baseline": pytest.approx(1 / 8, abs=0.01), "trained_baseline": 1}

    @pytest.mark.parametrize(
        "scored",
        [np.ones((4, 30)), np.ones((4, 29), dtype=bool), np.zeros((4, 30), dtype=bool)],
        ids=["numbers", "another shape", "none counts"],
    )
    def test_a_wrong_mask_is_refused(self, scored):
        x, y = np.ones((4, 30), dtype=np.int32), np.tile(np.arange(2), (4, 15))
        with pytest.raises(ValueError, match="train split: the evaluation mask `scored`"):
            check_data(TASKS.get("copy-10"), Data((x, y), (x, y), (x, y), scored=dict.fromkeys(SPLITS, scored)))


class TestParity:
    def test_the_target_at_every_step_is_the_parity_so_far(self):
        x, y = loaded("parity-20").validation
        for row, answers in zip(x[:50], y, strict=False):
            ones = 0
            for token, answer in zip(row, answers, strict=True):
                ones += token == 2
                assert answer == ones % 2
        assert np.mean(x == 2) == pytest.approx(0.5, abs=0.02)

    def test_a_further_test_set_is_four_times_as_long(self):
        x, y = loaded("parity-20").extra["test-4x"]
        assert x.shape == y.shape == (1_000, 80)
        np.testing.assert_array_equal(y[:, -1], (x == 2).sum(axis=1) % 2)
        assert loaded("parity-20").with_test("test-4x").test[0] is x

    def test_a_linear_model_is_at_chance(self):
        assert scores("parity-40", 500)["trained_baseline"] == pytest.approx(0.5, abs=0.03)

    def test_a_length_with_too_few_sequences_is_refused(self):
        with pytest.raises(RequestError, match="parity-5 is too short for 40 different sequences"):
            TASKS.get("parity-5").load(1, 20)


class TestSentimentDistant:
    @pytest.mark.parametrize("distance", [2, 5, 60])
    def test_sentences_are_eight_times_as_long_as_the_reach_of_not(self, distance):
        assert loaded(f"sentiment-distant-{distance}", 50).train[0].shape == (50, 8 * distance)

    def test_a_word_is_flipped_up_to_the_distance_and_not_beyond(self):
        places = {word: sentiment.WORDS.index(word) for word in ("not", "the", "good")}
        for gap, label in ((19, 0), (20, 1)):
            sentence = [places["not"], *[places["the"]] * gap, places["good"]]
            assert sentiment.verdicts(np.array([sentence]), 20).tolist() == [label]

    def test_a_bag_of_words_is_little_better_than_chance(self):
        assert scores("sentiment-distant-20")["trained_baseline"] == pytest.approx(0.55, abs=0.04)

    def test_ignoring_a_distant_not_costs_accuracy(self):
        x, y = loaded("sentiment-distant-60", 2_000).train
        assert (sentiment.verdicts(x, 60) == y).all()
        assert np.mean(sentiment.verdicts(x, 5) == y) < 0.75


def returns(name: str) -> np.ndarray:
    """The series behind the training windows of a price task, in its own units."""
    x, _ = loaded(name, MANY).train
    return x[:, -1, 0] * loaded(name, MANY).preparation["scale"][0] + loaded(name, MANY).preparation["mean"][0]


def correlation(values: np.ndarray, lag: int) -> float:
    return np.corrcoef(values[:-lag], values[lag:])[0, 1]


class TestPrices:
    @pytest.mark.parametrize(
        ("name", "zero", "best"),
        [("random-walk", 1, 1), ("ar1", 1 / (1 - 0.35**2), 1), ("lagged", 1, 0.64), ("garch", 1, 1)],
    )
    def test_what_zero_and_the_best_predictor_have(self, name, zero, best):
        found = scores(f"prices-{name}", MANY)
        assert found["baseline"] == pytest.approx(zero, rel=0.05)
        assert TASKS.get(f"prices-{name}").ceiling == pytest.approx(best)
        assert found["trained_baseline"] > 0.95 * best

    @pytest.mark.parametrize("name", ["prices-random-walk", "prices-garch"])
    def test_no_pattern_is_found_in_noise(self, name):
        assert scores(name, MANY)["trained_baseline"] == pytest.approx(scores(name, MANY)["baseline"], rel=0.005)
        assert abs(correlation(returns(name), 1)) < 0.02

    def test_volatility_clusters_only_in_garch(self):
        assert correlation(returns("prices-garch") ** 2, 1) > 0.1
        assert abs(correlation(returns("prices-random-walk") ** 2, 1)) < 0.02

    def test_a_linear_model_finds_the_whole_autoregression(self):
        assert scores("prices-ar1", MANY)["trained_baseline"] == pytest.approx(1, rel=0.03)
        assert correlation(returns("prices-ar1"), 1) == pytest.approx(prices.AUTOREGRESSION, abs=0.02)

    def test_the_lagged_sign_is_the_first_step_of_the_window(self):
        x, y = loaded("prices-lagged", MANY).test
        first = (
            x[:, 0, 0] * loaded("prices-lagged", MANY).preparation["scale"]
            + loaded("prices-lagged", MANY).preparation["mean"]
        )
        assert np.mean((y - 0.6 * np.sign(first)) ** 2) == pytest.approx(0.64, rel=0.05)

    def test_windows_of_20_cut_by_time_with_a_gap_of_one_window(self):
        data = loaded("prices-ar1")
        assert [x.shape for x, _ in (data.train, data.validation, data.test)] == [(3_000, 20, 1), *[(1_000, 20, 1)] * 2]
        for earlier, later in (("train", "validation"), ("validation", "test")):
            assert data.times[later][0] - data.times[earlier][-1] == 21
