"""Baselines: against numbers worked out by hand, fitted on the training split alone, described in plain values."""

import json
from dataclasses import replace

import numpy as np
import pytest
from baseline_scores import measure
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import LinearSVC
from sklearn.utils.validation import check_is_fitted

from suite.errors import RequestError
from suite.tasks.baselines import last_values, predict, reference, trivial
from suite.tasks.data import SPLITS, Data
from suite.tasks.description import describe
from suite.tasks.metrics import serving
from suite.tasks.task import TASKS, Task
from suite.tasks.trained_baselines import trained

STEPS = np.array([3, 3])


def regression(**fields) -> Task:
    declared = {"kind": "regression", "metric": "mse", "baseline": "mean"} | fields
    return Task(name="sensor", family="machines", function=lambda seed: None, place="here", **declared)


def classification(**fields) -> Task:
    return regression(**({"kind": "classification", "metric": "accuracy", "baseline": "majority"} | fields))


def split_in_three(x: np.ndarray, y: np.ndarray, **more) -> Data:
    """Half of the examples to train with, a quarter for each of the others."""
    parts = {name: np.split(part, (len(y) // 2, 3 * len(y) // 4)) for name, part in (("x", x), ("y", y))}
    return Data(*zip(parts["x"], parts["y"], strict=True), **more)


def noise(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape)


def tokens(examples: int = 400, time: int = 6, vocabulary: int = 5) -> np.ndarray:
    return np.random.default_rng(2).integers(1, vocabulary, (examples, time))


def values(baseline: str | float, **data) -> np.ndarray:
    """The trivial predictor's answers to two examples (time 3, one feature) after training on the targets 1, 2, 6."""
    x = np.array([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]]])
    pair = (np.zeros((3, 3, 1)), np.array([1.0, 2.0, 6.0]))
    fitted = Data(train=pair, validation=pair, test=pair, **data)
    return trivial(regression(baseline=baseline), fitted)(x, np.array([3, 2]))


class TestLastValues:
    def test_a_series_has_one_before_each_target_unscaled(self):
        times = {"train": np.arange(4), "validation": np.arange(2), "test": np.arange(2)}
        x = np.arange(8.0)[:, None, None] * np.ones((8, 3, 1))
        data = split_in_three(x, np.arange(8.0), times=times, preparation={"mean": 1.0, "scale": 10.0})
        assert last_values(regression(), data, "test").tolist() == [61, 71]

    def test_only_a_series_of_values_has_last_values(self):
        x = noise(8, 3, 1)
        assert last_values(regression(), split_in_three(x, np.arange(8.0)), "test") is None
        times = {"train": np.arange(4), "validation": np.arange(2), "test": np.arange(2)}
        assert last_values(classification(), split_in_three(x, np.arange(8) % 2, times=times), "test") is None


class TestTrivial:
    def test_mean_zero_and_a_number(self):
        assert values("mean").tolist() == [3, 3]
        assert values("zero").tolist() == [0, 0]
        assert values(0.25).tolist() == [0.25, 0.25]

    def test_the_last_value_is_the_first_feature_at_the_last_valid_step(self):
        assert values("last-value").tolist() == [3, 5]

    def test_the_last_value_is_unscaled(self):
        assert values("last-value", preparation={"mean": [10.0], "scale": [2.0]}).tolist() == [16, 20]

    def test_majority_predicts_how_often_each_class_occurs_in_training(self):
        x, y = noise(8, 3, 1), np.array([0, 1, 0, 0, 0, 1, 1, 0])
        data = split_in_three(x, y)
        assert predict(trivial(classification(), data), data, "validation").tolist() == [[0.75, 0.25], [0.75, 0.25]]
        scores = measure(classification(), data)["baseline"]["validation"]
        assert scores["accuracy"] == 0.5
        assert scores["log_loss"] == pytest.approx(-(np.log(0.75) + np.log(0.25)) / 2)

    def test_several_values_a_target(self):
        x, y = noise(8, 3, 1), np.tile([1.0, 5.0], (8, 1))
        data = split_in_three(x, y)
        assert predict(trivial(regression(), data), data, "test").tolist() == [[1, 5], [1, 5]]
        assert predict(trivial(regression(baseline="last-value"), data), data, "test").shape == (2, 2)

    @pytest.mark.parametrize(
        ("task", "y", "shape"),
        [
            (classification(per_step=True), np.tile([0, 1, 2], (8, 1)), (2, 3, 3)),
            (regression(per_step=True), np.tile([0.0, 1.0, 2.0], (8, 1)), (2, 3)),
            (regression(per_step=True, baseline="zero"), np.zeros((8, 3, 4)), (2, 3, 4)),
        ],
    )
    def test_an_answer_at_every_step(self, task, y, shape):
        data = split_in_three(noise(8, 3, 1), y)
        answers = predict(trivial(task, data), data, "test")
        assert answers.shape == shape
        assert np.allclose(answers, answers[0, 0])

    def test_the_last_value_at_every_step_is_the_step_s_own(self):
        data = split_in_three(noise(8, 3, 2), np.zeros((8, 3)))
        answers = predict(trivial(regression(per_step=True, baseline="last-value"), data), data, "test")
        np.testing.assert_array_equal(answers, data.test[0][..., 0])

    @pytest.mark.parametrize("task", [regression(baseline="majority"), classification(baseline="mean")])
    def test_one_that_does_not_fit_the_kind_is_refused(self, task):
        data = split_in_three(noise(8, 3, 1), np.arange(8) % 2)
        with pytest.raises(RequestError, match=f"task 'sensor': baseline '{task.baseline}' cannot be used for"):
            trivial(task, data)

    def test_tokens_have_no_last_value(self):
        with pytest.raises(RequestError, match="needs x of floats"):
            trivial(regression(baseline="last-value"), split_in_three(tokens(8), noise(8)))


class TestReference:
    def test_a_classification_needs_no_reference(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8) % 2)
        assert reference(classification(), data, "test") == {}

    def test_a_regression_is_measured_against_the_trivial_predictor(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8.0))
        assert {name: value.tolist() for name, value in reference(regression(), data, "test").items()} == {
            "trivial": [1.5, 1.5]
        }

    def test_a_series_adds_its_error_on_the_training_split(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8.0), times={split: np.arange(4) for split in SPLITS})
        assert reference(regression(), data, "test")["trivial_scale"] == (1.5 + 0.5 + 0.5 + 1.5) / 4


