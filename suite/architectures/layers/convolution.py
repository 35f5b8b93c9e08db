"""Convolution: a causal, dilated convolution that learns the norms of its filters."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("suite")
class CausalConvolution(keras.layers.Layer):
    """Dilated causal convolution and relu (Bai, Kolter and Koltun 2018) with weight normalisation (Salimans and Kingma
    2016): y[t] = relu(sum_j g W[j] / |W| x[t - (kernel_size - 1 - j) dilation] + b), where x is 0 before its start.

    Input (batch, time, features), output (batch, time, units).
    """

    def __init__(self, units: int, kernel_size: int, dilation: int, **options: Any):
        super().__init__(**options)
        self.units, self.kernel_size, self.dilation = units, kernel_size, dilation

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the filters' directions and norms, and the bias. Initially, the filters equal the drawn directions."""
        shape = (self.kernel_size, input_shape[-1], self.units)
        self.direction = self.add_weight(shape=shape, initializer="he_normal", name="direction")
        self.norm = self.add_weight(shape=(self.units,), initializer="ones", name="norm")
        self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        self.norm.assign(_norm(self.direction))

    @property
    def kernel(self) -> Any:
        """Return the filters (kernel_size, features, units)."""
        return self.direction * (self.norm / ops.maximum(_norm(self.direction), keras.config.epsilon()))

    def call(self, inputs: Any) -> Any:
        """Compute the output of each step from the same step and earlier steps."""
        before = (self.kernel_size - 1) * self.dilation
        padded = ops.pad(inputs, ((0, 0), (before, 0), (0, 0)))
        return ops.relu(ops.conv(padded, self.kernel, padding="valid", dilation_rate=self.dilation) + self.bias)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {"units": self.units, "kernel_size": self.kernel_size, "dilation": self.dilation}
        return super().get_config() | own

    def stock(self) -> keras.layers.Layer:
        """Return the Keras layer that does the same."""
        return keras.layers.Conv1D(
            self.units,
            self.kernel_size,
            padding="causal",
            dilation_rate=self.dilation,
            activation="relu",
            name=self.name,
        )

    def stock_weights(self) -> list[np.ndarray]:
        """Return the filters and the bias."""
        return [ops.convert_to_numpy(self.kernel), ops.convert_to_numpy(self.bias)]


def _norm(direction: Any) -> Any:
    """Return the norm of each filter, shape (units,)."""
    return ops.sqrt(ops.sum(ops.square(direction), axis=(0, 1)))
