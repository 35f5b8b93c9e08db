"""Perturbation: zeros added to the states of a recurrent layer, to take gradients with respect to the states."""

from typing import Any

import keras
import numpy as np
from keras import ops


class PerturbedCell(keras.layers.Layer):
    """A recurrent cell that adds the last part of its input, (batch, features + states), to its new states."""

    def __init__(self, cell: keras.layers.Layer):
        super().__init__()
        self.cell = cell
        self.sizes = [cell.state_size] if isinstance(cell.state_size, int) else list(cell.state_size)
        self.state_size = cell.state_size
        self.output_size = getattr(cell, "output_size", self.sizes[0])

    def call(self, inputs: Any, states: Any) -> Any:
        """Return output and states of one step; an output that is itself a state is perturbed too."""
        borders = np.cumsum([-sum(self.sizes), *self.sizes[:-1]]).tolist()
        inputs, *noises = ops.split(inputs, [inputs.shape[-1] + border for border in borders], axis=-1)
        output, new = self.cell(inputs, states)
        new = list(new) if isinstance(new, (list, tuple)) else [new]
        perturbed = [state + noise for state, noise in zip(new, noises, strict=True)]
        same = [after for before, after in zip(new, perturbed, strict=True) if before is output]
        return (same[0] if same else output), perturbed


class PerturbedRecurrence(keras.layers.Layer):
    """A recurrent layer, with its own weights, that adds a variable of zeros to its state after each step.

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
        """Return whether a layer is recurrent, reads forwards, and has a tensor or a list of tensors as its state."""
        if not isinstance(layer, keras.layers.RNN) or layer.go_backwards or layer.return_state:
            return False
        sizes = layer.cell.state_size
        return isinstance(sizes, int) or all(isinstance(size, int) for size in sizes)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the noise."""
        shape = (self.examples, input_shape[1], sum(self.cell.sizes))
        self.noise = self.add_weight(shape=shape, initializer="zeros", name="noise")

    def call(self, inputs: Any, initial_state: Any = None, mask: Any = None) -> Any:
        """Return the layer's own output."""
        return self.recurrence(ops.concatenate([inputs, self.noise], axis=-1), initial_state=initial_state, mask=mask)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the layer's mask."""
        return self.recurrence.compute_mask(inputs, mask)