class TestTrained:
    def test_without_a_name_there_is_no_trained_baseline(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8.0))
        assert measure(regression(), data)["trained_baseline"] is None

    def test_bag_of_words_is_a_logistic_regression_on_counts(self):
        x = tokens()
        data = split_in_three(x, (x == 1).sum(axis=1) % 2)
        counted = (data.train[0], data.test[0])
        seen, new = (np.stack([(part == token).sum(axis=1) for token in range(1, 5)], axis=1) for part in counted)
        expected = LogisticRegression(max_iter=1_000).fit(seen, data.train[1]).predict_proba(new)
        predictor = trained(classification(trained_baseline="bag-of-words"), data)
        np.testing.assert_allclose(predict(predictor, data, "test"), expected)

    def test_bag_of_words_ignores_order_and_padding(self):
        x = tokens()
        data = split_in_three(x, (x[:, 0] == 1).astype(int))
        predictor = trained(classification(trained_baseline="bag-of-words"), data)
        padded = np.pad(x[:3, ::-1], ((0, 0), (0, 4)))
        np.testing.assert_allclose(predictor(padded, np.full(3, 6)), predictor(x[:3], np.full(3, 6)))

    def test_order_free_ignores_order_and_what_lies_beyond_the_valid_steps(self):
        x = noise(400, 5, 2)
        lengths = {split: np.full(len(part), 3) for split, part in zip(SPLITS, np.split(x, (200, 300)), strict=True)}
        data = split_in_three(x, (x[:, :3, 0].mean(axis=1) > 0).astype(int), lengths=lengths)
        predictor = trained(classification(trained_baseline="order-free"), data)
        other = np.concatenate([x[:9, 2::-1], x[:9, 3:] + 100], axis=1)
        np.testing.assert_allclose(predictor(other, np.full(9, 3)), predictor(x[:9], np.full(9, 3)))
        assert np.mean(predict(predictor, data, "test").argmax(axis=1) == data.test[1]) > 0.95

    def test_order_free_sees_the_spread_over_time(self):
        x = noise(400, 20, 1) * np.repeat([1.0, 3.0], 200)[:, None, None]
        order = np.random.default_rng(4).permutation(400)
        data = split_in_three(x[order], np.repeat([0, 1], 200)[order])
        scores = measure(classification(trained_baseline="order-free"), data)["trained_baseline"]
        assert scores["test"]["accuracy"] > 0.95

    @pytest.mark.parametrize("x", [noise(400, 4, 2), tokens(400, 4)], ids=["floats", "tokens"])
    def test_flattened_sees_where_something_stands(self, x):
        inputs = x if x.ndim == 2 else x[..., 0]
        data = split_in_three(x, (inputs[:, 1] > np.median(inputs)).astype(int))
        scores = measure(classification(trained_baseline="flattened"), data)["trained_baseline"]
        assert scores["test"]["accuracy"] > 0.9

    def test_lags_recover_a_linear_relation(self):
        x = noise(400, 5, 1)
        data = split_in_three(x, 2 + x[:, -1, 0] - 0.5 * x[:, -2, 0])
        scores = measure(regression(trained_baseline="lags"), data)["trained_baseline"]
        assert scores["test"]["r2"] > 0.999

    def test_har_is_linear_in_the_means_of_the_past_over_1_5_and_22_steps(self):
        x = noise(400, 30, 2)
        own = x[..., 0]
        y = 1 + own[:, -1] + 2 * own[:, -5:].mean(axis=1) - 3 * own[:, -22:].mean(axis=1)
        scores = measure(regression(trained_baseline="har"), split_in_three(x, y))["trained_baseline"]
        assert scores["test"]["r2"] > 0.999

    def test_har_reads_the_valid_steps_of_a_short_window(self):
        x = noise(400, 8, 1)
        x[:, 4:] *= 100
        lengths = {split: np.full(len(part), 4) for split, part in zip(SPLITS, np.split(x, (200, 300)), strict=True)}
        data = split_in_three(x, x[:, 3, 0] + x[:, :4, 0].mean(axis=1), lengths=lengths)
        assert measure(regression(trained_baseline="har"), data)["trained_baseline"]["test"]["r2"] > 0.999

    def test_several_values_a_target(self):
        x = noise(400, 3, 1)
        data = split_in_three(x, x[:, :2, 0])
        answers = predict(trained(regression(trained_baseline="flattened"), data), data, "test")
        np.testing.assert_allclose(answers, data.test[1], atol=0.01)

    def test_a_class_that_training_does_not_show_has_no_probability(self):
        x = noise(40, 3, 1)
        data = split_in_three(x, 2 * (x[:, 0, 0] > 0))
        answers = predict(trained(classification(trained_baseline="flattened"), data), data, "test")
        assert answers.shape == (10, 3)
        assert (answers[:, 1] == 0).all()

    @pytest.mark.parametrize("role", [trivial, trained])
    def test_only_the_training_split_is_used_for_fitting(self, role):
        x, task = noise(400, 5, 1), regression(trained_baseline="lags")
        data = split_in_three(x, x[:, 0, 0])
        strange = (np.full((9, 5, 1), 1e6), np.full(9, 1e6))
        other = replace(data, validation=strange, test=strange)
        np.testing.assert_array_equal(role(task, data)(x[:4], STEPS), role(task, other)(x[:4], STEPS))


