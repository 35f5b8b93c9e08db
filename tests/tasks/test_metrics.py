"""Metrics: against numbers worked out by hand, and against scikit-learn."""

import math

import numpy as np
import pytest
from sklearn import metrics as reference

from suite.tasks.metrics import METRICS, Metric, evaluate, headline, item_scores, serving, stored_metric
from suite.tasks.task import KINDS

LABELS = np.array([0, 0, 1, 2])
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.6, 0.2], [0.3, 0.3, 0.4]])


def random_classification(classes: int = 4, examples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.integers(0, classes, examples), rng.dirichlet(np.ones(classes), examples)


def random_labels(labels: int = 4, examples: int = 200) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    return rng.integers(0, 2, (examples, labels)), rng.uniform(size=(examples, labels))


def test_the_metrics_of_each_kind_are_those_of_the_contract():
    assert {kind: set(serving(kind, ordered=True)) for kind in KINDS} == {
        "classification": {
            "accuracy", "balanced_accuracy", "macro_f1", "top_3", "class_distance", "quadratic_kappa", "log_loss",
            "bits", "perplexity", "calibration_error", "auroc", "average_precision",
        },
        "multi-label": {"exact_match", "micro_f1", "macro_f1", "log_loss", "bits", "auroc", "average_precision"},
        "regression": {"mse", "mae", "rmse", "mape", "pinball", "crps", "r2", "mase", "directional_accuracy"},
    }  # fmt: skip
    ordered = set(serving("classification", ordered=True)) - set(serving("classification"))
    assert ordered == {"class_distance", "quadratic_kappa"}


class TestClassification:
    def test_by_hand(self):
        scores = evaluate("classification", LABELS, PROBABILITIES)
        assert set(scores) == set(serving("classification"))
        assert scores["accuracy"] == 3 / 4
        assert scores["balanced_accuracy"] == pytest.approx((1 / 2 + 1 + 1) / 3)
        assert scores["macro_f1"] == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)
        assert scores["log_loss"] == pytest.approx(-np.log([0.7, 0.1, 0.6, 0.4]).mean())
        assert scores["bits"] == pytest.approx(-np.log2([0.7, 0.1, 0.6, 0.4]).mean())
        assert scores["perplexity"] == pytest.approx((0.7 * 0.1 * 0.6 * 0.4) ** (-1 / 4))
        assert math.isnan(scores["top_3"])

    def test_against_scikit_learn(self):
        target, probabilities = random_classification()
        labels = probabilities.argmax(axis=1)
        scores = evaluate("classification", target, probabilities)
        assert scores["accuracy"] == pytest.approx(reference.accuracy_score(target, labels))
        assert scores["balanced_accuracy"] == pytest.approx(reference.balanced_accuracy_score(target, labels))
        assert scores["macro_f1"] == pytest.approx(reference.f1_score(target, labels, average="macro"))
        assert scores["log_loss"] == pytest.approx(reference.log_loss(target, probabilities))
        assert scores["top_3"] == pytest.approx(reference.top_k_accuracy_score(target, probabilities, k=3))

    def test_ordered_classes_against_scikit_learn(self):
        target, probabilities = random_classification()
        labels = probabilities.argmax(axis=1)
        scores = evaluate("classification", target, probabilities, ordered=True)
        assert scores["class_distance"] == pytest.approx(reference.mean_absolute_error(target, labels))
        kappa = reference.cohen_kappa_score(target, labels, weights="quadratic")
        assert scores["quadratic_kappa"] == pytest.approx(kappa)

    def test_a_constant_class_agrees_with_the_order_by_chance_alone(self):
        constant = np.tile([0.2, 0.5, 0.3], (4, 1))
        assert headline("quadratic_kappa", "classification", LABELS, constant) == pytest.approx(0)
        assert math.isnan(headline("quadratic_kappa", "classification", np.ones(4, int), constant))

    def test_a_tie_for_the_third_place_goes_to_the_lower_class(self):
        uniform = np.full((4, 4), 0.25)
        assert item_scores("top_3", "classification", np.arange(4), uniform).tolist() == [1, 1, 1, 0]

    def test_calibration_error_by_hand(self):
        probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.61, 0.39]])
        # one bin holds two answers of confidence 0.9, half of them right; another one of 0.61, right
        error = headline("calibration_error", "classification", np.array([0, 1, 0]), probabilities)
        assert error == pytest.approx((2 * 0.4 + 1 * 0.39) / 3)

    def test_certain_and_right_is_perfect(self):
        scores = evaluate("classification", LABELS, np.eye(4)[LABELS], ordered=True)
        assert scores == pytest.approx({name: METRICS.get(name).perfect for name in scores}, abs=1e-12)

    def test_certain_and_wrong_has_a_finite_loss(self):
        scores = evaluate("classification", LABELS, np.eye(3, dtype=np.float32)[(LABELS + 1) % 3])
        assert scores["accuracy"] == 0
        assert scores["calibration_error"] == 1
        assert 10 < scores["log_loss"] < 50

    def test_classes_missing_among_targets_are_ignored(self):
        scores = evaluate("classification", np.array([1, 1]), np.array([[0.1, 0.8, 0.1], [0.1, 0.2, 0.7]]))
        assert scores["balanced_accuracy"] == 0.5
        assert scores["macro_f1"] == pytest.approx((2 / 3 + 0) / 2)

    def test_predictions_at_every_step_are_all_evaluated(self):
        target, probabilities = random_classification()
        by_step = evaluate("classification", target.reshape(20, 10), probabilities.reshape(20, 10, 4))
        assert by_step == evaluate("classification", target, probabilities)

    def test_a_mask_leaves_steps_out(self):
        target, probabilities = random_classification()
        target, probabilities = target.reshape(20, 10), probabilities.reshape(20, 10, 4)
        mask = np.broadcast_to(np.arange(10) >= 8, target.shape)
        masked = headline("accuracy", "classification", target[mask], probabilities[mask])
        assert masked == np.mean(probabilities[:, 8:].argmax(axis=2) == target[:, 8:])

    def test_probabilities_of_other_examples_are_an_error(self):
        with pytest.raises(ValueError, match=r"probabilities \(3, 3\) do not fit labels \(4,\)"):
            evaluate("classification", LABELS, PROBABILITIES[:3])


