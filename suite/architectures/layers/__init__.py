"""Layers: what the suite adds to Keras: dropout, a convolution, a cell, noise on states, an Adam that counts.

A layer of the suite in a trained model has a `stock`, the Keras layer that does the same outside training, and
`stock_weights` for it: models that leave the suite are made of these.
"""

from suite.architectures.layers.convolution import CausalConvolution
from suite.architectures.layers.dropout import SequenceDropout
from suite.architectures.layers.no_forget import NoForgetLSTM
from suite.architectures.layers.optimizer import CountingAdam
from suite.architectures.layers.perturbation import PerturbedRecurrence

__all__ = ["CausalConvolution", "CountingAdam", "NoForgetLSTM", "PerturbedRecurrence", "SequenceDropout"]
