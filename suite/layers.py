"""Layers: what the suite adds to Keras: dropout, a convolution, a cell, an Adam that counts clipped steps.

A layer of the suite has a `stock`, the layer of Keras' own that does the same outside training, and `stock_weights`
for it: models that leave the suite are made of these.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

CLIP_NORM = 1.0
# Keras' Masking layer masks steps whose features all equal this value: exact in float32, far from any data.
PADDING = -1e9


@keras.saving.register_keras_serializable("suite")
class SequenceDropout(keras.layers.Layer):
    """Dropout with one mask for all steps of a sequence (Gal and Ghahramani 2016).

    The rate is a variable, so that a compiled model serves every rate. Input (batch, time, features) or
    (batch, features), output of the same shape; a mask of padded steps passes through.
    """

    RATE = "sequence_dropout_rate"

    def __init__(self, sequence_dropout_rate: float, **options: Any):
        super().__init__(**options)
        self.initial_rate = float(sequence_dropout_rate)
        self.seed_generator = keras.random.SeedGenerator()
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the rate, a variable that is not trained."""
        self.noise_shape = (None, *[1] * (len(input_shape) - 2), input_shape[-1])
        rate = keras.initializers.Constant(self.initial_rate)
        self.rate = self.add_weight(shape=(), initializer=rate, trainable=False, name="rate")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Drops features of whole sequences in training; scales the others so that the mean stays."""
        if not training:
            return inputs
        shape = (ops.shape(inputs)[0], *self.noise_shape[1:])
        kept = keras.random.uniform(shape, seed=self.seed_generator) >= self.rate
        return inputs * ops.cast(kept, inputs.dtype) / (1.0 - self.rate)

    def get_config(self) -> dict[str, Any]:
        """The rate it was built with."""
        return super().get_config() | {self.RATE: self.initial_rate}

    def stock(self) -> keras.layers.Layer:
        """The same layer out of Keras alone, for models that leave the suite."""
        return keras.layers.Dropout(float(self.rate), noise_shape=self.noise_shape, name=self.name)

    def stock_weights(self) -> list[np.ndarray]:
        """None: the rate is in the configuration."""
        return []


@keras.saving.register_keras_serializable("suite")
class CausalConvolution(keras.layers.Layer):
    """Dilated causal convolution and relu (Bai, Kolter and Koltun 2018), filters of a learned norm each (Salimans and
    Kingma 2016): y[t] = relu(sum_j g W[j] / |W| x[t - (kernel_size - 1 - j) dilation] + b), x being 0 before it begins.

    Input (batch, time, features), output (batch, time, units).
    """

    def __init__(self, units: int, kernel_size: int, dilation: int, **options: Any):
        super().__init__(**options)
        self.units, self.kernel_size, self.dilation = units, kernel_size, dilation

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the directions, their norms and the bias; at the start the filters are as drawn."""
        shape = (self.kernel_size, input_shape[-1], self.units)
        self.direction = self.add_weight(shape=shape, initializer="he_normal", name="direction")
        self.norm = self.add_weight(shape=(self.units,), initializer="ones", name="norm")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.norm.assign(_norm(self.direction))

    @property
    def kernel(self) -> Any:
        """The filters (kernel_size, features, units)."""
        return self.direction * (self.norm / ops.maximum(_norm(self.direction), keras.config.epsilon()))

    def call(self, inputs: Any) -> Any:
        """Each step from itself and earlier ones."""
        before = (self.kernel_size - 1) * self.dilation
        padded = ops.pad(inputs, ((0, 0), (before, 0), (0, 0)))
        return ops.relu(ops.conv(padded, self.kernel, padding="valid", dilation_rate=self.dilation) + self.bias)

    def get_config(self) -> dict[str, Any]:
        """What it was built with."""
        own = {"units": self.units, "kernel_size": self.kernel_size, "dilation": self.dilation}
        return super().get_config() | own

    def stock(self) -> keras.layers.Layer:
        """The same layer out of Keras alone."""
        return keras.layers.Conv1D(
            self.units,
            self.kernel_size,
            padding="causal",
            dilation_rate=self.dilation,
            activation="relu",
            name=self.name,
        )

    def stock_weights(self) -> list[np.ndarray]:
        """Filters and bias."""
        return [ops.convert_to_numpy(self.kernel), ops.convert_to_numpy(self.bias)]


def _norm(direction: Any) -> Any:
    """The norm of every filter, shape (units,)."""
    return ops.sqrt(ops.sum(ops.square(direction), axis=(0, 1)))


