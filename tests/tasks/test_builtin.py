"""The contract every registered task keeps, and what the built-in ones are known for."""

import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import RequestError
from suite.tasks.baselines import predict, trivial
from suite.tasks.builtin import sentiment, stocks
from suite.tasks.data import SPLITS, Data
from suite.tasks.metrics import headline
from suite.tasks.task import TASKS
from suite.tasks.trained_baselines import trained

pytestmark = pytest.mark.slow

NAMES = TASKS.names()
SERIES = ["sp500-volatility", "sp500-return"]
HONESTLY_WORSE = {"stock-panel-direction": 0.1, "sp500-return": 0.05}  # returns are noise, also to boosted trees
GENERATED = [name for name in NAMES if TASKS.get(name).source.startswith("generated")]
ARBITRARY = ["adding-75", "recall-25", "adding-2", "temporal-order-33", "parity-25"]


@cache
def loaded(name: str, seed: int = 1, examples: int | None = None) -> Data:
    task = TASKS.get(name)
    if task.availability == "download":
        pytest.skip(f"no files of '{task.data_set.name}' in SUITE_DATA")
    return task.load(seed, examples)


@cache
def measured(name: str) -> dict:
    return measure(TASKS.get(name), loaded(name, 1, 2_000 if name.startswith("adding") else None))


def contents(x: np.ndarray) -> set[bytes]:
    return {row.tobytes() for row in x}


def mse(predictor, data: Data, split: str) -> float:
    return headline("mse", "regression", getattr(data, split)[1], predict(predictor, data, split))


def test_every_family_has_its_tasks():
    families = {}
    for name in NAMES:
        families.setdefault(TASKS.get(name).family, set()).add(name)
    assert families == {
        "speech": {"speech-like", "spoken-digits", "japanese-vowels"},
        "sentiment": {"sentiment-like", "sentence-polarity", "movie-reviews", "imdb"}
        | {f"sentiment-distant-{n}" for n in (5, 20, 60)},
        "stocks": {"sp500-volatility", "sp500-return"}
        | {f"stock-panel-{target}" for target in ("volatility", "return", "direction")},
        "memory": {f"recall-{n}" for n in (10, 30, 100)}
        | {f"{task}-{n}" for task in ("adding", "temporal-order") for n in (50, 100, 200)}
        | {f"copy-{n}" for n in (10, 50, 200)}
        | {f"parity-{n}" for n in (20, 40, 80)}
        | {f"selective-copying-{n}" for n in (24, 48)}
        | {f"associative-recall-{n}" for n in (16, 32)}
        | {f"induction-heads-{n}" for n in (32, 64)},
        "reasoning": {"state-tracking-s3-16", "state-tracking-s5-16", "list-ops-20", "list-ops-40"},
        "music": {"jsb-chorales"},
        "digits": {"digits-sequential", "digits-permuted", "mnist-sequential-10k", "mnist-rows-10k"},
        "controls": {f"prices-{process}" for process in ("random-walk", "ar1", "lagged", "garch")},
        "leaks": {"leaky-prices", "leaky-digits"},
    }


@pytest.mark.parametrize("name", NAMES)
class TestContract:
    def test_it_says_what_it_is(self, name):
        task = TASKS.get(name)
        assert task.description.count(".") >= 2
        assert "best possible" in task.description.lower()
        assert task.licence
        assert task.source
        assert task.trained_baseline

    @pytest.mark.parametrize("split", SPLITS)
    def test_types_and_shapes(self, name, split):
        task, data = TASKS.get(name), loaded(name)
        x, y = getattr(data, split)
        assert x.dtype == (np.float32 if x.ndim == 3 else np.int32)
        assert y.dtype == (np.float32 if task.kind == "regression" else np.int64)
        assert y.shape == (x.shape[:2] if task.per_step else (len(x),))
        assert np.isfinite(x).all()

    def test_splits_share_no_content(self, name):
        data = loaded(name)
        for one, other in combinations(SPLITS, 2):
            assert not contents(getattr(data, one)[0]) & contents(getattr(data, other)[0])

    def test_the_same_seed_gives_the_same_bytes(self, name):
        known = loaded(name).checksum()
        assert TASKS.get(name).load(1).checksum() == known

    def test_both_baselines_are_measured_and_the_trained_one_is_no_worse(self, name):
        task, scores = TASKS.get(name), measured(name)
        sign = 1 if task.direction == "higher" else -1
        known, learnt = (scores[role]["test"][task.metric] for role in ("baseline", "trained_baseline"))
        assert sign * (learnt - known) > -HONESTLY_WORSE.get(name, 0.02) * known


