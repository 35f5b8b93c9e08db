"""Ranges: the values that a hyperparameter may have, to try and to describe."""

from typing import Any

from keras_tuner.engine.hyperparameters import HyperParameter
from keras_tuner.src.engine.hyperparameters.hp_types import Fixed
from keras_tuner.src.engine.hyperparameters.hp_types.numerical import Numerical

MOST_VALUES = 16  # a hyperparameter with more values is tried at its ends and in between
BETWEEN = (0.0, 0.5, 1.0)


def tried(one: HyperParameter) -> tuple[list[Any], bool]:
    """Return the values of a hyperparameter to try, and whether these are all it has."""
    if isinstance(one, Fixed):
        return [one.value], True
    if isinstance(one, Numerical):
        if isinstance(one.default, int) and one.max_value - one.min_value < MOST_VALUES and one.step in (None, 1):
            return list(range(one.min_value, one.max_value + 1)), True
        if one.step is None or len(list(one.values)) > MOST_VALUES:
            ends = [one.prob_to_value(min(share, 1 - 1e-12)) for share in BETWEEN]
            return list(dict.fromkeys([one.default, *ends])), False
    values = list(one.values)
    return values, True


def described(one: HyperParameter) -> str:
    """Return the allowed values of a hyperparameter as text."""
    if isinstance(one, Numerical):
        return f"{one.min_value:g} to {one.max_value:g}"
    return ", ".join(map(repr, range_of(one)))


def range_of(one: HyperParameter) -> Any:
    """Return the (lowest, highest) value of a numerical hyperparameter, or a list of all values."""
    if isinstance(one, Numerical):
        return (one.min_value, one.max_value)
    return [one.value] if isinstance(one, Fixed) else list(one.values)
