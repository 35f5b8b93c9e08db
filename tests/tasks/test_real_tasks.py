"""The tasks on real data: known figures, and the traps of each set."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from baseline_scores import measure

from suite.errors import FoldError, UnreadableError
from suite.tasks.baselines import predict as answers
from suite.tasks.baselines import trivial
from suite.tasks.builtin import digits, panel, reviews, spoken, stocks
from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.cache import Arrays, prepared
from suite.tasks.datasets.download import DataSet, fault
from suite.tasks.fold import Fold
from suite.tasks.own import READERS
from suite.tasks.own.readers import restored
from suite.tasks.task import TASKS

pytestmark = pytest.mark.slow

FIXED_TEST = [
    "spoken-digits", "japanese-vowels", "sentence-polarity", "movie-reviews", "digits-sequential", "digits-permuted",
    "mnist-rows-10k", "leaky-digits", "leaky-prices",
]  # fmt: skip


@cache
def loaded(name: str, seed: int = 1) -> Data:
    if data_set := TASKS.get(name).data_set:
        need(data_set)
    return TASKS.get(name).load(seed)


def parsed(data_set: DataSet, parse: Callable[..., Arrays]) -> Arrays:
    need(data_set)
    return prepared(data_set, parse)


def need(data_set: DataSet) -> None:
    if not data_set.cached:
        pytest.skip(f"no files of '{data_set.name}' in SUITE_DATA")


@cache
def scores(name: str, trained: str = "") -> dict[str, float]:
    """Return the test scores of the trivial baseline and of the best rival, or of the given trained baseline."""
    task = replace(TASKS.get(name), **({"trained_baseline": trained} if trained else {}))
    return {role: found["test"] for role, found in measure(task, loaded(name)).items()}


def sentences(data: Data, split: str) -> list[tuple[str, ...]]:
    """The sentences of a split as words, which do not depend on the training split's numbering."""
    vocabulary = data.preparation["vocabulary"]
    return [tuple(vocabulary[row[row > 1]]) for row in getattr(data, split)[0]]


@pytest.mark.parametrize("name", FIXED_TEST)
def test_the_test_split_is_fixed_and_the_seed_redraws_the_others(name):
    one, other = loaded(name, 1), loaded(name, 3)
    np.testing.assert_array_equal(one.test[1], other.test[1])
    assert one.train[0].tobytes() != other.train[0].tobytes()
    assert one.validation[0].tobytes() != other.validation[0].tobytes()


@pytest.mark.parametrize("name", ["digits-sequential", "mnist-rows-10k"])
def test_test_images_are_the_same_ones(name):
    np.testing.assert_array_equal(loaded(name, 1).test[0], loaded(name, 3).test[0])


# checksums of data that every machine computes alike, from before there were folds, and the number of examples
BEFORE_FOLDS = {
    "digits-sequential": ("86825e49db85", 1_797),
    "digits-permuted": ("03a0f8ca9da4", 1_797),
    "mnist-sequential-10k": ("2afb15681ab3", 10_000),
    "mnist-rows-10k": ("7df19b48d6f9", 10_000),
    "sentence-polarity": ("eaaa355f66dd", 10_662),
    "movie-reviews": ("e298706b39c8", 2_000),
}
FOLDED = [name for name in TASKS.names() if TASKS.get(name).takes_fold]


def in_folds(name: str, count: int, seed: int = 1) -> list[Data]:
    loaded(name)
    return [TASKS.get(name).load(seed, fold=Fold(index, count)) for index in range(count)]


@pytest.mark.parametrize(("name", "checksum"), [(name, known) for name, (known, _) in BEFORE_FOLDS.items()])
def test_one_split_is_the_same_as_before_there_were_folds(name, checksum):
    assert loaded(name).checksum().startswith(checksum)


@pytest.mark.parametrize("name", FOLDED)
def test_what_a_fold_tests_does_not_depend_on_the_seed(name):
    for one, other in zip(in_folds(name, 3), in_folds(name, 3, seed=2), strict=True):
        np.testing.assert_array_equal(one.test[1], other.test[1])


