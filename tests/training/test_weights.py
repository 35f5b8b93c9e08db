"""Weights of training examples and steps: they weigh the loss, and the best constant that training is compared with."""

import numpy as np
import pytest

from suite.experiment.experiment import Experiment
from suite.recipes.recipe import Recipe
from suite.tasks.data import Data
from suite.tasks.task import TASKS, task
from suite.training.stopping import trivial_loss
from suite.training.train import train

pytestmark = pytest.mark.training

KINDS = {
    "classification": ("log_loss", "majority", lambda y: y),
    "multi-label": ("log_loss", "majority", lambda y: np.stack([y, 1 - y], axis=-1)),
    "regression": ("mse", "mean", lambda y: np.stack([y, 10.0 - y], axis=-1)),
}


def declare(kind: str, weights, per_step: bool = False, scored=None):
    """A task without information: half of the targets are 1, and the inputs are all alike."""
    metric, baseline, shaped = KINDS[kind]

    @task("coin", family="f", kind=kind, metric=metric, baseline=baseline, per_step=per_step)
    def coin(seed: int) -> Data:
        """Heads or tails?"""
        y = np.arange(64) % 2
        x = np.ones((64, 3, 1), "float32")
        y = shaped(np.repeat(y[:, None], 3, axis=1) if per_step else y)
        return Data(*[(x, y)] * 3, weights=None if weights is None else {"train": weights}, scored=scored)

    return TASKS.get("coin")


def trained(epochs: int = 12):
    experiment = Experiment(["coin"], ["gru"], epochs=epochs, patience=epochs, weights=100)
    values = {"learning_rate": 0.03, "batch_size": 32, "depth": 1, "dropout": 0.0, "gate_bias": "0"}
    return train(experiment.run(experiment.cells[0], "final", 0, values))


THREE_TO_ONE = 1.0 + 2 * (np.arange(64) % 2)


@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_a_target_of_weight_3_counts_three_times(kind):
    declare(kind, THREE_TO_ONE)
    record = trained().record
    # the validation split, which chooses the epoch, has no weights: look at the last training loss
    assert record.history["loss"][-1] == pytest.approx(least_loss(kind), rel=0.02)
    assert record.trivial_loss == pytest.approx(least_loss(kind))


def least_loss(kind: str) -> float:
    """The least loss of a constant: the entropy of 1/4 and 3/4, or the variance of such targets over that of halves."""
    return -0.25 * np.log(0.25) - 0.75 * np.log(0.75) if kind == "classification" else 0.25 * 0.75 / 0.25


@pytest.mark.parametrize("kind", KINDS)
def test_the_best_constant_is_that_of_repeated_targets(kind):
    weighted, repeated = declare(kind, THREE_TO_ONE), np.repeat(np.arange(64), THREE_TO_ONE.astype(int))
    data = weighted.load(1)
    found = trivial_loss(weighted, data, Recipe().objective(kind))
    y = data.train[1][repeated].reshape(len(repeated), -1).astype(float)
    losses = {
        "classification": least_loss("classification"),
        "multi-label": least_loss("classification"),
        "regression": np.mean(y.var(axis=0) / data.train[1].reshape(64, -1).var(axis=0)),
    }
    assert found == pytest.approx(losses[kind])


@pytest.mark.parametrize("loss", ["mae", "huber", "quantile"])
def test_so_is_that_of_every_loss_of_values(loss):
    objective = Recipe(loss=loss, quantiles=(0.1, 0.5, 0.9)).objective("regression")
    values, weights = np.random.default_rng(1).normal(size=(30, 2)), np.arange(30) % 4
    assert objective.constant(values, weights) == pytest.approx(objective.constant(np.repeat(values, weights, axis=0)))


def test_weights_of_steps_have_mean_1_within_the_evaluation_mask():
    from suite.training.inputs import target_weights

    mask = np.tile([False, True, True], (64, 1))
    steps = np.tile([9.0, 1.0, 3.0], (64, 1))
    own = declare("regression", steps, per_step=True, scored=dict.fromkeys(("train", "validation", "test"), mask))
    (weights,) = target_weights(own, own.load(1))
    assert weights.mean() == pytest.approx(1)
    np.testing.assert_allclose(weights[0], [0, 0.75, 2.25])
