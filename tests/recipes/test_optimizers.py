"""Optimizers against Keras' own: each step, the clipping, the decay, and starting again."""

import numpy as np
import pytest

from suite import backend
from suite.recipes.optimizer import OPTIMIZERS

pytestmark = pytest.mark.training

START = np.array([1.0, -2.0, 3.0], "float32")
GRADIENTS = [np.array(values, "float32") for values in ([0.3, 0.0, -0.4], [3.0, 4.0, 0.0], [0.1, -0.1, 0.2])]
KERAS = {"adam": ("Adam", {}), "adamw": ("AdamW", {"weight_decay": 0.01}), "sgd": ("SGD", {"momentum": 0.9}),
         "rmsprop": ("RMSprop", {}), "lion": ("Lion", {})}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def stepped(keras, optimizer, weights):
    for gradient in GRADIENTS:
        optimizer.apply([keras.ops.convert_to_tensor(gradient)], [weights])
    return np.array(weights)


def own(keras, name, clip_norm, decay):
    """An optimizer of the suite for one variable, ready for its first step."""
    from suite.architectures.layers import clipping, restart

    kind, options = OPTIMIZERS.get(name).function()
    weights, optimizer = keras.Variable(START), clipping(kind, decay > 0)(**options)
    optimizer.build([weights])
    restart(optimizer, 0.01, clip_norm, decay)
    return optimizer, weights


def test_every_optimizer_has_a_reference():
    assert set(OPTIMIZERS.names()) == set(KERAS)


@pytest.mark.parametrize("name", KERAS)
def test_its_steps_are_those_of_keras_with_clipping_and_decay(keras, name):
    kind, options = KERAS[name]
    decay = OPTIMIZERS.get(name).weight_decay
    reference = getattr(keras.optimizers, kind)(0.01, global_clipnorm=1.0, **options)
    expected = stepped(keras, reference, keras.Variable(START))
    optimizer, weights = own(keras, name, 1.0, decay)
    assert stepped(keras, optimizer, weights) == pytest.approx(expected, rel=1e-6)
    assert float(optimizer.clipped) == 1  # the second gradient has norm 5


@pytest.mark.parametrize("name", KERAS)
def test_started_again_it_takes_the_same_steps_with_another_clip_norm_and_decay(keras, name):
    from suite.architectures.layers import restart

    optimizer, weights = own(keras, name, 1.0, 0.1)
    first = stepped(keras, optimizer, weights)
    for clip_norm, decay, clipped in ((0.1, 0.5, 3), (1.0, 0.1, 1)):
        weights.assign(START)
        restart(optimizer, 0.01, clip_norm, decay)
        again = stepped(keras, optimizer, weights)
        assert float(optimizer.clipped) == clipped
    assert np.array_equal(again, first)


def test_decay_shrinks_weights_by_rate_times_decay(keras):
    optimizer, weights = own(keras, "sgd", 1.0, 0.5)
    optimizer.apply([keras.ops.zeros(3)], [weights])
    assert np.array(weights) == pytest.approx(START * (1 - 0.01 * 0.5))
