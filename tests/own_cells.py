"""Four cells that papers define and Keras lacks, written as users of the suite write them."""

import keras
import numpy as np
from keras import ops

registered = keras.saving.register_keras_serializable("own_cells")


class Cell(keras.layers.Layer):
    """What the cells share: the sizes, and weights for `gates` sums of the input and the state."""

    gates, states = 4, 2

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = self.output_size = units
        self.state_size = [units] * self.states if self.states > 1 else units

    def build(self, input_shape):
        width = self.gates * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], width), initializer="glorot_uniform", name="kernel")
        self.recurrent = self.add_weight(shape=(self.units, width), initializer="orthogonal", name="recurrent")
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")

    def sums(self, x, h):
        return ops.split(ops.matmul(x, self.kernel) + ops.matmul(h, self.recurrent) + self.bias, self.gates, axis=-1)

    def get_config(self):
        return super().get_config() | {"units": self.units}


@registered
class GatedCell(Cell):
    """An LSTM, with peepholes (Gers and Schmidhuber 2000) or layer normalisation (Ba et al. 2016)."""

    def __init__(self, units, peephole=False, normalised=False, **options):
        super().__init__(units, **options)
        self.peephole, self.normalised = peephole, normalised
        if normalised:
            self.norms = [keras.layers.LayerNormalization() for _ in range(5)]

    def build(self, input_shape):
        super().build(input_shape)
        if self.peephole:
            self.peepholes = self.add_weight(shape=(3, self.units), initializer="zeros", name="peepholes")
        for norm in self.norms if self.normalised else ():
            norm.build((None, self.units))

    def call(self, x, states):
        h, c = states
        i, f, g, o = self.sums(x, h)
        if self.normalised:
            i, f, g, o = (norm(gate) for norm, gate in zip(self.norms, (i, f, g, o), strict=False))
        p = self.peepholes if self.peephole else ops.zeros((3, self.units))
        new = ops.sigmoid(f + p[1] * c) * c + ops.sigmoid(i + p[0] * c) * ops.tanh(g)
        h = ops.sigmoid(o + p[2] * new) * ops.tanh(self.norms[4](new) if self.normalised else new)
        return h, [h, new]

    def get_config(self):
        return super().get_config() | {"peephole": self.peephole, "normalised": self.normalised}


@registered
class MinimalGatedCell(Cell):
    """One gate that forgets and writes (Zhou et al. 2016)."""

    gates, states = 2, 1

    def call(self, x, states):
        h = states[0]
        f, inner = ops.split(ops.matmul(x, self.kernel) + self.bias, 2, axis=-1)
        gate, candidate = ops.split(self.recurrent, 2, axis=-1)
        f = ops.sigmoid(f + ops.matmul(h, gate))
        h = (1 - f) * h + f * ops.tanh(inner + ops.matmul(f * h, candidate))
        return h, [h]


@registered
class DiagonalStates(keras.layers.Layer):
    """S4D: every channel has a diagonal state space, whose impulse response is convolved with it by the FFT."""

    SIZE = 4  # complex states of each channel

    def __init__(self, units, **options):
        super().__init__(**options)
        self.units = units

    def build(self, input_shape):
        shape, real = (self.units, self.SIZE), keras.initializers.Constant(np.log(0.5))
        self.mix = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform", name="mix")
        self.decay = self.add_weight(shape=shape, initializer=real, name="decay")
        self.frequency = self.add_weight(shape=shape, initializer=Frequencies(), name="frequency")
        self.read = self.add_weight(shape=(2, *shape), initializer="glorot_normal", name="read")
        self.step = self.add_weight(shape=(self.units, 1), initializer=keras.initializers.Constant(-2.0), name="step")

    def response(self, length):
        """The impulse response of every channel, shape (units, length): the real part of sum C exp(step A)^k B."""
        dt = ops.exp(self.step)
        time = ops.cast(ops.arange(length), "float32")
        size, angle = -ops.exp(self.decay) * dt, self.frequency * dt
        size, angle = size[..., None] * time, angle[..., None] * time
        real, imaginary = self.read[0][..., None], self.read[1][..., None]
        return 2 * ops.sum(ops.exp(size) * (real * ops.cos(angle) - imaginary * ops.sin(angle)) * dt[..., None], axis=1)

    def call(self, x):
        length = x.shape[1]
        u = ops.transpose(ops.matmul(x, self.mix), (0, 2, 1))
        size = 2 ** (2 * length - 1).bit_length()  # long enough that the end does not come round to the beginning
        pad = [[0, 0], [0, 0], [0, size - length]]
        one = ops.fft((ops.pad(u, pad), ops.zeros_like(ops.pad(u, pad))))
        response = ops.pad(self.response(length), pad[1:])
        other = ops.fft((response, ops.zeros_like(response)))
        product = one[0] * other[0] - one[1] * other[1], one[0] * other[1] + one[1] * other[0]
        y = ops.ifft2(tuple(part[:, :, None] for part in product))[0][:, :, 0, :length]
        return ops.gelu(ops.transpose(y, (0, 2, 1)))

    def stepwise(self, x):
        """The same as a recurrence over the states, in complex numpy."""
        a = -np.exp(np.array(self.decay)) + 1j * np.array(self.frequency)
        dt, read = np.exp(np.array(self.step)), np.array(self.read)[0] + 1j * np.array(self.read)[1]
        u, state, outputs = x @ np.array(self.mix), np.zeros((len(x), *a.shape), complex), []
        for step in range(x.shape[1]):
            state = state * np.exp(a * dt) + u[:, step, :, None] * dt
            outputs.append(2 * (state * read).real.sum(axis=-1))
        return np.array(ops.gelu(np.stack(outputs, axis=1).astype("float32")))

    def get_config(self):
        return super().get_config() | {"units": self.units}


@registered
class Frequencies(keras.initializers.Initializer):
    """The imaginary parts of S4D-Lin: pi n for the nth state."""

    def __call__(self, shape, dtype=None):
        return ops.cast(ops.broadcast_to(np.pi * np.arange(shape[-1]), shape), dtype or "float32")

    def get_config(self):
        return {}