class TestOwnEstimator:
    def test_it_is_cloned_and_fitted_on_the_flattened_input(self):
        x = noise(80, 3, 2)
        data, estimator = split_in_three(x, (x[:, 0, 0] > 0).astype(int)), KNeighborsClassifier(1)
        predictor = trained(classification(trained_baseline=estimator), data)
        assert (predict(predictor, data, "train").argmax(axis=1) == data.train[1]).all()
        with pytest.raises(NotFittedError):
            check_is_fitted(estimator)

    def test_of_a_regression(self):
        x = noise(80, 3, 2)
        data = split_in_three(x, x[:, 1, 1])
        answers = predict(trained(regression(trained_baseline=LinearRegression()), data), data, "test")
        np.testing.assert_allclose(answers, data.test[1])

    def test_one_without_probabilities_is_refused(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8) % 2)
        with pytest.raises(RequestError, match="task 'sensor': trained_baseline LinearSVC has no predict_proba"):
            trained(classification(trained_baseline=LinearSVC()), data)


class TestViewsThatCannotRead:
    @pytest.mark.parametrize("name", ["order-free", "lags", "har"])
    def test_tokens(self, name):
        with pytest.raises(RequestError, match=f"'{name}' needs x of floats, not tokens"):
            trained(regression(trained_baseline=name), split_in_three(tokens(8), noise(8)))

    def test_floats(self):
        with pytest.raises(RequestError, match="'bag-of-words' needs x of tokens, not floats"):
            trained(regression(trained_baseline="bag-of-words"), split_in_three(noise(8, 3, 1), noise(8)))


