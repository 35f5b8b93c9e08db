"""Attention: the transformer, an encoder in which each step attends to all steps, or to all steps so far."""

from typing import Any

import numpy as np

from suite.architectures.architecture import architecture

FEED_FORWARD = 4


@architecture("transformer", title="Transformer")
def transformer(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Encoder of the Transformer (Vaswani et al. 2017), normalised before each part (Xiong et al. 2020).

    `positions`: sinusoidal, or one learned vector per step of the task's length (later steps share the last). `heads`
    attend to all valid steps, or to all steps so far if every step has a target. The features are the mean over the
    valid steps.
    """
    import keras

    from suite.architectures import masking
    from suite.architectures.layers import SequenceDropout

    depth = hp.Int("depth", 1, 2, default=1)
    heads = hp.Choice("heads", [1, 2, 4], default=2)
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0)
    positions = {"sinusoidal": sinusoidal, "learned": learned}[
        hp.Choice("positions", ["sinusoidal", "learned"], default="sinusoidal")
    ]
    y = keras.layers.Dense(units)(x)
    y = SequenceDropout(rate)(masking.masked_like(y + positions(y), y))
    for _ in range(depth):
        y = residual(y, rate, lambda z: _attention(z, min(heads, units), per_step))
        y = residual(y, rate, lambda z: _feed_forward(z, min(heads, units)))
    y = keras.layers.LayerNormalization()(y)
    return y if per_step else keras.layers.GlobalAveragePooling1D()(y)


def sinusoidal(x: Any) -> Any:
    """Return position vectors with the shape of x: sines and cosines of the step's number, which counts from 0.

    The wavelengths range from 2 pi to 20,000 pi steps.
    """
    import keras

    from suite.architectures import masking

    feature = np.arange(x.shape[-1])
    frequencies = 10_000.0 ** (-2 * (feature // 2) / x.shape[-1])
    phases = np.pi / 2 * (feature % 2)
    return keras.ops.sin((masking.numbers(x) - 1) * frequencies.astype("float32") + phases.astype("float32"))


def learned(x: Any) -> Any:
    """Return learned position vectors, one per step, with the shape of x and small initial values."""
    import keras

    from suite.architectures import masking

    length, units = x.shape[1:]
    places = keras.ops.minimum(masking.numbers(x)[:, :, 0], length) - 1
    return keras.layers.Embedding(length, units, name="positions")(keras.ops.cast(places, "int32"))


def residual(x: Any, rate: float, transform: Any) -> Any:
    """Return x + dropout(transform(normalised x))."""
    import keras

    from suite.architectures.layers import SequenceDropout

    return keras.layers.Add()([x, SequenceDropout(rate)(transform(keras.layers.LayerNormalization()(x)))])


def _attention(x: Any, heads: int, causal: bool) -> Any:
    import keras

    return keras.layers.MultiHeadAttention(heads, x.shape[-1] // heads)(x, x, use_causal_mask=causal)


def _feed_forward(x: Any, heads: int) -> Any:
    """Apply two dense layers to x, the first FEED_FORWARD times as wide as x.

    If the number of heads does not divide the width, attention leaves units % heads units unused. The first layer is
    then wider by two units for each of them, so that the weight matrices of attention and of both layers together have
    12 units^2 weights for any number of heads.
    """
    import keras

    units = x.shape[-1]
    hidden = keras.layers.Dense(FEED_FORWARD * units + 2 * (units % heads), activation="relu")(x)
    return keras.layers.Dense(units)(hidden)
