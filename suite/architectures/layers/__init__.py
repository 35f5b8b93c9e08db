"""Layers: the layers and the optimizer that the suite adds to Keras.

Each of the suite's layers in a trained model has a method `stock`, which returns the Keras layer that does the same
outside training, and `stock_weights`, which returns its weights. Exported models consist of these Keras layers.
"""

from suite.architectures.layers.convolution import CausalConvolution
from suite.architectures.layers.dropout import SequenceDropout
from suite.architectures.layers.no_forget import NoForgetLSTM
from suite.architectures.layers.optimizer import clipping, counting, restart
from suite.architectures.layers.perturbation import PerturbedRecurrence

__all__ = [
    "CausalConvolution",
    "NoForgetLSTM",
    "PerturbedRecurrence",
    "SequenceDropout",
    "clipping",
    "counting",
    "restart",
]
