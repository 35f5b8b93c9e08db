"""Width: how many units give an architecture the weights of its budget."""

import functools
import json
from typing import Any

import keras
import numpy as np

from suite.architectures.architecture import Architecture
from suite.architectures.model import EMBEDDING, SHARED, fixed
from suite.tasks.data import Signature

WEIGHT_TOLERANCE = 0.05


WIDEST = 4096


def width(architecture: Architecture, signature: Signature, hyperparameters: dict[str, Any], weights: int) -> int:
    """The number of units whose count of trainable weights in the architecture is nearest to `weights`.

    Embedding and head are not counted. The count grows with the units, nearly as their square, which gives each guess.
    """
    features = hyperparameters["embedding_width"] if signature.vocabulary else signature.features
    settings = json.dumps({key: value for key, value in hyperparameters.items() if key not in SHARED}, sort_keys=True)
    count = functools.partial(count_weights, architecture, settings, signature.length, features, signature.per_step)
    low, high, guess = 0, WIDEST, 16
    while high - low > 1:
        middle = min(max(guess, low + 1), high - 1)
        low, high = (middle, high) if count(middle) < weights else (low, middle)
        guess = round(middle * np.sqrt(weights / max(count(middle), 1)))
    return min((units for units in (low, high) if units), key=lambda units: abs(count(units) - weights))


@functools.lru_cache(maxsize=512)  # it keeps the functions of experiment files, which are new with every run
def count_weights(
    architecture: Architecture, settings: str, length: int, features: int, per_step: bool, units: int
) -> int:
    """Trainable weights of an architecture alone at a width; `settings` are its hyperparameters as JSON."""
    hp, x = fixed(json.loads(settings)), keras.Input((length, features))
    try:
        with keras.StatelessScope(initialize_variables=False):  # shapes are enough
            return count_trainable(keras.Model(x, architecture.function(hp, x, units=units, per_step=per_step)))
    except ValueError:  # a function that makes variables outside of layers, as one that compiles a model does
        return count_trainable(keras.Model(x, architecture.function(hp, x, units=units, per_step=per_step)))


def count_trainable(model: keras.Model) -> int:
    """Number of all trainable weights."""
    return int(sum(np.prod(weight.shape) for weight in model.trainable_weights))


def unequal(model: keras.Model, weights: int | None) -> bool:
    """Whether the architecture's own weights are further from the budget, if any, than a fair comparison allows."""
    if weights is None:
        return False
    around = ("head", EMBEDDING)
    own = count_trainable(model) - sum(layer.count_params() for layer in model.layers if layer.name in around)
    return abs(own - weights) > WEIGHT_TOLERANCE * weights
