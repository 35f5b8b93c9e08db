"""Gradient flow of one's own recurrent layers: stacked cells and learned initial states are measured like others."""

import numpy as np
import pytest

from suite import backend

pytestmark = pytest.mark.training


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def flow(network) -> dict[str, float]:
    """The measured ratios of a network on random data."""
    from suite.tasks.data import Data
    from suite.tasks.task import Task
    from suite.training.gradients import by_lag

    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(32, 12, 3)).astype("float32"), rng.normal(size=32).astype("float32")
    task = Task("own", "own", "regression", "mse", "mean", lambda seed: None, "own.py:1")
    return by_lag(network, task, Data((x, y), (x, y), (x, y)))


def recurrence(cells):
    import keras

    return keras.layers.RNN(cells)


def test_stacked_cells_are_measured(keras):
    inputs = keras.Input((12, 3))
    cells = [keras.layers.LSTMCell(4), keras.layers.GRUCell(3)]
    network = keras.Model(inputs, keras.layers.Dense(1)(recurrence(cells)(inputs)))
    assert set(flow(network)) == {"1", "2", "5", "10"}


def test_one_cell_in_a_stack_flows_like_the_cell_alone(keras):
    inputs = keras.Input((12, 3))
    alone, stacked = recurrence(keras.layers.GRUCell(4)), recurrence([keras.layers.GRUCell(4)])
    head = keras.layers.Dense(1)
    one, other = (keras.Model(inputs, head(layer(inputs))) for layer in (alone, stacked))
    other.set_weights(one.get_weights())
    assert flow(one) == pytest.approx(flow(other))


def test_a_learned_initial_state_is_honoured(keras):
    inputs = keras.Input((12, 3))
    first = keras.layers.Dense(4)(inputs[:, 0])
    network = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.GRU(4)(inputs, initial_state=first)))
    assert set(flow(network)) == {"1", "2", "5", "10"}


def test_an_initial_state_that_a_cell_learns_is_honoured(keras):
    class Learned(keras.layers.GRUCell):
        def build(self, shape):
            super().build(shape)
            self.first = self.add_weight(shape=(self.units,), initializer="ones")

        def get_initial_state(self, batch_size=None):
            return [keras.ops.broadcast_to(self.first, (batch_size, self.units))]

    from suite.architectures.layers import PerturbedRecurrence

    x = np.random.default_rng(1).normal(size=(4, 6, 3)).astype("float32")
    layer = recurrence(Learned(4))
    expected = np.array(layer(x))
    found = np.array(PerturbedRecurrence(layer, 4)(x))
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert not np.allclose(expected, np.array(recurrence(keras.layers.GRUCell(4, seed=1))(x)))


@pytest.mark.parametrize(
    ("layer", "why"),
    [
        (lambda layers: layers.Bidirectional(layers.GRU(4)), "its recurrent layer is inside Bidirectional"),
        (lambda layers: layers.GRU(4, go_backwards=True), "its recurrent layer reads backwards"),
        (lambda layers: layers.GRU(4), None),
        (lambda layers: layers.GlobalAveragePooling1D(), None),
    ],
)
def test_a_recurrent_layer_that_cannot_be_measured_is_named(keras, layer, why):
    from suite.training.gradients import unmeasured

    inputs = keras.Input((12, 3))
    network = keras.Model(inputs, keras.layers.Dense(1)(layer(keras.layers)(inputs)))
    assert unmeasured(network) == ({"gradient flow": why} if why else {})
    assert why is None or flow(network) == {}
