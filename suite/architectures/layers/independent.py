"""Independent: a recurrent layer in which every unit sees its own past alone."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("suite")
class Within(keras.constraints.Constraint):
    """Keep every weight between -bound and bound."""

    def __init__(self, bound: float):
        self.bound = bound

    def __call__(self, w: Any) -> Any:
        """Return the weights, with those beyond the bound moved to it."""
        return ops.clip(w, -self.bound, self.bound)

    def get_config(self) -> dict[str, float]:
        """Return the arguments of the constructor."""
        return {"bound": self.bound}


@keras.saving.register_keras_serializable("suite")
class IndependentCell(keras.layers.Layer):
    """One step of an IndRNN: h = relu(W x + u h' + b), with one recurrent weight u per unit (Li et al. 2018)."""

    def __init__(self, units: int, recurrent_initializer: Any, bound: float, **options: Any):
        super().__init__(**options)
        self.units, self.bound = units, bound
        self.recurrent_initializer = keras.initializers.get(recurrent_initializer)
        self.state_size = self.output_size = units

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the weights; training keeps the recurrent ones within the bound."""
        shape = (input_shape[-1], self.units)
        self.kernel = self.add_weight(shape=shape, initializer="glorot_uniform", name="kernel")
        self.recurrent = self.add_weight(
            shape=(self.units,), initializer=self.recurrent_initializer, constraint=Within(self.bound), name="recurrent"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")

    def call(self, inputs: Any, states: Any, training: bool = False) -> tuple[Any, list[Any]]:
        """Return the output and the next state, which are the same."""
        h = ops.relu(ops.matmul(inputs, self.kernel) + self.recurrent * states[0] + self.bias)
        return h, [h]


@keras.saving.register_keras_serializable("suite")
class IndependentRNN(keras.layers.RNN):
    """A recurrent layer that applies `IndependentCell` at each step."""

    def __init__(
        self, units: int, recurrent_initializer: Any, bound: float, return_sequences: bool = False, **options: Any
    ):
        super().__init__(
            IndependentCell(units, recurrent_initializer, bound), return_sequences=return_sequences, **options
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {
            "units": self.cell.units,
            "recurrent_initializer": keras.initializers.serialize(self.cell.recurrent_initializer),
            "bound": self.cell.bound,
            "return_sequences": self.return_sequences,
        }
        return keras.layers.Layer.get_config(self) | own

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> "IndependentRNN":
        """Return a new layer with this configuration."""
        return cls(**config)

    def stock(self) -> keras.layers.Layer:
        """Return a Keras SimpleRNN, which does the same with `stock_weights`."""
        return keras.layers.SimpleRNN(
            self.cell.units, activation="relu", return_sequences=self.return_sequences, name=self.name
        )

    def stock_weights(self) -> list[np.ndarray]:
        """Return the weights, with the recurrent ones as a diagonal matrix."""
        kernel, recurrent, bias = self.get_weights()
        return [kernel, np.diag(recurrent), bias]
