"""Spaces: narrow a cell's search space as the user asks, and check configurations against it."""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from keras_tuner import HyperParameters
from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.src.engine.hyperparameters.hp_types import Choice
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical

from suite.architectures.ranges import described, range_of
from suite.errors import RequestError

# A logarithmic draw at a bound may differ from the bound by a rounding error.
ROUNDING = 1e-9
# hyperparameters that `search_space` may widen, and how far: further, they mean nothing or take too much memory
WIDEST = {
    "learning_rate": (1e-6, 1.0), "batch_size": (1, 4_096), "embedding_width": (1, 1_024), "depth": (1, 8),
    "dropout": (0.0, 0.95), "units": (1, 4_096),
}  # fmt: skip


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise RequestError, listing all known names, if one of `names` is not among them."""
    known = sorted(set(known))
    for name in names:
        if name not in known:
            raise RequestError(f"{what} names '{name}', which no architecture here has; available: {', '.join(known)}")


def narrowed(space: HyperParameters, search_space: Mapping[str, Any], where: str) -> HyperParameters:
    """Return the space with the values of some hyperparameters narrowed; ignore names that it does not have.

    Those in WIDEST may also leave their own range. If a default is no longer allowed, replace it with the nearest
    allowed number or, for text and booleans, with the first listed value. Raise RequestError for any other value
    outside the space; `where` is the architecture's name.
    """
    found = HyperParameters()
    found.merge(
        [_narrowed(one, search_space[one.name], where) if one.name in search_space else one for one in space.space]
    )
    return found


def _narrowed(one: HyperParameter, wanted: list | tuple, where: str) -> HyperParameter:
    for value in wanted if isinstance(wanted, list) or isinstance(one, Numerical) else ():
        if not allows(one, value) and not _widens(one, value):
            raise RequestError(f"search_space of '{one.name}': {value!r} is not allowed; {where} has {described(one)}")
    # numbers with a step become a list below: with new bounds, Keras Tuner would use other steps and may lose the last
    if isinstance(wanted, tuple) and isinstance(one, Numerical) and one.step is None:
        config = one.get_config() | {"min_value": wanted[0], "max_value": wanted[1], "default": None}
        config["default"] = min(max(one.default, wanted[0]), wanted[1])
        return type(one).from_config(config)
    values = wanted if isinstance(wanted, list) else _between(one, wanted, where)
    allowed = list(dict.fromkeys(type(one.default)(value) for value in values))
    return Choice(one.name, allowed, default=nearest(one.default, allowed), conditions=one.conditions)


def _widens(one: HyperParameter, value: Any) -> bool:
    """Return whether a hyperparameter may be searched at a value outside its own range."""
    if one.name not in WIDEST or isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    low, high = WIDEST[one.name]
    return low <= value <= high and (not isinstance(one.default, int) or value == int(value))


def widened(space: HyperParameters, search_space: Mapping[str, Any]) -> dict[str, str]:
    """Return the hyperparameters whose search leaves their own range: name -> this range, as text."""
    return {
        one.name: described(one)
        for one in space.space
        if any(not allows(one, value) and _widens(one, value) for value in search_space.get(one.name, ()))
    }


def _between(one: HyperParameter, bounds: tuple, where: str) -> list:
    numbers = [value for value in _steps(one, bounds) if not isinstance(value, (str, bool))]
    values = [value for value in numbers if bounds[0] * (1 - ROUNDING) <= value <= bounds[1] * (1 + ROUNDING)]
    if not values:
        raise RequestError(f"search_space of '{one.name}': no value is within {bounds}; {where} has {described(one)}")
    return values


def _steps(one: HyperParameter, bounds: tuple) -> list:
    """Return the values of a hyperparameter, beyond its own range in its own steps if it may be widened so far."""
    if one.name not in WIDEST or not isinstance(one, Numerical) or not one.step or one.sampling != "linear":
        return list(one.values)
    low, high = min(bounds[0], one.min_value), max(bounds[1], one.max_value)
    first, last = math.ceil((low - one.min_value) / one.step), math.floor((high - one.min_value) / one.step + ROUNDING)
    return [type(one.default)(round(one.min_value + count * one.step, 10)) for count in range(first, last + 1)]


def nearest(default: Any, values: list) -> Any:
    """Return the default if it is among the values, else the nearest number or, of other values, the first."""
    if default in values or isinstance(default, (str, bool)):
        return default if default in values else values[0]
    return min(values, key=lambda value: abs(value - default))


def allows(one: HyperParameter, value: Any) -> bool:
    """Return whether a hyperparameter may have this value."""
    if not isinstance(one, Numerical):
        return value in range_of(one)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    whole = not isinstance(one.default, int) or value == int(value)
    return whole and one.min_value * (1 - ROUNDING) <= value <= one.max_value * (1 + ROUNDING)


def completed(space: HyperParameters, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return a complete configuration: the given values, and defaults for the rest; leave out names of other spaces.

    The width (`units`) may be any whole number of at least 1. Raise RequestError for a value outside the space.
    """
    found = HyperParameters()
    for one in space.space:
        found.merge([one])
        if one.name not in given or one.name == "units" or not found.is_active(one):
            continue
        if not allows(one, given[one.name]):
            value = given[one.name]
            raise RequestError(f"hyperparameters: {one.name} {value!r} is not allowed; {where} has {described(one)}")
        found.values[one.name] = given[one.name]
    if "units" in given:
        if type(given["units"]) is not int or given["units"] < 1:
            raise RequestError(f"hyperparameters: units must be a whole number of at least 1, not {given['units']!r}")
        found.values["units"] = given["units"]
    return dict(found.values)


def misfits(space: HyperParameters, values: Mapping[str, Any]) -> list[str]:
    """Return the names that a configuration lacks, has in addition to the space, or has with a value outside it."""
    there = HyperParameters()
    there.values = dict(values)
    active = {one.name: one for one in space.space if there.is_active(one)}
    strange = set(values) ^ set(active)
    return sorted(strange | {name for name in set(values) & set(active) if not allows(active[name], values[name])})
