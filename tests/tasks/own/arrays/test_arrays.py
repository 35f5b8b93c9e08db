"""Arrays: examples in memory become a task; what is guessed is said, and what only the owner knows is asked."""

import numpy as np
import pandas as pd
import pytest

from suite.errors import RequestError
from suite.tasks.data import SPLITS
from suite.tasks.own import task_from_arrays
from suite.tasks.task import TASKS

RNG = np.random.default_rng(1)
X = RNG.normal(size=(100, 6, 2))
Y = np.arange(100) % 2
IDS = RNG.integers(1, 9, (100, 6))


@pytest.fixture(autouse=True)
def declared_here_only():
    """What a test declares is forgotten after it."""
    yield
    TASKS.forget(__file__)


def own(*arrays, **options):
    TASKS.forget(__file__)
    return task_from_arrays("own", *arrays, **options)


def facts(*arrays, **options):
    return own(*arrays, **options).load(1).sheet.facts


def notices(*arrays, **options):
    return own(*arrays, **options).load(1).sheet.notices


def refusal(call) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def whole(data) -> np.ndarray:
    """All examples of x, as they are before they are scaled."""
    x = np.concatenate([getattr(data, split)[0] for split in SPLITS])
    return x * data.preparation["scale"] + data.preparation["mean"]


