"""Each layer does what its equations say, starts as declared, and its width follows from the weight budget."""

from dataclasses import replace

import numpy as np
import pytest

from suite.architectures.architecture import ARCHITECTURES
from suite.tasks.data import Data, Signature

pytestmark = pytest.mark.training

FLOATS = Signature(length=7, features=3, vocabulary=None, outputs=1, masked=False, kind="regression", per_step=False)
TOKENS = Signature(length=7, features=None, vocabulary=9, outputs=4, masked=True, kind="classification", per_step=False)
PADDED = Signature(length=7, features=3, vocabulary=None, outputs=1, masked=True, kind="regression", per_step=False)
STEPS = Signature(length=7, features=3, vocabulary=None, outputs=2, masked=False, kind="classification", per_step=True)
SIGNATURES = {"floats": FLOATS, "tokens": TOKENS, "steps": STEPS}
CAUSAL = [name for name in ARCHITECTURES.names() if ARCHITECTURES.get(name).causal]


@pytest.fixture(scope="module")
def model():
    from suite import backend

    backend.start(1)
    from suite.architectures import model

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


def irnn(x, kernel, recurrent, bias):
    """h = relu(W x + U h' + b)."""
    h = np.zeros((len(x), recurrent.shape[0]))
    for step in range(x.shape[1]):
        h = np.maximum(x[:, step] @ kernel + h @ recurrent + bias, 0)
    return h


def no_forget(x, kernel, recurrent, bias):
    """Input gate i, candidate g, output gate o; c = c' + i g, h = o tanh(c)."""
    h = c = np.zeros((len(x), recurrent.shape[0]))
    for step in range(x.shape[1]):
        i, g, o = np.split(x[:, step] @ kernel + h @ recurrent + bias, 3, axis=1)
        c = c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h


def both_ways(equations):
    """Forwards and backwards outputs concatenated, each direction with its own weights."""

    def states(x, *weights):
        half = len(weights) // 2
        return np.hstack([equations(x, *weights[:half]), equations(x[:, ::-1], *weights[half:])])

    return states


EQUATIONS = {"simple-rnn": simple_rnn, "lstm": lstm, "gru": gru, "irnn": irnn, "lstm-no-forget": no_forget,
             "bidirectional-lstm": both_ways(lstm), "bidirectional-gru": both_ways(gru)}  # fmt: skip


def convolution(x, direction, norm, bias, dilation):
    """relu of the kernel's sum over earlier steps, with filters of the given norm; x is 0 before its start."""
    kernel = norm * direction / np.sqrt((direction**2).sum(axis=(0, 1)))
    y = np.zeros((*x.shape[:2], len(bias)))
    for t in range(x.shape[1]):
        for place, filters in enumerate(kernel):
            earlier = t - (len(kernel) - 1 - place) * dilation
            y[:, t] += x[:, earlier] @ filters if earlier >= 0 else 0
    return np.maximum(y + bias, 0)


def normalised(x, gain, shift):
    """Mean 0 and variance 1 over the features."""
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-3) * gain + shift


