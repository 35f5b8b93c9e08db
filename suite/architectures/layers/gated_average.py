"""Gated average: a moving average whose gate and candidate depend on the inputs alone."""

from typing import Any

import keras
import numpy as np
from keras import ops

from suite.architectures.layers.scan import Scan


@keras.saving.register_keras_serializable("suite")
class GatedAverage(Scan):
    """A moving average with a gate: s = (1 - z) s' + z c, where z is the logistic function of the gate's input.

    The input (batch, time, 2 * units) contains the gate's input and the candidate c of every unit.
    """

    def terms(self, inputs: Any) -> tuple[Any, Any]:
        """Return 1 - z and z c."""
        gate, candidate = ops.split(inputs, 2, axis=-1)
        return ops.sigmoid(-gate), ops.sigmoid(gate) * candidate

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """Return (batch, time, units)."""
        return (*input_shape[:-1], input_shape[-1] // 2)

    def build(self, input_shape: Any) -> None:
        """Store the number of units; there are no weights."""
        self.units = input_shape[-1] // 2

    def stock(self) -> keras.layers.Layer:
        """Return a Keras GRU, which does the same with `stock_weights`, because its gates do not see the state."""
        return keras.layers.GRU(
            self.units, activation="linear", reset_after=False, use_bias=False, return_sequences=True, name=self.name,
            dtype=self.dtype_policy,
        )  # fmt: skip

    def stock_weights(self) -> list[np.ndarray]:
        """Return the weights of the GRU: it reads its update gate 1 - z and its candidate from the input."""
        one, none = np.eye(self.units), np.zeros((self.units, self.units))
        return [np.block([[-one, none, none], [none, none, one]]), np.zeros((self.units, 3 * self.units))]
