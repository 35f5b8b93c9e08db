"""Perturbation: add zeros to the states of a recurrent layer, to compute gradients with respect to the states."""

from typing import Any

import keras
import numpy as np
from keras import ops

from suite.architectures.layers.scan import Scan


def perturbs(layer: Any) -> bool:
    """Return whether a layer is recurrent, reads forwards, and has vectors as its state."""
    if isinstance(layer, Scan):
        return True
    if not isinstance(layer, keras.layers.RNN) or layer.go_backwards or layer.return_state:
        return False
    return all(isinstance(size, int) for size in keras.tree.flatten(layer.cell.state_size))


def perturbed(layer: Any, examples: int) -> "PerturbedRecurrence | PerturbedScan":
    """Return a layer that shares the weights of `layer` and adds a variable of zeros to its states after each step.

    The loss gradient with respect to this variable, `noise` (examples, time, states), equals the gradient with respect
    to the states.
    """
    return (PerturbedScan if isinstance(layer, Scan) else PerturbedRecurrence)(layer, examples)


class PerturbedScan(keras.layers.Layer):
    """A parallel recurrence that adds a variable of zeros to its states, as `perturbed` explains."""

    def __init__(self, layer: Scan, examples: int):
        super().__init__()
        self.layer, self.examples = layer, examples
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the noise, a variable of zeros."""
        shape = (self.examples, *self.layer.compute_output_shape(input_shape)[1:])
        self.noise = self.add_weight(shape=shape, initializer="zeros", name="noise")

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """Return the states of the wrapped layer, with the noise added to them."""
        return self.layer(inputs, mask=mask, noise=self.noise)


class PerturbedCell(keras.layers.Layer):
    """A recurrent cell that adds noise to its new states.

    Its input (batch, features + states) contains the wrapped cell's input, followed by the noise. The states may be
    nested, as those of stacked cells are.
    """

    def __init__(self, cell: keras.layers.Layer):
        super().__init__()
        self.cell = cell
        self.sizes = keras.tree.flatten(cell.state_size)
        self.state_size = cell.state_size
        self.output_size = getattr(cell, "output_size", self.sizes[0])

    def get_initial_state(self, batch_size: int | None = None) -> Any:
        """Return the wrapped cell's own initial states, which may be learned, or zeros if it names none."""
        if hasattr(self.cell, "get_initial_state"):
            return self.cell.get_initial_state(batch_size=batch_size)
        return [ops.zeros((batch_size, size)) for size in self.sizes]

    def call(self, inputs: Any, states: Any) -> Any:
        """Return the output and the new states of one step. An output that is itself a state is perturbed too."""
        borders = np.cumsum([-sum(self.sizes), *self.sizes[:-1]]).tolist()
        inputs, *noises = ops.split(inputs, [inputs.shape[-1] + border for border in borders], axis=-1)
        output, new = self.cell(inputs, states)
        flat = keras.tree.flatten(new)
        perturbed = [state + noise for state, noise in zip(flat, noises, strict=True)]
        same = [after for before, after in zip(flat, perturbed, strict=True) if before is output]
        return (same[0] if same else output), keras.tree.pack_sequence_as(new, perturbed)


class PerturbedRecurrence(keras.layers.Layer):
    """A recurrent layer that adds a variable of zeros to its states, as `perturbed` explains.

    The input has the shape (examples, time, features).
    """

    def __init__(self, layer: keras.layers.RNN, examples: int):
        super().__init__()
        self.cell = PerturbedCell(layer.cell)
        self.recurrence = keras.layers.RNN(self.cell, return_sequences=layer.return_sequences)
        self.examples = examples
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Create the noise, a variable of zeros."""
        shape = (self.examples, input_shape[1], sum(self.cell.sizes))
        self.noise = self.add_weight(shape=shape, initializer="zeros", name="noise")

    def call(self, inputs: Any, initial_state: Any = None, mask: Any = None) -> Any:
        """Return the output of the wrapped layer, with the noise added to its states."""
        return self.recurrence(ops.concatenate([inputs, self.noise], axis=-1), initial_state=initial_state, mask=mask)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """Return the mask of the wrapped layer's output."""
        return self.recurrence.compute_mask(inputs, mask)
