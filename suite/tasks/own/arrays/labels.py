"""Labels: what kind of targets an array holds, and its labels as they are meant: one-hot rows, whole floats, words."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL, REGRESSION
from suite.tasks.own.arrays.faults import numbers, refuse
from suite.tasks.own.arrays.in_memory import absent, column

LARGEST = float(np.finfo(np.float32).max)  # models read 32-bit floats
FEW = 10  # different whole floats, or
SHARE = 5  # more than a fifth as many different integers as examples, may be meant as labels or as values
REPEATS = 3
BOTH = 'say kind="classification" or kind="regression"'


@dataclass(frozen=True)
class Targets:
    """Targets of all examples: floats, or labels of any other type, or 0 and 1 for every label of `classes`.

    `lacking`: which ones are missing, of the same shape. `said`: how they were read, "" if as they are.
    """

    values: np.ndarray
    kind: str
    per_step: bool
    lacking: np.ndarray
    classes: np.ndarray | None = None
    said: str = ""


def targets(where: str, what: str, y: Any, kind: str | None, per_step: bool) -> Targets:
    """Return the targets of all examples.

    `kind`: what the user says; by default, a regression if y are floats. Raise RequestError if y may be meant both as
    labels and as values, or is not what the kind needs.
    """
    values, said, columns = column(y), "", getattr(y, "columns", None)
    if kind in (None, CLASSIFICATION) and values.ndim == 2 + per_step:
        values, said = _single(where, what, values, columns, kind)
    if kind is None:
        _refuse_doubt(where, what, values)
    kind = kind or kind_of(values)
    if kind == CLASSIFICATION:
        return Targets(values, kind, per_step, absent(values), said=said)
    values = numbers(where, what, values)
    if kind == MULTI_LABEL:
        return Targets(values, kind, per_step, np.isnan(values), _names(where, what, values, columns, per_step))
    refuse(
        where,
        what,
        np.isfinite(values) & (np.abs(values) > LARGEST),
        "is too large",
        "divide all values by a number, such as their largest",
    )
    return Targets(values, kind, per_step, ~np.isfinite(values))


def _names(where: str, what: str, y: np.ndarray, columns: Any, per_step: bool) -> np.ndarray:
    """Return the names of the columns of multi-label targets; RequestError unless they are 0 and 1."""
    if y.ndim != 2 + per_step:
        raise RequestError(f"{where}: {what} has shape {y.shape}: a multi-label task needs a column for every label")
    refuse(where, what, ~np.isin(y, (0, 1)) & ~np.isnan(y), "is neither 0 nor 1", "each column says yes or no")
    return np.array([str(name) for name in (range(y.shape[-1]) if columns is None else columns)])


def kind_of(y: np.ndarray) -> str:
    """Return the kind of task that has such targets: "regression" if they are floats, else "classification"."""
    return "regression" if np.issubdtype(y.dtype, np.floating) else "classification"


def named(y: Targets) -> np.ndarray:
    """Return targets none of which is missing: float32, 0 and 1, or labels, as text unless integers or booleans."""
    if y.kind == MULTI_LABEL:
        return y.values.astype(np.int64)
    if y.kind == REGRESSION:
        return y.values.astype(np.float32)
    return y.values if y.values.dtype.kind in "iub" else y.values.astype(str)


def _single(where: str, what: str, y: np.ndarray, names: Any, kind: str | None) -> tuple[np.ndarray, str]:
    """Return one label for every one-hot row, or for every row of one cell; other values as they are."""
    if y.shape[-1] == 1:
        return (y[..., 0] if kind or kind_of(y) == CLASSIFICATION else y), ""
    if y.dtype.kind not in "biuf" or not np.isin(y, (0, 1)).all():
        return y, ""
    if (y.sum(axis=-1) == 1).all():
        places = y.argmax(axis=-1)
        found = places if names is None or y.ndim > 2 else np.asarray(list(map(str, names)))[places]
        return found, f"one-hot rows of {y.shape[-1]} classes"
    fault = f"{where}: {what} has {y.shape[-1]} columns of 0 and 1, but is not one-hot"
    raise RequestError(f'{fault}: say kind="multi-label" if an example may have several labels, or kind="regression"')


def _refuse_doubt(where: str, what: str, y: np.ndarray) -> None:
    """Raise RequestError if only the owner of the data knows whether y are labels or values."""
    if y.dtype.kind in "OU" and y.ndim == 1:
        different = len(set(map(str, y.tolist())))
        if different > FEW and 2 * different > y.size:
            fault = f"{where}: {what} are {different} different labels in {y.size} examples"
            raise RequestError(f'{fault}: give the labels, or say kind="classification" if these are')
    if y.dtype.kind not in "iuf" or not y.size:
        return
    different = len(np.unique(y))
    if y.dtype.kind == "f" and (y == np.round(y)).all() and 2 <= different <= FEW and y.size >= REPEATS * different:
        raise RequestError(f"{where}: {what} are floats, but only {different} different whole numbers: {BOTH}")
    if y.dtype.kind != "f" and different > FEW and SHARE * different > y.size:
        raise RequestError(f"{where}: {what} are {different} different whole numbers in {y.size} examples: {BOTH}")
