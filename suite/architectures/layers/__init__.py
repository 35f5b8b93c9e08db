"""Layers: the layers and the optimizer that the suite adds to Keras.

Where a Keras layer does the same as a layer of the suite outside training, the suite's layer has two methods: `stock`
returns the Keras layer, and `stock_weights` its weights. Stored models consist of these Keras layers. No Keras layer
replaces `ExponentialLSTM`, so exported models come with its module, which needs Keras alone.
"""

from suite.architectures.layers.convolution import CausalConvolution
from suite.architectures.layers.dropout import SequenceDropout
from suite.architectures.layers.exponential import ExponentialLSTM
from suite.architectures.layers.gated_average import GatedAverage
from suite.architectures.layers.independent import IndependentRNN
from suite.architectures.layers.linear_recurrence import LinearRecurrence, Ring
from suite.architectures.layers.no_forget import NoForgetLSTM
from suite.architectures.layers.optimizer import clipping, counting, restart
from suite.architectures.layers.perturbation import PerturbedRecurrence, perturbed, perturbs

__all__ = [
    "CausalConvolution",
    "ExponentialLSTM",
    "GatedAverage",
    "IndependentRNN",
    "LinearRecurrence",
    "NoForgetLSTM",
    "PerturbedRecurrence",
    "Ring",
    "SequenceDropout",
    "clipping",
    "counting",
    "perturbed",
    "perturbs",
    "restart",
]
