"""Probe: the outputs and gradients of a network for a fixed input, to compare networks whatever their code."""

from typing import Any

import keras
import numpy as np
from keras import ops

from suite import backend
from suite.architectures.masking import PADDING

EXAMPLES = 2
VALID = 0.7  # share of the second example's steps; the others are padding


def inputs(model: keras.Model) -> np.ndarray:
    """Return a fixed input of the shape that a model reads; the end of its second example is padded."""
    _, length, *features = model.input_shape
    rng, valid = np.random.default_rng(1), int(VALID * length)
    if not features:
        x = rng.integers(1, 3, size=(EXAMPLES, length)).astype("int32")
        x[1, valid:] = 0
        return x
    x = rng.normal(size=(EXAMPLES, length, *features)).astype("float32")
    x[1, valid:] = PADDING
    return x


def answers(model: keras.Model) -> np.ndarray:
    """Return what the model predicts for the fixed input, shape (examples, steps x outputs)."""
    return ops.convert_to_numpy(model(inputs(model))).reshape(EXAMPLES, -1)


def gradient_norms(model: keras.Model) -> dict[str, float | None]:
    """Return trainable weight -> norm of a fixed loss's gradient in training; None if no gradient reaches it."""
    x = inputs(model)

    def loss() -> Any:
        return ops.sum(ops.square(ops.cast(model(x, training=True), "float32")))

    found = backend.gradients(loss, model.trainable_variables)
    return {weight.path: _norm(one) for weight, one in zip(model.trainable_variables, found, strict=True)}


def _norm(gradient: Any) -> float | None:
    return None if gradient is None else float(ops.sqrt(ops.sum(ops.square(ops.cast(gradient, "float32")))))
