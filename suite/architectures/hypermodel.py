"""Hypermodel: whole Keras models, and model builders written for Keras Tuner, as architectures."""

from collections.abc import Callable
from functools import partial
from typing import Any

from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.errors import RequestError, caller, closest_keyword
from suite.registry import check_name


@closest_keyword
def applied(model: Any, x: Any) -> Any:
    """Apply new copies of the layers of a sequential or functional `keras.Model` to x.

    They are applied individually, because a model within a model would hide the mask of padded steps.
    """
    import keras

    if isinstance(model, keras.Sequential):
        for layer in model.layers:
            x = _anew(layer)(x)
        return x
    outputs = []

    def call(layer: Any, *arguments: Any, **options: Any) -> Any:
        outputs.append(layer(*arguments, **options))
        return outputs[-1]

    keras.models.clone_model(model, input_tensors=x, clone_function=_anew, call_function=call)
    return outputs[-1]


@closest_keyword
def architecture_from_hypermodel(
    name: str, hypermodel: Any, *, width: str = "units", causal: bool = True, version: int = 1
) -> Architecture:
    """Register a `keras_tuner.HyperModel`, or a function `build(hp)`, as an architecture.

    All layers but the last of the sequential or functional model it builds are used, for inputs of any shape: the suite
    supplies input, head, loss, optimizer and learning rate, the same for every architecture. `width` names the
    hyperparameter that the weight budget decides; the others are searched as the hypermodel declares them.
    `causal`, `version`: as in @architecture. Raise RequestError for a name that is taken.
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
    """The input of the last layer of the hypermodel's model, for x."""
    import keras_tuner

    own = keras_tuner.HyperParameters()
    own.values = dict(hp.values) | {width: units}
    model = build(own)
    if width not in {one.name for one in own.space}:
        names = ", ".join(one.name for one in own.space) or "no hyperparameters"
        raise RequestError(
            f"the hypermodel of architecture '{name}' has no hyperparameter '{width}' to set the number of weights: "
            f"it has {names}; name one with width="
        )
    hp.merge([one for one in own.space if one.name != width], overwrite=False)
    return applied(_without_head(model), x)


def _without_head(model: Any) -> Any:
    """The model up to the input of its last layer."""
    import keras

    if isinstance(model, keras.Sequential):
        return keras.Sequential(model.layers[:-1])
    return keras.Model(model.input, model.layers[-1].input)


def _anew(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())
