"""Recurrent layers: stacks of simple-rnn, lstm or gru, whose initial state retention is a hyperparameter."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from suite.architectures.architecture import architecture

GATE_BIASES = ["0", "1", "chrono"]


@architecture("simple-rnn", title="simple RNN", start="recurrent_start")
def simple_rnn(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked simple recurrent layers (Elman 1990): h = tanh(W x + U h' + b).

    `recurrent_start`: orthogonal (Keras' default) or uniform in +-1/sqrt(units), as in other frameworks.
    """
    import keras

    start = hp.Choice("recurrent_start", ["orthogonal", "uniform"], default="orthogonal")
    bound = 1 / np.sqrt(units)
    initializer = "orthogonal" if start == "orthogonal" else keras.initializers.RandomUniform(-bound, bound)
    return stack(hp, x, partial(keras.layers.SimpleRNN, units, recurrent_initializer=initializer), per_step)


@architecture("lstm", title="LSTM", start="gate_bias")
def lstm(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked LSTM (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000).

    `gate_bias`: the initial bias of the forget gate, 0, 1 (Keras' default; Jozefowicz et al. 2015) or chrono.
    """
    import keras

    gate_bias = hp.Choice("gate_bias", GATE_BIASES, default="1")

    def start(layer: Any) -> None:
        retention = retention_bias(gate_bias, units, x.shape[1])
        input_gate = -retention if gate_bias == "chrono" else np.zeros(units)
        layer.cell.bias.assign(np.concatenate([input_gate, retention, np.zeros(2 * units)]))

    return stack(hp, x, partial(keras.layers.LSTM, units), per_step, start)


@architecture("gru", title="GRU", start="gate_bias")
def gru(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked GRU (Cho et al. 2014, reset gate applied after the matrix product).

    `gate_bias`: the initial bias of the update gate, 0 (Keras' default), 1 or chrono. In Keras it retains the state.
    """
    import keras

    gate_bias = hp.Choice("gate_bias", GATE_BIASES, default="0")

    def start(layer: Any) -> None:
        bias = np.zeros((2, 3 * units))
        bias[0, :units] = retention_bias(gate_bias, units, x.shape[1])
        layer.cell.bias.assign(bias)

    return stack(hp, x, partial(keras.layers.GRU, units), per_step, start)


def stack(
    hp: Any, x: Any, make_layer: Callable[..., Any], per_step: bool, start: Callable[[Any], None] | None = None
) -> Any:
    """Stack one or two recurrent layers (`depth`) on x, each followed by dropout. `per_step` keeps the time axis.

    `make_layer(return_sequences=...)` returns a layer. `start(layer)` sets its initial weights once they exist.
    """
    from suite.architectures.layers import SequenceDropout

    depth = hp.Int("depth", 1, 2, default=1)
    rate = hp.Float("dropout", 0.0, 0.5, step=0.1, default=0.0)
    for level in range(depth):
        layer = make_layer(return_sequences=per_step or level < depth - 1)
        x = layer(x)
        if start:
            start(layer)
        x = SequenceDropout(rate)(x)
    return x


def retention_bias(gate_bias: str, units: int, length: int) -> np.ndarray:
    """Return the initial bias of the gate that retains the state, shape (units,).

    "chrono" (Tallec and Ollivier 2018) is the log of a uniform draw from 1 to length - 1, so that the time scales
    of the units cover the task's length.
    """
    if gate_bias != "chrono":
        return np.full(units, float(gate_bias))
    import keras

    draw = keras.initializers.RandomUniform(1.0, max(length - 1.0, 1.0))((units,))
    return np.log(keras.ops.convert_to_numpy(draw))
