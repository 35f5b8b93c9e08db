"""Layers: what the suite adds to Keras: one dropout mask a sequence, an Adam that counts clipped steps."""

from typing import Any

import keras
from keras import ops

CLIP_NORM = 1.0


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