class TestAnswersAtEveryStep:
    """Of a task that asks at every step which token stood two steps before."""

    def data(self) -> Data:
        x = tokens(time=8)
        return split_in_three(x, np.pad(x, ((0, 0), (2, 0)))[:, :-2])

    def test_flattened_finds_a_fixed_lag(self):
        task = classification(trained_baseline="flattened", per_step=True)
        scores = measure(task, self.data())
        assert scores["trained_baseline"]["test"]["accuracy"] == 1
        assert scores["baseline"]["test"]["accuracy"] < 0.5

    @pytest.mark.parametrize("name", ["flattened", "bag-of-words"])
    def test_no_prediction_depends_on_a_later_step(self, name):
        data = self.data()
        predictor = trained(classification(trained_baseline=name, per_step=True), data)
        x, steps = data.test[0][:5], np.full(5, 8)
        changed = np.where(np.arange(8) < 5, x, 1)
        before, after = predictor(x, steps), predictor(changed, steps)
        assert before.shape == (5, 8, 5)
        np.testing.assert_allclose(before[:, :5], after[:, :5])
        assert not np.allclose(before[:, 5:], after[:, 5:])

    def test_labels_outside_the_mask_have_no_effect(self):
        data = self.data()
        late = {split: np.tile(np.arange(8) >= 2, (len(getattr(data, split)[0]), 1)) for split in SPLITS}
        spoilt = {split: (x, np.where(late[split], y, 1)) for split in SPLITS for x, y in [getattr(data, split)]}
        task = classification(trained_baseline="flattened", per_step=True)
        scores = measure(task, Data(**spoilt, scored=late))
        assert scores == measure(task, replace(data, scored=late))
        frequencies = np.bincount(data.train[1][:, 2:].ravel()) / data.train[1][:, 2:].size
        np.testing.assert_allclose(trivial(task, Data(**spoilt, scored=late))(data.test[0], None)[0, 0], frequencies)

    def test_values_outside_the_mask_have_no_effect(self):
        x, late = noise(40, 5, 2), np.tile(np.arange(5) >= 3, (40, 1))
        scored = {split: late[:rows] for split, rows in zip(SPLITS, (20, 10, 10), strict=True)}
        task = regression(trained_baseline="flattened", per_step=True)
        one, other = (
            measure(task, split_in_three(x, np.where(late, x[..., 0], early), scored=scored)) for early in (0.0, 1e6)
        )
        assert one == other
        assert one["trained_baseline"]["test"]["r2"] > 0.9

    def test_values(self):
        x = noise(100, 5, 2)
        data = split_in_three(x, np.cumsum(x[..., 1], axis=1))
        answers = predict(trained(regression(trained_baseline="flattened", per_step=True), data), data, "test")
        np.testing.assert_allclose(answers, data.test[1], atol=0.02)


class TestLongerTestSets:
    def test_a_prediction_per_step_reads_at_most_as_many_steps_as_in_training(self):
        x, longer = tokens(time=8), tokens(time=32)
        extra = {"test-4x": (longer, np.pad(longer, ((0, 0), (2, 0)))[:, :-2])}
        data = split_in_three(x, np.pad(x, ((0, 0), (2, 0)))[:, :-2], extra=extra)
        scores = measure(classification(trained_baseline="flattened", per_step=True), data)
        assert scores["trained_baseline"]["test-4x"]["accuracy"] == 1
        assert set(scores["baseline"]["test-4x"]) == set(serving("classification"))

    def test_what_is_flattened_are_the_latest_steps(self):
        x, longer = noise(100, 4, 1), noise(100, 9, 1)
        data = split_in_three(x, x[:, -1, 0], extra={"longer": (longer, longer[:, -1, 0])})
        scores = measure(regression(trained_baseline="lags"), data)
        assert scores["trained_baseline"]["longer"]["r2"] > 0.99

    def test_shorter_ones_are_filled_with_zeros(self):
        x, shorter = noise(100, 4, 1), noise(100, 2, 1)
        data = split_in_three(x, x[:, 0, 0], extra={"shorter": (shorter, shorter[:, 0, 0])})
        scores = measure(regression(trained_baseline="lags"), data)
        assert scores["trained_baseline"]["shorter"]["r2"] > 0.99

    def test_parity_has_both_baselines_on_its_longer_test_set(self):
        task = TASKS.get("parity-20")
        scores = measure(task, task.load(1, 200))
        for role in scores:
            assert scores[role]["test-4x"]["accuracy"] == pytest.approx(0.5, abs=0.1)