def attention(x, visible, query, query_bias, key, key_bias, value, value_bias, output, output_bias):
    """softmax(Q K' / sqrt(d)) V for every head over the visible steps (batch, to, from), then one matrix for all."""
    q, k, v = (
        np.einsum("btf,fhd->bhtd", x, kernel) + bias[None, :, None]
        for kernel, bias in ((query, query_bias), (key, key_bias), (value, value_bias))
    )
    scores = np.where(visible[:, None], q @ np.swapaxes(k, 2, 3) / np.sqrt(q.shape[-1]), -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.einsum("bhtd,hdf->btf", weights @ v, output) + output_bias


def wavelengths(length, width):
    """sin(t / 10000^(2i / width)) in even features, cos of the same in odd ones."""
    angles = np.arange(length)[:, None] / 10_000 ** (2 * (np.arange(width) // 2) / width)
    return np.where(np.arange(width) % 2, np.cos(angles), np.sin(angles))


def encoder(x, visible, positions, weights):
    """One block: x + attention of x normalised, then x + feed-forward of x normalised; normalised at the end."""
    dense, (first, attends, second, (wide, wide_bias), (narrow, narrow_bias), end) = weights
    y = x @ dense[0] + dense[1] + positions
    y = y + attention(normalised(y, *first), visible, *attends)
    y = y + np.maximum(normalised(y, *second) @ wide + wide_bias, 0) @ narrow + narrow_bias
    return normalised(y, *end)


def one_layer(model, name, values=None, units=4, signature=FLOATS, seed=3):
    """A model of the default configuration, which has one layer, with these values where the architecture has them."""
    default = model.space(ARCHITECTURES.get(name), signature).values
    chosen = {key: value for key, value in (values or {}).items() if key in default}
    return model.fresh(ARCHITECTURES.get(name), signature, default | chosen | {"units": units}, seed)


X = np.random.default_rng(0).normal(size=(5, 7, 3)).astype("float32")


def redrawn(network):
    """The network with all weights drawn anew, so that no start at zero hides a mistake."""
    rng = np.random.default_rng(0)
    for weight in network.trainable_weights:
        weight.assign(0.7 * rng.normal(size=weight.shape))
    return network


def trainable(network):
    """The trainable weights of every layer that has any, except the head."""
    layers = [layer.trainable_weights for layer in network.layers if layer.name != "head"]
    return [[np.array(weight) for weight in weights] for weights in layers if weights]


def assert_padding_changes_nothing(model, network):
    """For any content of padded steps, the output is that of a model for shorter sequences."""
    from suite.architectures.portable import at_length
    from suite.training.inputs import model_input

    outputs = []
    for left in (0.0, 3.0, np.arange(2 * 3).reshape(2, 3)):
        x = X.copy()
        x[:, 5:] = left
        data = Data(*((x, np.ones(5, "float32")),) * 3, lengths={"train": np.full(5, 5)})
        outputs.append(np.array(network(model_input(data, "train"))))
    np.testing.assert_array_equal(outputs[0], outputs[1])
    np.testing.assert_array_equal(outputs[0], outputs[2])
    shorter = np.array(at_length(network, 5)(X[:, :5]))
    steps = shorter.shape[1] if shorter.ndim == 3 else None
    np.testing.assert_allclose(outputs[0][:, :steps], shorter, rtol=1e-4, atol=1e-6)


def features(network, x):
    """The features that the architecture passes to the head."""
    import keras

    return np.array(keras.Model(network.input, network.get_layer("head").input)(x))


@pytest.mark.parametrize("name", EQUATIONS)
def test_the_layer_computes_its_equations(model, name):
    network = redrawn(one_layer(model, name))
    (weights,) = trainable(network)
    np.testing.assert_allclose(features(network, X), EQUATIONS[name](X, *weights), rtol=1e-4, atol=1e-5)


class TestTcn:
    def test_its_blocks_are_two_dilated_causal_convolutions_with_a_shortcut(self, model):
        network = redrawn(one_layer(model, "tcn", {"kernel_size": 2}))
        first, second, (matrix, bias), third, fourth = trainable(network)
        y = convolution(convolution(X, *first, 1), *second, 1)
        y = np.maximum(X @ matrix + bias + y, 0)
        y = np.maximum(y + convolution(convolution(y, *third, 2), *fourth, 2), 0)
        np.testing.assert_allclose(features(network, X), y[:, -1], rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("kernel_size", [2, 3, 7])
    def test_its_last_output_depends_on_every_step_and_the_derived_structure_is_right(self, model, kernel_size):
        entry = ARCHITECTURES.get("tcn")
        length = 20
        signature = Signature(length, 1, None, 1, False, "regression", False)
        network = redrawn(one_layer(model, "tcn", {"kernel_size": kernel_size}, 8, signature))
        reach = entry.derived({"kernel_size": kernel_size}, length)
        assert reach["receptive_field"] >= length
        assert len([layer for layer in network.layers if "convolution" in layer.name]) == 2 * reach["levels"]
        x = np.random.default_rng(1).normal(size=(1, length, 1)).astype("float32")
        changed = np.repeat(x, length, axis=0)
        changed[np.arange(length), np.arange(length)] += 1
        assert (np.array(network(changed)) != np.array(network(x))).all()

    def test_one_block_less_would_not_cover_the_length(self):
        from suite.architectures.builtin.convolutional import levels, receptive_field

        for length in (2, 5, 6, 29, 30, 1_020):
            assert receptive_field(3, levels(3, length)) >= length > receptive_field(3, levels(3, length) - 1)

    def test_its_filters_start_as_drawn(self, model):
        layer = next(layer for layer in one_layer(model, "tcn").layers if "convolution" in layer.name)
        np.testing.assert_allclose(layer.kernel, layer.direction, rtol=1e-6)


class TestTransformer:
    def seen(self, causal):
        return np.tril(np.ones((7, 7), bool))[None] if causal else np.ones((1, 7, 7), bool)

    @pytest.mark.parametrize("causal", [False, True])
    def test_it_computes_its_equations(self, model, causal):
        network = redrawn(one_layer(model, "transformer", signature=STEPS if causal else FLOATS))
        dense, *block = trainable(network)
        y = encoder(X, self.seen(causal), wavelengths(7, 4), (dense, block))
        expected = y if causal else y.mean(axis=1)
        np.testing.assert_allclose(features(network, X), expected, rtol=1e-3, atol=1e-4)

    def test_learned_positions_are_one_vector_per_step(self, model):
        network = redrawn(one_layer(model, "transformer", {"positions": "learned"}))
        dense, (vectors,), *block = trainable(network)
        y = encoder(X, self.seen(False), vectors, (dense, block))
        np.testing.assert_allclose(features(network, X), y.mean(axis=1), rtol=1e-3, atol=1e-4)

    @pytest.mark.parametrize("positions", ["sinusoidal", "learned"])
    def test_padded_steps_are_not_attended_to_with_any_positions(self, model, positions):
        network = redrawn(one_layer(model, "transformer", {"positions": positions, "depth": 2}, signature=PADDED))
        assert_padding_changes_nothing(model, network)

    def test_the_number_of_weights_does_not_depend_on_the_heads(self, model):
        for units in (3, 5, 8):
            networks = [one_layer(model, "transformer", {"heads": heads}, units) for heads in (1, 2, 4)]
            matrices = {
                sum(np.prod(weight.shape) for weight in network.trainable_weights if weight.name != "bias")
                for network in networks
            }
            assert len(matrices) == 1


class TestIrnn:
    @pytest.mark.parametrize("scale", [1.0, 0.01])
    def test_it_starts_as_the_identity(self, model, scale):
        network = one_layer(model, "irnn", {"identity_scale": scale}, units=100)
        ((kernel, recurrent, bias),) = trainable(network)
        np.testing.assert_array_equal(recurrent, np.float32(scale) * np.eye(100, dtype="float32"))
        assert not bias.any()
        assert 0.0007 < kernel.std() < 0.0013


class TestBag:
    def test_it_is_the_mean_over_time_and_one_dense_layer(self, model):
        network = redrawn(one_layer(model, "bag"))
        ((matrix, bias),) = trainable(network)
        expected = np.maximum(X.mean(axis=1) @ matrix + bias, 0)
        np.testing.assert_allclose(features(network, X), expected, rtol=1e-4, atol=1e-6)

    def test_per_step_it_is_the_mean_so_far(self, model):
        network = redrawn(one_layer(model, "bag", signature=STEPS))
        ((matrix, bias),) = trainable(network)
        so_far = np.cumsum(X, axis=1) / np.arange(1, 8)[:, None]
        np.testing.assert_allclose(features(network, X), np.maximum(so_far @ matrix + bias, 0), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", ARCHITECTURES.names())
class TestEveryArchitecture:
    @pytest.mark.parametrize("signature", SIGNATURES.values(), ids=SIGNATURES)
    def test_it_serves_every_kind_of_task(self, model, name, signature):
        if ARCHITECTURES.get(name).does_not_apply(signature.per_step):
            pytest.skip("it does not serve such tasks")
        network = one_layer(model, name, signature=signature)
        assert network.output_shape == (None, *[7] * signature.per_step, signature.outputs)

    def test_the_default_configuration_has_one_layer_and_no_dropout(self, model, name):
        hp = model.space(ARCHITECTURES.get(name), TOKENS)
        assert {"learning_rate", "batch_size", "embedding_width", "dropout"} <= set(hp.values)
        assert (hp.values.get("depth", 1), hp.values["dropout"]) == (1, 0.0)

    def test_the_declared_start_is_a_hyperparameter(self, model, name):
        entry = ARCHITECTURES.get(name)
        assert {entry.start} - {None} <= set(model.space(entry, FLOATS).values)

    @pytest.mark.parametrize("depth", [1, 2])
    @pytest.mark.parametrize("weights", [500, 5_000])
    def test_the_width_is_nearest_to_the_budget(self, model, name, depth, weights):
        from suite.architectures import width

        entry = ARCHITECTURES.get(name)
        values = model.space(entry, FLOATS).values
        values |= {"depth": depth} if "depth" in values else {}
        units = width.width(entry, FLOATS, values, weights)
        count = width.counter(entry, FLOATS, values)
        counts = {u: count(u) for u in (units - 1, units, units + 1)}
        assert min(counts, key=lambda u: abs(counts[u] - weights)) == units
        network = one_layer(model, name, {"depth": depth}, units)
        head = network.get_layer("head").count_params()
        assert width.count_trainable(network) == counts[units] + head
        assert width.unequal(network, weights) == (abs(counts[units] - weights) > 0.05 * weights)

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
        assert_padding_changes_nothing(model, redrawn(one_layer(model, name, signature=PADDED)))


@pytest.mark.parametrize("name", CAUSAL)
class TestEveryCausalArchitecture:
    def test_no_output_depends_on_a_later_step(self, model, name):
        network = redrawn(one_layer(model, name, signature=STEPS))
        changed = X.copy()
        changed[:, 4:] += 1
        before, after = np.array(network(X)), np.array(network(changed))
        np.testing.assert_allclose(after[:, :4], before[:, :4], rtol=1e-5, atol=1e-7)
        assert (after[:, 4:] != before[:, 4:]).any(axis=(0, 2)).all()

    def test_padded_steps_change_no_output_and_stay_masked(self, model, name):
        network = redrawn(one_layer(model, name, signature=replace(STEPS, masked=True)))
        assert_padding_changes_nothing(model, network)
        from suite.architectures.masking import PADDING

        x = X.copy()
        x[:, 5:] = PADDING
        assert (np.array(network(x)._keras_mask) == (np.arange(7) < 5)).all()


class TestStart:
    def biases(self, model, name, gate_bias, length=100, units=200):
        signature = Signature(length, 3, None, 1, False, "regression", False)
        network = one_layer(model, name, {"gate_bias": gate_bias}, units, signature)
        return next(layer for layer in network.layers if hasattr(layer, "cell")).cell.bias.numpy(), units

    @pytest.mark.parametrize(("gate_bias", "value"), [("0", 0), ("1", 1)])
    def test_the_retaining_gate_starts_with_its_bias(self, model, gate_bias, value):
        bias, units = self.biases(model, "lstm", gate_bias)
        assert (bias[units : 2 * units] == value).all()
        assert not np.delete(bias, np.s_[units : 2 * units]).any()
        bias, units = self.biases(model, "gru", gate_bias)
        assert (bias[0, :units] == value).all()
        assert not bias[0, units:].any()
        assert not bias[1].any()

    def test_chrono_spreads_time_scales_over_the_length(self, model):
        bias, units = self.biases(model, "lstm", "chrono")
        forget, scales = bias[units : 2 * units], np.exp(bias[units : 2 * units])
        assert scales.min() >= 1
        assert scales.max() <= 99
        assert 40 < scales.mean() < 60
        assert (bias[:units] == -forget).all()
        bias, units = self.biases(model, "gru", "chrono")
        assert 40 < np.exp(bias[0, :units]).mean() < 60

    @pytest.mark.parametrize(("start", "orthogonal"), [("orthogonal", True), ("uniform", False)])
    def test_the_recurrent_start_is_the_chosen_one(self, model, start, orthogonal):
        network = one_layer(model, "simple-rnn", {"recurrent_start": start}, units=50)
        recurrent = next(layer for layer in network.layers if hasattr(layer, "cell")).cell.recurrent_kernel.numpy()
        assert np.allclose(recurrent @ recurrent.T, np.eye(50), atol=1e-4) == orthogonal
        assert orthogonal or np.abs(recurrent).max() <= 1 / np.sqrt(50)


class TestSequenceDropout:
    def test_one_mask_serves_all_steps_of_a_sequence(self, model):
        from suite.architectures.layers import SequenceDropout

        y = np.array(SequenceDropout(0.5)(np.ones((64, 10, 8), "float32"), training=True))
        assert (y == y[:, :1]).all()
        assert set(np.unique(y)) == {0.0, 2.0}
        assert 0.4 < y.mean() / 2 < 0.6

    def test_it_does_nothing_outside_training(self, model):
        from suite.architectures.layers import SequenceDropout

        x = np.random.default_rng(0).normal(size=(4, 10, 8)).astype("float32")
        assert (np.array(SequenceDropout(0.5)(x)) == x).all()


def test_to_draw_the_weights_of_a_built_in_architecture_leaves_tensorflows_seed(model):
    import tensorflow as tf

    def draws(between):
        tf.random.set_seed(5)
        first = float(tf.random.uniform(()))
        between()
        return first, float(tf.random.uniform(()))

    assert draws(lambda: one_layer(model, "gru")) == draws(lambda: None)
