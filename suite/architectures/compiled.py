"""Compiled: reuse compiled models, so that models of the same structure are compiled once."""

import json
from collections import OrderedDict
from typing import Any

import keras

from suite.architectures.layers import SequenceDropout, clipping, restart
from suite.recipes.optimizer import OPTIMIZERS
from suite.recipes.recipe import Recipe

# As many as four architectures of a task have, with three batch sizes and two depths each, because architectures take
# turns on a worker. Fewer would save no memory: TensorFlow keeps what it has compiled until the process ends.
COMPILED_MODELS = 24


def compiled(
    model: keras.Model, kind: str, recipe: Recipe, learning_rate: float, batch_size: int, use_xla: bool
) -> keras.Model:
    """Return a compiled model with the weights and other variables of `model`.

    This is an earlier model of the same structure if there is one, or else `model` itself. Tracing and compiling take
    longer than a short training, and everything that differs between runs of the same structure (initial weights,
    dropout rates, random state, learning rate, clip norm, weight decay) is a variable. A model is reused only if all
    its layers are Keras' or the suite's, because the code of any other layer may depend on more than its configuration.
    """
    known = not foreign(configuration(model))
    how = (kind, recipe.objective(kind), recipe.optimizer, recipe.decay > 0)
    key = (structure(model), *how, batch_size, use_xla) if known else None
    twin = _compiled.get(key) if key else None
    if twin is None:
        twin = model
        model.compile(_optimizer(recipe), jit_compile=use_xla)
        model.optimizer.build(model.trainable_variables)
        if key:
            _remember(key, model)
    for variable, value in zip(twin.variables, [variable.numpy() for variable in model.variables], strict=True):
        variable.assign(value)
    restart(twin.optimizer, learning_rate, recipe.clip_norm, recipe.decay)
    return twin


def _optimizer(recipe: Recipe) -> keras.optimizers.Optimizer:
    kind, options = OPTIMIZERS.get(recipe.optimizer).function()
    return clipping(kind, recipe.decay > 0)(**options)


_compiled: OrderedDict[tuple, keras.Model] = OrderedDict()


def _remember(key: tuple, model: keras.Model) -> None:
    _compiled[key] = model
    while len(_compiled) > COMPILED_MODELS:
        _compiled.popitem(last=False)


def configuration(model: keras.Model) -> Any:
    """Return a model's configuration, or that of foreign code if some layer has none."""
    try:
        return json.loads(model.to_json())
    except (NotImplementedError, TypeError, ValueError):
        return {"module": "unknown"}


def foreign(config: Any) -> bool:
    """Return whether a configuration contains, at any depth, code that is neither Keras' nor the suite's."""
    if isinstance(config, list):
        return any(map(foreign, config))
    if not isinstance(config, dict):
        return False
    package = (config.get("module") or "keras").partition(".")[0]
    return package not in ("keras", "suite") or "__lambda__" in config.values() or any(map(foreign, config.values()))


def structure(model: keras.Model, whole: bool = False) -> str:
    """Return the part of a model's configuration (as JSON) that its compiled function depends on.

    Initialisers and dropout rates are left out unless the `whole` configuration is wanted, and names are replaced by
    the positions of the layers.
    """
    names = {layer.name: f"layer {position}" for position, layer in enumerate(model.operations)} | {model.name: "model"}
    return json.dumps(_structural(json.loads(model.to_json()), names, whole), sort_keys=True)


def _structural(config: Any, names: dict[str, str], whole: bool) -> Any:
    if isinstance(config, str):
        return names.get(config, config)
    if isinstance(config, list):
        return [_structural(item, names, whole) for item in config]
    if not isinstance(config, dict):
        return config
    return {
        key: _structural(value, names, whole)
        for key, value in config.items()
        if whole or (key != SequenceDropout.RATE and not key.endswith("_initializer"))
    }
