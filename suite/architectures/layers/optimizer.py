"""Optimizer: Adam with gradient clipping, which counts the clipped steps."""

from typing import Any

import keras
from keras import ops

CLIP_NORM = 1.0


class CountingAdam(keras.optimizers.Adam):
    """Adam that clips gradients by their global norm (Pascanu et al. 2013) and counts the clipped steps."""

    def __init__(self, learning_rate: float):
        super().__init__(learning_rate, global_clipnorm=CLIP_NORM)

    def build(self, var_list: list[Any]) -> None:
        """Create Adam's moments and the count of clipped steps."""
        if not self.built:
            self.clipped = self.add_variable(shape=(), initializer="zeros", name="clipped")
        super().build(var_list)

    def apply(self, grads: list[Any], trainable_variables: list[Any] | None = None) -> Any:
        """Take one step, and count it if the global norm of the gradients exceeds `CLIP_NORM`."""
        norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in grads))
        result = super().apply(grads, trainable_variables)
        self.clipped.assign_add(ops.cast(norm > CLIP_NORM, self.clipped.dtype))
        return result

    def restart(self, learning_rate: float) -> None:
        """Reset the optimizer to its state before the first step, and set the learning rate."""
        for variable in self.variables:
            variable.assign(ops.zeros_like(variable))
        self.learning_rate = learning_rate