class TestMultiLabel:
    target = np.array([[1, 0, 1], [0, 0, 1]])
    probabilities = np.array([[0.5, 0.2, 0.4], [0.4, 0.1, 0.9]])  # predicted: the first; the third

    def test_by_hand(self):
        scores = evaluate("multi-label", self.target, self.probabilities)
        # two of three labels are found, and nothing else; the second label never occurs
        assert scores["micro_f1"] == pytest.approx(2 * 2 / (3 + 2))
        assert scores["macro_f1"] == pytest.approx((1 + 2 / 3) / 2)
        assert scores["exact_match"] == 1 / 2
        assert scores["log_loss"] == pytest.approx(-np.log([0.5, 0.8, 0.4, 0.6, 0.9, 0.9]).sum() / 2)

    def test_against_scikit_learn(self):
        target, probabilities = random_labels()
        labels = (probabilities >= 0.5).astype(int)
        scores = evaluate("multi-label", target, probabilities)
        assert scores["micro_f1"] == pytest.approx(reference.f1_score(target, labels, average="micro"))
        assert scores["macro_f1"] == pytest.approx(reference.f1_score(target, labels, average="macro"))
        assert scores["exact_match"] == pytest.approx(reference.accuracy_score(target, labels))
        each = [reference.log_loss(*pair) for pair in zip(target.T, probabilities.T, strict=True)]
        assert scores["log_loss"] == pytest.approx(sum(each))

    @pytest.mark.parametrize("kind", [bool, np.int8])
    def test_every_step_is_a_target_of_its_own(self, kind):
        target, probabilities = random_labels()
        by_step = evaluate("multi-label", target.reshape(20, 10, 4).astype(kind), probabilities.reshape(20, 10, 4))
        assert by_step == evaluate("multi-label", target, probabilities)

    def test_certain_and_right_is_perfect(self):
        for target in (self.target, np.zeros((2, 3))):
            scores = evaluate("multi-label", target, target.astype(np.float32))
            defined = {name: score for name, score in scores.items() if not math.isnan(score)}
            assert defined == pytest.approx({name: METRICS.get(name).perfect for name in defined}, abs=1e-6)
            assert set(scores) - set(defined) == (set() if target.any() else {"auroc", "average_precision"})

    def test_certain_and_wrong_has_a_finite_loss(self):
        scores = evaluate("multi-label", self.target, 1 - self.target.astype(np.float32))
        assert scores["micro_f1"] == scores["exact_match"] == 0
        assert 30 < scores["log_loss"] < 150

    @pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 3, 1)])
    def test_probabilities_of_other_shapes_are_an_error(self, shape):
        with pytest.raises(ValueError, match=r"do not fit labels \(2, 3\)"):
            evaluate("multi-label", self.target, np.zeros(shape))


