"""Masking: Keras operations that find the valid steps of sequences, or work on valid steps only."""

from typing import Any

import keras
from keras import ops

# Keras' Masking layer masks steps whose features all equal this value. It is exact in float32, and far from any data.
PADDING = -1e9
# In half precision, PADDING is infinite or inexact, and counts beyond 256 (bfloat16) or 2048 (float16) are wrong.
HALF = ("float16", "bfloat16")


def valid(x: Any) -> Any | None:
    """Return the mask of x (batch, time, 1) as numbers: 1 for a valid step, 0 for a padded step.

    Return None if x has no mask. Operations of `keras.ops` drop the mask; `masked_like` attaches it to their result.
    """
    mask, dtype = getattr(x, "_keras_mask", None), "float32" if x.dtype in HALF else x.dtype
    return None if mask is None else ops.expand_dims(ops.cast(mask, dtype), axis=-1)


def unmasked(x: Any) -> Any:
    """Return x without its mask and with zeros at padded steps, for layers that do not support masks."""
    steps = valid(x)
    return x if steps is None else x * steps


def masked_like(y: Any, x: Any) -> Any:
    """Return y (batch, time, features) with the mask of x (batch, time, any features)."""
    steps = valid(x)
    return y if steps is None else mask_of_padding()(ops.where(steps > 0, exact(y), PADDING))


def latest(x: Any, steps: int, masked: bool) -> Any:
    """Return the last `steps` valid steps of inputs (batch, time, features), and PADDING where there are fewer.

    `masked`: whether some steps of x are PADDING, which stands after the valid steps. x itself carries no mask yet.
    """
    if not masked:
        return x[:, -steps:]
    count = ops.sum(ops.cast(ops.any(ops.not_equal(x, PADDING), axis=-1, keepdims=True), "int32"), axis=1)
    places = ops.maximum(count - steps, 0) + ops.arange(steps, dtype="int32")
    return ops.take_along_axis(x, ops.expand_dims(places, axis=-1), axis=1)


def mask_of_padding() -> keras.layers.Layer:
    """Return the layer that masks steps of PADDING, and works in float32 if the float policy is half precision."""
    return keras.layers.Masking(PADDING, dtype=exact_dtype())


def exact_dtype() -> str | None:
    """Return "float32" if the float policy computes in half precision, or else None, for the policy's own type."""
    return "float32" if keras.config.dtype_policy().compute_dtype in HALF else None


def exact(x: Any) -> Any:
    """Return x in at least single precision."""
    return ops.cast(x, "float32") if x.dtype in HALF else x


def numbers(x: Any) -> Any:
    """Number the valid steps of x from 1, for sequences of any length. Return shape (batch, time, 1).

    A padded step has the number of the valid step before it, and steps before the first valid one have 1.
    """
    steps = valid(x)
    if steps is None:
        return ops.cumsum(ops.ones_like(exact(x[:, :, :1])), axis=1)
    return ops.maximum(ops.cumsum(steps, axis=1), 1.0)


def last(y: Any, x: Any) -> Any:
    """Return y (batch, time, features) at the last valid step of x, shape (batch, features); zeros without any."""
    steps = valid(x)
    if steps is None:
        return y[:, -1]
    place = ops.cumsum(ops.ones_like(steps), axis=1) * steps
    is_last = ops.cast(ops.equal(place, ops.max(place, axis=1, keepdims=True)), steps.dtype) * steps
    return ops.sum(y * ops.cast(is_last, y.dtype), axis=1)


def mean_so_far(x: Any) -> Any:
    """Return, for each step, the mean of x over the valid steps up to there, with the shape and mask of x."""
    steps = valid(x)
    counts = numbers(x) if steps is None else ops.maximum(ops.cumsum(steps, axis=1), 1.0)
    return masked_like(ops.cumsum(exact(unmasked(x)), axis=1) / counts, x)
