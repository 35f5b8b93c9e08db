"""Masking: the valid steps of a sequence, their positions and the last of them, as Keras operations."""

from typing import Any

import keras
from keras import ops

# Keras' Masking layer masks steps whose features all equal this value: exact in float32, far from any data.
PADDING = -1e9


def valid(x: Any) -> Any | None:
    """Return the mask that Keras attached to x as numbers, 1 for a valid and 0 for a padded step; None without one.

    Shape (batch, time, 1). Operations of `keras.ops` do not pass a mask on: `masked_like` attaches it to their result.
    """
    mask = getattr(x, "_keras_mask", None)
    return None if mask is None else ops.expand_dims(ops.cast(mask, x.dtype), axis=-1)


def unmasked(x: Any) -> Any:
    """Return x without its mask and with zeros at padded steps, for layers that do not support masks."""
    steps = valid(x)
    return x if steps is None else x * steps


def masked_like(y: Any, x: Any) -> Any:
    """Return y (batch, time, features) with the mask of x (batch, time, other features)."""
    steps = valid(x)
    return y if steps is None else keras.layers.Masking(PADDING)(ops.where(steps > 0, y, PADDING))


def numbers(x: Any) -> Any:
    """Return the number of every step, from 1, shape (batch, time, 1), for any length."""
    return ops.cumsum(ops.ones_like(x[:, :, :1]), axis=1)


def last(y: Any, x: Any) -> Any:
    """Return the step of y (batch, time, features) that is the last valid one of x, shape (batch, features)."""
    steps = valid(x)
    if steps is None:
        return y[:, -1]
    place = numbers(x) * steps
    return ops.sum(y * ops.cast(ops.equal(place, ops.max(place, axis=1, keepdims=True)), y.dtype), axis=1)


def mean_so_far(x: Any) -> Any:
    """Return the mean over the valid steps up to each step, with the shape and the mask of x."""
    steps = valid(x)
    counts = numbers(x) if steps is None else ops.maximum(ops.cumsum(steps, axis=1), 1.0)
    return masked_like(ops.cumsum(unmasked(x), axis=1) / counts, x)
