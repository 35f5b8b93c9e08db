"""Newer recurrences compute their papers' equations, start as declared, and train alike with and without XLA."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.tasks.data import Signature

pytestmark = pytest.mark.training

LENGTH, FEATURES, UNITS = 7, 3, 4
STEPS = Signature(LENGTH, FEATURES, None, 2, False, "classification", True)
ONCE = replace(STEPS, per_step=False)
X = np.random.default_rng(0).normal(size=(5, LENGTH, FEATURES)).astype("float32")


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def network(name, signature=STEPS, units=UNITS, **values):
    """An untrained network of one layer or block, with these values of its hyperparameters."""
    from suite.architectures import model

    entry = ARCHITECTURES.get(name)
    return model.fresh(entry, signature, model.space(entry, signature).values | values | {"units": units}, seed=3)


def redrawn(built, scale=0.7):
    """The network with all weights drawn anew, so that no start at zero hides a mistake."""
    rng = np.random.default_rng(0)
    for weight in built.trainable_weights:
        weight.assign(scale * rng.normal(size=weight.shape))
    return built


def weights(built, kind):
    """The weights (float64) of all layers of a kind, in order, except the head."""
    layers = [layer for layer in built.layers if type(layer).__name__ == kind and layer.name != "head"]
    return [[np.array(weight, dtype="float64") for weight in layer.weights] for layer in layers]


def features(built, x=X):
    """The features that the architecture passes to the head."""
    import keras

    return np.array(keras.Model(built.input, built.get_layer("head").input)(x))


def over_time(step, x, *states):
    """Apply `step(x[t], *states) -> output, *states` to every step, and return all outputs."""
    outputs = []
    for t in range(x.shape[1]):
        output, *states = step(x[:, t], *states)
        outputs.append(output)
    return np.stack(outputs, axis=1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def affine(x, pair):
    return x @ pair[0] + pair[1]


def normalised(x, gain, shift):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-3) * gain + shift


def zeros(units=UNITS):
    return np.zeros((len(X), units))


class TestParallelRecurrences:
    """A block is y + W h + b, where y is the input after one dense layer, and h the recurrence of y normalised."""

    def parts(self, built):
        """What comes before the recurrence (y, and y normalised), and the weights of the block's dense layers."""
        first, *dense = weights(built, "Dense")
        y = affine(X.astype("float64"), first)
        return y, normalised(y, *weights(built, "LayerNormalization")[0]), dense

    def test_min_gru(self):
        """z = sigmoid(W x + b), c = V x + d, h = (1 - z) h' + z c: Feng et al. 2024, section 3.1.3."""
        built = redrawn(network("min-gru"))
        y, x, (gate, candidate, out) = self.parts(built)

        def step(x, h):
            z = sigmoid(affine(x, gate))
            h = (1 - z) * h + z * affine(x, candidate)
            return h, h

        expected = y + affine(over_time(step, x, zeros()), out)
        np.testing.assert_allclose(features(built), expected, rtol=1e-4, atol=1e-5)

    def test_min_lstm(self):
        """f and i are logistic, f' = f / (f + i), i' = i / (f + i), h = f' h' + i' c: Feng et al. 2024, 3.2.3."""
        built = redrawn(network("min-lstm"))
        y, x, (write, forget, candidate, out) = self.parts(built)

        def step(x, h):
            f, i = sigmoid(affine(x, forget)), sigmoid(affine(x, write))
            h = f / (f + i) * h + i / (f + i) * affine(x, candidate)
            return h, h

        expected = y + affine(over_time(step, x, zeros()), out)
        np.testing.assert_allclose(features(built), expected, rtol=1e-4, atol=1e-5)

    def test_lru(self):
        """s = lambda s' + exp(gamma) B x, y = Re(C s) + D x, lambda = exp(-exp(nu) + i exp(theta)): Orvieto et al."""
        built = redrawn(network("lru"))
        y, x, (read, through, left, right) = self.parts(built)
        ((kernel, nu, theta, gamma),) = weights(built, "LinearRecurrence")
        inner = kernel[:, :UNITS] + 1j * kernel[:, UNITS:]
        outer = read[0][:UNITS] - 1j * read[0][UNITS:]

        def step(x, s):
            s = np.exp(-np.exp(nu) + 1j * np.exp(theta)) * s + np.exp(gamma) * (x @ inner)
            return (s @ outer).real + x @ through[0], s

        def gelu(x):
            from scipy.special import erf

            return x * (1 + erf(x / np.sqrt(2))) / 2

        out = gelu(over_time(step, x, zeros().astype(complex)))
        expected = y + affine(out, left) * sigmoid(affine(out, right))
        np.testing.assert_allclose(features(built), expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("length", [1, 2, 3, 8, 13])
    def test_a_scan_is_the_recurrence_step_by_step(self, length):
        from suite.architectures.layers.scan import scan

        rng = np.random.default_rng(length)
        decay, added = rng.uniform(size=(2, length, 3)), rng.normal(size=(2, length, 3))
        expected = over_time(lambda t, s: (s := decay[:, int(t[0])] * s + added[:, int(t[0])],) * 2,
                             np.tile(np.arange(length), (2, 1)), np.zeros((2, 3)))  # fmt: skip
        found = scan(decay.astype("float32"), added.astype("float32"))
        np.testing.assert_allclose(np.array(found), expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("name", ["min-gru", "lru"])
    def test_the_last_valid_step_gives_the_features_and_none_gives_zeros(self, name):
        built = redrawn(network(name, replace(ONCE, masked=True)))
        stepwise = redrawn(network(name, replace(STEPS, masked=True)))
        from suite.architectures.masking import PADDING

        x, valid = X.copy(), np.array([7, 5, 3, 1, 0])
        x[np.arange(LENGTH) >= valid[:, None]] = PADDING
        expected = features(stepwise, x)[np.arange(4), valid[:4] - 1]
        np.testing.assert_allclose(features(built, x)[:4], expected, rtol=1e-5, atol=1e-6)
        assert not features(built, x)[4].any()


class TestSlstm:
    @staticmethod
    def naive(x, kernel, recurrent, bias, exponential):
        """c = f c' + i tanh(z), n = f n' + i, h = sigmoid(o) c / n, i = exp(.): Beck et al. 2024, not stabilised."""

        def step(x, h, c, n):
            i, f, z, o = np.split(x @ kernel + h @ recurrent + bias, 4, axis=-1)
            f = np.exp(f) if exponential else sigmoid(f)
            c, n = f * c + np.exp(i) * np.tanh(z), f * n + np.exp(i)
            h = sigmoid(o) * c / n
            return h, h, c, n

        return over_time(step, x, zeros(), zeros(), zeros())

    @pytest.mark.parametrize("forget_gate", ["sigmoid", "exponential"])
    def test_it_computes_its_equations_in_which_the_stabiliser_cancels(self, forget_gate):
        built = redrawn(network("slstm", forget_gate=forget_gate))
        ((kernel, recurrent, bias),) = weights(built, "ExponentialLSTM")
        expected = self.naive(X.astype("float64"), kernel, recurrent, bias, forget_gate == "exponential")
        np.testing.assert_allclose(features(built), expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize("scale", [-1e3, 1e3])
    def test_the_largest_and_the_smallest_gates_give_finite_numbers(self, scale):
        built = redrawn(network("slstm", forget_gate="exponential"), scale)
        assert np.isfinite(features(built, np.abs(X))).all()

    def test_its_stored_model_loads_where_the_module_of_its_layer_stands_beside_it(self, tmp_path):
        from suite.architectures.portable import own_layers, stored

        built = redrawn(network("slstm"))
        (tmp_path / "model.keras").write_bytes(stored(built, np.zeros(2), np.ones(2)))
        (tmp_path / "layers.py").write_bytes(own_layers(built))
        np.save(tmp_path / "x.npy", X)
        code = (
            "import keras, layers, numpy, sys; model = keras.saving.load_model('model.keras', compile=False);"
            "numpy.save('y.npy', model.predict(numpy.load('x.npy'), verbose=0)); assert 'suite' not in sys.modules"
        )
        subprocess.run(
            [sys.executable, "-P", "-c", f"import sys; sys.path[0:0] = ['.']; {code}"], cwd=tmp_path, check=True
        )
        np.testing.assert_allclose(np.load(tmp_path / "y.npy"), np.array(built(X)), rtol=1e-4, atol=1e-6)


class TestIndrnn:
    def test_it_computes_its_equation(self):
        """h = relu(W x + u h' + b): Li et al. 2018."""
        built = redrawn(network("indrnn"))
        ((kernel, recurrent, bias),) = weights(built, "IndependentRNN")

        def step(x, h):
            h = np.maximum(x @ kernel + recurrent * h + bias, 0)
            return h, h

        expected = over_time(step, X.astype("float64"), zeros())
        np.testing.assert_allclose(features(built), expected, rtol=1e-4, atol=1e-5)

    @pytest.mark.parametrize(("start", "lowest"), [("long", 0.5), ("uniform", 0.0)])
    def test_over_the_sequence_a_state_starts_to_at_most_halve_or_double(self, start, lowest):
        built = network("indrnn", units=300, recurrent_start=start)
        ((_, recurrent, _),) = weights(built, "IndependentRNN")
        assert lowest - 1e-6 <= recurrent.min() ** LENGTH <= lowest + 0.02
        assert 1.9 < recurrent.max() ** LENGTH <= 2 + 1e-5

    def test_training_keeps_the_recurrent_weights_within_the_bound(self):
        built = network("indrnn", recurrent_start="long")
        built.compile("sgd", "mse")
        layer = next(one for one in built.layers if hasattr(one, "cell"))
        layer.cell.recurrent.assign([9.0, -9.0, 0.3, 1.0])
        built.fit(X, np.zeros((5, LENGTH, 2)), epochs=1, verbose=0)
        assert np.abs(layer.cell.recurrent).max() == pytest.approx(2 ** (1 / LENGTH))


class TestStart:
    def test_the_sizes_of_an_lru_lie_on_the_ring_and_normalise_its_inputs(self):
        built = network("lru", units=400, smallest_radius=0.5)
        ((kernel, nu, theta, gamma),) = weights(built, "LinearRecurrence")
        size = np.exp(-np.exp(nu))
        assert 0.5 <= size.min() < 0.52
        assert 0.98 < size.max() <= 0.999
        assert np.mean(size**2) == pytest.approx((0.5**2 + 0.999**2) / 2, abs=0.05)  # uniform on the ring
        assert 0 < np.exp(theta).min() < 0.1
        assert np.exp(theta).max() == pytest.approx(2 * np.pi, abs=0.1)
        np.testing.assert_allclose(np.exp(gamma), np.sqrt(1 - size**2), rtol=1e-3)
        assert kernel.std() == pytest.approx(1 / np.sqrt(2 * 400), rel=0.05)

    @pytest.mark.parametrize(("gate_bias", "retained"), [("0", 0.5), ("1", sigmoid(1.0))])
    def test_the_gate_bias_of_a_min_gru_retains_the_state(self, gate_bias, retained):
        _, gate, *_ = weights(network("min-gru", gate_bias=gate_bias), "Dense")
        np.testing.assert_allclose(1 - sigmoid(gate[1]), retained, rtol=1e-6)

    def test_chrono_spreads_the_time_scales_of_a_min_lstm_over_the_length(self):
        built = network("min-lstm", replace(STEPS, length=100), units=200, gate_bias="chrono")
        _, write, forget, *_ = weights(built, "Dense")
        f, i = sigmoid(forget[1]), sigmoid(write[1])
        scales = (f + i) / i - 1
        assert scales.min() + 1e-4 >= 1
        assert scales.max() <= 99.1
        assert 40 < scales.mean() < 60


@pytest.mark.parametrize("name", ["min-gru", "lru", "slstm", "indrnn"])
def test_it_trains_alike_with_and_without_xla(name):
    from suite.architectures.model import space
    from suite.experiment.experiment import Experiment
    from suite.training.train import train

    experiment = Experiment(tasks=["adding-10"], architectures=[name], epochs=1, weights=400, examples=64)
    (cell,) = experiment.cells
    values = space(cell.architecture, cell.task.signature(cell.task.load(1, 64))).values
    run = experiment.run(cell, "trial", 0, values)
    plain, compiled = (train(replace(run, budget=replace(run.budget, xla_from=start))) for start in (10**9, 0))
    assert plain.record.ok, plain.record.error
    assert np.isfinite(plain.record.history["loss"]).all()
    assert compiled.record.history["loss"] == pytest.approx(plain.record.history["loss"], rel=1e-3)