class TestRankings:
    def random(self, classes: int, examples: int = 300) -> tuple[np.ndarray, np.ndarray]:
        """Targets, and rounded probabilities, so that many are equal."""
        rng = np.random.default_rng(17)
        target = rng.integers(0, classes, examples)
        return target, np.round((rng.dirichlet(np.ones(classes), examples) + np.eye(classes)[target] / 3) * 0.75, 1)

    def scores(self, *pair: np.ndarray, kind: str = "classification") -> tuple[float, float]:
        return headline("auroc", kind, *pair), headline("average_precision", kind, *pair)

    def expected(self, *pair: np.ndarray) -> tuple[float, float]:
        return pytest.approx((reference.roc_auc_score(*pair), reference.average_precision_score(*pair)))

    def test_two_classes_against_scikit_learn(self):
        target, probabilities = self.random(2)
        assert self.scores(target, probabilities) == self.expected(target, probabilities[:, 1])

    def test_several_classes_one_against_the_rest(self):
        target, probabilities = self.random(4)
        target[target == 2] = 0  # a class that does not occur is left out
        occurring = [0, 1, 3]
        expected = self.expected(target[:, None] == occurring, probabilities[:, occurring])
        assert self.scores(target, probabilities) == expected

    def test_labels_each_by_itself(self):
        target, probabilities = random_labels()
        assert self.scores(target, probabilities, kind="multi-label") == self.expected(target, probabilities)

    def test_a_constant_prediction_ranks_by_chance(self):
        constant = np.tile([0.7, 0.2, 0.1], (4, 1))
        assert self.scores(LABELS, constant) == pytest.approx((0.5, (2 / 4 + 1 / 4 + 1 / 4) / 3))

    def test_a_single_class_cannot_be_ranked(self):
        assert np.isnan(self.scores(np.ones(4, int), PROBABILITIES)).all()


class TestRegression:
    target = np.array([1.0, 2.0, 3.0])
    prediction = np.array([1.0, 2.0, 5.0])
    trivial = np.array([3.0, 3.0, 3.0])

    def test_by_hand(self):
        scores = evaluate("regression", self.target, self.prediction, self.trivial)
        errors = {"mse": 4 / 3, "mae": 2 / 3, "rmse": math.sqrt(4 / 3), "r2": 1 - 4 / 5}
        assert scores == pytest.approx(errors | {"mape": 2 / 9, "pinball": 1 / 3, "crps": 2 / 3})

    def test_against_scikit_learn(self):
        rng = np.random.default_rng(5)
        target, prediction = rng.normal(size=(2, 100))
        scores = evaluate("regression", target, prediction, np.full(100, target.mean()))
        assert scores["mse"] == pytest.approx(reference.mean_squared_error(target, prediction))
        assert scores["mae"] == pytest.approx(reference.mean_absolute_error(target, prediction))
        assert scores["rmse"] == pytest.approx(reference.root_mean_squared_error(target, prediction))
        assert scores["r2"] == pytest.approx(reference.r2_score(target, prediction))
        assert scores["mape"] == pytest.approx(reference.mean_absolute_percentage_error(target, prediction))

    def test_errors_relative_to_a_target_of_0_are_undefined(self):
        assert math.isnan(headline("mape", "regression", np.array([0.0, 1.0]), np.ones(2)))

    def test_a_series_adds_what_is_relative_to_the_past(self):
        scores = evaluate("regression", self.target, self.prediction, self.trivial, trivial_scale=0.5)
        assert set(scores) == set(serving("regression"))
        assert scores["mase"] == pytest.approx((2 / 3) / 0.5)

    def test_directional_accuracy_counts_a_tie_as_half(self):
        target, prediction = np.array([1, -1, 2, 0, 3]), np.array([0.5, 0.5, 0, 3, 1])
        # right, wrong, the prediction takes no side, the target takes none, right
        score = headline("directional_accuracy", "regression", target, prediction, np.zeros(5))
        assert score == (1 + 0 + 0.5 + 0.5 + 1) / 5

    def test_the_trivial_predictor_itself_scores_nothing_above_itself(self):
        scores = evaluate("regression", self.target, self.trivial, self.trivial, trivial_scale=1.0)
        assert (scores["r2"], scores["directional_accuracy"]) == (0, 0.5)

    def test_a_trivial_predictor_without_error_leaves_ratios_undefined(self):
        scores = evaluate("regression", self.target, self.prediction, self.target, trivial_scale=0.0)
        assert math.isnan(scores["r2"])
        assert math.isnan(scores["mase"])

    def test_predictions_may_be_a_column(self):
        column = self.prediction[:, None]
        assert headline("mse", "regression", self.target, column) == pytest.approx(4 / 3)

    def test_huge_predictions_do_not_overflow(self):
        huge = np.array([3e30, 0, 0], dtype=np.float32)
        assert headline("mse", "regression", np.zeros(3), huge) == pytest.approx(3e60, rel=1e-6)

    @pytest.mark.parametrize(("metric", "missing"), [("r2", "trivial"), ("mase", "trivial_scale")])
    def test_relative_metrics_say_what_they_lack(self, metric, missing):
        with pytest.raises(ValueError, match=f"metric '{metric}' is relative .* `{missing}` is missing"):
            headline(metric, "regression", self.target, self.prediction)

    def test_predictions_of_other_examples_are_an_error(self):
        with pytest.raises(ValueError, match="do not fit"):
            evaluate("regression", self.target, self.prediction[:2], self.trivial)
        with pytest.raises(ValueError, match="do not fit"):
            evaluate("regression", self.target, self.prediction, self.trivial[:2])


