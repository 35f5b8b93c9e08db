"""Optimizer: gradient clipping that counts the clipped steps, for every optimizer; also inside Keras' loss scaling."""

from functools import cache
from typing import Any

from keras import ops
from keras.src.optimizers.base_optimizer import clip_by_global_norm


class Clipping:
    """Clips gradients by their global norm (Pascanu et al. 2013) and counts the clipped steps, in any Keras optimizer.

    Learning rate, clip norm and weight decay are variables, so that one compiled model serves all their values.
    """

    decays = False

    def build(self: Any, var_list: list[Any]) -> None:
        """Create the optimizer's variables, the count of clipped steps, the clip norm and, if used, the decay."""
        if not self.built:
            own = ("clipped", "clip_norm", "weight_decay")[: 3 if self.decays else 2]
            for name in own:
                setattr(self, name, self.add_variable(shape=(), initializer="zeros", name=name))
            super().build(var_list)
            self.initial = [ops.convert_to_numpy(variable) for variable in self.variables]

    def apply(self: Any, grads: list[Any], trainable_variables: list[Any] | None = None) -> Any:
        """Take one step with clipped gradients, and count it if their global norm exceeded the clip norm."""
        known = [gradient for gradient in grads if gradient is not None]
        norm = ops.sqrt(sum(ops.sum(ops.square(gradient)) for gradient in known))
        limit = ops.cast(self.clip_norm, norm.dtype)
        result = super().apply(clip_by_global_norm(grads, limit), trainable_variables)
        self.clipped.assign_add(ops.cast(norm > limit, self.clipped.dtype))
        return result

    def restart(self: Any, learning_rate: float, clip_norm: float, weight_decay: float) -> None:
        """Reset the optimizer to its state before the first step, and set what it is to use."""
        for variable, value in zip(self.variables, self.initial, strict=True):
            variable.assign(value)
        self.learning_rate = learning_rate
        self.clip_norm.assign(clip_norm)
        if self.decays:
            self.weight_decay.assign(weight_decay)


@cache
def clipping(kind: type, decays: bool) -> type:
    """Return a class of Keras optimizers that also clips and counts; `decays`: whether it decays weights."""
    return type(f"Clipping{kind.__name__}", (Clipping, kind), {"decays": decays})


def counting(optimizer: Any) -> Any:
    """Return the counting optimizer of a compiled model, which Keras wraps in float16 to scale the loss."""
    return getattr(optimizer, "inner_optimizer", optimizer)


def restart(optimizer: Any, learning_rate: float, clip_norm: float, weight_decay: float) -> None:
    """Reset a compiled model's optimizer, and its loss scale if it has one, to the state before the first step."""
    counting(optimizer).restart(learning_rate, clip_norm, weight_decay)
    if optimizer is not counting(optimizer):
        optimizer.step_counter.assign(0)
        optimizer.dynamic_scale.assign(optimizer.initial_scale)
