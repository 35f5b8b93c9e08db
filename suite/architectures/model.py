"""Model: build the model of a task and an architecture: input -> embedding or mask -> architecture -> head."""

import functools
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import keras
import keras_tuner

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.architectures.compiled import configuration, foreign, structure
from suite.architectures.exploration import Explored, explore
from suite.architectures.masking import exact_dtype, latest, mask_of_padding
from suite.architectures.probe import answers, gradient_norms
from suite.errors import RequestError
from suite.recipes.recipe import USUAL, Recipe
from suite.tasks.data import Signature
from suite.tasks.kinds import KINDS

LEARNING_RATE = (1e-4, 3e-2)
EMBEDDING = "embedding_of_tokens"
SHARED = ("learning_rate", "batch_size", "embedding_width")
STEPS_PER_EXECUTION = 16
# The widths to choose from when the width is searched, not set by the weight budget.
WIDTHS = [16, 32, 64, 128]
# The width and the longest sequence at which an architecture is explored; a narrower one could hide an effect.
EXPLORED_UNITS = 64
EXPLORED_LENGTH = 32


def shared_space(hp: keras_tuner.HyperParameters, signature: Signature) -> dict[str, Any]:
    """Declare the hyperparameters that all architectures share, and return their values."""
    low, high = LEARNING_RATE
    values = {
        "learning_rate": hp.Float("learning_rate", low, high, sampling="log", default=3e-3),
        "batch_size": hp.Choice("batch_size", [32, 64, 128], default=64),
    }
    if signature.vocabulary:
        values["embedding_width"] = hp.Choice("embedding_width", [8, 16, 32], default=16)
    return values


def space(architecture: Architecture, signature: Signature, search_width: bool = False) -> keras_tuner.HyperParameters:
    """Return the search space of a cell, with the shared hyperparameters first.

    `search_width`: also search the width, `units`. Raise RequestError if the architecture asks for `units` itself.
    """
    hp = explored(architecture, signature).space.copy()
    if search_width:
        hp.Choice("units", WIDTHS, default=32)
    return hp


@functools.lru_cache(maxsize=64)
def explored(architecture: Architecture, signature: Signature) -> Explored:
    """Return what an architecture asks for, with the shared hyperparameters first.

    A built-in architecture is built once, at width 1: it always asks for all its hyperparameters, and uses them.
    """
    if ARCHITECTURES.origin(architecture) == "suite":
        hp = keras_tuner.HyperParameters()
        build(architecture, signature, hp, units=1)
        return Explored(hp)
    widely = functools.partial(build, architecture, signature, units=EXPLORED_UNITS)
    found = explore(widely, functools.partial(_sketch, architecture, signature), SHARED)
    if "units" in {*found.idle, *(one.name for one in found.space.space)}:
        raise RequestError(
            f"architecture '{architecture.name}' asks for the hyperparameter 'units', but units is given to the "
            "function: use its argument (of a hypermodel, width= names the hyperparameter that it sets)"
        )
    return found


def _sketch(architecture: Architecture, signature: Signature, values: dict[str, Any]) -> tuple[Any, ...]:
    """Return what a configuration makes of the network: its structure and, with code of a user, what it computes."""
    short = replace(signature, length=min(signature.length, EXPLORED_LENGTH))
    with backend.seeded(1):
        network = build(architecture, short, fixed(values), units=EXPLORED_UNITS)
    config = configuration(network)
    layers = structure(network, whole=True) if "config" in config else ""
    if not foreign(config):
        return (layers,)
    return layers, answers(network).tolist(), list(gradient_norms(network).values())


def fixed(values: dict[str, Any]) -> keras_tuner.HyperParameters:
    """Return hyperparameters with these values."""
    hp = keras_tuner.HyperParameters()
    hp.values = dict(values)
    return hp


def build(
    architecture: Architecture,
    signature: Signature,
    hp: keras_tuner.HyperParameters,
    units: int,
    recipe: Recipe = USUAL,
) -> keras.Model:
    """Build the model of a task and an architecture.

    The model returns probabilities (batch, classes or labels) or values (batch, outputs); with a loss of quantiles,
    (batch, outputs x levels), the levels of one output side by side. If every step has a target, the shapes are
    (batch, time, ...).
    """
    shared = shared_space(hp, signature)
    if signature.vocabulary:
        inputs = keras.Input((signature.length,), dtype="int32", name="tokens")
        vectors = keras.layers.Embedding(
            signature.vocabulary, shared["embedding_width"], mask_zero=True, name=EMBEDDING
        )
        x = vectors(inputs)
    else:
        inputs = keras.Input((signature.length, signature.features), name="sequence")
        x = latest(inputs, recipe.lookback, signature.masked) if recipe.lookback else inputs
        x = mask_of_padding()(x) if signature.masked else x
    features = architecture.features(hp, x, units=units, per_step=signature.per_step)
    return keras.Model(inputs, _head(signature, len(recipe.objective(signature.kind).levels))(features))


def _head(signature: Signature, levels: int) -> Callable[[Any], Any]:
    """Return a function from features to outputs: the layer "head" and, for quantiles, their sorting.

    Sorted quantiles never cross, and their pinball loss is at most that of the unsorted ones (Chernozhukov et al.
    2010).
    """
    outputs, activation = signature.outputs * (levels or 1), KINDS[signature.kind].activation
    head = keras.layers.Dense(outputs, activation=activation, name="head", dtype=exact_dtype())
    if not levels:
        return head

    def quantiles(features: Any) -> Any:
        each = keras.ops.split(head(features), signature.outputs, axis=-1)
        return keras.ops.concatenate([keras.ops.sort(one, axis=-1) for one in each], axis=-1)

    return quantiles


def fresh(
    architecture: Architecture,
    signature: Signature,
    hyperparameters: dict[str, Any],
    seed: int,
    idle: Collection[str] | None = None,
    recipe: Recipe = USUAL,
) -> keras.Model:
    """Return a model with newly drawn weights, which depend on the arguments only, not on models built earlier.

    `idle`: the names of hyperparameters without effect, which are not given; explored if unknown. Raise ValueError if
    the model asks for others that are not given. Otherwise Keras Tuner would silently use the default of a
    hyperparameter that was renamed.
    """
    hp = fixed(hyperparameters)
    with backend.seeded(seed, whole=ARCHITECTURES.origin(architecture) != "suite"):
        model = build(architecture, signature, hp, hyperparameters["units"], recipe)
    used, given = {one.name for one in hp.space if hp.is_active(one)}, set(hyperparameters) - {"units"}
    if used - given - set(explored(architecture, signature).idle if idle is None and used - given else idle or ()):
        missing, unused = (", ".join(sorted(names)) or "none" for names in (used - given, given - used))
        raise ValueError(
            f"the configuration of architecture '{architecture.name}' does not fit its hyperparameters: missing "
            f"{missing}; unused {unused}; declare every hyperparameter, whatever the values of the others"
        )
    return model
