"""Steps: which steps of a sequence are valid, where they stand, and the last of them, as operations of Keras' own."""

from typing import Any

import keras
from keras import ops

# Keras' Masking layer masks steps whose features all equal this value: exact in float32, far from any data.
PADDING = -1e9


def valid(x: Any) -> Any | None:
    """The mask that travels with x as numbers, 1 for a valid and 0 for a padded step, (batch, time, 1); None without.

    Operations out of `keras.ops` do not carry a mask on: what is made of x by them has to be told.
    """
    mask = getattr(x, "_keras_mask", None)
    return None if mask is None else ops.expand_dims(ops.cast(mask, x.dtype), axis=-1)


def unmasked(x: Any) -> Any:
    """x with zeros at padded steps and no mask any more, for layers that do not know masks."""
    steps = valid(x)
    return x if steps is None else x * steps


def masked_like(y: Any, x: Any) -> Any:
    """y (batch, time, features) with the mask of x (batch, time, other features)."""
    steps = valid(x)
    return y if steps is None else keras.layers.Masking(PADDING)(ops.where(steps > 0, y, PADDING))


def numbers(x: Any) -> Any:
    """The number of every step, from 1, shape (batch, time, 1), whatever the length turns out to be."""
    return ops.cumsum(ops.ones_like(x[:, :, :1]), axis=1)


def last(y: Any, x: Any) -> Any:
    """Of y (batch, time, features) the last step that is valid in x, shape (batch, features)."""
    steps = valid(x)
    if steps is None:
        return y[:, -1]
    place = numbers(x) * steps
    return ops.sum(y * ops.cast(ops.equal(place, ops.max(place, axis=1, keepdims=True)), y.dtype), axis=1)


def mean_so_far(x: Any) -> Any:
    """The mean over the valid steps up to each step, of x's shape, with x's mask."""
    steps = valid(x)
    counts = numbers(x) if steps is None else ops.maximum(ops.cumsum(steps, axis=1), 1.0)
    return masked_like(ops.cumsum(unmasked(x), axis=1) / counts, x)