@pytest.mark.parametrize(("name", "examples"), [(name, known) for name, (_, known) in BEFORE_FOLDS.items()])
def test_folds_test_every_example_once(name, examples):
    assert sum(len(data.test[1]) for data in in_folds(name, 5)) == examples


def test_folds_of_spoken_digits_rotate_the_speakers():
    folds = in_folds("spoken-digits", 6)
    assert [set(data.groups["test"]) for data in folds] == [
        {"george"}, {"jackson"}, {"lucas"}, {"nicolas"}, {"theo"}, {"yweweler"}
    ]  # fmt: skip
    assert all(len(set(data.groups["train"])) == 4 for data in folds)


@pytest.mark.parametrize("name", [name for name in FOLDED if TASKS.get(name).family == "stocks"])
def test_folds_of_prices_walk_forward(name):
    for earlier, later in pairwise(in_folds(name, 3)):
        assert earlier.times["test"][-1] < later.times["test"][0]
        assert len(earlier.train[1]) < len(later.train[1])


@pytest.mark.parametrize("name", ["japanese-vowels", "imdb"])
def test_an_official_split_is_the_only_one(name):
    task = TASKS.get(name)
    assert task.official
    assert task.folds(5) == 1
    assert "official split, and therefore without folds" in task.description


@pytest.mark.parametrize(
    ("name", "folds", "said"),
    [
        ("spoken-digits", 7, "6 speakers allow at most 6 folds, not 7"),
        ("digits-sequential", 500, "the 1797 digits: class '8' has 174 images, but 500 folds need 500"),
        ("sp500-return", 200, "5030 rows are too few to split by time: 200 folds of at least 25 rows need"),
        ("sentence-polarity", 9_999, "different sentences, but 9999 folds need 9999: use fewer folds"),
    ],
)
def test_more_folds_than_there_are_data_for(name, folds, said):
    loaded(name)
    with pytest.raises(FoldError) as caught:
        TASKS.get(name).load(1, fold=Fold(0, folds))
    assert str(caught.value).startswith(f"task '{name}': ")
    assert said in str(caught.value)
    assert len(str(caught.value)) <= 300


class TestSpokenDigits:
    def test_every_recording_is_used_once(self):
        assert sum(len(loaded("spoken-digits").groups[split]) for split in SPLITS) == 3_000

    @pytest.mark.parametrize("seed", range(4))
    def test_no_speaker_is_on_two_sides(self, seed):
        groups = [set(loaded("spoken-digits", seed).groups[split]) for split in SPLITS]
        assert [len(group) for group in groups] == [3, 1, 2]
        assert len(set.union(*groups)) == 6
        assert groups[2] == {"theo", "yweweler"}

    def test_all_four_others_become_the_validation_speaker(self):
        drawn = {loaded("spoken-digits", seed).groups["validation"][0] for seed in range(20)}
        assert drawn == {"george", "jackson", "lucas", "nicolas"}

    def test_classes_are_balanced(self):
        for split in SPLITS:
            assert np.ptp(np.bincount(getattr(loaded("spoken-digits"), split)[1])) == 0

    def test_lengths_are_recording_lengths_up_to_a_second(self):
        lengths = np.concatenate([loaded("spoken-digits").lengths[split] for split in SPLITS])
        # 32 ms windows every 16 ms; the median recording has 0.42 s, the shortest 0.14 s
        assert (lengths.max(), np.median(lengths)) == (62, pytest.approx(25, abs=1))
        assert lengths.min() == pytest.approx(8, abs=1)

    def test_level_does_not_tell_the_speaker(self):
        data = loaded("spoken-digits")
        raw = data.train[0] * data.preparation["scale"] + data.preparation["mean"]
        loudest = {speaker: raw[data.groups["train"] == speaker].max() for speaker in set(data.groups["train"])}
        # peaks differ sixteenfold between speakers, which would be 5.5 in the log of power
        assert np.ptp(list(loudest.values())) < 1.5

    def test_a_linear_model_falls_from_the_usual_split_to_new_speakers(self):
        names = ("spoken-digits", "leaky-digits")
        new, usual = (scores(name, "order-free")["trained_baseline"]["accuracy"] for name in names)
        assert new == pytest.approx(0.72, abs=0.05)
        assert usual > new + 0.15

    def test_the_archive_is_checked_by_its_recordings_alone(self, tmp_path):
        need(spoken.SPOKEN_DIGITS)
        (file,) = spoken.SPOKEN_DIGITS.files
        path = spoken.SPOKEN_DIGITS.path(file)
        assert fault(file, path) is None
        assert hashlib.sha256(path.read_bytes()).hexdigest() != file.sha256

    def test_a_truncated_archive(self, tmp_path):
        need(spoken.SPOKEN_DIGITS)
        (file,) = spoken.SPOKEN_DIGITS.files
        broken = tmp_path / file.name
        broken.write_bytes(spoken.SPOKEN_DIGITS.path(file).read_bytes()[:100_000])
        assert "is truncated or not an archive" in fault(file, broken)
        with pytest.raises(UnreadableError):
            spoken.recordings(broken)


