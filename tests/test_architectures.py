"""Each layer does what its equations say, starts as declared, and its width follows from the weight budget."""

import json

import numpy as np
import pytest

from suite.architecture import ARCHITECTURES
from suite.task import Signature

pytestmark = pytest.mark.training

FLOATS = Signature(length=7, features=3, vocabulary=None, outputs=1, masked=False, kind="regression", per_step=False)
TOKENS = Signature(length=7, features=None, vocabulary=9, outputs=4, masked=True, kind="classification", per_step=False)
STEPS = Signature(length=7, features=3, vocabulary=None, outputs=2, masked=False, kind="classification", per_step=True)
SIGNATURES = {"floats": FLOATS, "tokens": TOKENS, "steps": STEPS}


@pytest.fixture(scope="module")
def model():
    from suite import backend

    backend.start(1)
    from suite import model

    return model


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def simple_rnn(x, kernel, recurrent, bias):
    """h = tanh(W x + U h' + b)."""
    h = np.zeros((len(x), recurrent.shape[0]))
    for step in range(x.shape[1]):
        h = np.tanh(x[:, step] @ kernel + h @ recurrent + bias)
    return h


def lstm(x, kernel, recurrent, bias):
    """Input gate i, forget gate f, candidate g, output gate o; c = f c' + i g, h = o tanh(c)."""
    h = c = np.zeros((len(x), recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, f, g, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def gru(x, kernel, recurrent, bias):
    """Update gate z, reset gate r after the product; h = z h' + (1 - z) tanh(W x + b + r (U h' + b'))."""
    h = np.zeros((len(x), recurrent.shape[0]))
    for step in range(x.shape[1]):
        xz, xr, xh = np.split(x[:, step] @ kernel + bias[0], 3, axis=1)
        hz, hr, hh = np.split(h @ recurrent + bias[1], 3, axis=1)
        z, r = sigmoid(xz + hz), sigmoid(xr + hr)
        h = z * h + (1 - z) * np.tanh(xh + r * hh)
    return h


EQUATIONS = {"simple-rnn": simple_rnn, "lstm": lstm, "gru": gru}


def one_layer(model, name, values=None, units=4, signature=FLOATS, seed=3):
    hp = model.space(ARCHITECTURES.get(name), signature).values | (values or {})
    return model.fresh(ARCHITECTURES.get(name), signature, hp | {"units": units}, seed)


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_layer_is_a_transcription_of_its_equations(model, name):
    import keras

    network = one_layer(model, name)
    layer = next(layer for layer in network.layers if isinstance(layer, keras.layers.RNN))
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=weight.shape).astype("float32") for weight in layer.get_weights()]
    layer.set_weights(weights)
    x = rng.normal(size=(5, 7, 3)).astype("float32")
    states = keras.Model(network.input, layer.output).predict(x, verbose=0)
    np.testing.assert_allclose(states, EQUATIONS[name](x, *weights), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ARCHITECTURES.names())
