"""Copies: new layers configured like existing ones, even if these have no `get_config` of their own."""

import functools
import inspect
from typing import Any

import keras


def anew(layer: Any) -> Any:
    """Return a new layer with the name and the configuration of `layer`, but with weights of its own.

    If a layer has no `get_config`, Keras derives its configuration from the constructor's arguments, and adds names
    that the constructor may not accept. The copy leaves these out, so that Keras can load it from a file.
    """
    config, accepted = layer.get_config(), inspect.signature(type(layer)).parameters.values()
    if any(one.kind is one.VAR_KEYWORD for one in accepted) or not isinstance(layer, keras.layers.Layer):
        copy = type(layer).from_config(config)
    else:
        names = {one.name for one in accepted}
        config = {name: value for name, value in config.items() if name in names}
        copy = type(layer).from_config(config)
        copy.trainable, copy.get_config = layer.trainable, functools.partial(dict, config)
    copy.name = layer.name
    return copy
