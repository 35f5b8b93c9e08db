"""Convolutions: tcn, whose causal convolutions are dilated until the last step sees the whole sequence."""

from typing import Any

from suite.architectures.architecture import architecture

KERNEL_SIZES = [2, 3, 5, 7]
KERNEL_SIZE = 3


def levels(kernel_size: int, length: int) -> int:
    """Return the smallest number of residual blocks whose receptive field covers `length` steps."""
    count = 1
    while receptive_field(kernel_size, count) < length:
        count += 1
    return count


def receptive_field(kernel_size: int, count: int) -> int:
    """Return the number of steps that an output depends on.

    Each of the `count` blocks has two convolutions. The blocks are dilated by 1, 2, 4, ...
    """
    return 1 + 2 * (kernel_size - 1) * (2**count - 1)


def reach(hyperparameters: dict[str, Any], length: int) -> dict[str, int]:
    """Return the number of blocks and the receptive field (in steps) for this kernel size and sequence length."""
    kernel_size = hyperparameters.get("kernel_size", KERNEL_SIZE)
    count = levels(kernel_size, length)
    return {"levels": count, "receptive_field": receptive_field(kernel_size, count)}


@architecture("tcn", title="TCN", derived=reach)
def tcn(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Temporal convolutional network (Bai, Kolter and Koltun 2018).

    Residual blocks of two causal convolutions with weight normalisation, relu and dropout of whole channels, dilated by
    1, 2, 4, ... until the receptive field covers the task's length. The features are those of the last valid step.
    """
    from suite.architectures import masking

    kernel_size = hp.Choice("kernel_size", KERNEL_SIZES, default=KERNEL_SIZE)
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0)
    y = masking.unmasked(x)
    for level in range(levels(kernel_size, x.shape[1])):
        y = block(y, units, kernel_size, 2**level, rate)
    return masking.masked_like(y, x) if per_step else masking.last(y, x)


def block(x: Any, units: int, kernel_size: int, dilation: int, rate: float) -> Any:
    """Return relu(x + two convolutions of x); a dense layer first adapts x if the widths differ."""
    import keras

    from suite.architectures.layers import CausalConvolution, SequenceDropout

    y = x
    for _ in range(2):
        y = CausalConvolution(units, kernel_size, dilation)(y)
        y = SequenceDropout(rate)(y)
    if x.shape[-1] != units:
        x = keras.layers.Dense(units)(x)
    return keras.layers.Activation("relu")(keras.layers.Add()([x, y]))
