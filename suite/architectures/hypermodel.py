"""Hypermodel: use whole Keras models, and model builders written for Keras Tuner, as architectures."""

from collections.abc import Callable
from functools import partial
from typing import Any

from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.architectures.copies import anew
from suite.errors import RequestError, caller, closest_keyword
from suite.registry import check_name


@closest_keyword
def applied(model: Any, x: Any) -> Any:
    """Apply a sequential or functional `keras.Model` to x, using new copies of its layers, and return the output.

    The layers are applied one by one, because a model inside a model would hide the mask of padded steps.
    """
    import keras

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

    The hypermodel must build a sequential or functional model. The suite uses all its layers except the last, for
    inputs of any shape, and supplies the input, head, loss, optimizer and learning rate, as for every architecture.
    `width` names the hyperparameter that the weight budget decides. The others are searched as the hypermodel declares
    them. `causal`, `version`: as in @architecture. Raise RequestError if the name is taken.
    """
    build = hypermodel if callable(hypermodel) else hypermodel.build
    place = caller()
    check_name("architecture", name, place)
    function = partial(_features, name, build, width)
    function.__doc__ = f"The hypermodel {getattr(hypermodel, '__name__', type(hypermodel).__name__)} without its head."
    entry = Architecture(name, function, place, version, causal)
    ARCHITECTURES.add(entry)
    return entry


def _features(
    name: str, build: Callable[[Any], Any], width: str, hp: Any, x: Any, *, units: int, per_step: bool
) -> Any:
    """Apply all layers of the hypermodel's model except the last to x, and return the features."""
    import keras_tuner

    own = keras_tuner.HyperParameters()
    own.values = dict(hp.values) | {width: units}
    model = build(own)
    if width not in {one.name for one in own.space}:
        names = ", ".join(one.name for one in own.space) or "none"
        raise RequestError(
            f"the hypermodel of architecture '{name}' has no hyperparameter '{width}' that sets its number of weights; "
            f"pass width=NAME for one that does (it has: {names})"
        )
    hp.merge([one for one in own.space if one.name != width], overwrite=False)
    return applied(_without_head(model), x)


def _without_head(model: Any) -> Any:
    """Return the model without its last layer."""
    import keras

    if isinstance(model, keras.Sequential):
        return keras.Sequential(model.layers[:-1])
    return keras.Model(model.input, model.layers[-1].input)
