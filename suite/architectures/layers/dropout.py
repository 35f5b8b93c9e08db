"""Dropout: drop the same features at all steps of a sequence, at a rate that is a variable."""

from typing import Any

import keras
import numpy as np
from keras import ops


@keras.saving.register_keras_serializable("suite")
class SequenceDropout(keras.layers.Layer):
    """Dropout with one mask for all steps of a sequence (Gal and Ghahramani 2016).

    The rate is a variable, so that one compiled model works for every rate. The input has the shape
    (batch, time, features) or (batch, features), and the output has the same. A mask of padded steps is passed on.
    """

    RATE = "sequence_dropout_rate"

    def __init__(self, sequence_dropout_rate: float, **options: Any):
        super().__init__(**options)
        self.initial_rate = float(sequence_dropout_rate)
        self.seed_generator = keras.random.SeedGenerator()
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the rate as a variable that is not trained."""
        self.noise_shape = (None, *[1] * (len(input_shape) - 2), input_shape[-1])
        rate = keras.initializers.Constant(self.initial_rate)
        self.rate = self.add_weight(shape=(), initializer=rate, trainable=False, autocast=False, name="rate")

    def call(self, inputs: Any, training: bool = False) -> Any:
        """In training, set features to zero at all steps, and scale the others so that the mean stays the same."""
        if not training:
            return inputs
        shape = (ops.shape(inputs)[0], *self.noise_shape[1:])
        mask = keras.random.uniform(shape, seed=self.seed_generator) >= self.rate
        return inputs * ops.cast(mask, inputs.dtype) / ops.cast(1.0 - self.rate, inputs.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments of the constructor."""
        return super().get_config() | {self.RATE: self.initial_rate}

    def stock(self) -> keras.layers.Layer:
        """Return the Keras layer that does the same."""
        return keras.layers.Dropout(float(self.rate), noise_shape=self.noise_shape, name=self.name)

    def stock_weights(self) -> list[np.ndarray]:
        """Return no weights: the Keras layer stores the rate in its configuration."""
        return []
