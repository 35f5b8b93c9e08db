"""Model: the one meeting point: task input -> embedding or mask -> architecture -> head -> compiled Keras model."""

import functools
import json
from collections import OrderedDict
from typing import Any

import keras
import keras_tuner
import numpy as np

from suite import backend
from suite.architecture import Architecture
from suite.layers import CountingAdam, SequenceDropout
from suite.steps import PADDING
from suite.task_data import Signature

LEARNING_RATE = (1e-4, 3e-2)
EMBEDDING = "embedding_of_tokens"
SHARED = ("learning_rate", "batch_size", "embedding_width")
STEPS_PER_EXECUTION = 16
WEIGHT_TOLERANCE = 0.05
WIDEST = 4096
# Where the width is searched instead of following from a budget of weights.
WIDTHS = [16, 32, 64, 128]
COMPILED_MODELS = 12


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


def compiled(model: keras.Model, kind: str, learning_rate: float, batch_size: int, use_xla: bool) -> keras.Model:
    """A compiled model in the state of `model`: an earlier one of equal structure where there is one, else itself.

    Tracing and compiling take longer than a short training, and what differs between two runs of one structure
    (initial weights, dropout rates, random state, learning rate) lives in variables. Only models made of Keras' and
    the suite's own layers are reused: a stranger's layer may hide more in its code than in its configuration.
    """
    key = (structure(model), kind, batch_size, use_xla)
    twin = _compiled.get(key)
    if twin is None:
        twin = model
        model.compile(CountingAdam(learning_rate), jit_compile=use_xla)
        model.optimizer.build(model.trainable_variables)
        if not _foreign(json.loads(model.to_json())):
            _remember(key, model)
    for variable, value in zip(twin.variables, [variable.numpy() for variable in model.variables], strict=True):
        variable.assign(value)
    twin.optimizer.restart(learning_rate)
    return twin


_compiled: OrderedDict[tuple, keras.Model] = OrderedDict()


def _remember(key: tuple, model: keras.Model) -> None:
    _compiled[key] = model
    while len(_compiled) > COMPILED_MODELS:
        _compiled.popitem(last=False)


def _foreign(config: Any) -> bool:
    """Whether a stranger's layer or function is anywhere in a configuration, also inside other layers."""
    if isinstance(config, list):
        return any(map(_foreign, config))
    if not isinstance(config, dict):
        return False
    package = (config.get("module") or "keras").partition(".")[0]
    return package not in ("keras", "suite") or "__lambda__" in config.values() or any(map(_foreign, config.values()))


def structure(model: keras.Model) -> str:
    """What a compiled function depends on: the model's configuration without initial values, rates and layer names."""
    names = {layer.name: f"layer {position}" for position, layer in enumerate(model.operations)} | {model.name: "model"}
    return json.dumps(_structural(json.loads(model.to_json()), names), sort_keys=True)


def _structural(config: Any, names: dict[str, str]) -> Any:
    if isinstance(config, str):
        return names.get(config, config)
    if isinstance(config, list):
        return [_structural(item, names) for item in config]
    if not isinstance(config, dict):
        return config
    return {
        key: _structural(value, names)
        for key, value in config.items()
        if key != SequenceDropout.RATE and not key.endswith("_initializer")
    }


def portable(model: keras.Model, mean: np.ndarray, scale: np.ndarray) -> keras.Model:
    """The same function out of Keras' own layers, answering in the target's units: value * scale + mean."""
    copy = keras.models.clone_model(keras.Model(model.input, model.output), clone_function=_stock_layer)
    for layer in copy.layers:
        own = model.get_layer(layer.name)
        layer.set_weights(own.stock_weights() if hasattr(own, "stock_weights") else own.get_weights())
    if not np.any(mean) and np.all(scale == 1):
        return copy
    restored = keras.layers.Rescaling(scale.tolist(), mean.tolist(), name="target_units")(copy.output)
    return keras.Model(copy.input, restored)


def at_length(model: keras.Model, length: int) -> keras.Model:
    """The same model with the same weights for sequences of another length; itself where that is its own."""
    if model.input_shape[1] == length:
        return model
    inputs = keras.Input((length, *model.input_shape[2:]), dtype=model.input.dtype)
    plain = keras.Model(model.input, model.output)  # without the optimizer, which would be copied along
    copy = keras.models.clone_model(plain, input_tensors=inputs)
    copy.set_weights(plain.get_weights())
    return copy


def reads(network: keras.Model) -> dict[str, int]:
    """What a network of the suite reads: the `length` of sequences, and the number of `features` or `vocabulary`.

    Raises ValueError for a network that reads something else.
    """
    _, *shape = network.input_shape
    if not (isinstance(network.output_shape, tuple) and 1 <= len(shape) <= 2 and all(type(n) is int for n in shape)):
        raise ValueError(f"from {network.input_shape} to {network.output_shape}, it does not read sequences")
    if len(shape) == 2:
        return {"length": shape[0], "features": shape[1]}
    known = [layer.input_dim for layer in network.layers if isinstance(layer, keras.layers.Embedding)]
    if not known:
        raise ValueError("it has no embedding of tokens")
    return {"length": shape[0], "vocabulary": known[0]}  # whatever else is embedded, as positions, follows


def _stock_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    if hasattr(layer, "stock"):
        return layer.stock()
    return type(layer).from_config(layer.get_config())