class TestQuantiles:
    levels = (0.1, 0.25, 0.5, 0.75, 0.9)
    rng = np.random.default_rng(11)
    target = rng.normal(size=50)
    quantiles = np.sort(rng.normal(size=(50, 5)), axis=1)

    def scores(self, prediction: np.ndarray, levels: tuple[float, ...] = levels, **reference) -> dict[str, float]:
        return evaluate("regression", self.target, prediction, self.target + 1, levels=levels, **reference)

    def test_points_are_scored_by_the_median(self):
        scores = self.scores(self.quantiles)
        of_median = evaluate("regression", self.target, self.quantiles[:, 2], self.target + 1)
        assert scores | {"pinball": 0, "crps": 0} == of_median | {"pinball": 0, "crps": 0}

    def test_pinball_loss_against_scikit_learn(self):
        pairs = zip(self.levels, self.quantiles.T, strict=True)
        each = [reference.mean_pinball_loss(self.target, own, alpha=level) for level, own in pairs]
        assert self.scores(self.quantiles)["pinball"] == pytest.approx(np.mean(each))

    def test_crps_is_that_of_a_distribution_with_each_quantile_as_likely_as_the_levels_nearest_to_it(self):
        # E|X - y| - E|X - X'| / 2 (Gneiting and Raftery 2007)
        share = np.array([0.175, 0.2, 0.25, 0.2, 0.175])
        away = np.abs(self.quantiles - self.target[:, None]) @ share
        apart = np.abs(self.quantiles[:, :, None] - self.quantiles[:, None]) @ share @ share
        assert self.scores(self.quantiles)["crps"] == pytest.approx(np.mean(away - apart / 2))

    def test_crps_of_evenly_weighted_levels_is_twice_the_pinball_loss(self):
        scores = self.scores(self.quantiles, levels=(0.1, 0.3, 0.5, 0.7, 0.9))
        assert scores["crps"] == pytest.approx(2 * scores["pinball"])

    @pytest.mark.parametrize("levels", [(), (0.5,), (0.1, 0.5, 0.9), (0.5, 0.6)])
    def test_a_point_prediction_has_its_mae_as_crps_whatever_the_levels(self, levels):
        point = self.quantiles[:, 2]
        scores = self.scores(point, levels=levels)
        assert scores["crps"] == pytest.approx(scores["mae"])
        repeated = np.repeat(point[:, None], len(levels) or 1, axis=1)
        assert scores == pytest.approx(self.scores(repeated, levels=levels or (0.5,)))

    def test_quantiles_that_cross_are_put_in_order(self):
        assert self.scores(self.quantiles[:, ::-1]) == self.scores(self.quantiles)

    def test_several_outputs_have_quantiles_each(self):
        target, quantiles = self.target.reshape(25, 2), self.quantiles.reshape(25, 2, 5)
        scores = evaluate("regression", target, quantiles, target + 1, levels=self.levels)
        assert scores == pytest.approx(self.scores(self.quantiles))
        items = item_scores("crps", "regression", target, quantiles, levels=self.levels)
        assert items.shape == (25,)
        assert items.mean() == pytest.approx(scores["crps"])

    @pytest.mark.parametrize("levels", [(0.1, 0.9), (0.9, 0.5), (0.0, 0.5), (0.5, 1.0), (0.5, 0.5)])
    def test_levels_must_increase_within_0_and_1_around_the_median(self, levels):
        with pytest.raises(ValueError, match="must increase from above 0 to below 1 and contain 0.5"):
            self.scores(self.quantiles[:, 2], levels=levels)

    def test_other_numbers_of_quantiles_are_an_error(self):
        with pytest.raises(ValueError, match=r"predictions \(50, 5\).* do not fit targets \(50,\)"):
            self.scores(self.quantiles, levels=(0.5,))


