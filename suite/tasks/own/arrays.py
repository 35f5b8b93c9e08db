"""Arrays: tasks from examples and targets that are already in memory, as NumPy arrays or pandas data frames."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest, closest_keyword
from suite.files import read_arrays
from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.scaling import apply, fit, whole
from suite.tasks.datasets.splits import Rows, apart, by_time
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, described
from suite.tasks.task import TASKS, Declaration, Task

VALUES: Declaration = {"kind": "regression", "metric": "mse", "baseline": "mean"}
LARGEST_TOKEN = np.iinfo(np.int32).max
# kinds of NumPy arrays: booleans, integers, floats, and objects (pandas may store any of the others as objects)
NUMBERS = "biufO"


@closest_keyword
def task_from_arrays(
    name: str,
    x: Any,
    y: Any,
    *,
    groups: Any = None,
    times: Any = None,
    gap: int | None = None,
    lengths: Any = None,
    **declared: Unpack[Declaration],
) -> Task:
    """Register a task on arrays or data frames that have one example per row.

    x: floats (examples, time, features) or (examples, time), or integer tokens (examples, time) with 0 for padding.
    y: labels (integers, words, booleans) or, for a regression, floats. `lengths`: valid steps of every example.
    The splits are 60/20/20. With `times`, they are cut by time, and the last `gap` times of each split are left out (by
    default, as many as x has steps). Without `times`, equal examples stay in one split, and so do equal `groups`;
    without `groups`, the splits are stratified. `declared`: arguments of `task` that replace the defaults, which are
    the family "arrays" and values derived from x and y. Increase `version` whenever the arrays change.
    All data are checked here. Raise RequestError, which names the example, if an example is invalid.
    """
    where = f"task '{name}'"
    x, y = _examples(where, np.asarray(x)), np.asarray(y)
    given = {"groups": groups, "times": times, "lengths": lengths}
    beside = {key: np.asarray(value) for key, value in given.items() if value is not None}
    for key, value in {"y": y, **beside}.items():
        if value.shape[:1] != x.shape[:1]:
            raise RequestError(
                f"{where}: x has {len(x)} examples, but {key} has {len(value) if value.ndim else 'no axis'}"
            )
    if "lengths" in beside:
        beside["lengths"] = _steps(where, beside["lengths"], x)
    gap = x.shape[1] if gap is None else gap
    check_at_least("gap", gap, 0)
    fields: Declaration = {**_defaults(x, y, declared), **declared}
    y = _targets(name, y, fields["kind"])
    load = partial(load_arrays, x=x, y=y, beside=beside, gap=gap, where=where)
    entry = described(name, load, f"{len(x)} examples of {x.shape[1]} steps.", fields)
    try:
        entry.load(seed=1)
    except ValueError as error:
        raise RequestError(str(error)) from error
    TASKS.add(entry)
    return entry


@dataclass(frozen=True)
class ArrayReader:
    """Reads x from a `.npy` file, or `x` and `lengths` from a `.npz` file."""

    kind: ClassVar[str] = "arrays"
    needs: ClassVar[tuple[str, ...]] = ()

    def read(self, path: Path) -> Raw:
        """Read x and the number of valid steps of every example (None if the file has no `lengths`).

        Each example's origin is its number, counted from 0.
        """
        arrays = read_arrays(path)
        if "x" not in arrays:
            raise RequestError(f"'{path}' contains no array 'x': {closest('x', arrays)}")
        x = _examples(f"'{path}'", arrays["x"])
        lengths = _steps(f"'{path}'", arrays["lengths"], x) if "lengths" in arrays else None
        return Raw((x, lengths), {"example": list(range(len(x)))})

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray | None]:
        """Scale floats by the fitted scale; leave tokens unchanged, and floats if no scale fits their features."""
        x, lengths = raw.examples
        if x.ndim == 3 and self.shape(fitted)[1] == x.shape[2]:
            x = apply(x, whole(x) if lengths is None else lengths, fitted)
        return x, lengths

    def shape(self, fitted: Preparation) -> tuple[None, int | None]:
        """Return (None, number of features), taken from the fitted scale; (None, None) without a scale."""
        return None, len(fitted["mean"]) if "mean" in fitted else None


def load_arrays(
    seed: int, *, x: np.ndarray, y: np.ndarray, beside: Mapping[str, np.ndarray], gap: int, where: str
) -> Data:
    """Split the arrays, and standardise floats by the mean and the standard deviation of the training split."""
    rows = _rows(seed, x, y, beside, gap, where)
    preparation = settings(ArrayReader())
    if not np.issubdtype(x.dtype, np.integer):
        steps = beside.get("lengths", whole(x))
        fitted = fit(x[rows["train"]], steps[rows["train"]])
        x, preparation = apply(x, steps, fitted), preparation | fitted
    if not np.issubdtype(y.dtype, np.floating):
        preparation["classes"], y = np.unique(y, return_inverse=True)
    return Data.of_rows(rows, x, y, preparation, **beside)


def _rows(seed: int, x: np.ndarray, y: np.ndarray, beside: Mapping[str, np.ndarray], gap: int, where: str) -> Rows:
    if "times" in beside:
        return by_time(beside["times"], gap, where)
    contents = [row.tobytes() for row in np.ascontiguousarray(x)]
    labels = None if np.issubdtype(y.dtype, np.floating) or y.ndim > 1 else y
    return apart(seed, contents, labels, beside.get("groups"), where)


def _defaults(x: np.ndarray, y: np.ndarray, declared: Declaration) -> Declaration:
    tokens = np.issubdtype(x.dtype, np.integer)
    kind = declared.get("kind", "regression" if np.issubdtype(y.dtype, np.floating) else "classification")
    trained = "bag-of-words" if tokens and not declared.get("per_step") else "flattened"
    common: Declaration = {"family": "arrays", "source": "arrays", "tags": ("real",), "trained_baseline": trained}
    if tokens:  # a split may lack the highest token
        common["vocabulary"] = int(x.max()) + 1
    return {**common, **(VALUES if kind == "regression" else CLASSES)}


def _examples(where: str, x: np.ndarray) -> np.ndarray:
    """Return x as int32 tokens (examples, time) or float64 (examples, time, features); RequestError if invalid."""
    if x.ndim not in (2, 3) or not x.size:
        raise RequestError(
            f"{where}: x has shape {x.shape}, not (examples, time[, features]) with at least one of each"
        )
    if x.ndim == 2 and np.issubdtype(x.dtype, np.integer):
        way_out = f"tokens must be from 0 to {LARGEST_TOKEN}; give other values as floats"
        _refuse(where, "x", x, (x < 0) | (x > LARGEST_TOKEN), way_out)
        return x.astype(np.int32)
    floats = _numbers(where, "x", x)
    _check_finite(where, "x", floats)
    return floats[..., None] if floats.ndim == 2 else floats


def _steps(where: str, lengths: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the number of valid steps of every example of x as int64 (examples,); RequestError if invalid."""
    if lengths.shape != x.shape[:1]:
        raise RequestError(f"{where}: lengths has shape {lengths.shape}, but x has {len(x)} examples")
    steps = _numbers(where, "lengths", lengths)
    possible = (steps >= 1) & (steps <= x.shape[1]) & (steps == np.round(steps))
    _refuse(where, "lengths", lengths, ~possible, f"it must be a whole number from 1 to {x.shape[1]}")
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


def _targets(name: str, y: np.ndarray, kind: str) -> np.ndarray:
    """Return the targets as float32 or as labels; raise RequestError if an example has no target."""
    if kind == "regression":
        _check_finite(f"task '{name}'", "y", _numbers(f"task '{name}'", "y", y))
        return y.astype(np.float32)
    if np.issubdtype(y.dtype, np.floating):
        _check_finite(f"task '{name}'", "y", y)
        return y.astype(str)
    if y.dtype != object:
        return y
    from pandas import isna

    absent = np.argwhere(isna(y))
    if len(absent):
        raise RequestError(f"task '{name}': y has no label at example {absent[0][0]}, counted from 0")
    return y.astype(str)


def _check_finite(where: str, what: str, values: np.ndarray) -> None:
    _refuse(where, what, values, ~np.isfinite(values), "no value may be missing or infinite")
