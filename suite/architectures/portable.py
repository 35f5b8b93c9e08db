"""Portable: convert a trained model to one that uses Keras' own layers only, or reads another length."""

import tempfile
from pathlib import Path

import keras
import numpy as np


def portable(model: keras.Model, mean: np.ndarray, scale: np.ndarray) -> keras.Model:
    """Return an equivalent model that uses only Keras' own layers.

    Its outputs are in the units of the targets: output * scale + mean.
    """
    copy = keras.models.clone_model(keras.Model(model.input, model.output), clone_function=_stock_layer)
    for layer in copy.layers:
        own = model.get_layer(layer.name)
        layer.set_weights(own.stock_weights() if hasattr(own, "stock_weights") else own.get_weights())
    if not np.any(mean) and np.all(scale == 1):
        return copy
    restored = keras.layers.Rescaling(scale.tolist(), mean.tolist(), name="target_units", dtype=copy.output.dtype)(copy.output)
    return keras.Model(copy.input, restored)


def stored(model: keras.Model, mean: np.ndarray, scale: np.ndarray) -> bytes:
    """Return the bytes of a `.keras` file with the portable model."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        portable(model, mean, scale).save(path)
        return path.read_bytes()


def at_length(model: keras.Model, length: int) -> keras.Model:
    """Return a model with the same weights that reads sequences of this length."""
    if model.input_shape[1] == length:
        return model
    inputs = keras.Input((length, *model.input_shape[2:]), dtype=model.input.dtype)
    plain = keras.Model(model.input, model.output)  # leaves out the optimizer, which would be copied too
    copy = keras.models.clone_model(plain, input_tensors=inputs)
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


def _stock_layer(layer: keras.layers.Layer) -> keras.layers.Layer:
    if hasattr(layer, "stock"):
        return layer.stock()
    return type(layer).from_config(layer.get_config())
