"""Layers: what the suite adds to Keras: one dropout mask a sequence, an Adam that counts clipped steps."""

from typing import Any

import keras
import numpy as np
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


class PerturbedCell(keras.layers.Layer):
    """A recurrent cell to whose new states the rest of its input is added: inputs (batch, features + states)."""

    def __init__(self, cell: keras.layers.Layer):
        super().__init__()
        self.cell = cell
        self.sizes = [cell.state_size] if isinstance(cell.state_size, int) else list(cell.state_size)
        self.state_size = cell.state_size
        self.output_size = getattr(cell, "output_size", self.sizes[0])

    def call(self, inputs: Any, states: Any) -> Any:
        """Output and states of one step; an output that is itself a state is perturbed with it."""
        borders = np.cumsum([-sum(self.sizes), *self.sizes[:-1]]).tolist()
        inputs, *noises = ops.split(inputs, [inputs.shape[-1] + border for border in borders], axis=-1)
        output, new = self.cell(inputs, states)
        new = list(new) if isinstance(new, (list, tuple)) else [new]
        perturbed = [state + noise for state, noise in zip(new, noises, strict=True)]
        same = [after for before, after in zip(new, perturbed, strict=True) if before is output]
        return (same[0] if same else output), perturbed


class PerturbedRecurrence(keras.layers.Layer):
    """A recurrent layer, with its own weights, to whose state a variable of zeros is added after each step.

    The loss gradient with respect to `noise` (examples, time, states) is the one with respect to the states. Input
    (examples, time, features).
    """

    def __init__(self, layer: keras.layers.RNN, examples: int):
        super().__init__()
        self.cell = PerturbedCell(layer.cell)
        self.recurrence = keras.layers.RNN(self.cell, return_sequences=layer.return_sequences)
        self.examples = examples
        self.supports_masking = True

    @staticmethod
    def perturbs(layer: keras.layers.Layer) -> bool:
        """Whether this is a recurrent layer that reads forwards, and whose state is a tensor or a list of them."""
        if not isinstance(layer, keras.layers.RNN) or layer.go_backwards or layer.return_state:
            return False
        sizes = layer.cell.state_size
        return isinstance(sizes, int) or all(isinstance(size, int) for size in sizes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates the noise."""
        shape = (self.examples, input_shape[1], sum(self.cell.sizes))
        self.noise = self.add_weight(shape=shape, initializer="zeros", name="noise")

    def call(self, inputs: Any, initial_state: Any = None, mask: Any = None) -> Any:
        """The layer's own answer."""
        return self.recurrence(ops.concatenate([inputs, self.noise], axis=-1), initial_state=initial_state, mask=mask)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """That of the layer."""
        return self.recurrence.compute_mask(inputs, mask)


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