class TestArrays:
    x = np.random.default_rng(1).normal(size=(100, 6, 2))

    def test_floats_with_labels_in_words(self):
        task = own(self.x, np.where(self.x[:, 0, 0] > 0, "up", "down"))
        data = task.load(1)
        assert (task.family, task.kind, task.trained_baseline) == (
            "arrays",
            "classification",
            ("flattened", "minirocket"),
        )
        assert data.preparation["classes"].tolist() == ["down", "up"]
        np.testing.assert_allclose(data.train[0].mean(axis=(0, 1)), 0, atol=1e-6)

    def test_pandas_with_values(self):
        frame = pd.DataFrame(self.x[..., 0])
        task = own(frame, frame.mean(axis=1))
        assert task.kind == "regression"
        assert task.load(1).train[0].shape == (60, 6, 1)

    def test_labels_may_be_floats_of_a_declared_classification(self):
        task = own(self.x, np.arange(100) % 2 / 1.0, kind="classification")
        assert task.load(1).preparation["classes"].tolist() == ["0.0", "1.0"]

    def test_tokens_stay_tokens(self):
        x = np.random.default_rng(1).integers(1, 9, (60, 5))
        task = own(x, np.arange(60) % 3)
        assert task.trained_baseline == ("bag-of-words", "tfidf")
        assert task.load(1).train[0].dtype == np.int32

    def test_the_vocabulary_has_tokens_that_the_training_split_lacks(self):
        x = np.random.default_rng(1).integers(1, 9, (60, 5))
        task = own(np.where(np.arange(60)[:, None] == 59, 30, x), np.arange(60) / 60, times=range(60))
        data = task.load(1)
        assert data.train[0].max() < 9
        assert task.signature(data).vocabulary == 31

    def test_times_cut_in_order_and_keep_equal_times_together(self):
        times = np.repeat(np.arange(50), 2)[::-1]
        data = own(self.x, self.x[:, 0, 0], times=times, gap=2).load(1)
        assert [data.times[split].tolist()[:: len(data.times[split]) - 1] for split in SPLITS] == [
            [0, 27],
            [30, 37],
            [40, 47],
        ]

    def test_groups_and_lengths_go_with_their_examples(self):
        groups = np.arange(100) % 9
        data = own(self.x, groups % 2, groups=groups, lengths=groups % 6 + 1).load(3)
        for split in SPLITS:
            np.testing.assert_array_equal(data.groups[split] % 6 + 1, data.lengths[split])
            np.testing.assert_array_equal(data.groups[split] % 2, getattr(data, split)[1])

    def test_weights_go_with_the_examples_that_are_drawn_for_training(self):
        labels = np.arange(100) % 5
        test = {"x_test": X + 9, "y_test": labels}
        for options in ({}, test):
            data = own(X, labels, weights=labels + 1, **options).load(1)
            assert data.weights.keys() == {"train"}
            np.testing.assert_array_equal(data.weights["train"], data.train[1] + 1)

    @pytest.mark.parametrize(
        ("weights", "said"),
        [
            (np.arange(100) - 7, "weights is negative, missing or infinite at example 0, counted from 0"),
            (np.ones(99), "x has 100 examples, but weights has 99"),
            (["much"] * 100, "weights must be numbers, one per example or one per step"),
            (np.ones((100, 6)), r"they must be numbers \(60,\), one per example"),
        ],
    )
    def test_weights_that_do_not_fit_are_one_line(self, weights, said):
        with pytest.raises(RequestError, match=said):
            own(X, Y, weights=weights)

    @pytest.mark.parametrize(
        ("x", "y", "options", "said"),
        [
            (x, np.zeros(99), {}, "x has 100 examples, but y has 99"),
            (x, np.zeros(100), {"groups": [1, 2]}, "groups has 2"),
            (
                np.where(x == x[4, 1, 0], np.nan, x),
                np.zeros(100),
                {},
                "x is missing or infinite at example 4, step 1, feature 0, counted from 0: fill",
            ),
            (
                x,
                np.where(np.arange(100) == 7, np.nan, 1.0),
                {},
                "y is missing or infinite at example 7, counted from 0: fill it in",
            ),
            (x, pd.Series([*["a", "b"] * 49, None, "b"]), {}, "y has no label at example 98"),
            (x, np.zeros(100, int), {}, "there is only one class, '0'"),
            (x, np.arange(100) // 99, {}, "class '1' has 1 different examples"),
            (x[:2], np.array([0.0, 1.0]), {}, "2 different examples, but three splits need 3"),
            (x[:, 0, 0], np.zeros(100), {}, "x has shape (100,), not (examples, time[, features])"),
            (
                np.full((9, 3), "a"),
                np.zeros(9),
                {},
                "x are texts, not numbers: for texts in a table, there is texts_from_csv",
            ),
            (x, np.zeros(100), {"absent": "n/a"}, "absent must be a number, such as -999"),
            (x, np.zeros(100), {"tokens": "yes"}, "tokens must be True or False, not str"),
            (x, np.zeros(100), {"times": np.arange(100), "gap": 30}, "100 rows are too few"),
            (
                x,
                np.arange(100) % 2 + np.arange(100) // 70 * 2,
                {"times": np.arange(100), "gap": 0},
                "validation split: label 2 is never seen in training",
            ),
            (np.maximum(np.arange(300).reshape(100, 3) - 250, 0), np.arange(100) % 2, {}, "is empty (padding only)"),
            (
                x,
                np.arange(100) % 2,
                {"lengths": np.full(100, 7)},
                "lengths is impossible at example 0, counted from 0: it must be a whole number from 1 to 6",
            ),
            (
                x,
                np.arange(100) % 2,
                {"lengths": np.where(np.arange(100) == 3, 1.5, 6)},
                "lengths is impossible at example 3",
            ),
            (x, np.arange(100) % 2, {"lengths": np.full(100, "6")}, "lengths is of type <U1, not numbers"),
            (
                x,
                np.arange(100) % 2,
                {"lengths": np.ones((100, 2))},
                "lengths has shape (100, 2), but x has 100 examples",
            ),
            (np.zeros((0, 3), int), np.zeros(0), {}, "x has shape (0, 3), not (examples, time[, features])"),
            (
                np.eye(100, 9, dtype=int) * 2**31,
                np.arange(100) % 2,
                {"tokens": True},
                "x is no token at example 0, step 0",
            ),
            (
                np.eye(100, 9, dtype=int) - 1,
                np.arange(100) % 2,
                {"tokens": True},
                "x is no token at example 0, step 1, counted from 0: tokens must be from 0",
            ),
            (x, np.full(100, "a"), {"kind": "regression"}, "y is of type <U1, not numbers"),
        ],
    )
    def test_what_does_not_fit_is_refused_at_once(self, x, y, options, said):
        assert said in refusal(lambda: own(x, y, **options))
        with pytest.raises(RequestError, match="unknown task"):
            TASKS.get("own")


class TestTargets:
    def test_one_hot_rows_are_labels(self):
        task = own(X, np.eye(3)[np.arange(100) % 3])
        assert task.kind == "classification"
        assert task.load(1).preparation["classes"].tolist() == [0, 1, 2]
        assert task.load(1).sheet.facts["labels"] == "one-hot rows of 3 classes"

    def test_the_columns_of_a_one_hot_data_frame_are_the_names_of_the_classes(self):
        frame = pd.get_dummies(pd.Series(np.where(Y, "up", "down")))
        assert own(X, frame).load(1).preparation["classes"].tolist() == ["down", "up"]

    def test_labels_in_a_column(self):
        assert own(X, Y[:, None]).load(1).preparation["classes"].tolist() == [0, 1]

    def test_several_labels_of_an_example_are_asked_about_and_can_be_declared(self):
        y = np.stack([Y, np.arange(100) // 2 % 2], axis=1)
        assert 'y has 2 columns of 0 and 1, but is not one-hot: say kind="multi-label"' in refusal(lambda: own(X, y))
        task = own(X, pd.DataFrame(y, columns=["late", "broken"]), kind="multi-label")
        assert (task.metric, task.baseline) == ("micro_f1", "frequent-labels")
        assert task.load(1).preparation["classes"].tolist() == ["late", "broken"]

    @pytest.mark.parametrize(
        ("y", "said"),
        [
            (Y.astype(float), "y are floats, but only 2 different whole numbers"),
            (Y.astype(float)[:, None], "y are floats, but only 2 different whole numbers"),
            (RNG.integers(0, 10_000, 100), "different whole numbers in 100 examples"),
        ],
    )
    def test_what_may_be_labels_or_values_is_asked_about(self, y, said):
        assert said in refusal(lambda: own(X, y))
        assert 'say kind="classification" or kind="regression"' in refusal(lambda: own(X, y))
        assert own(X, y, kind="regression").load(1).train[1].dtype == np.float32

    @pytest.mark.parametrize("hole", [None, np.nan, pd.NA, ""])
    @pytest.mark.parametrize("what", ["y", "groups"])
    def test_a_missing_label_or_group_is_named_or_its_example_left_out(self, what, hole):
        named = ["ab"[n % 2] if n != 3 else hole for n in range(100)]
        given = (
            {"y": named} if what == "y" else {"y": Y, "groups": [str(n % 9) if n != 3 else hole for n in range(100)]}
        )
        assert "at example 3, counted from 0" in refusal(lambda: own(X, **given))
        assert facts(X, **given, missing="drop")["examples"] == {"read": 100, "left out": 1}

    def test_masked_labels_and_groups_are_missing(self):
        masked = np.ma.masked_where(np.arange(100) == 3, Y)
        assert "y has no label at example 3" in refusal(lambda: own(X, masked))
        assert "groups is missing or infinite at example 3" in refusal(lambda: own(X, Y, groups=masked))

    def test_labels_that_differ_by_spelling_alone(self):
        y = np.array(["Yes", "yes ", "no", "no"] * 25)
        assert "the labels 'Yes' and 'yes ' differ by spelling alone" in refusal(lambda: own(X, y))
        assert own(X, y, labels="merge").load(1).preparation["classes"].tolist() == ["Yes", "no"]

    def test_rare_classes(self):
        y = np.array([*["a", "b"] * 48, "c", "c", "d", "d"])
        assert "class 'c' has 2 different examples" in refusal(lambda: own(X, y))
        assert own(X, y, rare="other").load(1).preparation["classes"].tolist() == ["a", "b", "other"]
        assert sum(len(getattr(own(X, y, rare="drop").load(1), split)[0]) for split in SPLITS) == 96


class TestTokensOrValues:
    @pytest.mark.parametrize(
        ("x", "why"),
        [
            (RNG.integers(0, 4_096, (100, 20)).astype("int16"), "a vocabulary of 4,09"),
            (RNG.integers(-9, 9, (100, 20)), "some are negative"),
            (RNG.integers(0, 256, (100, 20)).astype("uint8"), "numbers of 8 bits"),
            ((120 + 100 * np.sin(np.arange(2_000) / 9)).astype("int64").reshape(100, 20), "close to each other"),
        ],
    )
    def test_readings_are_values_and_it_is_said(self, x, why):
        task = own(x, Y)
        assert task.signature(task.load(1)).vocabulary is None
        assert why in task.load(1).sheet.facts["whole numbers"]

    @pytest.mark.parametrize(
        "x",
        [
            RNG.zipf(1.3, (100, 60)).clip(1, 5_000),
            RNG.integers(1, 200, (100, 20)),
            RNG.integers(1, 5, (100, 20)).astype("uint8"),
            np.repeat(RNG.integers(1, 6, (100, 4)), 9, axis=1),
        ],
    )
    def test_words_and_codes_of_states_are_tokens(self, x):
        assert own(x, Y).load(1).tokens

    def test_what_the_user_says_wins(self):
        x = RNG.integers(1, 4_096, (100, 20))
        assert own(x, Y, tokens=True).load(1).tokens
        assert own(x.astype(float), Y, tokens=True).load(1).tokens
        assert not own(IDS, Y, tokens=False).load(1).tokens
        assert "tokens=True needs x of whole numbers" in refusal(lambda: own(X, Y, tokens=True))

    def test_padding_at_the_beginning_moves_to_the_end(self):
        x = IDS.copy()
        x[7, :4] = 0
        data = own(x, Y).load(1)
        assert min(data.steps(split).min() for split in SPLITS) == 2
        assert data.sheet.facts["padding"] == "moved from the beginning of the examples to their end"
        assert all(getattr(data, split)[0][:, 0].all() for split in SPLITS)

    def test_padding_by_another_number_is_a_notice_that_tokens_settles(self):
        x = np.where(np.arange(6) < 1 + np.arange(100)[:, None] % 6, IDS, -1)
        assert "say tokens=False, or replace -1 by 0 if it is padding of tokens" in notices(x, Y)[0]
        assert notices(x, Y, tokens=False) == ()

    def test_zeros_among_tokens_are_a_notice_that_tokens_settles(self):
        assert "but 0 means padding: add 1 to every token" in notices(IDS - 1, Y)[0]
        assert notices(IDS - 1, Y, tokens=True) == notices(IDS - 1, Y, tokens=False) == ()


class TestLayout:
    @pytest.mark.parametrize("shape", [(100, 1, 50), (100, 3, 50)])
    def test_axes_that_look_exchanged_are_a_notice_that_layout_settles(self, shape):
        x = RNG.normal(size=shape)
        assert "say layout='channels-first' if the axes are the other way round" in notices(x, Y)[0]
        assert notices(x, Y, layout="time-first") == notices(X, Y) == ()
        turned = own(x, Y, layout="channels-first").load(1)
        assert turned.train[0].shape[1:] == shape[:0:-1]
        np.testing.assert_array_equal(turned.train[0], own(x.swapaxes(1, 2), Y, layout="time-first").load(1).train[0])

    def test_unequal_lengths_with_channels_first(self):
        x = [RNG.normal(size=(3, 5 + n % 9)) for n in range(100)]
        assert "if these are steps, say layout='channels-first'" in refusal(lambda: own(x, Y))
        assert own(x, Y, layout="channels-first").load(1).train[0].shape[1:] == (13, 3)


class TestLengths:
    lengths = 1 + np.arange(100) % 6

    @pytest.mark.parametrize("form", [list, np.ndarray.tolist, pd.DataFrame, np.asarray])
    def test_sequences_of_unequal_lengths_are_padded_and_it_is_said(self, form):
        data = own([form(one[:steps]) for one, steps in zip(X, self.lengths, strict=True)], Y).load(1)
        assert data.sheet.facts["lengths"] == "1 to 6 steps, padded with zeros"
        given = own(X, Y, lengths=self.lengths).load(1)
        np.testing.assert_array_equal(data.train[0], given.train[0])
        np.testing.assert_array_equal(data.lengths["train"], given.lengths["train"])

    @pytest.mark.parametrize("form", [pd.Series, lambda x: pd.DataFrame({"x": x}), lambda x: np.array(x, dtype=object)])
    def test_sequences_in_the_cells_of_a_column(self, form):
        sequences = [one[:steps, 0].tolist() for one, steps in zip(X, self.lengths, strict=True)]
        data = own(form(sequences), Y).load(1)
        assert data.checksum() == own(X[..., 0], Y, lengths=self.lengths).load(1).checksum()

    def test_a_sequence_of_zeros_is_no_tokens(self):
        x = [[0] if n == 7 else [1, 2, 3] for n in range(100)]
        assert "x is empty (padding only) at example 7, counted from 0: leave it out, or add 1" in refusal(
            lambda: own(x, Y)
        )

    def test_tokens_of_unequal_lengths(self):
        data = own([one[:steps].tolist() for one, steps in zip(IDS, self.lengths, strict=True)], Y).load(1)
        assert data.tokens
        np.testing.assert_array_equal(data.steps("train"), data.lengths["train"])

    @pytest.mark.parametrize(
        ("fault", "said"),
        [
            ([], "at example 5, counted from 0, has no step"),
            ([[1.0, 2.0, 3.0]], "at example 5, counted from 0, has shape (1, 3), but example 0 has (1, 2)"),
            ([[1.0, 2.0], [3.0]], "at example 5, counted from 0, is not numbers of shape (time,)"),
            (["a", "b"], "at example 5, counted from 0, is not numbers of shape (time,)"),
        ],
    )
    def test_a_sequence_that_does_not_fit_is_named(self, fault, said):
        x = [one[:steps].tolist() for one, steps in zip(X, self.lengths, strict=True)]
        x[5] = fault or np.zeros((0, 2))
        assert said in refusal(lambda: own(x, Y))

    def test_lengths_may_be_floats_and_what_lies_beyond_counts_for_nothing(self):
        x = np.where((np.arange(6) < self.lengths[:, None])[..., None], X, np.nan)
        plain = own(X, Y, lengths=self.lengths).load(1)
        assert own(x, Y, lengths=self.lengths.astype(float)).load(1).checksum() == plain.checksum()
        assert "if such steps are padding, give lengths=" in refusal(lambda: own(x, Y))

    def test_targets_of_steps_may_be_missing_beyond_the_lengths(self):
        y = np.where(np.arange(6) < self.lengths[:, None], X[..., 0], np.nan)
        data = own(X, y, lengths=self.lengths, per_step=True).load(1)
        assert data.scored["train"].sum() == data.lengths["train"].sum()
        y[3, 0] = np.nan
        assert "y is missing or infinite at example 3, step 0" in refusal(
            lambda: own(X, y, lengths=self.lengths, per_step=True)
        )

    def test_masks_at_the_end_are_lengths_and_masks_inside_are_missing_values(self):
        mask = np.arange(6) >= self.lengths[:, None]
        data = own(np.ma.masked_array(IDS, mask), Y).load(1)
        assert data.tokens
        np.testing.assert_array_equal(data.steps("train"), data.lengths["train"])
        plain = own(X, Y, lengths=self.lengths).load(1)
        assert own(np.ma.masked_array(X, np.repeat(mask[..., None], 2, 2)), Y).load(1).checksum() == plain.checksum()
        inside = np.ma.masked_array(X, np.arange(1_200).reshape(100, 6, 2) == 500)
        assert own(inside, Y, missing="drop").load(1).lengths is None
        mask[4] = [True, False, False, False, False, False]
        assert "x is missing or infinite at example 4, step 0" in refusal(lambda: own(np.ma.masked_array(IDS, mask), Y))


class TestMissing:
    def test_examples_with_missing_values_can_be_left_out_and_are_counted(self):
        x = X.copy()
        x[[3, 50], 2] = np.nan
        data = own(x, Y, missing="drop").load(1)
        assert data.sheet.facts["examples"] == {"read": 100, "left out": 2}
        assert len(whole(data)) == 98

    def test_a_number_that_means_missing_is_noticed_and_can_be_named(self):
        x = X.copy()
        x[[3, 50, 70], 2, 1] = -999
        assert "-999 is repeated in x (feature 1)" in notices(x, Y)[0]
        assert "x is missing or infinite at example 3, step 2, feature 1" in refusal(lambda: own(x, Y, absent=-999))
        assert np.abs(whole(own(x, Y, absent=[-999], missing="drop").load(1))).max() < 9
        assert notices(x, Y, absent=[]) == ()

    def test_large_numbers_are_no_markers_if_there_are_others(self):
        assert notices(np.where(X > 2, 999, 400 * X), Y) == ()


class TestTimes:
    def test_dates_in_any_format_are_put_in_order(self):
        dates = [f"{1 + n % 28:02d}.{1 + n // 28:02d}.2021" for n in range(100)]
        data = own(X, X[:, 0, 0], times=dates, gap=0).load(1)
        assert data.times["train"].max() < data.times["validation"].min() < data.times["test"].min()
        assert data.sheet.facts["times"].startswith("dates")

    def test_a_missing_time_is_named(self):
        assert "times, example 7" in refusal(
            lambda: own(X, X[:, 0, 0], times=[None if n == 7 else n for n in range(100)])
        )


class Elements:
    """Stands for a data set of TensorFlow, which has this method."""

    def __init__(self, elements):
        self.elements = elements

    def as_numpy_iterator(self):
        return iter(self.elements)


class TestDataSets:
    @pytest.mark.parametrize(
        "elements", [list(zip(X, Y, strict=True)), [(X[n : n + 32], Y[n : n + 32]) for n in range(0, 100, 32)]]
    )
    def test_pairs_and_batches_of_pairs(self, elements):
        assert own(Elements(elements)).load(1).checksum() == own(X, Y).load(1).checksum()
        assert own(X, Y, x_test=Elements(elements)).official

    def test_elements_that_are_no_pairs(self):
        assert "must be pairs (x, y)" in refusal(lambda: own(Elements(list(X))))


def test_a_test_split_may_have_other_lengths():
    x = [one[: 2 + n % 3] for n, one in enumerate(X)]
    data = own(x, Y, x_test=X[:20] + 1, y_test=Y[:20]).load(1)
    assert data.test[0].shape == (20, 6, 2)
    assert data.lengths["test"].tolist() == [6] * 20


def test_no_message_prints_a_value():
    x = X.copy()
    x[3, 2, 1] = np.inf
    for call in (lambda: own(x, Y), lambda: own(X, Y, lengths=np.full(100, 123))):
        assert not {"inf ", "123"} & set(refusal(call).replace(":", " ").split(" "))


class TestFramesOfPandas:
    def test_rows_in_another_order_are_not_matched_in_silence(self):
        x = pd.DataFrame(X[:, :, 0])
        told = refusal(lambda: own(x, pd.Series(Y, index=np.roll(np.arange(100), 1))))
        assert "y has the index of x in another order: give y.loc[x.index], or y.to_numpy()" in told
        assert len(own(x, pd.Series(Y, index=np.arange(100) + 500)).load(1).train[0]) == 60

    def test_columns_of_several_levels_are_no_steps(self):
        columns = pd.MultiIndex.from_product([range(6), ["a", "b"]])
        told = refusal(lambda: own(pd.DataFrame(X.reshape(100, 12), columns=columns), Y))
        assert "x has columns of 2 levels" in told
        assert "x.to_numpy().reshape(len(x), time, features)" in told

    def test_a_sparse_matrix_is_read(self):
        sparse = pytest.importorskip("scipy.sparse")
        assert own(sparse.csr_matrix(X[:, :, 0]), Y).load(1).train[0].shape == (60, 6, 1)


class TestImpossibleArrays:
    @pytest.mark.parametrize("groups", [np.zeros((100, 2)), [(place % 9, 1) for place in range(100)]])
    def test_groups_of_two_axes(self, groups):
        assert "groups has shape (100, 2), not one group for each" in refusal(lambda: own(X, Y, groups=groups))

    def test_values_that_overflow(self):
        assert "x is too large at example 0, step 0, feature 0" in refusal(lambda: own(np.sign(X) * 1e300, Y))
        assert "y is too large at example 0, counted from 0: divide" in refusal(lambda: own(X, np.full(100, 1e39)))