class TestMeasure:
    @pytest.mark.parametrize("name", ["sentiment-like", pytest.param("sp500-return", marks=pytest.mark.slow)])
    def test_both_roles_have_every_metric_of_the_kind_on_both_splits(self, name):
        task = TASKS.get(name)
        scores = measure(task, task.load(1, 100))
        for role in ("baseline", "trained_baseline"):
            assert {split: set(metrics) for split, metrics in scores[role].items()} == {
                split: set(serving(task.kind)) for split in ("validation", "test")
            }

    def test_what_is_no_series_has_no_series_metrics(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8.0))
        assert set(measure(regression(), data)["baseline"]["test"]) == set(serving("regression", series=False))

    @pytest.mark.slow
    def test_the_trivial_predictor_has_an_r2_of_0(self):
        task = TASKS.get("sp500-volatility")
        scores = measure(task, task.load(1))["baseline"]["test"]
        assert (scores["r2"], scores["directional_accuracy"]) == (0, 0.5)


class TestDescription:
    def test_of_a_built_in_task(self):
        task = TASKS.get("adding-50")
        told = describe(task, task.load(1, 20))
        assert told["name"] == "adding-50"
        assert (told["sweep"], told["length"]) == ("adding", 50)
        assert (told["metric"], told["direction"], told["perfect"], told["solved"]) == ("mse", "lower", 0.0, 0.01)
        assert (told["baseline"], told["trained_baseline"]) == ("mean", "flattened")
        assert told["sizes"] == {"train": 20, "validation": 10, "test": 10}
        assert told["signature"]["features"] == 2

    @pytest.mark.slow
    @pytest.mark.parametrize("name", TASKS.names())
    def test_it_is_plain_enough_for_json(self, name):
        task = TASKS.get(name)
        if task.availability == "download":
            pytest.skip(f"no files of '{task.data_set.name}' in SUITE_DATA")
        told = describe(task, task.load(1, 20))
        assert json.loads(json.dumps(told, allow_nan=False)) == told

    def test_up_to_three_examples_to_four_digits(self):
        x, y = np.full((12, 2, 1), 1.23456789, dtype=np.float32), np.full(12, 1e-7 / 3)
        lengths = {"train": np.array([2, 1, 2, 2, 2, 2]), "validation": np.full(3, 2), "test": np.full(3, 2)}
        shown = describe(regression(), split_in_three(x, y, lengths=lengths))["examples"]
        assert len(shown) == 3
        assert shown[1] == {"x": [[1.235], [1.235]], "y": 3.333e-8, "length": 1}

    def test_tokens_and_labels_stay_whole_numbers(self):
        data = split_in_three(np.array([[123456, 7]] * 4), np.arange(4) % 2)
        assert describe(classification(), data)["examples"][0] == {"x": [123456, 7], "y": 0, "length": 2}

    @pytest.mark.parametrize(
        ("words", "text"), [(["", "not", "good"], "not good"), (["", "not"], None), ({"not": 1}, None)]
    )
    def test_tokens_of_a_known_vocabulary_are_words_too(self, words, text):
        data = split_in_three(np.array([[1, 2, 0]] * 4), np.arange(4) % 2, preparation={"vocabulary": words})
        assert describe(classification(), data)["examples"][0].get("text") == text

    def test_a_number_and_an_estimator_are_named(self):
        data = split_in_three(noise(8, 3, 1), np.arange(8.0))
        told = describe(regression(baseline=0.5, trained_baseline=LinearRegression()), data)
        assert (told["baseline"], told["trained_baseline"]) == ("0.5", "LinearRegression")
