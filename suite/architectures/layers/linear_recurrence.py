"""Linear recurrence: complex states that are multiplied by a constant at every step."""

from typing import Any

import keras
import numpy as np
from keras import ops

from suite.architectures.layers.scan import Scan


@keras.saving.register_keras_serializable("suite")
class Ring(keras.initializers.Initializer):
    """Draw the sizes of complex numbers that are uniform on a ring between two radii (Orvieto et al. 2023)."""

    def __init__(self, smallest: float, largest: float):
        self.smallest, self.largest = smallest, largest
        self.squares = keras.initializers.RandomUniform(smallest**2, largest**2)

    def __call__(self, shape: tuple[int, ...], dtype: Any = None) -> Any:
        """Return the square roots of uniform draws between the squares of both radii."""
        return ops.sqrt(self.squares(shape, dtype))

    def get_config(self) -> dict[str, float]:
        """Return the arguments of the constructor."""
        return {"smallest": self.smallest, "largest": self.largest}


@keras.saving.register_keras_serializable("suite")
class LinearRecurrence(Scan):
    """The states of a linear recurrent unit (Orvieto et al. 2023): s = lambda s' + gamma B x, with complex states.

    lambda = exp(-exp(nu) + i exp(theta)) has one value per state. Its size, below 1, starts as drawn by
    `size_initializer`, its phase between 0 and 2 pi. gamma starts as sqrt(1 - |lambda|^2). Every state contributes two
    numbers to the output (batch, time, 2 * units): first all real parts, then all imaginary parts.
    """

    def __init__(self, units: int, size_initializer: Any, **options: Any):
        super().__init__(**options)
        self.units, self.size_initializer = units, keras.initializers.get(size_initializer)

    def build(self, input_shape: Any) -> None:
        """Create the logarithms nu, theta and gamma, and the matrix B as real and imaginary parts."""
        features = input_shape[-1]
        kernel = keras.initializers.RandomNormal(stddev=(2 * features) ** -0.5)
        phase = keras.initializers.RandomUniform(keras.config.epsilon(), 2 * np.pi)
        self.kernel = self.add_weight(shape=(features, 2 * self.units), initializer=kernel, name="kernel")
        self.nu, self.theta, self.gamma = (
            self.add_weight(shape=(self.units,), initializer=initializer, name=name)
            for name, initializer in (("nu", self.size_initializer), ("theta", phase), ("gamma", "zeros"))
        )
        self.gamma.assign(ops.log(1 - ops.square(self.nu)) / 2)  # so far, nu and theta are the size and the phase
        self.nu.assign(ops.log(-ops.log(self.nu)))
        self.theta.assign(ops.log(self.theta))

    def decays(self) -> Any:
        """Return lambda: its real parts, then its imaginary parts, shape (2 * units,)."""
        size, phase = ops.exp(-ops.exp(self.nu)), ops.exp(self.theta)
        return ops.concatenate([size * ops.cos(phase), size * ops.sin(phase)])

    def input_matrix(self) -> Any:
        """Return gamma B, shape (features, 2 * units)."""
        return self.kernel * ops.tile(ops.exp(self.gamma), 2)

    @staticmethod
    def product(one: Any, other: Any) -> Any:
        """Return the product of complex numbers, whose real parts precede their imaginary parts."""
        (real, imaginary), (other_real, other_imaginary) = (ops.split(x, 2, axis=-1) for x in (one, other))
        return ops.concatenate(
            [real * other_real - imaginary * other_imaginary, real * other_imaginary + imaginary * other_real], axis=-1
        )

    def terms(self, inputs: Any) -> tuple[Any, Any]:
        """Return lambda at every step, and gamma B x."""
        decays = ops.broadcast_to(self.decays(), (1, inputs.shape[1], 2 * self.units))
        return decays, ops.matmul(inputs, self.input_matrix())

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """Return (batch, time, 2 * units)."""
        return (*input_shape[:-1], 2 * self.units)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        own = {"units": self.units, "size_initializer": keras.initializers.serialize(self.size_initializer)}
        return super().get_config() | own

    def stock(self) -> keras.layers.Layer:
        """Return a Keras SimpleRNN without activation, which does the same with `stock_weights`."""
        return keras.layers.SimpleRNN(
            2 * self.units, activation="linear", use_bias=False, return_sequences=True, name=self.name,
            dtype=self.dtype_policy,
        )  # fmt: skip

    def stock_weights(self) -> list[np.ndarray]:
        """Return gamma B, and the matrix that multiplies a row of real and imaginary parts by lambda."""
        real, imaginary = (np.diag(part) for part in np.split(ops.convert_to_numpy(self.decays()), 2))
        return [ops.convert_to_numpy(self.input_matrix()), np.block([[real, imaginary], [-imaginary, real]])]
