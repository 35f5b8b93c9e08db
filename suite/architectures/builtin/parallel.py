"""Parallel: recurrences whose gates do not see the state, so that all steps are computed at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from suite.architectures.architecture import architecture
from suite.architectures.builtin.attention import residual
from suite.architectures.builtin.recurrent import GATE_BIASES, retention_bias

SMALLEST_RADII = [0.0, 0.5, 0.9]
LARGEST_RADIUS = 0.999


@architecture("min-gru", title="minGRU", start="gate_bias")
def min_gru(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Residual blocks of a minGRU (Feng et al. 2024): h = (1 - z) h' + z c, where z and c do not depend on h'.

    z = sigmoid(W x + b), c = V x + d. `gate_bias`: the initial bias that retains the state, subtracted from b: 0, 1 or
    chrono.
    """
    import keras

    gate_bias = hp.Choice("gate_bias", GATE_BIASES, default="0")

    def recurrence(y: Any) -> Any:
        from suite.architectures.layers import GatedAverage

        gate = keras.layers.Dense(units)
        inputs = keras.layers.Concatenate()([gate(y), keras.layers.Dense(units)(y)])
        gate.bias.assign(-retention_bias(gate_bias, units, x.shape[1]))
        return keras.layers.Dense(units)(GatedAverage()(inputs))

    return blocks(hp, x, recurrence, units, per_step)


@architecture("min-lstm", title="minLSTM", start="gate_bias")
def min_lstm(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Residual blocks of a minLSTM (Feng et al. 2024): h = (f h' + i c) / (f + i), whose gates do not depend on h'.

    f = sigmoid(W x + b), i = sigmoid(U x + a), c = V x + d. `gate_bias`: the initial bias b, 0, 1 or chrono.
    """
    import keras

    gate_bias = hp.Choice("gate_bias", GATE_BIASES, default="0")

    def recurrence(y: Any) -> Any:
        from suite.architectures.layers import GatedAverage

        forget, write = (keras.layers.Dense(units, activation="log_sigmoid") for _ in range(2))
        gate = keras.layers.Subtract()([write(y), forget(y)])  # its logistic function is i / (f + i)
        inputs = keras.layers.Concatenate()([gate, keras.layers.Dense(units)(y)])
        retention = retention_bias(gate_bias, units, x.shape[1])
        forget.bias.assign(retention)
        write.bias.assign(-retention if gate_bias == "chrono" else np.zeros(units))
        return keras.layers.Dense(units)(GatedAverage()(inputs))

    return blocks(hp, x, recurrence, units, per_step)


@architecture("lru", title="LRU", start="smallest_radius")
def lru(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Residual blocks of a linear recurrent unit and a gated linear unit (Orvieto et al. 2023).

    s = lambda s' + gamma B x with complex states, y = Re(C s) + D x. The sizes of lambda start on a ring from
    `smallest_radius` to 0.999: the larger they are, the longer a state lasts.
    """
    import keras

    smallest = hp.Choice("smallest_radius", SMALLEST_RADII, default=SMALLEST_RADII[-1])

    def recurrence(y: Any) -> Any:
        from suite.architectures.layers import LinearRecurrence, Ring

        dense = partial(keras.layers.Dense, units)
        states = LinearRecurrence(units, Ring(smallest, LARGEST_RADIUS))(y)
        read = keras.layers.Add()([dense(use_bias=False)(states), dense(use_bias=False)(y)])
        read = keras.layers.Activation("gelu")(read)
        return keras.layers.Multiply()([dense()(read), dense(activation="sigmoid")(read)])

    return blocks(hp, x, recurrence, units, per_step)


def blocks(hp: Any, x: Any, recurrence: Callable[[Any], Any], units: int, per_step: bool) -> Any:
    """Pass x through one dense layer and one or two residual blocks (`depth`), each around a recurrence.

    A block is y + dropout(recurrence(y normalised)). The features are those of the last valid step, or of every step.
    """
    import keras

    from suite.architectures import masking

    depth = hp.Int("depth", 1, 2, default=1)
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0)
    y = keras.layers.Dense(units)(x)
    for _ in range(depth):
        y = residual(y, rate, recurrence)
    return y if per_step else masking.last(y, y)
