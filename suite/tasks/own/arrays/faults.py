"""Faults: names the first example at fault in an array, and where in the example, but never the value itself."""

from contextlib import suppress

import numpy as np

from suite.errors import RequestError

AXES = ("example", "step", "feature")
# kinds of NumPy arrays: booleans, integers, floats, and objects (pandas may store any of the others as objects)
NUMBERS = "biufO"
MISSING = "is missing or infinite"


def refuse(where: str, what: str, faults: np.ndarray, fault: str, way_out: str) -> None:
    """Raise RequestError if any of the `faults` (examples[, time[, features]]) is True; name the first one's place."""
    if faults.any():
        first = np.argwhere(faults)[0]
        place = ", ".join(f"{axis} {index}" for axis, index in zip(AXES, first, strict=False))
        raise RequestError(f"{where}: {what} {fault} at {place}, counted from 0: {way_out}")


def numbers(where: str, what: str, values: np.ndarray) -> np.ndarray:
    """Return the values as float64, NaN where one is missing; raise RequestError unless they are numbers."""
    if values.dtype.kind == "O":
        from pandas import isna

        values = np.where(isna(values), np.nan, values)
    with suppress(TypeError, ValueError, OverflowError):
        if values.dtype.kind in NUMBERS:
            return values.astype(np.float64)
    raise RequestError(f"{where}: {what} is of type {values.dtype}, not numbers")