PAIRS = {
    "classification": (LABELS, PROBABILITIES),
    "multi-label": (np.eye(3)[LABELS], PROBABILITIES),
    "regression": (LABELS, np.array([0.5, 1.0, 1.5, 2.5])),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_a_prediction_that_is_not_finite_makes_every_metric_nan(kind, broken):
    target, prediction = PAIRS[kind]
    prediction = prediction.copy()
    prediction[-1] = broken
    scores = evaluate(kind, target, prediction, np.zeros(4), 1.0, ordered=True)
    assert set(scores) == set(serving(kind, ordered=True))
    assert all(math.isnan(score) for score in scores.values())


@pytest.mark.parametrize("kind", KINDS)
def test_one_metric_alone_equals_its_share_of_all(kind):
    arguments, each = (kind, *PAIRS[kind], np.ones(4), 2.0), evaluate(kind, *PAIRS[kind], np.ones(4), 2.0, ordered=True)
    np.testing.assert_equal({name: headline(name, *arguments) for name in serving(kind, ordered=True)}, each)


@pytest.mark.parametrize(("name", "score"), [("accuracy", 1), ("r2", 1), ("mse", 0), ("log_loss", 0), ("mase", 0)])
def test_a_perfect_score_is_the_better_end_of_the_range(name, score):
    assert METRICS.get(name).perfect == score


class TestBetter:
    def test_higher_is_better_for_shares(self):
        accuracy = METRICS.get("accuracy")
        assert accuracy.best([0.2, 0.9, 0.4]) == 0.9
        assert accuracy.better(0.9, 0.4)
        assert not accuracy.better(0.4, 0.4)
        assert accuracy.solved(np.array([0.4, 0.9, 0.95, np.nan]), 0.9).tolist() == [False, True, True, False]

    def test_lower_is_better_for_errors(self):
        mse = METRICS.get("mse")
        assert mse.best([0.2, 0.9, 0.4]) == 0.2
        assert mse.better(0.4, 0.9)
        assert not mse.better(0.4, 0.4)
        # the threshold of an error is what has to be undercut
        assert mse.solved(np.array([0.4, 0.9, np.nan]), 0.9).tolist() == [True, False, False]

    @pytest.mark.parametrize(("name", "expected"), [("accuracy", (0, 1)), ("mse", (0, 1.2)), ("r2", (-0.1, 1))])
    def test_an_interval_ends_where_the_metric_does(self, name, expected):
        assert METRICS.get(name).within_range(-0.1, 1.2) == expected


class TestStoredMetric:
    def test_a_known_name_is_that_metric(self):
        assert stored_metric("mse", "lower", None) is METRICS.get("mse")

    def test_an_unknown_one_has_the_stored_direction_and_perfect_score(self):
        stored = stored_metric("correlation", "higher", 1.0)
        assert stored == Metric("correlation", "higher", (-np.inf, 1.0))
        assert stored.perfect == 1

    def test_without_a_task_json_it_is_called_unknown(self):
        assert stored_metric(None, None, None).name == "unknown"


def random_predictions(kind: str, examples: int) -> tuple[np.ndarray, np.ndarray, dict]:
    """Random targets, and predictions that are right somewhat more often than by chance."""
    rng = np.random.default_rng(7)
    if kind == "classification":
        target = rng.choice(4, examples, p=[0.5, 0.3, 0.15, 0.05])
        return target, rng.dirichlet(np.ones(5), examples) / 2 + np.eye(5)[target] / 2, {}
    if kind == "multi-label":
        target = (rng.uniform(size=(examples, 5)) < [0.5, 0.3, 0.2, 0.1, 0]).astype(int)
        return target, 0.6 * rng.uniform(size=target.shape) + 0.3 * target, {}
    target, noise, trivial = rng.normal(size=(3, examples))
    target = np.where(np.abs(target) < 0.2, 0.2, target)  # so that no relative error outweighs all others
    return target, target + noise, {"trivial": trivial / 4, "trivial_scale": 0.7}


WITH_ITEMS = [(name, kind) for kind in KINDS for name, one in serving(kind, ordered=True).items() if one.items]


class TestItems:
    @pytest.mark.parametrize(("name", "kind"), WITH_ITEMS)
    def test_their_mean_is_the_score(self, name, kind):
        target, prediction, reference = random_predictions(kind, 300)
        items = item_scores(name, kind, target, prediction, **reference)
        assert items.shape == (300,)
        assert items.mean() == pytest.approx(headline(name, kind, target, prediction, **reference), rel=1e-12)

    @pytest.mark.parametrize(("name", "kind"), WITH_ITEMS)
    def test_without_one_target_the_score_changes_by_what_the_target_contributes(self, name, kind):
        target, prediction, reference = random_predictions(kind, 1_000)
        score = headline(name, kind, target, prediction, **reference)
        expected = (score - item_scores(name, kind, target, prediction, **reference)) / 1_000
        changes = []
        for left_out in range(0, 1_000, 40):
            known = {key: np.delete(one, left_out) if key == "trivial" else one for key, one in reference.items()}
            others = np.delete(target, left_out, axis=0), np.delete(prediction, left_out, axis=0)
            changes.append(headline(name, kind, *others, **known) - score)
        np.testing.assert_allclose(changes, expected[::40], rtol=0.03, atol=0.05 * np.std(expected))

    @pytest.mark.parametrize(("name", "kind"), WITH_ITEMS)
    def test_a_prediction_that_is_not_finite_makes_all_of_them_nan(self, name, kind):
        target, prediction, reference = random_predictions(kind, 5)
        prediction[2] = np.inf
        assert np.isnan(item_scores(name, kind, target, prediction, **reference)).all()

    def test_only_calibration_has_none(self):
        assert set(METRICS.names()) - {name for name, _ in WITH_ITEMS} == {"calibration_error"}
        assert item_scores("calibration_error", "classification", LABELS, PROBABILITIES) is None
        assert stored_metric("new", "higher", 1.0).items is None

    def test_by_hand(self):
        assert item_scores("accuracy", "classification", LABELS, PROBABILITIES).tolist() == [1, 0, 1, 1]
        assert item_scores("mae", "regression", np.array([1.0, 2.0]), np.array([1.0, 5.0])).tolist() == [0, 3]

    def test_outputs_of_one_target_count_as_their_mean(self):
        target, prediction = np.zeros((3, 2)), np.array([[0.0, 2.0], [1.0, 1.0], [0.0, 0.0]])
        assert item_scores("mse", "regression", target, prediction).tolist() == [2, 1, 0]

    def test_every_step_counts_on_its_own(self):
        target, probabilities = random_classification()
        by_step = item_scores("log_loss", "classification", target.reshape(20, 10), probabilities.reshape(20, 10, 4))
        np.testing.assert_array_equal(by_step, item_scores("log_loss", "classification", target, probabilities))

    def test_certain_and_wrong_has_a_finite_loss(self):
        certain = np.eye(3, dtype=np.float32)[(LABELS + 1) % 3]
        items = item_scores("log_loss", "classification", LABELS, certain)
        assert items.mean() == pytest.approx(headline("log_loss", "classification", LABELS, certain), rel=1e-6)

    def test_a_predictor_without_error_contributes_no_root(self):
        assert item_scores("rmse", "regression", np.ones(3), np.ones(3)).tolist() == [0, 0, 0]

    @pytest.mark.parametrize("name", ["r2", "mase"])
    def test_a_trivial_predictor_without_error_leaves_ratios_undefined(self, name):
        items = item_scores(name, "regression", np.ones(3), np.zeros(3), trivial=np.ones(3), trivial_scale=0.0)
        assert np.isnan(items).all()

    @pytest.mark.parametrize(("name", "missing"), [("r2", "trivial"), ("mase", "trivial_scale")])
    def test_relative_metrics_say_what_they_lack(self, name, missing):
        with pytest.raises(ValueError, match=f"`{missing}` is missing"):
            item_scores(name, "regression", np.ones(3), np.zeros(3))
