"""When a training ends and which epoch is its best: ties, perfect scores, ceilings, patience, a late start."""

from dataclasses import replace

import numpy as np
import pytest

from suite.recipes.recipe import Recipe
from suite.tasks.baselines import scores_on, trivial
from suite.tasks.data import Data
from suite.tasks.metrics import METRICS
from suite.tasks.task import TASKS, Task
from suite.training.stopping import Stopping, goal, trivial_loss

LN2 = float(np.log(2))
SPLITS = ("train", "validation", "test")


def stopping(metric="accuracy", patience=2, **fields):
    """Follows a training that leaves its start in its first epoch, unless the fields say otherwise."""
    perfect = METRICS.get(metric).perfect
    return Stopping(METRICS.get(metric), patience, **{"goal": perfect, "trivial_loss": np.inf} | fields)


def follow(watched, val_scores, val_losses=None, losses=None):
    """Take epochs until the training ends; return the best epoch and the number of epochs taken."""
    val_losses = val_losses or [1.0] * len(val_scores)
    losses = losses or [0.5] * len(val_scores)
    taken = 0
    for values in zip(losses, val_losses, val_scores, strict=True):
        watched.is_best(*values)
        taken += 1
        if watched.is_over:
            break
    return watched.best_epoch, taken


class TestBestEpoch:
    def test_an_equal_score_with_a_lower_validation_loss_is_better(self):
        assert follow(stopping(patience=9), [0.5, 0.8, 0.8, 0.8], [0.9, 0.7, 0.4, 0.5]) == (3, 4)

    def test_a_better_score_wins_whatever_its_loss(self):
        assert follow(stopping(patience=9), [0.5, 0.8, 0.7], [0.1, 9.0, 0.1]) == (2, 3)
        assert follow(stopping("mse", patience=9), [0.5, 0.3, 0.4], [0.1, 9.0, 0.1]) == (2, 3)

    def test_of_equal_epochs_the_first_is_best(self):
        assert follow(stopping(patience=9), [0.8, 0.8], [0.5, 0.5]) == (1, 2)

    def test_is_best_says_whether_to_keep_the_weights(self):
        watched = stopping()
        epochs = [(0.5, 0.9, 0.6), (0.5, 0.8, 0.6), (0.5, 0.7, 0.5), (0.5, 0.9, 0.7)]
        assert [watched.is_best(*epoch) for epoch in epochs] == [True, True, False, True]


class TestPatience:
    def test_it_counts_from_the_best_epoch(self):
        assert follow(stopping(patience=2), [0.5, 0.6, 0.5, 0.5, 0.9]) == (2, 4)

    def test_it_counts_from_the_last_tie_that_the_loss_broke(self):
        scores, losses = [0.6, 0.6, 0.6, 0.6, 0.6], [0.9, 0.9, 0.8, 0.8, 0.8]
        assert follow(stopping(patience=2), scores, losses) == (3, 5)


class TestPerfectScore:
    def test_it_ends_the_training_at_once(self):
        assert follow(stopping(patience=9), [0.5, 1.0, 1.0], [0.9, 0.5, 0.1]) == (2, 2)
        assert follow(stopping("mse", patience=9), [0.5, 0.0, 0.0]) == (2, 2)
        assert follow(stopping("r2", patience=9), [-3.0, 1.0, 1.0]) == (2, 2)

    @pytest.mark.parametrize(("metric", "scores"), [("accuracy", [0.7, 0.95, 1.0]), ("mse", [0.9, 0.63, 0.1])])
    def test_so_does_the_ceiling_in_the_direction_of_the_metric(self, metric, scores):
        ceiling = {"accuracy": 0.9, "mse": 0.64}[metric]
        assert follow(stopping(metric, patience=9, goal=ceiling), scores) == (2, 2)

    def test_it_ends_a_training_that_never_left_its_start(self):
        assert follow(stopping(goal=1.0, trivial_loss=LN2), [0.5, 1.0, 1.0], losses=[0.69] * 3) == (2, 2)


class TestStart:
    def test_patience_ends_no_training_that_never_left_it(self):
        watched = stopping(patience=2, trivial_loss=LN2)
        assert follow(watched, [0.5] * 30, losses=[1.2, 0.71, *[0.99 * LN2] * 28]) == (1, 30)

    def test_the_epochs_before_it_do_not_count(self):
        losses = [LN2] * 9 + [0.97 * LN2] * 9
        assert follow(stopping(patience=3, trivial_loss=LN2), [0.5] * 18, losses=losses) == (1, 13)

    def test_a_training_that_has_left_it_does_not_return(self):
        losses = [0.6, *[LN2] * 9]
        assert follow(stopping(patience=3, trivial_loss=LN2), [0.6] * 10, losses=losses) == (1, 4)

    def test_constant_targets_have_none(self):
        assert follow(stopping("mse", patience=3, trivial_loss=0.0), [0.1] * 9) == (1, 4)


def declared(kind="classification", y=None, n=1_000, **fields):
    """A task and its data, whose three splits are equal; by default two balanced classes."""
    y = np.arange(n) % 2 if y is None else y
    metric, baseline = ("accuracy", "majority") if kind == "classification" else ("mse", "mean")
    options = {"scored": fields.pop("scored", None)}
    one = Task("toy", "mine", kind, metric, baseline, lambda seed: data, "here", **fields)
    x = np.zeros((len(y), 4, 1), "float32")
    data = Data(*[(x, y)] * 3, **{name: dict.fromkeys(SPLITS, a) for name, a in options.items() if a is not None})
    return one, data


