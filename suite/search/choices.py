"""Choices: the training choices that an experiment searches, as hyperparameters that all architectures share."""

from collections.abc import Iterator, Mapping
from typing import Any

from keras_tuner import HyperParameters
from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.src.engine.hyperparameters.hp_types import Choice, Float, Int

from suite.errors import RequestError
from suite.recipes.loss import LOSSES, usual_loss
from suite.recipes.recipe import SEARCHABLE, Recipe
from suite.search.spaces import nearest
from suite.tasks.data import Signature

FLOAT32 = "float32"


def with_choices(space: HyperParameters, shared: int, choices: list[HyperParameter], where: str) -> HyperParameters:
    """Return the space of the architecture `where` with training choices after its first `shared` hyperparameters.

    So a trial makes the same choices in every architecture. Raise RequestError if the architecture has a hyperparameter
    of the same name.
    """
    if not choices:
        return space
    for one in space.space:
        if one.name in {choice.name for choice in choices}:
            raise RequestError(
                f"search_space of '{one.name}': {where} has a hyperparameter of this name, which is also a training "
                "choice; rename the architecture's"
            )
    found = HyperParameters()
    for part in (space.space[:shared], choices, space.space[shared:]):
        found.merge(part)
    return found


def choices(
    search_space: Mapping[str, Any], recipe: Recipe, signature: Signature, task: str
) -> Iterator[HyperParameter]:
    """Yield the training choices that `search_space` names.

    The default of a choice is that of `recipe`, or the nearest value that is searched. Raise RequestError if the
    look-back window does not fit the data (`signature`) of the task.
    """
    defaults = {
        "loss": recipe.loss or usual_loss(signature.kind),
        "optimizer": recipe.optimizer,
        "schedule": recipe.schedule,
        "clip_norm": recipe.clip_norm,
        "weight_decay": recipe.decay,
        "precision": recipe.precision or FLOAT32,
        "lookback": signature.length,
    }
    for name in SEARCHABLE:
        if name in search_space:
            values = search_space[name]
            if name == "lookback":
                _check_lookback(values, signature, task)
            if name == "loss":
                values = [one for one in values if signature.kind in LOSSES.get(one).kinds]
            yield _choice(name, values, defaults[name])


def _choice(name: str, values: list | tuple, default: Any) -> HyperParameter:
    if isinstance(values, list):
        values = [type(default)(value) for value in dict.fromkeys(values)]  # 1 and 0.5 are numbers of one kind
        return Choice(name, values, default=nearest(default, values))
    low, high = values
    default = min(max(default, low), high)
    if name == "lookback":
        return Int(name, low, high, default=default)
    return Float(name, low, high, sampling="log" if low else "linear", default=default)


def _check_lookback(values: list | tuple, signature: Signature, task: str) -> None:
    """Raise RequestError if no sequence of values is read, or a window is longer than the sequences."""
    if signature.vocabulary:
        raise RequestError(
            f"search_space of 'lookback': task '{task:.40}' reads tokens, and a look-back window is for series of "
            "values; leave out lookback, or the task"
        )
    if max(values) > signature.length:
        raise RequestError(
            f"search_space of 'lookback': {max(values)} steps are more than the {signature.length} of the sequences of "
            f"task '{task:.40}'; choose fewer, or declare a longer window"
        )