@keras.saving.register_keras_serializable("suite")
class NoForgetCell(keras.layers.Layer):
    """One step of an LSTM without a forget gate: c = c' + i g, h = o tanh(c) (Hochreiter and Schmidhuber 1997).

    Input gate i, candidate g and output gate o lie side by side in the weights.
    """

    def __init__(self, units: int, **options: Any):
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the weights, drawn as Keras draws those of an LSTM."""
        shape = (input_shape[-1], 3 * self.units)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        shape = (self.units, 3 * self.units)
        self.recurrent_kernel = self.add_weight(shape=shape, initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(3 * self.units,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """The answer (batch, units), and it with the new content of the cell as the next states."""
        h, c = states
        gates = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        i, g, o = ops.split(gates, 3, axis=-1)
        c = c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        """The width."""
        return super().get_config() | {"units": self.units}


@keras.saving.register_keras_serializable("suite")
class NoForgetLSTM(keras.layers.RNN):
    """A layer of NoForgetCell."""

    # The logistic function of this is 1, exactly, in single precision.
    OPEN = 30.0

    def __init__(self, units: int, return_sequences: bool = False, **options: Any):
        super().__init__(NoForgetCell(units), return_sequences=return_sequences, **options)

    def get_config(self) -> dict[str, Any]:
        """Width and whether it answers at every step."""
        own = {"units": self.cell.units, "return_sequences": self.return_sequences}
        return keras.layers.Layer.get_config(self) | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> "NoForgetLSTM":
        """A new layer of this configuration."""
        return cls(**config)

    def stock(self) -> keras.layers.Layer:
        """Keras' LSTM, whose forget gate `stock_weights` keep open."""
        return keras.layers.LSTM(self.cell.units, return_sequences=self.return_sequences, name=self.name)

    def stock_weights(self) -> list[np.ndarray]:
        """The weights with those of a forget gate between them that is open whatever it sees."""
        forget = (0.0, 0.0, self.OPEN)
        return [self._with_forget_gate(*pair) for pair in zip(self.get_weights(), forget, strict=True)]

    def _with_forget_gate(self, weights: np.ndarray, value: float) -> np.ndarray:
        units = self.cell.units
        gate = np.full((*weights.shape[:-1], units), value, weights.dtype)
        return np.concatenate([weights[..., :units], gate, weights[..., units:]], axis=-1)


class PerturbedCell(keras.layers.Layer):
    """A recurrent cell to whose new states the rest of its input is added: inputs (batch, features + states)."""

    def __init__(self, cell: keras.layers.Layer):
        super().__init__()
        self.cell = cell
        self.sizes = [cell.state_size] if isinstance(cell.state_size, int) else list(cell.state_size)
        self.state_size = cell.state_size
        self.output_size = getattr(cell, "output_size", self.sizes[0])

    def call(self, inputs: Any, states: Any) -> Any:
        """Output and states of one step; an output that is itself a state is perturbed with it."""
        borders = np.cumsum([-sum(self.sizes), *self.sizes[:-1]]).tolist()
        inputs, *noises = ops.split(inputs, [inputs.shape[-1] + border for border in borders], axis=-1)
        output, new = self.cell(inputs, states)
        new = list(new) if isinstance(new, (list, tuple)) else [new]
        perturbed = [state + noise for state, noise in zip(new, noises, strict=True)]
        same = [after for before, after in zip(new, perturbed, strict=True) if before is output]
        return (same[0] if same else output), perturbed


class PerturbedRecurrence(keras.layers.Layer):
    """A recurrent layer, with its own weights, to whose state a variable of zeros is added after each step.

    The loss gradient with respect to `noise` (examples, time, states) is the one with respect to the states. Input
    (examples, time, features).
    """

    def __init__(self, layer: keras.layers.RNN, examples: int):
        super().__init__()
        self.cell = PerturbedCell(layer.cell)
        self.recurrence = keras.layers.RNN(self.cell, return_sequences=layer.return_sequences)
        self.examples = examples
        self.supports_masking = True

    @staticmethod
    def perturbs(layer: keras.layers.Layer) -> bool:
        """Whether this is a recurrent layer that reads forwards, and whose state is a tensor or a list of them."""
        if not isinstance(layer, keras.layers.RNN) or layer.go_backwards or layer.return_state:
            return False
        sizes = layer.cell.state_size
        return isinstance(sizes, int) or all(isinstance(size, int) for size in sizes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the noise."""
        shape = (self.examples, input_shape[1], sum(self.cell.sizes))
        self.noise = self.add_weight(shape=shape, initializer="zeros", name="noise")

    def call(self, inputs: Any, initial_state: Any = None, mask: Any = None) -> Any:
        """The layer's own answer."""
        return self.recurrence(ops.concatenate([inputs, self.noise], axis=-1), initial_state=initial_state, mask=mask)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the layer."""
        return self.recurrence.compute_mask(inputs, mask)


class CountingAdam(keras.optimizers.Adam):
    """Adam with gradients clipped by their global norm (Pascanu et al. 2013) and a count of the clipped steps."""

    def __init__(self, learning_rate: float):
        super().__init__(learning_rate, global_clipnorm=CLIP_NORM)

    def build(self, variables: list[Any]) -> None:
        """Creates the moments and the count."""
        if not self.built:
            self.clipped = self.add_variable(shape=(), initializer="zeros", name="clipped")
        super().build(variables)

    def apply(self, grads: list[Any], trainable_variables: list[Any] | None = None) -> Any:
        """One step; counts it when the global norm is above the limit."""
        norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in grads))
        result = super().apply(grads, trainable_variables)
        self.clipped.assign_add(ops.cast(norm > CLIP_NORM, self.clipped.dtype))
        return result

    def restart(self, learning_rate: float) -> None:
        """Forgets all steps, as if newly built."""
        for variable in self.variables:
            variable.assign(ops.zeros_like(variable))
        self.learning_rate = learning_rate
