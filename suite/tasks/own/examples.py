"""Examples: checks arrays of examples and targets, and names the first value at fault."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import numpy as np

from suite.errors import RequestError

LARGEST_TOKEN = np.iinfo(np.int32).max
# kinds of NumPy arrays: booleans, integers, floats, and objects (pandas may store any of the others as objects)
NUMBERS = "biufO"
Examples = tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]


def examples(where: str, x: Any, y: Any, given: Mapping[str, Any], kind: str | None, suffix: str = "") -> Examples:
    """Return x, y and the `given` values beside them (such as groups) as arrays of equally many examples.

    `kind`: that of the task, by default a regression if y are floats. `suffix` is added to the names in messages. Raise
    RequestError, which names the example, if one is invalid.
    """
    for key, value in {"x": x, "y": y}.items():
        if value is None:
            raise RequestError(f"{where}: {key}{suffix} is missing")
    x, y = checked_inputs(where, f"x{suffix}", np.asarray(x)), np.asarray(y)
    beside = {key: np.asarray(value) for key, value in given.items() if value is not None}
    for key, value in {"y": y, **beside}.items():
        if value.shape[:1] != x.shape[:1]:
            found = len(value) if value.ndim else "no axis"
            raise RequestError(f"{where}: x{suffix} has {len(x)} examples, but {key}{suffix} has {found}")
    if "lengths" in beside:
        beside["lengths"] = checked_steps(where, f"lengths{suffix}", beside["lengths"], x)
    return x, _targets(where, f"y{suffix}", y, kind or kind_of(y)), beside


def kind_of(y: np.ndarray) -> str:
    """Return the kind of task that has such targets: "regression" if they are floats, else "classification"."""
    return "regression" if np.issubdtype(y.dtype, np.floating) else "classification"


def joined(where: str, some: Examples, tested: Examples) -> tuple[Examples, np.ndarray]:
    """Return the examples and those of a given test split as one, and which split each belongs to: "train" or "test".

    Raise RequestError unless both parts have the same names, shapes and types, or if a test label is never seen in
    training, or if a test example is not later than training.
    """
    (x, y, beside), (x_test, y_test, beside_test) = some, tested
    for key in {*beside} ^ {*beside_test}:
        given, other = (key, f"{key}_test")[:: 1 if key in beside else -1]
        raise RequestError(f"{where}: {given} is given, but {other} is not")
    named = {"x": (x, x_test), "y": (y, y_test)} | {key: (beside[key], beside_test[key]) for key in beside}
    for key, (one, test) in named.items():
        if one.shape[1:] != test.shape[1:] or _sort(one) != _sort(test):
            told, wanted = (f"{values.dtype} of shape {values.shape[1:]}" for values in (test, one))
            raise RequestError(f"{where}: an example of {key}_test is {told}, but of {key} {wanted}")
    if not np.issubdtype(y.dtype, np.floating):
        _refuse(where, "y_test", y_test, ~np.isin(y_test, y), "no example of y has this label")
    if "times" in beside:
        early = beside_test["times"] <= beside["times"].max()
        _refuse(where, "times_test", beside_test["times"], early, f"it must be after {beside['times'].max()}")
    whole = [np.concatenate(pair) for pair in named.values()]
    split = np.repeat(["train", "test"], [len(x), len(x_test)])
    return (whole[0], whole[1], dict(zip(beside, whole[2:], strict=True))), split


def _sort(values: np.ndarray) -> str:
    """Return a letter for the sort of values in an array, the same for all integers and for all texts."""
    return {"u": "i", "O": "U"}.get(values.dtype.kind, values.dtype.kind)


def checked_inputs(where: str, what: str, x: np.ndarray) -> np.ndarray:
    """Return x as int32 tokens (examples, time) or float64 (examples, time, features); RequestError if invalid."""
    if x.ndim not in (2, 3) or not x.size:
        raise RequestError(
            f"{where}: {what} has shape {x.shape}, not (examples, time[, features]) with at least one of each"
        )
    if x.ndim == 2 and np.issubdtype(x.dtype, np.integer):
        way_out = f"tokens must be from 0 to {LARGEST_TOKEN}; give other values as floats"
        _refuse(where, what, x, (x < 0) | (x > LARGEST_TOKEN), way_out)
        return x.astype(np.int32)
    floats = _numbers(where, what, x)
    _check_finite(where, what, floats)
    return floats[..., None] if floats.ndim == 2 else floats


def checked_steps(where: str, what: str, lengths: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the number of valid steps of every example of x as int64 (examples,); RequestError if invalid."""
    if lengths.shape != x.shape[:1]:
        raise RequestError(f"{where}: {what} has shape {lengths.shape}, but x has {len(x)} examples")
    steps = _numbers(where, what, lengths)
    possible = (steps >= 1) & (steps <= x.shape[1]) & (steps == np.round(steps))
    _refuse(where, what, lengths, ~possible, f"it must be a whole number from 1 to {x.shape[1]}")
    return steps.astype(np.int64)


def _numbers(where: str, what: str, values: np.ndarray) -> np.ndarray:
    """Return the values as float64; raise RequestError unless they are numbers, or objects that contain numbers."""
    with suppress(TypeError, ValueError, OverflowError):
        if values.dtype.kind in NUMBERS:
            return values.astype(np.float64)
    raise RequestError(f"{where}: {what} is of type {values.dtype}, not numbers")


def _refuse(where: str, what: str, values: np.ndarray, faults: np.ndarray, way_out: str) -> None:
    """Raise RequestError if any value is faulty; name the example, step and feature of the first one."""
    if faults.any():
        first = tuple(np.argwhere(faults)[0])
        place = ", ".join(f"{axis} {index}" for axis, index in zip(("example", "step", "feature"), first, strict=False))
        raise RequestError(f"{where}: {what} is {values[first]} at {place}, counted from 0: {way_out}")


def _targets(where: str, what: str, y: np.ndarray, kind: str) -> np.ndarray:
    """Return the targets as float32 or as labels; raise RequestError if an example has no target."""
    if kind == "regression":
        _check_finite(where, what, _numbers(where, what, y))
        return y.astype(np.float32)
    if np.issubdtype(y.dtype, np.floating):
        _check_finite(where, what, y)
        return y.astype(str)
    if y.dtype != object:
        return y
    from pandas import isna

    absent = np.argwhere(isna(y))
    if len(absent):
        raise RequestError(f"{where}: {what} has no label at example {absent[0][0]}, counted from 0")
    return y.astype(str)


def _check_finite(where: str, what: str, values: np.ndarray) -> None:
    _refuse(where, what, values, ~np.isfinite(values), "no value may be missing or infinite")
