"""Independent: the indrnn, whose units see their own past alone."""

from typing import Any

from suite.architectures.architecture import architecture
from suite.architectures.builtin.recurrent import stack

GROWTH = 2.0  # how much a state may grow over the whole sequence, or shrink if it is to be remembered


@architecture("indrnn", title="IndRNN", start="recurrent_start")
def indrnn(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked independently recurrent layers (Li et al. 2018): h = relu(W x + u h' + b), with one u per unit.

    Training keeps |u| below 2^(1 / length), so that a state at most doubles over the sequence. `recurrent_start`: u is
    drawn from 2^(-1 / length) to that bound ("long"), or from 0 on ("uniform").
    """
    import keras

    from suite.architectures.layers import IndependentRNN

    start = hp.Choice("recurrent_start", ["long", "uniform"], default="long")
    bound = GROWTH ** (1 / x.shape[1])
    lowest = 1 / bound if start == "long" else 0.0

    def layer(return_sequences: bool) -> Any:  # new initializers for each layer, as for `irnn`
        return IndependentRNN(units, keras.initializers.RandomUniform(lowest, bound), bound, return_sequences)

    return stack(hp, x, layer, per_step)
