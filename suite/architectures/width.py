"""Width: find the number of units that meets the weight budget."""

import functools
import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from suite.architectures.architecture import Architecture
from suite.architectures.model import EMBEDDING, SHARED, fixed
from suite.tasks.data import Signature

WEIGHT_TOLERANCE = 0.05
WIDEST = 4096


def width(architecture: Architecture, signature: Signature, hyperparameters: dict[str, Any], weights: int) -> int:
    """Return the number of units that brings the architecture's trainable weights closest to `weights`.

    The search guesses each next width by assuming that the weights grow with the square of the units.
    """
    count = counter(architecture, signature, hyperparameters)
    low, high, guess = 0, WIDEST, 16
    while high - low > 1:
        middle = min(max(guess, low + 1), high - 1)
        low, high = (middle, high) if count(middle) < weights else (low, middle)
        guess = round(middle * np.sqrt(weights / max(count(middle), 1)))
    return min((units for units in (low, high) if units), key=lambda units: abs(count(units) - weights))


def counter(architecture: Architecture, signature: Signature, hyperparameters: dict[str, Any]) -> Callable[[int], int]:
    """Return a function: units -> number of the architecture's trainable weights, without embedding and head."""
    features = hyperparameters["embedding_width"] if signature.vocabulary else signature.features
    settings = json.dumps({key: value for key, value in hyperparameters.items() if key not in SHARED}, sort_keys=True)
    return functools.partial(_count, architecture, settings, signature.length, features, signature.per_step)


@functools.lru_cache(maxsize=512)  # bounded, because it keeps functions of experiment files, which are new in each run
def _count(architecture: Architecture, settings: str, length: int, features: int, per_step: bool, units: int) -> int:
    hp, x = fixed(json.loads(settings)), keras.Input((length, features))
    try:
        with keras.StatelessScope(initialize_variables=False):  # shapes are enough
            return count_trainable(keras.Model(x, architecture.features(hp, x, units=units, per_step=per_step)))
    except ValueError:  # the function creates variables outside layers, for example by compiling a model
        return count_trainable(keras.Model(x, architecture.features(hp, x, units=units, per_step=per_step)))


def count_trainable(model: keras.Model) -> int:
    """Return the number of trainable weights."""
    return int(sum(np.prod(weight.shape) for weight in model.trainable_weights))


def unequal(model: keras.Model, weights: int | None) -> bool:
    """Return whether the architecture's own weights miss the budget by more than `WEIGHT_TOLERANCE`.

    Embedding and head do not count. Return False if there is no budget.
    """
    if weights is None:
        return False
    around = ("head", EMBEDDING)
    own = count_trainable(model) - sum(layer.count_params() for layer in model.layers if layer.name in around)
    return abs(own - weights) > WEIGHT_TOLERANCE * weights
