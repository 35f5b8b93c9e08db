"""Prediction: new data from a file through the kept models of a cell, each with the preparation of its own seed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from suite.deploy.saved_models import Kept, Place
from suite.errors import RequestError, UnreadableError
from suite.tasks.datasets.scaling import valid_steps, whole
from suite.tasks.own import READERS
from suite.tasks.own.readers import Raw, Reader

PLAIN = READERS["arrays"]()
FOLDERS = READERS["sounds"]
LARGEST = np.finfo(np.float32).max


class Answers(NamedTuple):
    """What models say of a file.

    `given`: probabilities (models, examples, classes) or values (models, examples, outputs), with time before the last
    where there is an answer a step. `names`: of the classes, or numbers. `steps`: the valid ones of every example
    (examples,). `raw`: what the file holds.
    """

    given: np.ndarray
    names: list[str]
    steps: np.ndarray
    raw: Raw


def answers(models: Sequence[Kept], path: Path) -> Answers:
    """Each model's answers to what a file holds.

    Raises RequestError naming file and row, and UnreadableError for a stored file that is not what it should be.
    """
    found: dict[Reader, Raw] = {}
    given, names = [], []
    for one in models:
        reader = one.reader or PLAIN
        if path.is_dir() and not isinstance(reader, FOLDERS):
            raise RequestError(f"'{path}' is a folder: name a file")
        raw = found.get(reader) or found.setdefault(reader, reader.read(path))
        answer, steps = _answer(one, reader, raw, path)
        if given and given[0].shape[:-1] != answer.shape[:-1]:
            raise UnreadableError(f"'{one.path}' is a model of another task than '{models[0].path}'")
        given.append(answer)
        names.append([str(name) for name in one.preparation.get("classes", range(answer.shape[-1]))])
    return Answers(*_side_by_side(given, names), steps, raw)


def _answer(one: Kept, reader: Reader, raw: Raw, path: Path) -> tuple[np.ndarray, np.ndarray]:
    """A model's answers, and the valid steps of every example."""
    network = one.network()
    from suite.architectures import portable
    from suite.training import inputs

    x, steps = reader.inputs(raw, one.preparation if one.reader else {})
    reads = portable.reads(network)
    _check_shape(reads, x, path)
    _check_values(reads, x, raw, path, one.record.id)
    if steps is None:
        steps = np.count_nonzero(x, axis=1) if "vocabulary" in reads else whole(x)
    return inputs.predict(network, inputs.network_input(x, steps)), steps


def _check_shape(reads: Mapping[str, int], x: np.ndarray, path: Path) -> None:
    tokens = "vocabulary" in reads
    shape = (reads["length"],) if tokens else (reads["length"], reads["features"])
    if x.shape[1:] != shape or tokens != np.issubdtype(x.dtype, np.integer):
        needed = ("integer tokens" if tokens else "floats", ", ".join(map(str, ("examples", *shape))))
        raise RequestError(f"'{path}': x is {x.dtype} {x.shape}; the task's models read {needed[0]} ({needed[1]})")


def _check_values(reads: Mapping[str, int], x: np.ndarray, raw: Raw, path: Path, run_id: str) -> None:
    known = x < reads["vocabulary"] if "vocabulary" in reads else np.abs(x) <= LARGEST
    empty = ~x.any(axis=1) if "vocabulary" in reads else np.zeros(len(x), bool)
    for example, step, *_ in np.argwhere(~known)[:1]:
        fault = f"a value is beyond {LARGEST:.3g}"
        if "vocabulary" in reads:
            fault = f"token {x[example, step]} is not one of 0 to {reads['vocabulary'] - 1}, those of {run_id}"
        raise RequestError(f"'{path}', {_place(raw, example)}, step {step}: {fault}")
    for example in np.flatnonzero(empty)[:1]:
        raise RequestError(f"'{path}', {_place(raw, example)} is empty (padding only)")


def _place(raw: Raw, example: int) -> str:
    return ", ".join(f"{column} {values[example]}" for column, values in raw.origin.items())


def _side_by_side(given: Sequence[np.ndarray], names: Sequence[list[str]]) -> tuple[np.ndarray, list[str]]:
    """All answers in one array with a place for every name, and the names.

    A class that a model's training data had no example of is 0 there.
    """
    every = list(dict.fromkeys(name for own in names for name in own))
    together = np.zeros((len(given), *given[0].shape[:-1], len(every)), np.float32)
    for place, answer, own in zip(together, given, names, strict=True):
        place[..., [every.index(name) for name in own]] = answer
    return together, every


def table(place: Place, found: Answers) -> dict[str, list[Any]]:
    """The answers to a file by column, a row an example or, with an answer a step, a step.

    First where each is from. Then, of a classification, the `prediction`, the most probable class by the mean over
    the models, its `probability`, and the mean probability of every class; of a regression, the mean `prediction`.
    `low` and `high` are the least and the greatest that any of the models gives, None with one model alone. A column
    of the file that is called as one of these has "(file)" behind its name.
    """
    given, names, steps, raw = found
    origin = dict(raw.origin)
    if given.ndim == 4:
        origin, given = _by_step(origin, given, steps)
    classifies = place.results.task(place.task).kind == "classification"
    said = _classified(given, names) if classifies else _valued(given)
    return {f"{name} (file)" if name in said else name: values for name, values in origin.items()} | said


def _by_step(
    origin: Mapping[str, list[Any]], given: np.ndarray, steps: np.ndarray
) -> tuple[dict[str, list[Any]], np.ndarray]:
    """A row a valid step, numbered from 0."""
    rows, times = np.nonzero(valid_steps(given[0], steps))
    columns = {name: [values[row] for row in rows] for name, values in origin.items()}
    return columns | {"step": times.tolist()}, given[:, rows, times]


def _classified(given: np.ndarray, classes: Sequence[str]) -> dict[str, list[Any]]:
    mean = given.mean(axis=0, dtype=np.float64)
    chosen = mean.argmax(axis=1)
    own = given[:, np.arange(len(chosen)), chosen]
    return {
        "prediction": [classes[place] for place in chosen],
        "probability": mean.max(axis=1).tolist(),
        **_spread(own),
        **{f"p({name})": mean[:, place].tolist() for place, name in enumerate(classes)},
    }


def _valued(given: np.ndarray) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for output in range(given.shape[-1]):
        ending = f"_{output + 1}" if given.shape[-1] > 1 else ""
        own = given[..., output]
        values = {"prediction": own.mean(axis=0, dtype=np.float64).tolist(), **_spread(own)}
        columns |= {f"{name}{ending}": column for name, column in values.items()}
    return columns


def _spread(own: np.ndarray) -> dict[str, list[Any]]:
    """The least and the greatest answer of several models (models, rows)."""
    if len(own) < 2:
        return {"low": [None] * own.shape[1], "high": [None] * own.shape[1]}
    return {"low": own.min(axis=0).tolist(), "high": own.max(axis=0).tolist()}
