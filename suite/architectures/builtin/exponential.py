"""Exponential: the slstm, an LSTM with exponential gates."""

from functools import partial
from typing import Any

import numpy as np

from suite.architectures.architecture import architecture
from suite.architectures.builtin.recurrent import GATE_BIASES, retention_bias, stack


@architecture("slstm", title="sLSTM", start="gate_bias")
def slstm(hp: Any, x: Any, *, units: int, per_step: bool) -> Any:
    """Stacked sLSTM with one head (Beck et al. 2024): an exponential input gate, and a memory divided by its weight.

    `forget_gate`: the function of the forget gate, sigmoid or exponential. `gate_bias`: its initial bias, 0, 1 or
    chrono.
    """
    from suite.architectures.layers import ExponentialLSTM
    from suite.architectures.masking import exact_dtype

    gate_bias = hp.Choice("gate_bias", GATE_BIASES, default="1")
    forget_gate = hp.Choice("forget_gate", ["sigmoid", "exponential"], default="sigmoid")

    def start(layer: Any) -> None:
        retention = retention_bias(gate_bias, units, x.shape[1])
        layer.cell.bias.assign(np.concatenate([np.zeros(units), retention, np.zeros(2 * units)]))

    return stack(hp, x, partial(ExponentialLSTM, units, forget_gate, dtype=exact_dtype()), per_step, start)