@pytest.mark.parametrize("name", GENERATED)
class TestGenerators:
    def test_another_seed_draws_other_data(self, name):
        assert loaded(name, 2, 50).checksum() != loaded(name, 1, 50).checksum()

    @pytest.mark.parametrize("examples", [2, 3, 20])
    def test_examples_sizes_the_training_split_and_a_share_of_it_the_others(self, name, examples):
        data = loaded(name, 1, examples)
        others = max(1, examples // 3) if TASKS.get(name).family == "controls" else examples // 2
        assert [len(getattr(data, split)[0]) for split in SPLITS] == [examples, others, others]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize(
    "name", ["speech-like", "sentiment-like", "recall-25", "temporal-order-50", "sentiment-distant-5"]
)
def test_generated_labels_are_balanced(name, split):
    assert np.ptp(np.bincount(getattr(loaded(name), split)[1])) <= 1


@pytest.mark.parametrize("name", ARBITRARY)
def test_a_sweep_has_a_task_of_any_length(name):
    data = loaded(name, 1, 2 if name == "adding-2" else 100)
    assert data.train[0].shape[1] == int(name.split("-")[-1])


def test_loading_needs_no_heavy_package():
    code = (
        "import sys; from suite.tasks.task import TASKS; tasks = map(TASKS.get, TASKS.names());"
        "[task.load(1, 20) for task in tasks if task.availability != 'download'];"
        "print({'tensorflow', 'sklearn', 'arch', 'pandas'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


class TestRecall:
    def test_the_label_is_the_first_symbol_and_only_distractors_follow(self):
        x, y = loaded("recall-30").train
        assert x.shape == (2000, 30)
        np.testing.assert_array_equal(x[:, 0], y + 1)
        assert set(np.unique(x[:, 1:])) == set(range(3, 11))

    def test_a_length_with_too_few_sequences_is_refused(self):
        with pytest.raises(RequestError, match="recall-3 is too short for 200 different sequences"):
            TASKS.get("recall-3").load(1, 100)

    def test_a_bag_of_words_solves_it(self):
        assert measured("recall-100")["trained_baseline"]["test"]["accuracy"] == 1


class TestAdding:
    def test_the_target_is_the_sum_of_one_marked_value_in_each_half(self):
        x, y = loaded("adding-75", 1, 100).train
        values, markers = x[..., 0], x[..., 1]
        assert set(np.unique(markers)) == {0, 1}
        assert (markers[:, :37].sum(axis=1) == 1).all()
        assert (markers[:, 37:].sum(axis=1) == 1).all()
        np.testing.assert_allclose(y, (values * markers).sum(axis=1), rtol=1e-6)

    def test_values_are_uniform(self):
        values = loaded("adding-50").train[0][..., 0]
        assert 0 <= values.min() < 0.001
        assert 0.999 < values.max() < 1
        assert values.mean() == pytest.approx(0.5, abs=0.005)
        assert values.var() == pytest.approx(1 / 12, abs=0.001)

    @pytest.mark.parametrize("name", ["adding-50", "adding-100", "adding-200"])
    def test_the_mean_predictor_has_one_sixth(self, name):
        data = loaded(name)
        assert len(data.train[0]) == 10_000
        assert mse(trivial(TASKS.get(name), data), data, "test") == pytest.approx(1 / 6, abs=0.005)


class TestSpeech:
    def test_utterances_have_30_to_60_frames_and_zeros_after(self):
        data = loaded("speech-like")
        x, lengths = data.train[0], data.lengths["train"]
        assert x.shape[1:] == (60, 12)
        assert (lengths.min(), lengths.max()) == (30, 60)
        silent = np.arange(60) >= lengths[:, None]
        assert (x[silent] == 0).all()
        assert (x[~silent] != 0).all()

    def test_ten_classes(self):
        assert TASKS.get("speech-like").signature(loaded("speech-like")).outputs == 10

    def test_without_order_the_pair_is_known_but_not_which_vowel_came_first(self):
        task, data = TASKS.get("speech-like"), loaded("speech-like")
        probabilities, y = predict(trained(task, data), data, "test"), data.test[1]
        pair = probabilities.reshape(len(y), 5, 2).sum(axis=2).argmax(axis=1)
        assert np.mean(pair == y // 2) > 0.9
        within_pair = probabilities.reshape(len(y), 5, 2)[np.arange(len(y)), y // 2].argmax(axis=1)
        assert np.mean(within_pair == y % 2) == pytest.approx(0.5, abs=0.06)
        assert measured("speech-like")["trained_baseline"]["test"]["accuracy"] == pytest.approx(0.5, abs=0.06)

    def test_with_order_both_can_be_known(self):
        from sklearn.linear_model import LogisticRegression

        data = loaded("speech-like")
        halves = {}
        for split in ("train", "test"):
            early = np.arange(60) < data.lengths[split][:, None] * 0.4
            late = (np.arange(60) >= data.lengths[split][:, None] * 0.6) & (
                np.arange(60) < data.lengths[split][:, None]
            )
            x = getattr(data, split)[0]
            halves[split] = np.hstack([x.mean(axis=1, where=part[..., None]) for part in (early, late)])
        model = LogisticRegression(C=100, max_iter=1_000).fit(halves["train"], data.train[1])
        assert model.score(halves["test"], data.test[1]) > 0.85


def read_aloud(sentence: list[str]) -> int:
    """The rules of sentiment-like, read word by word: 1 positive, 0 negative."""
    said = []
    for place, word in enumerate(sentence):
        if word == "but":
            said.append(None)
        if word not in sentiment.POSITIVE + sentiment.NEGATIVE:
            continue
        before = sentence[max(0, place - 3) : place]
        since = max([i for i, w in enumerate(before) if w in sentiment.POSITIVE + sentiment.NEGATIVE], default=-1)
        flipped = "not" in before[since + 1 :]
        said.append(1 if (word in sentiment.POSITIVE) != flipped else -1)
    while None in said:
        said = said[said.index(None) + 1 :]
    return int((sum(said) or said[-1]) > 0)


class TestSentiment:
    def words(self) -> list[list[str]]:
        data = loaded("sentiment-like")
        return data.preparation["vocabulary"][data.validation[0]].tolist()

    def test_labels_follow_the_rules_read_word_by_word(self):
        assert [read_aloud(sentence) for sentence in self.words()] == loaded("sentiment-like").validation[1].tolist()

    @pytest.mark.parametrize(
        ("sentence", "label"),
        [
            ("good", 1),
            ("not good", 0),
            ("not the film good", 0),
            ("not the film plot good", 1),
            ("not good good great", 1),
            ("good great but awful", 0),
            ("awful but not the dull", 1),
            ("good bad", 0),
            ("bad good", 1),
            ("not but good", 0),
        ],
    )
    def test_verdicts_of_single_sentences(self, sentence, label):
        tokens = np.array([[sentiment.WORDS.index(word) for word in sentence.split()]])
        assert sentiment.verdicts(tokens, sentiment.SCOPE).tolist() == [label]
        assert read_aloud(sentence.split()) == label

    def test_sentences_have_24_words_of_22_and_one_to_four_polar_ones(self):
        polar = [sum(word in sentiment.POSITIVE + sentiment.NEGATIVE for word in words) for words in self.words()]
        assert {len(words) for words in self.words()} == {24}
        assert len({word for words in self.words() for word in words}) == 22
        assert set(polar) == {1, 2, 3, 4}

    def test_a_bag_of_words_is_little_better_than_chance(self):
        assert measured("sentiment-like")["trained_baseline"]["test"]["accuracy"] == pytest.approx(0.55, abs=0.03)


@pytest.mark.parametrize("name", SERIES)
class TestSeries:
    def test_splits_follow_each_other_with_a_gap_no_window_or_target_straddles(self, name):
        days, data = stocks.read_days()["dates"].tolist(), loaded(name)
        horizon = 5 if name == "sp500-volatility" else 1
        for earlier, later in pairwise(SPLITS):
            last_used = days.index(data.times[earlier][-1]) + horizon
            first_used = days.index(data.times[later][0]) - 19 - 4
            assert last_used < first_used

    def test_times_are_dates_in_order_one_an_example(self, name):
        for split in SPLITS:
            times = loaded(name).times[split].astype("datetime64[D]")
            assert len(times) == len(getattr(loaded(name), split)[0])
            assert (np.diff(times) > np.timedelta64(0, "D")).all()

    def test_sizes_are_about_60_20_20(self, name):
        sizes = np.array([len(getattr(loaded(name), split)[0]) for split in SPLITS])
        np.testing.assert_allclose(sizes / sizes.sum(), [0.6, 0.2, 0.2], atol=0.01)

    def test_features_are_standardised_by_the_training_windows_alone(self, name):
        data = loaded(name)
        np.testing.assert_allclose(data.train[0].mean(axis=(0, 1)), 0, atol=1e-4)
        np.testing.assert_allclose(data.train[0].std(axis=(0, 1)), 1, atol=1e-4)
        assert np.abs(data.test[0].mean(axis=(0, 1))).max() > 0.01

    def test_the_first_feature_is_the_targets_own_past(self, name):
        data, horizon = loaded(name), 5 if name == "sp500-volatility" else 1
        own = data.test[0][:, -1, 0] * data.preparation["scale"][0] + data.preparation["mean"][0]
        np.testing.assert_allclose(own[horizon:], data.test[1][:-horizon], rtol=1e-4, atol=1e-5)

    def test_the_seed_changes_nothing(self, name):
        assert loaded(name, 2).checksum() == loaded(name, 1).checksum()


class TestStocks:
    def test_the_target_is_the_log_of_the_next_five_days_realised_volatility(self):
        days, data = stocks.read_days(), loaded("sp500-volatility")
        today = days["dates"].tolist().index(data.times["test"][100])
        squares = [days["returns"][today + ahead, 0] ** 2 for ahead in range(1, 6)]
        assert data.test[1][100] == pytest.approx(np.log(np.sqrt(sum(squares))), rel=1e-6)

    def test_the_target_is_the_next_days_return(self):
        days, data = stocks.read_days(), loaded("sp500-return")
        today = days["dates"].tolist().index(data.times["test"][100])
        assert data.test[1][100] == pytest.approx(days["returns"][today + 1, 0], rel=1e-6)

    def test_returns_are_the_known_ones_in_percent(self):
        days = stocks.read_days()
        assert (days["dates"][0], days["dates"][-1], len(days["dates"])) == ("1999-01-05", "2018-12-31", 5030)
        # the closes of 4 and 5 January 1999 were 1228.10 and 1244.78
        assert days["returns"][0, 0] == pytest.approx(100 * np.log(1244.78 / 1228.10), abs=1e-3)

    @pytest.mark.parametrize("split", ["validation", "test"])
    def test_the_last_value_is_the_best_trivial_predictor_of_volatility(self, split):
        task, data = TASKS.get("sp500-volatility"), loaded("sp500-volatility")
        mean = trivial(replace(task, baseline="mean"), data)
        assert mse(trivial(task, data), data, split) < 0.8 * mse(mean, data, split)

    @pytest.mark.parametrize("split", ["validation", "test"])
    def test_a_zero_return_is_as_good_as_the_mean_return(self, split):
        task, data = TASKS.get("sp500-return"), loaded("sp500-return")
        mean = trivial(replace(task, baseline="mean"), data)
        assert mse(trivial(task, data), data, split) == pytest.approx(mse(mean, data, split), rel=1e-3)

    def test_returns_are_hardly_predictable_and_volatility_is(self):
        assert measured("sp500-return")["trained_baseline"]["test"]["r2"] < 0.02
        assert measured("sp500-volatility")["trained_baseline"]["test"]["r2"] > 0.15

    def test_without_the_package_that_carries_the_prices(self, monkeypatch):
        stocks.read_days.cache_clear()
        monkeypatch.setitem(sys.modules, "arch", None)
        with pytest.raises(RequestError, match="pip install arch"):
            TASKS.get("sp500-return").load(1)
