"""Array inputs: x of a person's own arrays as tokens or values, with its valid steps and what is missing."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.scaling import valid_steps, whole
from suite.tasks.own.arrays.doubts import why_readings
from suite.tasks.own.arrays.faults import numbers, refuse
from suite.tasks.own.arrays.in_memory import column, stacked

WHOLE_NUMBERS = "whole numbers"  # the fact that says how they were read
LARGEST_TOKEN = np.iinfo(np.int32).max
LARGEST_VALUE = 1e100  # squares of larger values overflow


@dataclass(frozen=True)
class Asked:
    """What the user says of arrays.

    `kind`, `per_step`: of the task. `layout`: "time-first" or "channels-first". `tokens`: whether whole numbers are
    tokens, None if the numbers decide. `absent`: numbers that mean "missing". `missing`: "error" or "drop".
    `dates`, `zone`: how `times` are written.
    """

    kind: str | None = None
    per_step: bool = False
    layout: str | None = None
    tokens: bool | None = None
    absent: tuple[float, ...] = ()
    missing: str = "error"
    dates: str = ""
    zone: str = ""


@dataclass(frozen=True)
class Inputs:
    """x as int32 tokens (examples, time) or float64 (examples, time, features).

    `lengths`: valid steps (examples,), None if x alone determines them. `faults`: missing values at valid steps, of the
    shape of x. `said`: how x was read.
    """

    x: np.ndarray
    lengths: np.ndarray | None
    faults: np.ndarray
    said: dict[str, str] = field(default_factory=dict)


def read_inputs(where: str, what: str, x: Any, lengths: Any, asked: Asked, steps: str = "lengths") -> Inputs:
    """Return x; what lies beyond the lengths becomes 0. Raise RequestError, which names the example, if it is invalid.

    `steps`: what messages call the lengths.
    """
    found = stacked(where, what, x, asked.layout)
    if found.values.dtype.kind in "US":
        raise RequestError(f"{where}: {what} are texts, not numbers: for texts in a table, there is texts_from_csv")
    if found.values.ndim not in (2, 3) or not found.values.size:
        shape = f"{where}: {what} has shape {found.values.shape}"
        raise RequestError(f"{shape}, not (examples, time[, features]) with at least one of each")
    own = found.lengths if lengths is None else checked_steps(where, steps, column(lengths), found.values)
    values = numbers(where, what, found.values)
    values[np.isin(values, asked.absent)] = np.nan
    large = np.isfinite(values) & (np.abs(values) > LARGEST_VALUE)
    refuse(where, what, large, "is too large", "divide all values by a number, or say absent= if it means 'missing'")
    values[~valid_steps(values, whole(values) if own is None else own)] = 0
    faults = ~np.isfinite(values)
    tokens, said = _are_tokens(where, what, found.values, values, asked)
    told = {}
    if lengths is None and found.lengths is not None:
        told["lengths"] = f"{found.lengths.min()} to {found.lengths.max()} steps, padded with zeros"
    if tokens:
        _check_tokens(where, what, values)
        return Inputs(_padded_last(np.where(faults, 0, values).astype(np.int32), told), own, faults, told)
    values = values[..., None] if values.ndim == 2 else values
    return Inputs(values, own, faults.reshape(values.shape), told | ({WHOLE_NUMBERS: said} if said else {}))


def _are_tokens(where: str, what: str, given: np.ndarray, values: np.ndarray, asked: Asked) -> tuple[bool, str]:
    """Return whether x are tokens, and why not if whole numbers are not."""
    if asked.tokens:
        if given.ndim != 2 or (values[np.isfinite(values)] % 1).any():
            raise RequestError(
                f"{where}: tokens=True needs {what} of whole numbers (examples, time), not {given.shape}"
            )
        return True, ""
    integers = given.ndim == 2 and np.issubdtype(given.dtype, np.integer)
    if not integers or asked.tokens is False:
        return False, ""
    why = why_readings(given)
    return not why, f"read as values, not as tokens (tokens=True), because {why}" if why else ""


def _check_tokens(where: str, what: str, values: np.ndarray) -> None:
    known = values[np.isfinite(values)]
    if known.size and (known.min() < 0 or known.max() > LARGEST_TOKEN):
        way_out = f"tokens must be from 0 to {LARGEST_TOKEN}; say tokens=False if these are values"
        refuse(where, what, (values < 0) | (values > LARGEST_TOKEN), "is no token", way_out)


def _padded_last(tokens: np.ndarray, told: dict[str, str]) -> np.ndarray:
    """Return tokens with their padding at the end if all of it is at the beginning."""
    padding = tokens == 0
    if not padding[:, 0].any() or (padding[:, 1:] & ~padding[:, :-1]).any():
        return tokens
    told["padding"] = "moved from the beginning of the examples to their end"
    order = np.argsort(padding, axis=1, kind="stable")
    return np.take_along_axis(tokens, order, axis=1)


def checked_steps(where: str, what: str, lengths: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the number of valid steps of every example of x as int64 (examples,); RequestError if invalid."""
    if lengths.shape != x.shape[:1]:
        raise RequestError(f"{where}: {what} has shape {lengths.shape}, but x has {len(x)} examples")
    steps = numbers(where, what, lengths)
    possible = (steps >= 1) & (steps <= x.shape[1]) & (steps == np.round(steps))
    refuse(where, what, ~possible, "is impossible", f"it must be a whole number from 1 to {x.shape[1]}")
    return steps.astype(np.int64)