class TestGoal:
    @pytest.mark.parametrize("name", ["recall-10", "copy-10", "parity-20", "sentiment-like"])
    def test_it_is_the_perfect_score_where_that_is_the_ceiling(self, name):
        assert goal(TASKS.get(name), TASKS.get(name).load(1, 60)) == 1

    def test_it_is_the_perfect_score_where_no_ceiling_is_known(self):
        assert goal(*declared()) == 1
        assert goal(*declared("regression", np.arange(50.0))) == 0

    @pytest.mark.parametrize("name", ["prices-random-walk", "prices-garch", "prices-ar1"])
    def test_a_predictor_that_knows_nothing_never_reaches_it_by_luck(self, name):
        task, lucky = TASKS.get(name), 0
        for seed in range(12):
            data = task.load(seed)
            baseline = scores_on(task, data, trivial(task, data), "validation")["mse"]
            lucky += baseline <= task.ceiling
            assert goal(task, data) < baseline - 0.1
        assert (lucky > 2) == (name != "prices-ar1")

    @pytest.mark.parametrize("seed", range(5))
    def test_a_ceiling_clearly_above_the_trivial_baseline_ends_it(self, seed):
        assert goal(TASKS.get("prices-lagged"), TASKS.get("prices-lagged").load(seed)) == pytest.approx(0.64)
        assert goal(*declared(ceiling=0.9)) == 0.9

    def test_within_the_margin_in_skill_it_does_not(self):
        many = 100_000
        assert goal(*declared(ceiling=0.509, n=many)) == 1
        assert goal(*declared(ceiling=0.511, n=many)) == 0.511

    def test_within_four_standard_errors_of_a_small_validation_split_it_does_not(self):
        assert goal(*declared(ceiling=0.7, n=60)) == 1
        assert goal(*declared(ceiling=0.7, n=120)) == 0.7

    def test_it_does_not_read_the_test_split(self):
        task, data = declared(ceiling=0.9)
        assert goal(task, replace(data, test=(data.test[0][:0], data.test[1][:0]))) == 0.9


def loss_of_best_constant(kind="classification", y=None, loss=None, quantiles=(), **fields):
    """The trivial loss of these targets."""
    task, data = declared(kind, y, **fields)
    return trivial_loss(task, data, Recipe(loss=loss, quantiles=quantiles).objective(kind))


class TestTrivialLoss:
    def test_of_classes_it_is_the_entropy_of_their_training_frequencies(self):
        assert loss_of_best_constant() == pytest.approx(LN2)
        y = np.repeat([0, 2], [90, 10])
        assert loss_of_best_constant(y=y) == pytest.approx(-0.9 * np.log(0.9) - 0.1 * np.log(0.1))

    def test_of_labels_it_is_the_mean_entropy_of_being_present_or_absent(self):
        y = np.stack([np.arange(10) < 1, np.arange(10) < 5, np.arange(10) < 0], axis=1)
        rare = -0.9 * np.log(0.9) - 0.1 * np.log(0.1)
        assert loss_of_best_constant("multi-label", y) == pytest.approx((rare + LN2 + 0) / 3)

    def test_of_values_it_is_the_variance_of_the_standardised_targets(self):
        assert loss_of_best_constant("regression", np.arange(50.0) * 7 + 1e6) == 1
        half = np.column_stack([np.arange(50.0), np.full(50, 3.0)])
        assert loss_of_best_constant("regression", half) == 0.5

    def test_of_absolute_errors_it_is_the_mean_distance_from_the_median(self):
        y = np.array([0.0, 0, 0, 1, 9])
        assert loss_of_best_constant("regression", y, "mae") == pytest.approx(2 / y.std())

    def test_of_quantiles_it_is_the_pinball_loss_of_those_of_the_targets(self):
        y = np.arange(1.0, 101)  # the quantiles are 10, 50 and 90
        losses = [max(q * e, (q - 1) * e) for q, c in ((0.1, 10), (0.5, 50), (0.9, 90)) for e in y - c]
        found = loss_of_best_constant("regression", y, "quantile", (0.1, 0.5, 0.9))
        assert found == pytest.approx(np.mean(losses) / y.std())

    def test_only_targets_within_the_evaluation_mask_count(self):
        y = np.tile([0, 0, 1, 2], (10, 1))
        mask = np.tile([False, False, True, True], (10, 1))
        assert loss_of_best_constant(y=y, per_step=True, scored=mask) == pytest.approx(LN2)

    def test_of_a_single_class_it_is_0(self):
        for loss in ("cross-entropy", "focal"):
            assert loss_of_best_constant(y=np.zeros(9, int), loss=loss) == 0

    @pytest.mark.parametrize("loss", ["huber", "focal"])
    def test_where_no_formula_is_known_it_is_the_least_over_a_fine_grid(self, loss):
        if loss == "huber":
            y = np.random.default_rng(1).exponential(size=200)
            z = (y - y.mean()) / y.std()
            off = np.abs(z - np.linspace(-1, 1, 5_001)[:, None])
            least = np.where(off <= 1, off**2 / 2, off - 0.5).mean(axis=1).min()
            assert loss_of_best_constant("regression", y, loss) == pytest.approx(least, abs=1e-7)
        else:
            p = np.linspace(0, 1, 100_001)[1:-1]
            least = (-0.9 * (1 - p) ** 2 * np.log(p) - 0.1 * p**2 * np.log(1 - p)).min()
            assert loss_of_best_constant(y=np.repeat([0, 2], [90, 10]), loss=loss) == pytest.approx(least, abs=1e-7)
