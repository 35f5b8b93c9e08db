"""Trained baselines: each method against hand-computed numbers or scikit-learn, and what it refuses."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge

from suite.errors import RequestError
from suite.tasks.baselines import predict, scores_on
from suite.tasks.data import Data
from suite.tasks.task import Task, check_declaration
from suite.tasks.trained_baselines import gradient_boosting, ngrams, ridge, tfidf, trained

RNG = np.random.default_rng(5)


def task(kind: str = "regression", **fields) -> Task:
    usual = {"regression": ("mse", "mean"), "classification": ("accuracy", "majority")}
    metric, baseline = usual.get(kind, ("micro_f1", "majority"))
    declared = {"kind": kind, "metric": metric, "baseline": baseline} | fields
    return Task(name="sensor", family="machines", function=lambda seed: None, place="here", **declared)


def parts(x: np.ndarray, y: np.ndarray, **more) -> Data:
    pairs = [np.split(one, (len(y) // 2, 3 * len(y) // 4)) for one in (x, y)]
    return Data(*zip(*pairs, strict=True), **more)


def lengths(steps: np.ndarray) -> dict[str, np.ndarray]:
    found = np.split(steps, (len(steps) // 2, 3 * len(steps) // 4))
    return dict(zip(("train", "validation", "test"), found, strict=True))


@pytest.mark.slow
class TestGradientBoosting:
    def test_it_is_the_configuration_with_the_best_validation_score_of_scikit_learn(self):
        x = RNG.normal(size=(200, 4, 1))
        data = parts(x, np.abs(x[:, 0, 0]) + x[:, 1, 0] * x[:, 2, 0])
        flat = {split: data.pair(split)[0].reshape(-1, 4) for split in ("train", "validation", "test")}
        models = [
            HistGradientBoostingRegressor(
                max_leaf_nodes=leaves, learning_rate=rate, max_iter=trees, early_stopping=False
            ).fit(flat["train"], data.train[1])
            for leaves, rate, trees in gradient_boosting.CONFIGURATIONS
        ]
        errors = [np.mean((one.predict(flat["validation"]) - data.validation[1]) ** 2) for one in models]
        expected = models[int(np.argmin(errors))].predict(flat["test"])
        answers = predict(trained(task(trained_baseline="gradient-boosting"), data), data, "test")
        np.testing.assert_allclose(answers, expected)

    def test_summaries_of_the_valid_steps(self):
        x = np.array([[[1.0], [2.0], [6.0], [99.0]], [[4.0], [99.0], [99.0], [99.0]]])
        found = gradient_boosting.summaries(x, np.array([3, 1]))
        spread = np.std([1, 2, 6])
        np.testing.assert_allclose(found[0], [3, spread, 1, 6, 1, 6, 1, 2, 6, 3])
        np.testing.assert_allclose(found[1], [4, 0, 4, 4, 4, 4, 4, np.nan, np.nan, 1])

    @pytest.mark.parametrize(
        ("x", "more", "words"),
        [
            (np.zeros((8, 4, 1)), {}, "all steps"),
            (np.zeros((8, 4, 1)), {"times": lengths(np.arange(8))}, "lags"),
            (np.zeros((8, 4, 1)), {"lengths": lengths(np.full(8, 3))}, "summary features"),
            (np.zeros((8, 200, 1)), {}, "summary features"),
        ],
    )
    def test_sentences_say_what_it_reads(self, x, more, words):
        data = parts(x, np.arange(8.0), **more)
        assert gradient_boosting.words(task(), data) == f"gradient boosting on {words}"

    def test_several_outputs_and_predictions_at_every_step(self):
        x = RNG.normal(size=(120, 5, 2))
        several = parts(x, x[:, -1] ** 2)
        assert predict(trained(task(trained_baseline="gradient-boosting"), several), several, "test").shape == (30, 2)
        stepwise = parts(x, np.abs(np.pad(x[:, :-1, 0], ((0, 0), (1, 0)))))
        own = task(trained_baseline="gradient-boosting", per_step=True)
        assert scores_on(own, stepwise, trained(own, stepwise), "test")["r2"] > 0.9


class TestTfidf:
    X = RNG.integers(0, 6, (40, 9))

    def test_counts_are_those_of_scikit_learn_where_nothing_is_padded(self):
        x = np.maximum(self.X, 1)
        texts = [" ".join(map(str, row)) for row in x]
        known = ngrams.shared(x, 3, 6)
        expected = TfidfVectorizer(min_df=2, token_pattern=r"\d+", ngram_range=(1, 3), sublinear_tf=True).fit_transform(
            texts
        )
        data = Data((x, x[:, 0]), (x, x[:, 0]), (x, x[:, 0]))
        found = tfidf._weighted(data, 3, 6)(x, None, None)
        assert len(known) == expected.shape[1]
        np.testing.assert_allclose(np.sort(found.toarray(), axis=1), np.sort(expected.toarray(), axis=1), atol=1e-12)

    def test_padding_ends_an_n_gram(self):
        rows, key = ngrams.keys(np.array([[1, 2, 0, 3]]), 2, 10)
        assert sorted(key.tolist()) == [1, 2, 3, 12]
        assert rows.tolist() == [0, 0, 0, 0]

    def test_it_sees_an_order_that_counts_do_not(self):
        x = np.array([RNG.permutation(np.arange(1, 7)) for _ in range(400)])
        follows = np.array([(1, 2) in pairwise(row.tolist()) for row in x]).astype(int)
        data, own = parts(x, follows), task("classification", trained_baseline="tfidf", metric="balanced_accuracy")
        assert scores_on(own, data, trained(own, data), "test")["balanced_accuracy"] > 0.95

    def test_several_labels(self):
        x = RNG.integers(1, 9, (200, 6))
        y = np.stack([(x == 3).any(axis=1), (x == 5).any(axis=1)], axis=1).astype(int)
        data, own = parts(x, y), task("multi-label", trained_baseline="tfidf")
        assert scores_on(own, data, trained(own, data), "test")["micro_f1"] > 0.9


@pytest.mark.slow
class TestMiniRocket:
    def test_it_knows_shapes_wherever_they_are(self):
        y, places = RNG.integers(0, 3, 200), RNG.integers(0, 30, 200)
        shapes = np.array([[1, 2, 3, 2, 1], [3, 2, 1, 2, 3], [1, 3, 1, 3, 1]])
        x = RNG.normal(0, 0.3, (200, 40, 2))
        for row, (label, place) in enumerate(zip(y, places, strict=True)):
            x[row, place : place + 5, 1] += shapes[label]
        data, own = parts(x, y), task("classification", trained_baseline="minirocket")
        answers = predict(trained(own, data), data, "test")
        assert scores_on(own, data, trained(own, data), "test")["accuracy"] > 0.9
        np.testing.assert_allclose(answers.sum(axis=1), 1)

    def test_a_class_that_training_lacks_has_no_probability_and_values_may_be_several(self):
        x = RNG.normal(size=(40, 12, 1))
        data = parts(x, 2 * (x[:, 3, 0] > 0))
        assert (
            predict(trained(task("classification", trained_baseline="minirocket"), data), data, "test")[:, 1] == 0
        ).all()
        values = parts(x, np.stack([x.mean(axis=(1, 2)), x.std(axis=(1, 2))], axis=1))
        assert predict(trained(task(trained_baseline="minirocket"), values), values, "test").shape == (10, 2)

    @pytest.mark.parametrize("columns", [5, 60])
    def test_its_ridge_regression_is_that_of_scikit_learn(self, columns):
        matrix, y, shares = RNG.normal(size=(30, columns)), RNG.normal(size=(30, 2)), RNG.uniform(0.5, 1.5, 30)
        shares /= shares.mean()
        found = list(ridge.ridges(matrix, y, shares))[3]
        mean = np.average(matrix, axis=0, weights=shares)
        scale = np.sqrt(np.average((matrix - mean) ** 2, axis=0, weights=shares))
        model = Ridge(ridge.PENALTIES[3]).fit((matrix - mean) / scale, y, sample_weight=shares)
        np.testing.assert_allclose(found(matrix), model.predict((matrix - mean) / scale), atol=1e-8)


class TestSeasonalNaive:
    def data(self, outputs: tuple[int, ...], **preparation) -> Data:
        series = np.arange(60.0)
        x = np.stack([series[at : at + 8] for at in range(40)])[..., None]
        y = np.stack([series[7 + np.array(outputs) + at] for at in range(40)])
        return parts(x, y[:, 0] if len(outputs) == 1 else y, preparation=preparation)

    @pytest.mark.parametrize(("horizons", "back"), [((1,), [4]), ((4,), [4]), ((5,), [8]), ((1, 4, 6), [4, 4, 8])])
    def test_it_repeats_the_value_of_the_last_known_season(self, horizons, back):
        data = self.data(
            horizons, reader_horizon=max(horizons), **({"reader_horizons": horizons} if len(back) > 1 else {})
        )
        own = task(trained_baseline="seasonal-naive", season=4)
        answers = predict(trained(own, data), data, "test")
        np.testing.assert_allclose(answers, data.test[1] - (np.array(back) if len(back) > 1 else back[0]))

    def test_values_are_in_the_units_of_the_target(self):
        data = self.data((1,), mean=np.array([100.0]), scale=np.array([2.0]))
        answers = predict(trained(task(trained_baseline="seasonal-naive", season=2), data), data, "test")
        np.testing.assert_allclose(answers, 2 * data.test[0][:, -2, 0] + 100)

    def test_windows_shorter_than_a_season(self):
        with pytest.raises(RequestError, match="an input has 8 steps, fewer than a season of 24"):
            trained(task(trained_baseline="seasonal-naive", season=24), self.data((1,)))


class TestNearby:
    def test_it_sees_the_steps_after_the_one_it_predicts(self):
        x = RNG.integers(1, 5, (200, 12))
        data = parts(x, np.pad(x[:, 1:], ((0, 0), (0, 1)), constant_values=1))
        fields = {"per_step": True, "offline": True}
        own = task("classification", trained_baseline="nearby", **fields)
        assert scores_on(own, data, trained(own, data), "test")["accuracy"] > 0.99
        past = replace(own, trained_baseline="flattened")
        assert scores_on(past, data, trained(past, data), "test")["accuracy"] < 0.5


class TestRecent:
    def test_it_sees_each_step_and_the_one_before_it(self):
        x = RNG.normal(size=(200, 12, 2)).astype(np.float32)
        y = np.stack([x[..., 0] > 0, np.pad(x[:, :-1, 1], ((0, 0), (1, 0))) > 0], axis=-1).astype(np.int64)
        data = parts(x, y)
        own = task("multi-label", metric="micro_f1", trained_baseline="recent", per_step=True)
        assert scores_on(own, data, trained(own, data), "test")["micro_f1"] > 0.95


@pytest.mark.parametrize(
    ("kind", "fields", "fault"),
    [
        ("regression", {"trained_baseline": "recent"}, "'recent' predicts at every step: it is for tasks with per_st"),
        ("multi-label", {"trained_baseline": "minirocket"}, "'minirocket' cannot be used for multi-label"),
        (
            "multi-label",
            {"trained_baseline": "gradient-boosting"},
            "'gradient-boosting' cannot be used for multi-label",
        ),
        ("classification", {"trained_baseline": "tfidf", "per_step": True}, "'tfidf' does not predict at every step"),
        ("regression", {"trained_baseline": "nearby", "per_step": True}, "'nearby' reads later steps"),
        ("regression", {"trained_baseline": "seasonal-naive"}, "needs the number of steps of a season: say season="),
        ("classification", {"trained_baseline": "minirocket", "vocabulary": 9}, "needs x of floats, not tokens"),
        ("regression", {"trained_baseline": ("lags", "lag")}, "unknown trained_baseline 'lag': did you mean 'lags'"),
        ("regression", {"trained_baseline": ("lags", "lags")}, "trained_baseline 'lags' is declared twice"),
        ("regression", {"season": 1}, "season must be a whole number of at least 2"),
    ],
)
def test_what_cannot_be_used_is_refused_at_the_declaration_in_one_line(kind, fields, fault):
    with pytest.raises(RequestError, match=fault) as raised:
        check_declaration(task(kind, **fields))
    assert len(str(raised.value)) <= 300
