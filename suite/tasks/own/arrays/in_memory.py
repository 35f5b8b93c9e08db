"""In memory: turns what holds sequences in memory into one array: lists, frames, masked arrays, or unequal lengths."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.arrays.ts_files import read_ts

TIME_FIRST, CHANNELS_FIRST = "time-first", "channels-first"
LAYOUTS = (TIME_FIRST, CHANNELS_FIRST)
NO_VALUE = ("", "nan", "NaT", "<NA>")  # what Python's words for a missing value become as text


class Stacked(NamedTuple):
    """Sequences as one array (examples, time[, features]). `lengths`: valid steps (examples,), None if all are."""

    values: np.ndarray
    lengths: np.ndarray | None = None


def pairs(x: Any, y: Any) -> tuple[Any, Any]:
    """Return x and y apart if x is a `.ts` file or a data set of TensorFlow; else as they are given.

    The elements of a data set are pairs (x, y) or batches of them.
    """
    if isinstance(x, (str, Path)):
        if Path(x).suffix.lower() != ".ts":
            raise RequestError(f"x names '{x}', but only .ts files can be read: load it first, such as by numpy.load")
        series, found = read_ts(x)
        return series, found if y is None else y
    if not hasattr(x, "as_numpy_iterator"):
        return x, y
    if y is not None:
        raise RequestError("x is a data set, whose elements are (x, y): leave y out, or say y=None")
    elements = list(x.as_numpy_iterator())
    if not elements or not all(isinstance(one, tuple) and len(one) == 2 for one in elements):
        raise RequestError("the elements of the data set x must be pairs (x, y): map it to such pairs")
    if _batched(elements):
        elements = [pair for xs, ys in elements for pair in zip(xs, ys, strict=True)]
    return [own for own, _ in elements], np.array([target for _, target in elements])


def _batched(elements: Sequence[tuple[Any, Any]]) -> bool:
    """Return whether the elements are batches: as many targets as sequences, which have two axes or more each."""
    return all(np.ndim(xs) >= 2 and np.ndim(ys) >= 1 and len(xs) == len(ys) for xs, ys in elements)


def stacked(where: str, what: str, x: Any, layout: str | None) -> Stacked:
    """Return sequences as one array; shorter ones are padded with zeros. Masked values become NaN.

    `layout`: "channels-first" if x is (examples, features, time). Raise RequestError, which names the example, if
    sequences do not fit together.
    """
    if getattr(getattr(x, "columns", None), "nlevels", 1) > 1:
        raise RequestError(
            f"{where}: {what} has columns of {x.columns.nlevels} levels: give (examples, time, features), such as "
            f"{what}.to_numpy().reshape(len({what}), time, features)"
        )
    if hasattr(x, "toarray"):  # a sparse matrix of SciPy
        x = x.toarray()
    if np.ma.isMaskedArray(x) and np.ma.is_masked(x):
        return _unmasked(np.ma.getdata(x), np.ma.getmaskarray(x), layout)
    found = _regular(x)
    if isinstance(found, list):
        return _padded(where, what, found, layout)
    if layout == CHANNELS_FIRST and found.ndim != 3:
        raise RequestError(f"{where}: layout='{layout}' needs {what} (examples, features, time), not {found.shape}")
    return Stacked(_swapped(found, layout))


def column(values: Any) -> np.ndarray:
    """Return values beside the examples as an array; missing texts stay None or NaN, masked values become None."""
    if np.ma.isMaskedArray(values) and np.ma.is_masked(values):
        whole = np.ma.getdata(values).astype(object)
        whole[np.ma.getmaskarray(values)] = None
        return whole
    found = np.asarray(values)
    if found.dtype.kind in "US" and isinstance(values, (list, tuple)) and found.ndim == 1:
        return np.array(values, dtype=object)
    return found


def absent(values: np.ndarray) -> np.ndarray:
    """Return whether each value is missing, of the shape of `values`."""
    from pandas import isna

    if values.dtype.kind == "U":
        return np.isin(np.char.strip(values), NO_VALUE)
    blank = [isinstance(value, str) and value.strip() in NO_VALUE for value in values.ravel()]
    return isna(values) | np.reshape(blank, values.shape) if values.dtype == object else isna(values)


def _regular(x: Any) -> np.ndarray | list[Any]:
    """Return x as an array of numbers, or as a list of sequences if their lengths differ."""
    listed = x.tolist() if isinstance(x, np.ndarray) and x.dtype == object and x.ndim == 1 else x
    if hasattr(x, "iloc") and x.size == len(x) > 0:  # the cells of a column of pandas may be sequences
        cells = x if x.ndim == 1 else x.iloc[:, 0]
        listed = cells.tolist() if np.ndim(cells.iloc[0]) else x
    if not isinstance(listed, (list, tuple)):
        return np.asarray(x)
    if any(np.ma.is_masked(one) for one in listed if np.ma.isMaskedArray(one)):
        return [np.ma.filled(np.ma.asarray(one).astype(np.float64), np.nan) for one in listed]
    try:
        return np.asarray(listed)
    except ValueError:
        return list(listed)


def _unmasked(values: np.ndarray, mask: np.ndarray, layout: str | None) -> Stacked:
    """Return the lengths if everything that is masked lies behind them, and NaN in place of all other masked values."""
    values, mask = _swapped(values, layout), _swapped(mask, layout)
    if values.ndim not in (2, 3):
        return Stacked(values)
    known: np.ndarray = np.logical_not(mask if mask.ndim == 2 else mask.all(axis=2))
    lengths = np.where(known.any(axis=1), values.shape[1] - np.argmax(known[:, ::-1], axis=1), values.shape[1])
    inside = np.arange(values.shape[1]) < lengths[:, None]
    missing = mask & (inside if mask.ndim == 2 else inside[..., None])
    whole = np.where(missing, np.nan, values) if missing.any() else np.where(mask, 0, values)
    return Stacked(whole, None if inside.all() else lengths)


def _padded(where: str, what: str, sequences: Sequence[Any], layout: str | None) -> Stacked:
    parts = [_sequence(where, what, example, one) for example, one in enumerate(sequences)]
    if layout == CHANNELS_FIRST:
        parts = [one.T for one in parts]
    for example, one in enumerate(parts):
        if one.ndim != parts[0].ndim or one.shape[1:] != parts[0].shape[1:]:
            turned = one.ndim == 2 and len({len(other) for other in parts}) == 1 and layout is None
            way_out = f": if these are steps, say layout='{CHANNELS_FIRST}'" if turned else ""
            unlike = f"has shape {one.shape}, but example 0 has {parts[0].shape}"
            raise RequestError(
                f"{where}: {what} at example {example}, counted from 0, {unlike}: all need (time[, features]) "
                f"with the same features{way_out}"
            )
        if not one.size:
            raise RequestError(f"{where}: {what} at example {example}, counted from 0, has no step: leave it out")
    lengths = np.array([len(one) for one in parts])
    values = np.zeros((len(parts), lengths.max(), *parts[0].shape[1:]), np.result_type(*{one.dtype for one in parts}))
    for row, one in zip(values, parts, strict=True):
        row[: len(one)] = one
    return Stacked(values, lengths)


def _sequence(where: str, what: str, example: int, one: Any) -> np.ndarray:
    try:
        found = np.asarray(one)
    except ValueError:
        found = np.array(None)
    if found.ndim not in (1, 2) or found.dtype.kind not in "biuf":
        raise RequestError(
            f"{where}: {what} at example {example}, counted from 0, is not numbers of shape (time,) or (time, features)"
        )
    return found


def _swapped(values: np.ndarray, layout: str | None) -> np.ndarray:
    return np.swapaxes(values, 1, 2) if layout == CHANNELS_FIRST and values.ndim == 3 else values
