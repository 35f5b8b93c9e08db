"""Joined: the examples of a given test split beside the others."""

from dataclasses import replace

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.scaling import whole
from suite.tasks.own.arrays.examples import Examples
from suite.tasks.own.arrays.faults import refuse
from suite.tasks.sheet import Sheet


def joined(where: str, some: Examples, tested: Examples) -> tuple[Examples, np.ndarray]:
    """Return the examples and those of a given test split as one, and which split each belongs to: "train" or "test".

    Shorter sequences are padded with zeros if their lengths are known. Raise RequestError unless both parts have the
    same names, shapes and types, or if a test example is not later than training.
    """
    some, tested = _as_long(some, tested)
    for key in {*some.beside} ^ {*tested.beside}:
        given, other = (key, f"{key}_test")[:: 1 if key in some.beside else -1]
        raise RequestError(f"{where}: {given} is given, but {other} is not")
    parts = [{"x": one.x, "y": one.y} | one.beside for one in (some, tested)]
    all_of = {key: _appended(where, key, own, parts[1][key]) for key, own in parts[0].items()}
    if "times" in some.beside:
        early = tested.beside["times"] <= some.beside["times"].max()
        refuse(where, "times_test", early, "is too early", "it must be after the last of times")
    split = np.repeat(["train", "test"], [len(some.x), len(tested.x)])
    beside = {key: all_of[key] for key in some.beside}
    return replace(some, x=all_of["x"], y=all_of["y"], beside=beside, sheet=_both(some.sheet, tested.sheet)), split


def _as_long(*both: Examples) -> list[Examples]:
    """Return both parts with equally many steps if their lengths are known, or if 0 is the token for padding."""
    if any(one.padded for one in both):
        both = tuple(
            one if "lengths" in one.beside else replace(one, beside=one.beside | {"lengths": whole(one.x)})
            for one in both
        )
    if not all("lengths" in one.beside or np.issubdtype(one.x.dtype, np.integer) for one in both):
        return list(both)
    steps = max(one.x.shape[1] for one in both)
    return [
        replace(one, x=np.pad(one.x, [(0, 0), (0, steps - one.x.shape[1]), *[(0, 0)] * (one.x.ndim - 2)]))
        for one in both
    ]


def _appended(where: str, key: str, one: np.ndarray, test: np.ndarray) -> np.ndarray:
    if one.shape[1:] != test.shape[1:] or _sort(one) != _sort(test):
        told, wanted = (f"{values.dtype} of shape {values.shape[1:]}" for values in (test, one))
        raise RequestError(f"{where}: an example of {key}_test is {told}, but of {key} {wanted}")
    return np.concatenate([one, test])


def _sort(values: np.ndarray) -> str:
    """Return a letter for the sort of values in an array, the same for all integers and for all texts."""
    return {"u": "i", "O": "U"}.get(values.dtype.kind, values.dtype.kind)


def _both(some: Sheet, tested: Sheet) -> Sheet:
    """Return one sheet; facts of the test split that differ are named as such."""
    own = {f"{name} of the test split": fact for name, fact in tested.facts.items() if some.facts.get(name) != fact}
    return some.plus(*tested.notices, **own)