class TestLeakyDigits:
    def test_every_speaker_is_on_all_sides(self):
        groups = loaded("leaky-digits").groups
        assert {len(set(groups[split])) for split in SPLITS} == {6}
        assert len(groups["test"]) == 300


class TestJapaneseVowels:
    def test_the_official_split(self):
        data = loaded("japanese-vowels")
        assert np.bincount(data.test[1]).tolist() == [31, 35, 88, 44, 29, 24, 40, 50, 29]
        assert np.bincount(data.train[1]).tolist() == [24] * 9
        assert np.bincount(data.validation[1]).tolist() == [6] * 9

    def test_twelve_coefficients_over_7_to_29_frames_and_zeros_after(self):
        data = loaded("japanese-vowels")
        assert data.train[0].shape[1:] == (29, 12)
        lengths = np.concatenate([data.lengths[split] for split in SPLITS])
        assert (lengths.min(), lengths.max()) == (7, 29)
        after = np.arange(29) >= data.lengths["test"][:, None]
        assert (data.test[0][after] == 0).all()
        assert (data.test[0][~after] != 0).all()

    def test_the_label_being_the_speaker_is_declared(self):
        task = TASKS.get("japanese-vowels")
        assert "group-is-label" in task.tags
        assert task.metric == "balanced_accuracy"


class TestReviews:
    def test_no_sentence_is_missing(self):
        texts = parsed(reviews.SENTENCES, reviews._read_sentences)
        assert np.bincount(texts["labels"]).tolist() == [5_331, 5_331]
        sizes = np.diff(texts["ends"], prepend=0)
        assert (sizes.min(), np.median(sizes), sizes.max()) == (1, 20, 59)

    def test_left_over_punctuation_is_mapped(self):
        texts = parsed(reviews.SENTENCES, reviews._read_sentences)
        assert not {chr(code) for code in reviews.CP1252} & set("".join(texts["words"].tolist()))

    def test_no_review_is_missing(self):
        texts = parsed(reviews.REVIEWS, reviews._read_reviews)
        assert np.bincount(texts["labels"]).tolist() == [1_000, 1_000]
        sizes = np.diff(texts["ends"], prepend=0)
        assert (sizes.min(), sizes.max()) == (17, 2_678)

    @pytest.mark.parametrize("name", ["sentence-polarity", "movie-reviews"])
    def test_the_vocabulary_is_that_of_the_training_split(self, name):
        data = loaded(name)
        seen = {word for sentence in sentences(data, "train") for word in sentence}
        unknown_share = np.mean(data.test[0][data.test[0] > 0] == 1)
        assert len(data.preparation["vocabulary"]) == 10_000
        assert 0.01 < unknown_share < 0.1
        if name == "sentence-polarity":  # whose sentences are whole
            assert seen == set(data.preparation["vocabulary"][2:])

    def test_test_sentences_are_the_same_ones(self):
        lengths = [np.count_nonzero(loaded("sentence-polarity", seed).test[0], axis=1) for seed in (1, 3)]
        np.testing.assert_array_equal(*lengths)

    @pytest.mark.parametrize(("name", "known"), [("sentence-polarity", 0.76), ("movie-reviews", 0.82)])
    def test_what_a_bag_of_words_is_known_for(self, name, known):
        assert scores(name, "bag-of-words")["trained_baseline"]["accuracy"] == pytest.approx(known, abs=0.03)