class TestEveryArchitecture:
    @pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
    def test_it_answers_every_kind_of_task(self, model, name, signature):
        network = one_layer(model, name, signature=signature)
        assert network.output_shape == (None, *[7] * signature.per_step, signature.outputs)

    def test_the_default_of_the_space_is_a_value_of_it(self, model, name):
        hp = model.space(ARCHITECTURES.get(name), TOKENS)
        assert {"learning_rate", "batch_size", "embedding_width", "depth", "dropout"} <= set(hp.values)
        assert (hp.values["depth"], hp.values["dropout"]) == (1, 0.0)

    @pytest.mark.parametrize("depth", [1, 2])
    @pytest.mark.parametrize("weights", [500, 5_000])
    def test_the_width_is_the_nearest_to_the_budget(self, model, name, depth, weights):
        entry = ARCHITECTURES.get(name)
        values = model.space(entry, FLOATS).values | {"depth": depth}
        units = model.width(entry, FLOATS, values, weights)
        settings = json.dumps({key: values[key] for key in values if key not in model.SHARED})
        counts = {u: model.count_weights(entry, settings, 7, 3, False, u) for u in (units - 1, units, units + 1)}
        assert min(counts, key=lambda u: abs(counts[u] - weights)) == units
        network = one_layer(model, name, {"depth": depth}, units)
        head = units + 1
        assert model.count_trainable(network) == counts[units] + head
        assert model.unequal(network, weights) == (abs(counts[units] - weights) > 0.05 * weights)

    def test_the_same_seed_gives_the_same_weights(self, model, name):
        first, again, other = (one_layer(model, name, {"depth": 2}, seed=seed) for seed in (3, 3, 4))
        pairs = list(zip(first.get_weights(), again.get_weights(), other.get_weights(), strict=True))
        assert all(np.array_equal(a, b) for a, b, _ in pairs)
        assert not all(np.array_equal(a, c) for a, _, c in pairs)

    def test_the_draws_of_other_threads_change_no_weights(self, model, name):
        import random
        import threading

        undisturbed, stop = one_layer(model, name), threading.Event()

        def draw():
            while not stop.is_set():
                random.randint(1, 9)

        other = threading.Thread(target=draw)
        other.start()
        try:
            disturbed = one_layer(model, name)
        finally:
            stop.set()
            other.join()
        pairs = zip(undisturbed.get_weights(), disturbed.get_weights(), strict=True)
        assert all(np.array_equal(a, b) for a, b in pairs)

    def test_padded_steps_change_nothing(self, model, name):
        import keras

        from suite.model import PADDING

        network = one_layer(model, name, signature=Signature(7, 3, None, 1, True, "regression", False))
        x = np.random.default_rng(0).normal(size=(2, 7, 3)).astype("float32")
        x[:, 5:] = PADDING
        shorter = Signature(5, 3, None, 1, False, "regression", False)
        unpadded = one_layer(model, name, signature=shorter)
        unpadded.set_weights(network.get_weights())
        np.testing.assert_allclose(network.predict(x, verbose=0), unpadded.predict(x[:, :5], verbose=0), rtol=1e-5)
        assert any(isinstance(layer, keras.layers.Masking) for layer in network.layers)


class TestStart:
    def biases(self, model, name, gate_bias, length=100, units=200):
        signature = Signature(length, 3, None, 1, False, "regression", False)
        network = one_layer(model, name, {"gate_bias": gate_bias}, units, signature)
        return next(layer for layer in network.layers if hasattr(layer, "cell")).cell.bias.numpy(), units

    @pytest.mark.parametrize(("gate_bias", "value"), [("0", 0), ("1", 1)])
    def test_a_gate_that_retains_starts_at_its_bias(self, model, gate_bias, value):
        bias, units = self.biases(model, "lstm", gate_bias)
        assert (bias[units : 2 * units] == value).all()
        assert not np.delete(bias, np.s_[units : 2 * units]).any()
        bias, units = self.biases(model, "gru", gate_bias)
        assert (bias[0, :units] == value).all()
        assert not bias[0, units:].any()
        assert not bias[1].any()

    def test_chrono_spreads_the_time_scales_over_the_length(self, model):
        bias, units = self.biases(model, "lstm", "chrono")
        forget, scales = bias[units : 2 * units], np.exp(bias[units : 2 * units])
        assert scales.min() >= 1
        assert scales.max() <= 99
        assert 40 < scales.mean() < 60
        assert (bias[:units] == -forget).all()
        bias, units = self.biases(model, "gru", "chrono")
        assert 40 < np.exp(bias[0, :units]).mean() < 60

    @pytest.mark.parametrize(("start", "orthogonal"), [("orthogonal", True), ("uniform", False)])
    def test_the_recurrent_start_is_the_one_asked_for(self, model, start, orthogonal):
        network = one_layer(model, "simple-rnn", {"recurrent_start": start}, units=50)
        recurrent = next(layer for layer in network.layers if hasattr(layer, "cell")).cell.recurrent_kernel.numpy()
        assert np.allclose(recurrent @ recurrent.T, np.eye(50), atol=1e-4) == orthogonal
        assert orthogonal or np.abs(recurrent).max() <= 1 / np.sqrt(50)


class TestSequenceDropout:
    def test_one_mask_serves_all_steps_of_a_sequence(self, model):
        from suite.layers import SequenceDropout

        y = np.array(SequenceDropout(0.5)(np.ones((64, 10, 8), "float32"), training=True))
        assert (y == y[:, :1]).all()
        assert set(np.unique(y)) == {0.0, 2.0}
        assert 0.4 < y.mean() / 2 < 0.6

    def test_it_does_nothing_outside_training(self, model):
        from suite.layers import SequenceDropout

        x = np.random.default_rng(0).normal(size=(4, 10, 8)).astype("float32")
        assert (np.array(SequenceDropout(0.5)(x)) == x).all()
