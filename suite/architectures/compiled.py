"""Compiled: models of the same structure share one compiled function."""

import json
from collections import OrderedDict
from typing import Any

import keras

from suite.architectures.layers import CountingAdam, SequenceDropout

COMPILED_MODELS = 12


def compiled(model: keras.Model, kind: str, learning_rate: float, batch_size: int, use_xla: bool) -> keras.Model:
    """Return a compiled model in the state of `model`: an earlier one of the same structure if possible, else itself.

    Tracing and compiling take longer than a short training, and everything that differs between two runs of the same
    structure (initial weights, dropout rates, random state, learning rate) is a variable. Only models made of Keras'
    and the suite's layers are reused: the code of another layer may depend on more than its configuration.
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
    """Whether a configuration has a layer or function from elsewhere, even inside other layers."""
    if isinstance(config, list):
        return any(map(_foreign, config))
    if not isinstance(config, dict):
        return False
    package = (config.get("module") or "keras").partition(".")[0]
    return package not in ("keras", "suite") or "__lambda__" in config.values() or any(map(_foreign, config.values()))


def structure(model: keras.Model) -> str:
    """Return what a compiled function depends on: the model's configuration without initial values, rates and names."""
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