class TestImdb:
    """On a file of the published form, whose checksum alone is another."""

    @pytest.fixture
    def few(self, tmp_path, monkeypatch) -> DataSet:
        rng = np.random.default_rng(1)
        halves = {}
        for half, count in (("train", 40), ("test", 20)):
            texts = np.empty(count, dtype=object)
            texts[:] = [[int(word) for word in rng.integers(1, 50, rng.integers(5, 300))] for _ in range(count)]
            halves |= {f"x_{half}": texts, f"y_{half}": np.arange(count) % 2}
        (tmp_path / "imdb").mkdir()
        np.savez(tmp_path / "imdb" / "imdb.npz", allow_pickle=True, **halves)
        monkeypatch.setenv("SUITE_DATA", str(tmp_path))
        digest = hashlib.sha256((tmp_path / "imdb" / "imdb.npz").read_bytes()).hexdigest()
        return replace(reviews.IMDB, files=(replace(reviews.IMDB.files[0], sha256=digest),))

    def test_the_official_halves(self, few, monkeypatch):
        monkeypatch.setattr(reviews, "IMDB", few)
        data = TASKS.get("imdb").load(1)
        assert [x.shape for x, _ in (data.train, data.validation, data.test)] == [(36, 200), (4, 200), (20, 200)]
        assert np.bincount(data.test[1]).tolist() == [10, 10]
        assert set(data.preparation["vocabulary"][2:]) <= set(map(str, range(1, 50)))

    def test_a_file_with_another_checksum_is_never_unpickled(self, few, monkeypatch):
        monkeypatch.setattr(reviews.np, "load", None)
        with pytest.raises(Exception, match=f"not with {reviews.IMDB.files[0].sha256[:16]}"):
            TASKS.get("imdb").load(1)


class TestPanel:
    def test_eight_companies_side_by_side(self):
        data = loaded("stock-panel-return")
        assert data.groups["test"][:8].tolist() == list(panel.SUMS)
        assert len(set(data.times["test"][:8])) == 1
        assert (data.times["train"][0] >= "2012-09-05", data.times["test"][-1]) == (True, "2017-08-31")

    def test_splits_follow_each_other_with_a_gap_no_window_straddles(self):
        for name in ("stock-panel-return", "stock-panel-volatility"):
            times = {split: np.unique(loaded(name).times[split]) for split in SPLITS}
            for earlier, later in (("train", "validation"), ("validation", "test")):
                gap = np.busday_count(times[earlier][-1], times[later][0])
                assert gap >= stocks.WINDOW + stocks.WEEK - 1

    def test_returns_include_dividends(self):
        days = parsed(panel.PANEL, panel._read)
        rows = panel._rows(panel.PANEL.path(panel.PANEL.files[0]))
        first, last = (float(rows[place]["Close"]) for place in (0, -1))
        # Exxon paid 2.18 to 3.06 dollars a year on a price near 85, over five years
        assert days["returns"][:, 0].sum() - 100 * np.log(last / first) == pytest.approx(16, abs=3)

    def test_the_direction_is_the_sign_of_the_return(self):
        for split in SPLITS:
            returns = getattr(loaded("stock-panel-return"), split)[1]
            np.testing.assert_array_equal(getattr(loaded("stock-panel-direction"), split)[1], returns > 0)

    def test_always_up_is_right_on_about_53_percent_of_the_test_days(self):
        assert loaded("stock-panel-direction").test[1].mean() == pytest.approx(0.53, abs=0.015)

    def test_returns_are_hardly_predictable_and_volatility_is(self):
        assert scores("stock-panel-return")["trained_baseline"]["r2"] < 0.01
        assert scores("stock-panel-direction")["trained_baseline"]["accuracy"] < 0.55
        assert scores("stock-panel-volatility")["trained_baseline"]["r2"] > 0.15

    @pytest.mark.parametrize("split", ["validation", "test"])
    def test_the_mean_is_the_best_trivial_predictor_of_volatility(self, split):
        task, data = TASKS.get("stock-panel-volatility"), loaded("stock-panel-volatility")
        errors = {
            name: np.mean(
                (answers(trivial(replace(task, baseline=name), data), data, split) - getattr(data, split)[1]) ** 2
            )
            for name in ("last-value", "mean", "zero")
        }
        assert min(errors, key=errors.get) == task.baseline == "mean", errors


