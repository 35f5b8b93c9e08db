"""Spaces: a cell's search space as the user narrowed it, and whether a configuration is in it."""

from collections.abc import Iterable, Mapping
from typing import Any

from keras_tuner import HyperParameters
from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.src.engine.hyperparameters.hp_types import Choice, Fixed
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical

from suite.errors import RequestError

# A bound that is drawn logarithmically comes back with a rounding error.
ROUNDING = 1e-9


def check_names(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise RequestError, with all known names, for a name that is not among them."""
    known = sorted(set(known))
    for name in names:
        if name not in known:
            raise RequestError(f"{what} names '{name}', which no architecture here has; available: {', '.join(known)}")


def narrowed(space: HyperParameters, search_space: Mapping[str, Any], where: str) -> HyperParameters:
    """Return the space with fewer values for the given names; names that it does not have are ignored.

    A default that is no longer allowed gives way to the nearest value that is, or to the first of a list without order.
    Raise RequestError for a value outside the space; `where` is the architecture's name.
    """
    found = HyperParameters()
    found.merge(
        [_narrowed(one, search_space[one.name], where) if one.name in search_space else one for one in space.space]
    )
    return found


def _narrowed(one: HyperParameter, wanted: list | tuple, where: str) -> HyperParameter:
    for value in wanted if isinstance(wanted, list) or isinstance(one, Numerical) else ():
        if not allows(one, value):
            raise RequestError(f"search_space of '{one.name}': {value!r} is outside; {where} has {described(one)}")
    # between other bounds Keras Tuner would lay other steps, and lose the last to rounding
    if isinstance(wanted, tuple) and isinstance(one, Numerical) and one.step is None:
        config = one.get_config() | {"min_value": wanted[0], "max_value": wanted[1], "default": None}
        config["default"] = min(max(one.default, wanted[0]), wanted[1])
        return type(one).from_config(config)
    values = wanted if isinstance(wanted, list) else _between(one, wanted, where)
    allowed = list(dict.fromkeys(type(one.default)(value) for value in values))
    return Choice(one.name, allowed, default=_nearest(one.default, allowed), conditions=one.conditions)


def _between(one: HyperParameter, bounds: tuple, where: str) -> list:
    numbers = [value for value in one.values if not isinstance(value, (str, bool))]
    values = [value for value in numbers if bounds[0] * (1 - ROUNDING) <= value <= bounds[1] * (1 + ROUNDING)]
    if not values:
        raise RequestError(f"search_space of '{one.name}': no value is within {bounds}; {where} has {described(one)}")
    return values


def _nearest(default: Any, values: list) -> Any:
    if default in values or isinstance(default, (str, bool)):
        return default if default in values else values[0]
    return min(values, key=lambda value: abs(value - default))


def allows(one: HyperParameter, value: Any) -> bool:
    """Whether a hyperparameter may have this value."""
    if not isinstance(one, Numerical):
        return value in ([one.value] if isinstance(one, Fixed) else list(one.values))
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    whole = not isinstance(one.default, int) or value == int(value)
    return whole and one.min_value * (1 - ROUNDING) <= value <= one.max_value * (1 + ROUNDING)


def described(one: HyperParameter) -> str:
    """Describe the values of a hyperparameter."""
    if isinstance(one, Numerical):
        return f"{one.min_value:g} to {one.max_value:g}"
    return ", ".join(map(repr, [one.value] if isinstance(one, Fixed) else one.values))


def completed(space: HyperParameters, given: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return a whole configuration: the given values, and defaults for the rest; names of other spaces are left out.

    The width may be any whole number from 1. Raise RequestError for a value outside the space.
    """
    found = HyperParameters()
    for one in space.space:
        found.merge([one])
        if one.name not in given or one.name == "units" or not found.is_active(one):
            continue
        if not allows(one, given[one.name]):
            value = given[one.name]
            raise RequestError(f"hyperparameters: {one.name} {value!r} is outside; {where} has {described(one)}")
        found.values[one.name] = given[one.name]
    if "units" in given:
        if type(given["units"]) is not int or given["units"] < 1:
            raise RequestError(f"hyperparameters: units must be a whole number of at least 1, not {given['units']!r}")
        found.values["units"] = given["units"]
    return dict(found.values)


def misfits(space: HyperParameters, values: Mapping[str, Any]) -> list[str]:
    """Return the names that a stored configuration has or lacks against the space, or whose value is outside it."""
    there = HyperParameters()
    there.values = dict(values)
    active = {one.name: one for one in space.space if there.is_active(one)}
    strange = set(values) ^ set(active)
    return sorted(strange | {name for name in set(values) & set(active) if not allows(active[name], values[name])})
