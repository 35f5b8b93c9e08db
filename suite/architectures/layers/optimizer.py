"""Optimizer: Adam with gradient clipping, which counts the clipped steps; also inside Keras' loss scaling."""

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
        known = [gradient for gradient in grads if gradient is not None]
        norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in known))
        result = super().apply(grads, trainable_variables)
        self.clipped.assign_add(ops.cast(norm > CLIP_NORM, self.clipped.dtype))
        return result

    def restart(self, learning_rate: float) -> None:
        """Reset the optimizer to its state before the first step, and set the learning rate."""
        for variable in self.variables:
            variable.assign(ops.zeros_like(variable))
        self.learning_rate = learning_rate


def counting(optimizer: Any) -> CountingAdam:
    """Return the CountingAdam of a compiled model, which Keras wraps in float16 to scale the loss."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def restart(optimizer: Any, learning_rate: float) -> None:
    """Reset a compiled model's optimizer, and its loss scale if it has one, to the state before the first step."""
    counting(optimizer).restart(learning_rate)
    if optimizer is not counting(optimizer):
        optimizer.step_counter.assign(0)
        optimizer.dynamic_scale.assign(optimizer.initial_scale)