class TestLeakyPrices:
    def test_repeating_the_last_price_looks_nearly_perfect(self):
        data = loaded("leaky-prices")
        last = data.test[0][:, -1, 0] * data.preparation["scale"] + data.preparation["mean"]
        assert 1 - np.mean((last - data.test[1]) ** 2) / data.test[1].var() > 0.98
        assert scores("leaky-prices")["trained_baseline"]["r2"] > 0.98

    def test_each_demonstration_has_its_faults(self):
        data = loaded("leaky-prices")
        assert max(data.times["train"].tolist()) > min(data.times["test"].tolist())
        everything = np.concatenate([getattr(data, split)[0][:, 0, 0] for split in SPLITS])
        assert abs(everything.mean()) < 0.02
        assert abs(data.train[0].mean()) > 1e-6


class TestDigits:
    def test_1797_small_digits(self):
        from sklearn.datasets import load_digits

        pixels, labels = digits.small_digits()
        np.testing.assert_allclose(pixels * 16, load_digits().data)
        np.testing.assert_array_equal(labels, load_digits().target)

    def test_the_permuted_ones_are_the_same_pixels_in_another_order(self):
        plain, permuted = (loaded(name).test[0][..., 0] for name in ("digits-sequential", "digits-permuted"))
        np.testing.assert_array_equal(np.sort(plain, axis=1), np.sort(permuted, axis=1))
        assert (plain != permuted).any()

    def test_mnist_is_read_as_published(self):
        images = parsed(digits.MNIST, digits._read)
        assert images["labels"][:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
        assert images["images"].shape == (10_000, 28, 28)
        assert np.mean(images["images"] > 0) == pytest.approx(0.19, abs=0.005)

    def test_rows_and_pixels_are_the_same_images(self):
        rows, pixels = loaded("mnist-rows-10k"), loaded("mnist-sequential-10k")
        np.testing.assert_array_equal(rows.test[0].reshape(2_000, 784, 1), pixels.test[0])


class TestRawFiles:
    """What `suite predict` makes of a raw file is x of the task, byte for byte."""

    def read(self, name, path):
        reader = restored(loaded(name).preparation, READERS)
        return reader.inputs(reader.read(path), loaded(name).preparation)

    def test_wav_files_of_spoken_digits(self, tmp_path):
        data = loaded("spoken-digits")
        spoken_by = spoken.heard()
        test = np.flatnonzero(np.isin(spoken_by["speaker"], spoken.TEST_SPEAKERS))[:40]
        archive = spoken.SPOKEN_DIGITS.path(spoken.SPOKEN_DIGITS.files[0])
        found = spoken.recordings(archive)
        for place in test:
            name, content = found[place]
            (tmp_path / f"{place:04d}_{name.rsplit('/', 1)[-1]}").write_bytes(content)
        x, steps = self.read("spoken-digits", tmp_path)
        assert x.tobytes() == data.test[0][:40].tobytes()
        np.testing.assert_array_equal(steps, data.lengths["test"][:40])

    def test_sentences_of_reviews(self, tmp_path):
        data = loaded("sentence-polarity")
        (tmp_path / "new.csv").write_text("text\n" + "\n".join(" ".join(words) for words in self.known(data)))
        x, _ = self.read("sentence-polarity", tmp_path / "new.csv")
        assert x.tobytes() == data.test[0][:200].tobytes()

    def known(self, data: Data) -> list[list[str]]:
        """The first test sentences as words, unknown ones as a word that never occurs; quoted where CSV needs it."""
        vocabulary = data.preparation["vocabulary"]
        texts = [["zzyzx" if token == 1 else vocabulary[token] for token in row[row > 0]] for row in data.test[0][:200]]
        return [['"' + " ".join(words).replace('"', '""') + '"'] for words in texts]
