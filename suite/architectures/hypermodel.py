"""Hypermodel: use whole Keras models, and model builders written for Keras Tuner, as architectures."""

from collections.abc import Callable
from functools import partial
from typing import Any

from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.errors import RequestError, check_name, closest_keyword
from suite.process.places import caller

EMBEDDED = "its Embedding is left out, because the suite embeds tokens itself (embedding_width)"


@closest_keyword
def applied(model: Any, x: Any) -> Any:
    """Apply a sequential or functional `keras.Model` to x, using new copies of its layers, and return the output.

    The layers are applied one by one, because a model inside a model would hide the mask of padded steps.
    """
    import keras

    from suite.architectures.copies import anew

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            x = anew(layer)(x)
        return x
    outputs = []

    def call(layer: Any, *arguments: Any, **options: Any) -> Any:
        outputs.append(layer(*arguments, **options))
        return outputs[-1]

    keras.models.clone_model(model, input_tensors=x, clone_function=anew, call_function=call)
    return outputs[-1]


@closest_keyword
def architecture_from_hypermodel(
    name: str, hypermodel: Any, *, width: str = "units", causal: bool = True, version: int = 1
) -> Architecture:
    """Register a `keras_tuner.HyperModel`, or a function `build(hp)`, as an architecture.

    The hypermodel must build a sequential or functional model. The suite uses its layers except the head (the last
    layer, and an activation, Softmax, Rescaling or Dropout after it) and an Embedding of its input, for inputs of any
    shape. It supplies the input, the embedding of tokens, head, loss, optimizer and learning rate, as for every
    architecture.
    `width` names the hyperparameter that the weight budget decides. The others are searched as the hypermodel declares
    them; those without effect, such as one of the optimizer, are left out of the search, and `suite run` names them.
    `causal`, `version`: as in @architecture. Raise RequestError if the name is taken, or if the hypermodel has a `fit`
    of its own, because all architectures are trained in the same way.
    """
    _check_hypermodel(name, hypermodel)
    build = hypermodel.build if hasattr(hypermodel, "build") else hypermodel
    place = caller()
    check_name("architecture", name, place)
    function = partial(_features, name, build, width)
    function.__doc__ = f"The hypermodel {getattr(hypermodel, '__name__', type(hypermodel).__name__)} without its head."
    entry = Architecture(name, function, place, version, causal)
    ARCHITECTURES.add(entry)
    return entry


def _check_hypermodel(name: str, hypermodel: Any) -> None:
    what = f"the hypermodel of architecture '{name}'"
    if isinstance(hypermodel, type):
        raise RequestError(f"{what} is a class: pass an instance of it, {hypermodel.__name__}()")
    if not callable(hypermodel) and not hasattr(hypermodel, "build"):
        raise RequestError(f"{what} is neither a keras_tuner.HyperModel nor a function build(hp)")
    fit = getattr(type(hypermodel), "fit", None)
    if fit and not fit.__module__.startswith("keras_tuner."):
        raise RequestError(
            f"{what} has a fit of its own, which would not be called, because all architectures are trained in the "
            "same way: leave it out (the suite searches batch_size and learning_rate itself)"
        )


def _features(
    name: str, build: Callable[[Any], Any], width: str, hp: Any, x: Any, *, units: int, per_step: bool
) -> Any:
    """Apply the layers of the hypermodel's model between embedding and head to x, and return the features."""
    from suite.architectures.exploration import note_all

    own = type(hp)()
    own.merge(hp.space)
    own.values = {key: value for key, value in hp.values.items() if key != "units"} | {width: units}
    model = build(own)
    names = {one.name for one in own.space}
    if width not in names:
        listed = ", ".join(name for name in dict.fromkeys(one.name for one in own.space) if name not in hp) or "none"
        raise RequestError(
            f"the hypermodel of architecture '{name}' has no hyperparameter '{width}' that sets its number of weights; "
            f"pass width=NAME for one that does (it has: {listed})"
        )
    hp.merge([one for one in own.space if one.name != width], overwrite=False)
    note_all(hp, own)
    return applied(_body(name, model, hp), x)


def _body(name: str, model: Any, hp: Any) -> Any:
    """Return the model without its head, and without an embedding of its input."""
    import keras

    from suite.architectures.exploration import note

    what = f"the hypermodel of architecture '{name}'"
    if isinstance(model, keras.Sequential):
        layers = list(model.layers)
        while len(layers) > 1 and _follows_head(layers[-1]):
            layers.pop()
        layers, first = layers[:-1], layers[0]
        if isinstance(first, keras.layers.Embedding):
            note(hp, EMBEDDED)
            layers = layers[1:]
        return keras.Sequential(layers)
    if not isinstance(model, keras.Model) or not hasattr(model, "operations"):
        raise RequestError(f"{what} builds {type(model).__name__}, not a sequential or functional keras.Model")
    if not hasattr(model.input, "shape") or not hasattr(model.output, "shape"):
        raise RequestError(f"{what} has several inputs or outputs; the suite uses models with one of each")
    start, end = model.input, model.output
    while _follows_head(end._keras_history.operation):
        end = _before(end, what)
    end = _before(end, what)
    reader = next((one for one in model.layers if isinstance(one, keras.layers.Embedding) and one.input is start), None)
    if reader:
        note(hp, EMBEDDED)
        start = reader.output
    return keras.Model(start, end)


def _follows_head(operation: Any) -> bool:
    """Return whether a layer or operation only changes what the head returned, and so is part of the head."""
    import keras

    layers = keras.layers
    kinds = (layers.Activation, layers.Softmax, layers.ReLU, layers.Rescaling, layers.Dropout)
    return isinstance(operation, kinds) or type(operation).__name__ in ("Softmax", "Sigmoid", "Relu", "Tanh")


def _before(tensor: Any, what: str) -> Any:
    """Return the tensor that the operation behind a tensor reads."""
    operation, node, _ = tensor._keras_history
    read = operation._inbound_nodes[node].input_tensors
    if len(read) != 1:
        raise RequestError(
            f"{what} ends in '{operation.name}', which has {len(read)} inputs; end it with a Dense layer"
        )
    return read[0]
