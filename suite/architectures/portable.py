"""Portable: convert a trained model to one that uses Keras' own layers where it can, or reads another length."""

import json
import re
import sys
import warnings
from pathlib import Path

import keras
import numpy as np

from suite.architectures.compiled import foreign
from suite.architectures.copies import anew
from suite.architectures.permitted import check, check_file
from suite.errors import reason
from suite.files.unfinished import temporary_folder

# part of Keras' message about a model that it cannot save or load -> why, and the way out
FAULTS = {
    r"Could not locate (?:class|function) '(\w+)'": "Keras does not know '{}': register it with "
    "@keras.saving.register_keras_serializable()",
    r"`Lambda`": "it has a Lambda layer, which Keras does not load in safe mode: write a layer class instead",
    r"Object (\w+) was created by passing": "'{}' has no get_config, and an argument that Keras cannot store",
}
LONGEST_FAULT = 150


def portable(model: keras.Model, mean: np.ndarray, scale: np.ndarray) -> keras.Model:
    """Return an equivalent model that uses Keras' own layers, wherever one does the same as a layer of the suite.

    Its outputs are in the units of the targets: output * scale + mean.
    """
    pairs = []

    def clone(own: keras.layers.Layer) -> keras.layers.Layer:
        pairs.append((own, own.stock() if hasattr(own, "stock") else anew(own)))
        return pairs[-1][1]

    copy = keras.models.clone_model(keras.Model(model.input, model.output), clone_function=clone)
    for own, layer in pairs:
        if isinstance(own, keras.layers.Layer):  # not an operation such as `x + y`
            layer.set_weights(own.stock_weights() if hasattr(own, "stock_weights") else own.get_weights())
    if not np.any(mean) and np.all(scale == 1):
        return copy
    restored = keras.layers.Rescaling(scale.tolist(), mean.tolist(), name="target_units", dtype=copy.output.dtype)(
        copy.output
    )
    return keras.Model(copy.input, restored)


def stored(model: keras.Model, mean: np.ndarray, scale: np.ndarray) -> bytes:
    """Return the bytes of a `.keras` file with the portable model.

    A model with other code than Keras' is also loaded in safe mode, as every reader of the file has to. Raise any error
    of Keras if the model cannot be saved or loaded, and ValueError if it contains what no stored model may.
    """
    with temporary_folder() as folder:
        path, copy = folder / "model.keras", portable(model, mean, scale)
        copy.save(path)
        config = json.loads(copy.to_json())
        check(config)
        if foreign(config):
            loaded(path)
        return path.read_bytes()


def loaded(path: Path) -> keras.Model:
    """Return the model in a `.keras` file, loaded in safe mode.

    Raise ValueError if it contains what no stored model may, and any error of Keras.
    """
    check_file(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras expects that a layer without `build` may lose weights: it is compared
        return keras.saving.load_model(path, compile=False, safe_mode=True)


def own_layers(model: keras.Model) -> bytes:
    """Return the source of the modules of the suite's layers in a stored model, which need Keras alone; else b""."""
    names = {type(layer).__module__ for layer in model.layers}
    files = [sys.modules[name].__file__ for name in sorted(names) if name.startswith("suite.")]
    return b"\n".join(Path(file).read_bytes() for file in files if file)


def unstorable(error: Exception) -> str:
    """Return in one line why a model cannot be stored, given Keras' error."""
    for pattern, fault in FAULTS.items():
        if found := re.search(pattern, str(error)):
            return fault.format(*found.groups())
    return reason(error)[:LONGEST_FAULT]


def at_length(model: keras.Model, length: int) -> keras.Model:
    """Return a model with the same weights that reads sequences of this length."""
    if model.input_shape[1] == length:
        return model
    inputs = keras.Input((length, *model.input_shape[2:]), dtype=model.input.dtype)
    plain = keras.Model(model.input, model.output)  # leaves out the optimizer, which would be copied too
    copy = keras.models.clone_model(plain, input_tensors=inputs, clone_function=anew)
    copy.set_weights(plain.get_weights())
    return copy


def reads(network: keras.Model) -> dict[str, int]:
    """Return the input sizes of a network: its `length`, and its number of `features` or size of `vocabulary`.

    Raise ValueError if the network does not read sequences.
    """
    _, *shape = network.input_shape
    if not (isinstance(network.output_shape, tuple) and 1 <= len(shape) <= 2 and all(type(n) is int for n in shape)):
        raise ValueError(f"it maps {network.input_shape} to {network.output_shape}, so it does not read sequences")
    if len(shape) == 2:
        return {"length": shape[0], "features": shape[1]}
    known = [layer.input_dim for layer in network.layers if isinstance(layer, keras.layers.Embedding)]
    if not known:
        raise ValueError("it has no embedding of tokens")
    return {"length": shape[0], "vocabulary": known[0]}  # the first embedding; later ones may be of positions
