"""Predict: applies the saved models of a cell to new data from a file, each with its own seed's preprocessing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from suite.deploy.saved_models import SavedModel
from suite.errors import RequestError, UnreadableError
from suite.recipes.recipe import MEDIAN
from suite.tasks.datasets.scaling import valid_steps, whole
from suite.tasks.own.arrays.reader import ArrayReader
from suite.tasks.own.readers import Raw, Reader
from suite.tasks.own.series import SeriesReader
from suite.tasks.own.sounds.declaration import SoundReader

PLAIN = ArrayReader()
LARGEST = np.finfo(np.float32).max


class Predictions(NamedTuple):
    """What one or more models predict for a file.

    `values`: probabilities (models, examples, classes or labels) or values (models, examples, outputs); if there is a
    prediction for each step, a time axis comes before the last axis. They are NaN for an example in `raw.faults`.
    With `levels`, the quantiles at these levels take the place of each output, side by side.
    `names`: the names of the classes or labels, or numbers. `valid`: which steps of each example are no padding,
    (examples, time); the first one alone for an example in `raw.faults`. `raw`: the content of the file. `margins`: the
    margin of each model's prediction intervals or sets (`suite.tasks.intervals`), (models, outputs or 1); None if a
    model has none.
    """

    values: np.ndarray
    names: list[str]
    valid: np.ndarray
    raw: Raw
    margins: np.ndarray | None = None
    levels: tuple[float, ...] = ()


def predict(models: Sequence[SavedModel], path: Path) -> Predictions:
    """Return each model's predictions for the content of a file.

    Raise RequestError with file and row if the file is invalid, or if no example of it can be read, and UnreadableError
    if a file of the results is damaged.
    """
    found: dict[Reader, Raw] = {}
    values, names, faults, levels = [], [], {}, _shared_levels(models)
    for one in models:
        reader = one.reader or PLAIN
        if path.is_dir() and not isinstance(reader, SoundReader):
            raise RequestError(f"'{path}' is a folder: name a file")
        raw = found.get(reader) or found.setdefault(reader, reader.read(path))
        own, valid, more = _predict(one, reader, raw, path)
        faults |= {**raw.faults, **more}
        if one.levels and not levels:
            own = own[..., one.levels.index(MEDIAN) :: len(one.levels)]
        if values and values[0].shape[:-1] != own.shape[:-1]:
            raise UnreadableError(f"'{one.path}' and '{models[0].path}' are models of different tasks")
        values.append(own)
        names.append(_names(one, own.shape[-1] // (len(levels) or 1)))
    together, every = (np.stack(values), names[0]) if levels else _side_by_side(values, names)
    raw = replace(raw, faults=dict(sorted(faults.items())))
    faulty = _faulty(raw.faults, len(valid))
    together[:, faulty] = np.nan
    valid = np.where(faulty[:, None], np.arange(valid.shape[1]) == 0, valid)
    return Predictions(together, every, valid, raw, _margins(models), levels)


def _margins(models: Sequence[SavedModel]) -> np.ndarray | None:
    each = [one.preparation.get("interval_margin") for one in models]
    # models with different levels share only the median, and a margin of quantiles does not fit a median
    unlike = len({one.levels for one in models}) > 1
    return None if unlike or any(margin is None for margin in each) else np.array(each)


def _shared_levels(models: Sequence[SavedModel]) -> tuple[float, ...]:
    """Return the levels of the quantiles that all models predict; () if they differ, as each fold may have its loss."""
    levels = {one.levels for one in models}
    return levels.pop() if len(levels) == 1 else ()


def _names(one: SavedModel, outputs: int) -> list[str]:
    """Return the names of a model's outputs: classes, labels, horizons such as "h7", or numbers."""
    horizons = one.reader.horizons if isinstance(one.reader, SeriesReader) else ()
    return [str(name) for name in one.preparation.get("classes", [f"h{step}" for step in horizons] or range(outputs))]


def _faulty(faults: Mapping[int, str], examples: int) -> np.ndarray:
    """Return True for every example that could not be read, shape (examples,)."""
    return np.isin(np.arange(examples), list(faults))


def _predict(one: SavedModel, reader: Reader, raw: Raw, path: Path) -> tuple[np.ndarray, np.ndarray, dict[int, str]]:
    """Return a model's predictions, which steps are valid (examples, time), and why examples do not fit the model.

    In place of an example that does not fit, the model reads one that does.
    """
    network = one.network()
    from suite.architectures import portable
    from suite.training import inputs

    x, steps = reader.inputs(raw, one.preparation if one.reader else {})
    reads = portable.reads(network)
    _check_shape(reads, x, path)
    faults = dict(_misfits(reads, x, raw, path, one.record.id))
    if len(faults) == len(x):
        raise RequestError(faults[0])
    order = np.where(_faulty(faults, len(x)), np.argmin(_faulty(faults, len(x))), np.arange(len(x)))
    x, steps = x[order], None if steps is None else steps[order]
    if steps is None:
        steps = whole(x)
    valid = x != 0 if "vocabulary" in reads else valid_steps(x, steps)
    return inputs.predict(network, inputs.network_input(x, steps)), valid, faults


def _check_shape(reads: Mapping[str, int], x: np.ndarray, path: Path) -> None:
    tokens = "vocabulary" in reads
    shape = (reads["length"],) if tokens else (reads["length"], reads["features"])
    if x.shape[1:] != shape or tokens != np.issubdtype(x.dtype, np.integer):
        needed = ("integer tokens" if tokens else "floats", ", ".join(map(str, ("examples", *shape))))
        raise RequestError(f"'{path}': x is {x.dtype} {x.shape}; the task's models read {needed[0]} ({needed[1]})")


def _misfits(reads: Mapping[str, int], x: np.ndarray, raw: Raw, path: Path, run_id: str) -> Iterator[tuple[int, str]]:
    """Yield every example that a model cannot read, and why: the first step at fault, or that it has none."""
    tokens = "vocabulary" in reads
    known = x < reads["vocabulary"] if tokens else np.abs(x) <= LARGEST
    fault = f"a value is beyond {LARGEST:.3g}"
    if tokens:
        fault = f"the token is not in 0 to {reads['vocabulary'] - 1}, the vocabulary of {run_id}"
    for example, values in enumerate(known.reshape(*x.shape[:2], -1)):
        fits = values.all(axis=1)
        if not fits.all():
            yield example, f"'{path}', {_place(raw, example)}, step {np.argmin(fits)}: {fault}"
        elif tokens and not x[example].any():
            yield example, f"'{path}', {_place(raw, example)} is empty (padding only)"


def _place(raw: Raw, example: int) -> str:
    return ", ".join(f"{column} {values[example]}" for column, values in raw.origin.items())


def _side_by_side(values: Sequence[np.ndarray], names: Sequence[list[str]]) -> tuple[np.ndarray, list[str]]:
    """Return the predictions of all models in one array, with a place on its last axis for every name, and the names.

    If a model's training data did not contain a class, this class gets 0 from the model.
    """
    every = list(dict.fromkeys(name for own in names for name in own))
    together = np.zeros((len(values), *values[0].shape[:-1], len(every)), np.float32)
    for row, predicted, own in zip(together, values, names, strict=True):
        row[..., [every.index(name) for name in own]] = predicted
    return together, every
