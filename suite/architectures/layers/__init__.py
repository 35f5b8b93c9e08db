"""Layers: the layers and the optimizer that the suite adds to Keras.

If a Keras layer does the same as one of the suite's layers outside training, the latter has a method `stock`, which
returns that layer, and `stock_weights`, which returns its weights. Stored models consist of these Keras layers. Where
there is none, as for `ExponentialLSTM`, exported models come with the module of the layer, which needs Keras alone.
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
