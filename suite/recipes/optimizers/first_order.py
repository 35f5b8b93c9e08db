"""Optimizers that use first derivatives only, with Keras' usual settings unless the text says otherwise."""

from typing import Any

from suite.recipes.optimizer import optimizer

MOMENTUM = 0.9


@optimizer("adam")
def adam() -> tuple[type, dict[str, Any]]:
    """Adam (Kingma and Ba 2015)."""
    import keras

    return keras.optimizers.Adam, {}


@optimizer("adamw", weight_decay=0.01)
def adamw() -> tuple[type, dict[str, Any]]:
    """AdamW (Loshchilov and Hutter 2019): Adam with decoupled weight decay, usually of 0.01."""
    return adam()


@optimizer("sgd")
def sgd() -> tuple[type, dict[str, Any]]:
    """Stochastic gradient descent with momentum 0.9 (Polyak 1964)."""
    import keras

    return keras.optimizers.SGD, {"momentum": MOMENTUM}


@optimizer("rmsprop")
def rmsprop() -> tuple[type, dict[str, Any]]:
    """RMSprop (Tieleman and Hinton 2012)."""
    import keras

    return keras.optimizers.RMSprop, {}


@optimizer("lion")
def lion() -> tuple[type, dict[str, Any]]:
    """Lion (Chen et al. 2023), whose steps have the same size for every weight: it needs lower learning rates."""
    import keras

    return keras.optimizers.Lion, {}
