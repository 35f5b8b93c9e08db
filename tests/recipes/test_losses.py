"""Losses against Keras' classes and hand-computed numbers."""

import numpy as np
import pytest

from suite import backend
from suite.recipes.recipe import Recipe
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL, REGRESSION

pytestmark = pytest.mark.training

CLASSES = np.array([0, 2, 1])
PROBABILITIES = np.array([[0.7, 0.2, 0.1], [0.2, 0.3, 0.5], [0.4, 0.5, 0.1]], "float32")
LABELS = np.array([[1, 0], [0, 0], [1, 1]], "float32")
CHANCES = np.array([[0.9, 0.2], [0.4, 0.1], [0.6, 0.5]], "float32")
VALUES = np.array([[0.0, 2.0], [1.0, -1.0], [3.0, 0.5]], "float32")
GUESSES = np.array([[0.5, 0.0], [1.0, -2.0], [0.0, 0.5]], "float32")


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def per_target(loss, kind, target, output, quantiles=()):
    return np.array(Recipe(loss=loss, quantiles=quantiles).objective(kind).per_target(target, output))


@pytest.mark.parametrize(
    ("loss", "kind", "target", "output", "name", "options"),
    [("cross-entropy", CLASSIFICATION, CLASSES, PROBABILITIES, "SparseCategoricalCrossentropy", {}),
     ("cross-entropy", MULTI_LABEL, LABELS, CHANCES, "BinaryCrossentropy", {}),
     ("focal", MULTI_LABEL, LABELS, CHANCES, "BinaryFocalCrossentropy", {}),
     ("mse", REGRESSION, VALUES, GUESSES, "MeanSquaredError", {}),
     ("mae", REGRESSION, VALUES, GUESSES, "MeanAbsoluteError", {}),
     ("huber", REGRESSION, VALUES, GUESSES, "Huber", {})],
)  # fmt: skip
def test_it_is_that_of_keras(keras, loss, kind, target, output, name, options):
    reference = getattr(keras.losses, name)(reduction=None, **options)
    assert per_target(loss, kind, target, output) == pytest.approx(np.array(reference(target, output)), rel=1e-5)


def test_focal_loss_of_classes_is_that_of_keras_for_one_hot_targets(keras):
    reference = keras.losses.CategoricalFocalCrossentropy(alpha=1.0, gamma=2.0, reduction=None)
    expected = np.array(reference(np.eye(3, dtype="float32")[CLASSES], PROBABILITIES))
    assert per_target("focal", CLASSIFICATION, CLASSES, PROBABILITIES) == pytest.approx(expected, rel=1e-5)
    assert expected[0] == pytest.approx(-(0.3**2) * np.log(0.7), rel=1e-5)


def test_quantile_loss_is_the_mean_pinball_loss_of_scikit_learn_over_outputs_and_levels():
    from sklearn.metrics import mean_pinball_loss

    levels = (0.1, 0.5, 0.9)
    output = np.sort(np.random.default_rng(1).normal(size=(3, 2, 3)), axis=-1).astype("float32")
    found = per_target("quantile", REGRESSION, VALUES, output.reshape(3, 6), levels)
    expected = np.mean([mean_pinball_loss(VALUES, output[..., k], alpha=q) for k, q in enumerate(levels)])
    assert found.mean() == pytest.approx(expected, rel=1e-5)
    assert found.shape == (3,)
    assert per_target("quantile", REGRESSION, [[1.0]], np.zeros((1, 3), "float32"), levels) == pytest.approx([0.5])


@pytest.mark.parametrize(("loss", "kind", "target", "output"), [
    ("mse", REGRESSION, VALUES, GUESSES), ("cross-entropy", CLASSIFICATION, CLASSES, PROBABILITIES),
    ("cross-entropy", MULTI_LABEL, LABELS, CHANCES), ("huber", REGRESSION, VALUES, GUESSES),
])  # fmt: skip
def test_the_loss_of_a_split_is_the_mean_of_what_is_trained(loss, kind, target, output):
    objective = Recipe(loss=loss).objective(kind)
    assert objective.mean(target, output) == pytest.approx(per_target(loss, kind, target, output).mean(), rel=1e-5)
