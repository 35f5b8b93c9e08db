"""Model: the one meeting point: task input -> embedding or mask -> architecture -> head -> compiled Keras model."""

from typing import Any

import keras
import keras_tuner

from suite import backend
from suite.architectures.architecture import Architecture
from suite.architectures.masking import PADDING
from suite.tasks.data import Signature

LEARNING_RATE = (1e-4, 3e-2)
EMBEDDING = "embedding_of_tokens"
SHARED = ("learning_rate", "batch_size", "embedding_width")
STEPS_PER_EXECUTION = 16
# Where the width is searched instead of following from a budget of weights.
WIDTHS = [16, 32, 64, 128]


def shared_space(hp: keras_tuner.HyperParameters, signature: Signature) -> dict[str, Any]:
    """Declares the hyperparameters every architecture shares, and returns their values."""
    low, high = LEARNING_RATE
    values = {
        "learning_rate": hp.Float("learning_rate", low, high, sampling="log", default=3e-3),
        "batch_size": hp.Choice("batch_size", [32, 64, 128], default=64),
    }
    if signature.vocabulary:
        values["embedding_width"] = hp.Choice("embedding_width", [8, 16, 32], default=16)
    return values


def space(architecture: Architecture, signature: Signature, search_width: bool = False) -> keras_tuner.HyperParameters:
    """The whole search space of a cell, shared hyperparameters first, found by building it once at width 1.

    `search_width`: the width, `units`, is among them.
    """
    hp = keras_tuner.HyperParameters()
    build(architecture, signature, hp, units=1)
    if search_width:
        hp.Choice("units", WIDTHS, default=32)
    return hp


def fixed(values: dict[str, Any]) -> keras_tuner.HyperParameters:
    """Hyperparameters that answer with these values."""
    hp = keras_tuner.HyperParameters()
    hp.values = dict(values)
    return hp


def build(architecture: Architecture, signature: Signature, hp: keras_tuner.HyperParameters, units: int) -> keras.Model:
    """The model, not compiled: probabilities (batch, classes) or values (batch, outputs), with time per step."""
    shared = shared_space(hp, signature)
    if signature.vocabulary:
        inputs = keras.Input((signature.length,), dtype="int32", name="tokens")
        vectors = keras.layers.Embedding(
            signature.vocabulary, shared["embedding_width"], mask_zero=True, name=EMBEDDING
        )
        x = vectors(inputs)
    else:
        inputs = keras.Input((signature.length, signature.features), name="sequence")
        x = keras.layers.Masking(PADDING)(inputs) if signature.masked else inputs
    features = architecture.function(hp, x, units=units, per_step=signature.per_step)
    activation = "softmax" if signature.kind == "classification" else None
    return keras.Model(inputs, keras.layers.Dense(signature.outputs, activation=activation, name="head")(features))


def fresh(architecture: Architecture, signature: Signature, hyperparameters: dict[str, Any], seed: int) -> keras.Model:
    """A newly drawn model, the same for the same seed whatever this process built before.

    Raises ValueError unless the hyperparameters are those that the model asks for: Keras Tuner would answer with the
    default for a name that was renamed.
    """
    hp = fixed(hyperparameters)
    with backend.seeded(seed):
        model = build(architecture, signature, hp, hyperparameters["units"])
    asked, given = {one.name for one in hp.space if hp.is_active(one)}, set(hyperparameters) - {"units"}
    if asked != given:
        lacking, strange = (", ".join(sorted(names)) or "nothing" for names in (asked - given, given - asked))
        raise ValueError(
            f"architecture '{architecture.name}' asks for {lacking} beyond its configuration, which has {strange} "
            "beyond it: declare every hyperparameter whatever the values of the others"
        )
    return model
