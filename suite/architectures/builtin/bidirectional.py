"""Bidirectional recurrent layers: one reads forwards, one backwards, and their outputs are concatenated."""

from typing import Any

from suite.architectures.architecture import architecture
from suite.architectures.builtin.recurrent import stack


@architecture("bidirectional-lstm", title="bidirectional LSTM", causal=False)
def bidirectional_lstm(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked LSTM in both directions of time (Schuster and Paliwal 1997; Graves and Schmidhuber 2005)."""
    import keras

    return _stack(hp, x, keras.layers.LSTM, units, per_step)


@architecture("bidirectional-gru", title="bidirectional GRU", causal=False)
def bidirectional_gru(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked GRU in both directions of time (Schuster and Paliwal 1997; Cho et al. 2014)."""
    import keras

    return _stack(hp, x, keras.layers.GRU, units, per_step)


def _stack(hp: Any, x: Any, kind: Any, units: int, per_step: bool) -> Any:
    """Stack bidirectional layers of one kind, with `units` units in each direction."""
    import keras

    def layer(return_sequences: bool) -> Any:
        # a fixed name, because Keras numbers its default names, which would make every model look new
        return keras.layers.Bidirectional(kind(units, return_sequences=return_sequences, name="direction"))

    return stack(hp, x, layer, per_step)
