"""An architecture with a layer of its own, which Keras knows once this module is imported."""

import keras

from suite import architecture


@keras.saving.register_keras_serializable("suite_layered")
class Largest(keras.layers.Layer):
    """The largest of each feature over time."""

    def call(self, inputs):
        """(batch, features) of (batch, time, features)."""
        return keras.ops.max(inputs, axis=1)


@architecture("largest", causal=False)
def largest(hp, x, *, units: int, per_step: bool):
    """The largest of a few features over time."""
    return Largest()(keras.layers.Dense(units, activation="relu")(x))
