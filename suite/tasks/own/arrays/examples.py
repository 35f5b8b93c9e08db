"""Examples: arrays of examples and what belongs to them, checked; the first place at fault is named, but no value."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.kinds import CLASSIFICATION
from suite.tasks.own.arrays.faults import MISSING, refuse
from suite.tasks.own.arrays.in_memory import absent, column
from suite.tasks.own.arrays.inputs import Asked, Inputs, read_inputs
from suite.tasks.own.arrays.labels import Targets, named, targets
from suite.tasks.own.tables.times import Times, read_times
from suite.tasks.sheet import Sheet


@dataclass(frozen=True)
class Examples:
    """x, y and what is `beside` them (such as groups), each with one entry for every example.

    `classes`: the names of the columns of multi-label targets. `padded`: whether the lengths were found in x.
    """

    x: np.ndarray
    y: np.ndarray
    kind: str
    beside: dict[str, np.ndarray]
    classes: np.ndarray | None = None
    padded: bool = False
    sheet: Sheet = field(default_factory=Sheet)


def examples(where: str, x: Any, y: Any, given: Mapping[str, Any], asked: Asked, suffix: str = "") -> Examples:
    """Return x, y and the `given` values beside them (groups, times, lengths) as arrays of equally many examples.

    `suffix` is added to the names in messages. Raise RequestError, which names the example, if one is invalid.
    """
    for key, value in {"x": x, "y": y}.items():
        if value is None:
            raise RequestError(f"{where}: {key}{suffix} is missing")
    inputs = read_inputs(where, f"x{suffix}", x, given.get("lengths"), asked, f"lengths{suffix}")
    if np.issubdtype(inputs.x.dtype, np.integer):
        way_out = "leave it out, or add 1 to every token if 0 is one"
        refuse(where, f"x{suffix}", np.count_nonzero(inputs.x, axis=1) == 0, "is empty (padding only)", way_out)
    found = targets(where, f"y{suffix}", y, asked.kind, asked.per_step)
    beside = {key: column(value) for key, value in given.items() if value is not None and key != "lengths"}
    _check_pandas(where, x, y, suffix)
    if (groups := beside.get("groups")) is not None and groups.ndim != 1:
        raise RequestError(f"{where}: groups{suffix} has shape {groups.shape}, not one group for each example")
    for key, value in {"y": found.values, **beside}.items():
        if value.shape[:1] != inputs.x.shape[:1]:
            size = len(value) if value.ndim else "no axis"
            raise RequestError(f"{where}: x{suffix} has {len(inputs.x)} examples, but {key}{suffix} has {size}")
    beside |= {} if inputs.lengths is None else {"lengths": inputs.lengths}
    found_lengths = inputs.lengths is not None and given.get("lengths") is None
    return replace(_whole(where, inputs, found, beside, asked, suffix), padded=found_lengths)


def _check_pandas(where: str, x: Any, y: Any, suffix: str) -> None:
    """Raise RequestError if frames of pandas name their rows alike, but in another order."""
    one, other = getattr(x, "index", None), getattr(y, "index", None)
    if not (hasattr(one, "equals") and hasattr(other, "equals")) or one.equals(other) or len(one) != len(other):
        return
    if one.is_unique and set(one) == set(other):
        raise RequestError(
            f"{where}: y{suffix} has the index of x{suffix} in another order: give y.loc[x.index], or y.to_numpy() if "
            "the rows belong together as they are"
        )


def _whole(
    where: str, inputs: Inputs, y: Targets, beside: dict[str, np.ndarray], asked: Asked, suffix: str
) -> Examples:
    """Return the examples that lack nothing; refuse the others, or leave them out if the user says so."""
    parts = {"x": inputs.faults, "y": y.lacking & _inside(y, inputs)} | {
        name: absent(values) for name, values in beside.items() if name == "groups"
    }
    lacking = np.any([part.reshape(len(part), -1).any(axis=1) for part in parts.values()], axis=0)
    if asked.missing == "error":
        for name, part in parts.items():
            fault = "has no label" if name == "y" and y.kind == CLASSIFICATION else MISSING
            refuse(where, f"{name}{suffix}", part, fault, _way_out(inputs, name))
    rows = np.flatnonzero(~lacking)
    if not len(rows):
        raise RequestError(f"{where}: every example lacks a value: fill some in")
    beside = {name: values[rows] for name, values in beside.items()}
    sheet = Sheet().plus(
        **inputs.said,
        labels=y.said,
        examples={"read": len(lacking), "left out": int(lacking.sum())} if lacking.any() else "",
    )
    if "groups" in beside:
        beside["groups"] = beside["groups"] if beside["groups"].dtype.kind in "iub" else beside["groups"].astype(str)
    if "times" in beside:
        times = _times(where, f"times{suffix}", beside["times"], rows, asked)
        beside["times"], sheet = times.values, sheet.plus(times=times.read_as)
    kept = replace(y, values=_filled(y, inputs)[rows])
    return Examples(inputs.x[rows], named(kept), y.kind, beside, y.classes, sheet=sheet)


def _inside(y: Targets, inputs: Inputs) -> np.ndarray:
    """Return whether a target belongs to a valid step (True for a target of a whole example), of the shape of y."""
    inside = np.ones(y.values.shape, dtype=bool)
    if y.per_step and inputs.lengths is not None and inside.shape[1:2] == inputs.x.shape[1:2]:
        inside &= valid_steps(inputs.x, inputs.lengths).reshape(*inside.shape[:2], *(1,) * (inside.ndim - 2))
    return inside


def _filled(y: Targets, inputs: Inputs) -> np.ndarray:
    """Return targets; what is missing beyond the lengths becomes some target, because it counts for nothing."""
    beyond = y.lacking & ~_inside(y, inputs)
    return np.where(beyond, y.values[~y.lacking][0], y.values) if beyond.any() else y.values


def _way_out(inputs: Inputs, name: str) -> str:
    drop = 'fill it in, or leave such examples out by missing="drop"'
    if name != "x" or inputs.lengths is not None:
        return drop
    steps = np.asarray(inputs.faults.reshape(*inputs.faults.shape[:2], -1).all(axis=2))
    at_end = steps.any() and not (steps[:, :-1] & ~steps[:, 1:]).any()
    return f"{drop}; if such steps are padding, give lengths=" if at_end else drop


def _times(where: str, what: str, given: np.ndarray, rows: np.ndarray, asked: Asked) -> Times:
    if given.ndim != 1:
        raise RequestError(f"{where}: {what} has shape {given.shape}, not one time for each example")
    found = read_times(given, lambda example: f"{where}: {what}, example {rows[example]}", asked.dates, asked.zone)
    counts = found.read_as == "numbers" and given.dtype.kind in "iu"
    return Times(given, found.read_as) if counts else found
