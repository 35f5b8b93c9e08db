"""Perturbation: noise of zeros on the states of a recurrent layer, to take gradients with respect to them."""

from typing import Any

import keras
import numpy as np
from keras import ops


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
