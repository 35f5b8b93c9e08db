"""Exponential: a recurrent layer with exponential gates, whose memory is normalised by the sum of what it wrote."""

from typing import Any

import keras
from keras import ops

NOTHING = -1e30  # the logarithm of the scale of an empty memory; any gate exceeds it


@keras.saving.register_keras_serializable("suite")
class ExponentialCell(keras.layers.Layer):
    """One step of an sLSTM (Beck et al. 2024): c = f c' + i tanh(z), n = f n' + i, h = sigmoid(o) c / n.

    The input gate i is exponential; the forget gate f is "exponential" or the "sigmoid" function of its sum. The states
    c and n are stored without their common scale exp(m), where m = max(log f + m', log i), so that neither overflows.
    Each weight matrix contains the columns of i, f, z and o, in this order.
    """

    def __init__(self, units: int, forget_gate: str, **options: Any):
        super().__init__(**options)
        self.units, self.forget_gate = units, forget_gate
        self.state_size = [units] * 4
        self.output_size = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights, with the same initialisers that Keras uses for an LSTM."""
        width = 4 * self.units
        self.kernel = self.add_weight(shape=(input_shape[-1], width), initializer="glorot_uniform", name="kernel")
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, width), initializer="orthogonal", name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(width,), initializer="zeros", name="bias")

    def get_initial_state(self, batch_size: int | None = None) -> list[Any]:
        """Return the states h, c, n and m of an empty memory."""
        empty = [ops.zeros((batch_size, self.units), dtype=self.compute_dtype) for _ in range(3)]
        return [*empty, ops.full((batch_size, self.units), NOTHING, dtype=self.compute_dtype)]

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Return the output h and the next states h, c, n and m, each (batch, units)."""
        h, c, n, m = states
        sums = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        i, f, z, o = ops.split(sums, 4, axis=-1)
        forget = m + (ops.log_sigmoid(f) if self.forget_gate == "sigmoid" else f)
        m = ops.maximum(forget, i)
        i, f = ops.exp(i - m), ops.exp(forget - m)
        c, n = f * c + i * ops.tanh(z), f * n + i
        h = ops.sigmoid(o) * c / n
        return h, [h, c, n, m]


@keras.saving.register_keras_serializable("suite")
class ExponentialLSTM(keras.layers.RNN):
    """A recurrent layer that applies `ExponentialCell` at each step, in at least single precision.

    No layer of Keras does the same, so exported models come with this file.
    """

    def __init__(self, units: int, forget_gate: str, return_sequences: bool = False, **options: Any):
        cell = ExponentialCell(units, forget_gate, dtype=options.get("dtype"))
        super().__init__(cell, return_sequences=return_sequences, **options)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {
            "units": self.cell.units,
            "forget_gate": self.cell.forget_gate,
            "return_sequences": self.return_sequences,
        }
        return keras.layers.Layer.get_config(self) | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> "ExponentialLSTM":
        """Return a new layer with this configuration."""
        return cls(**config)
