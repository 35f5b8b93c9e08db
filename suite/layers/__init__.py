"""Layers: what the suite adds to Keras: dropout, a convolution, a cell, noise on states, an Adam that counts.

A layer of the suite that stands in a trained model has a `stock`, the layer of Keras' own that does the same outside
training, and `stock_weights` for it: models that leave the suite are made of these.
"""

from suite.layers.convolution import CausalConvolution
from suite.layers.dropout import SequenceDropout
from suite.layers.no_forget import NoForgetLSTM
from suite.layers.optimizer import CountingAdam
from suite.layers.perturbation import PerturbedRecurrence

__all__ = ["CausalConvolution", "CountingAdam", "NoForgetLSTM", "PerturbedRecurrence", "SequenceDropout"]
