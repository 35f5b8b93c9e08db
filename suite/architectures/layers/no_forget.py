"""No forget: an LSTM whose cell adds up its inputs and never forgets."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("suite")
class NoForgetCell(keras.layers.Layer):
    """One step of an LSTM without a forget gate: c = c' + i g, h = o tanh(c) (Hochreiter and Schmidhuber 1997).

    Each weight matrix contains the columns of the input gate i, the candidate g and the output gate o, in this order.
    """

    def __init__(self, units: int, **options: Any):
        super().__init__(**options)
        self.units = units
        self.state_size = [units, units]
        self.output_size = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights, with the same initialisers that Keras uses for an LSTM."""
        shape = (input_shape[-1], 3 * self.units)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        shape = (self.units, 3 * self.units)
        self.recurrent_kernel = self.add_weight(shape=shape, initializer="orthogonal", name="recurrent_kernel")
        self.bias = self.add_weight(shape=(3 * self.units,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Return the output h and the next states h and c, each (batch, units)."""
        h, c = states
        gates = ops.matmul(inputs, self.kernel) + ops.matmul(h, self.recurrent_kernel) + self.bias
        i, g, o = ops.split(gates, 3, axis=-1)
        c = c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return h, [h, c]

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return super().get_config() | {"units": self.units}


@keras.saving.register_keras_serializable("suite")
class NoForgetLSTM(keras.layers.RNN):
    """A recurrent layer that applies `NoForgetCell` at each step."""

    # A gate bias so large that its logistic function is exactly 1 in single precision.
    OPEN = 30.0

    def __init__(self, units: int, return_sequences: bool = False, **options: Any):
        super().__init__(NoForgetCell(units), return_sequences=return_sequences, **options)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {"units": self.cell.units, "return_sequences": self.return_sequences}
        return keras.layers.Layer.get_config(self) | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> "NoForgetLSTM":
        """Return a new layer with this configuration."""
        return cls(**config)

    def stock(self) -> keras.layers.Layer:
        """Return a Keras LSTM, which does the same with `stock_weights`, because they keep its forget gate open."""
        return keras.layers.LSTM(self.cell.units, return_sequences=self.return_sequences, name=self.name)

    def stock_weights(self) -> list[np.ndarray]:
        """Return the weights, with the weights of a forget gate inserted that is open for every input."""
        forget = (0.0, 0.0, self.OPEN)
        return [self._with_forget_gate(*pair) for pair in zip(self.get_weights(), forget, strict=True)]

    def _with_forget_gate(self, weights: np.ndarray, value: float) -> np.ndarray:
        units = self.cell.units
        gate = np.full((*weights.shape[:-1], units), value, weights.dtype)
        return np.concatenate([weights[..., :units], gate, weights[..., units:]], axis=-1)
