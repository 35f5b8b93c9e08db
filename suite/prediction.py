"""Prediction: new data from a file through the kept models of a cell, each with the preparation of its own seed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import RequestError, UnreadableError
from suite.kept import Kept, Place
from suite.own import READERS
from suite.own.reader import STORED, Raw, restored

PLAIN = READERS["arrays"]()
FOLDERS = READERS["sounds"]


def reads_prepared(one: Kept) -> bool:
    """Whether nothing is known of how the task's raw data are read, so that x has to be given as it is."""
    return STORED not in one.preparation


def answers(place: Place, models: Sequence[Kept], path: Path) -> tuple[Raw, np.ndarray, np.ndarray | None]:
    """What the file holds, each model's answers (models, examples, ...), and the valid steps of every example.

    Answers are probabilities (..., classes) or values (..., outputs), with time before them where there is one a step.
    Raises RequestError naming file and row, and UnreadableError for a stored file that is not what it should be.
    """
    found: dict[Any, Raw] = {}
    given = []
    for one in models:
        fitted = one.preparation
        try:
            reader = restored(fitted, READERS) or PLAIN
            if path.is_dir() and not isinstance(reader, FOLDERS):
                raise RequestError(f"'{path}' is a folder: name a file")
            raw = found.get(reader) or found.setdefault(reader, reader.read(path))
            x, steps = reader.inputs(raw, {} if reads_prepared(one) else fitted)
        except KeyError as error:
            raise UnreadableError(f"'{one.path.with_suffix('.npz')}' is no whole preparation: no {error}") from error
        given.append(_answer(place, one, x, steps, path))
    return raw, np.stack(given), steps


def _answer(place: Place, one: Kept, x: np.ndarray, steps: np.ndarray | None, path: Path) -> np.ndarray:
    network = one.network()
    _check_fits(place, network.input_shape[1:], x, path)
    from suite import fit

    return fit.predict(network, fit.network_input(x, steps))


def _check_fits(place: Place, shape: tuple[int, ...], x: np.ndarray, path: Path) -> None:
    tokens = len(shape) == 1
    if x.shape[1:] != shape or tokens != np.issubdtype(x.dtype, np.integer):
        needed = ("integer tokens" if tokens else "floats", ", ".join(map(str, ("examples", *shape))))
        raise RequestError(f"'{path}': x is {x.dtype} {x.shape}; the task's models read {needed[0]} ({needed[1]})")
    vocabulary = place.results.tasks[place.task].get("signature", {}).get("vocabulary")
    if tokens and vocabulary and not (x.min() >= 0 and x.max() < vocabulary):
        example, step = np.argwhere((x < 0) | (x >= vocabulary))[0]
        raise RequestError(
            f"'{path}', example {example}, step {step}: token {x[example, step]} is not one of 0 to {vocabulary - 1}"
        )


def table(place: Place, models: Sequence[Kept], path: Path) -> dict[str, list[Any]]:
    """The predictions for a file by column, a row an example or, with an answer a step, a step.

    First where each is from. Then, of a classification, the `prediction`, the most probable class by the mean over
    the models, its `probability`, and the mean probability of every class; of a regression, the mean `prediction`.
    `low` and `high` are the least and the greatest that any of the models gives, None with one model alone.
    """
    facts = place.results.tasks[place.task]
    raw, given, steps = answers(place, models, path)
    origin = dict(raw.origin)
    if facts["per_step"]:
        origin, given = _by_step(origin, given, steps)
    if facts["kind"] == "classification":
        return origin | _classified(given, _classes(models[0].preparation, given.shape[-1]))
    return origin | _valued(given)


def _by_step(
    origin: Mapping[str, list[Any]], given: np.ndarray, steps: np.ndarray | None
) -> tuple[dict[str, list[Any]], np.ndarray]:
    """A row a valid step, numbered from 0."""
    examples, length = given.shape[1:3]
    valid = np.arange(length) < (np.full(examples, length) if steps is None else steps)[:, None]
    rows, times = np.nonzero(valid)
    columns = {name: [values[row] for row in rows] for name, values in origin.items()}
    return columns | {"step": times.tolist()}, given[:, rows, times]


def _classes(preparation: Mapping[str, np.ndarray], count: int) -> list[str]:
    return [str(name) for name in preparation.get("classes", range(count))]


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
