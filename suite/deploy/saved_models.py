"""Kept: the models that final runs left, each with the preparation of its own data: found, and loaded safely."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from suite.analysis.best import best, by_validation, finals
from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, UnreadableError, closest, reason
from suite.results.record import Record
from suite.results.results import Results, load
from suite.results.store import Store
from suite.results.task_info import TaskInfo
from suite.tasks.own import READERS
from suite.tasks.own.readers import Reader, check_fits, restored
from suite.text import several

PREPARATION = "preparation/"
# so Keras says, somewhere in its message, that nobody told it of a layer
STRANGER = re.compile(r"Could not locate class '(\w+)'")
WAY_OUT = "known are Keras' own and those of installed packages, as no experiment file is run: put it into a package"
OF_TASK = ("name", "kind", "metric", "sizes")
OF_RECORD = ("spec", "metrics", "hyperparameters", "versions", "weights", "best_epoch", "epochs")


@dataclass(frozen=True)
class Place:
    """A task of a results folder, and one of its architectures where one is named."""

    results: Results
    task: str
    architecture: str | None

    @property
    def store(self) -> Store:
        """The folder of the results."""
        return self.results.store


def locate(target: str) -> Place:
    """What `DIR/TASK` or `DIR/TASK/ARCHITECTURE` names; raises RequestError with what there is instead."""
    path = Path(target).resolve()
    for folder, architecture in ((path, None), (path.parent, path.name)):
        if (folder / "task.json").is_file():
            there = sorted(each.name for each in folder.iterdir() if each.is_dir())
            if architecture and architecture not in there:
                raise RequestError(f"'{folder}' has no architecture '{architecture}': {closest(architecture, there)}")
            return Place(load(folder.parent), folder.name, architecture)
    folder = path if path.is_dir() else path.parent
    tasks = [each.parent.name for each in folder.glob("*/task.json")]
    if not tasks:
        raise RequestError(f"'{target}' is no task of a results folder: name results/<experiment>/<task>")
    what = "names no task" if folder == path else f"is no task of '{folder}'"
    raise RequestError(f"'{target}' {what}: {closest(path.name, tasks)}")


def recommended(place: Place) -> tuple[str, str]:
    """The architecture to use where none is named, and what has to be said of that: "" when it is recommended.

    Without a recommendation it is the one with the best validation scores.
    """
    found = best(place.results, place.task)
    if found.architecture:
        return found.architecture, ""
    name = by_validation(place.results, place.task)
    if name is None:
        raise RequestError(f"'{place.store.root / place.task}' has no final run that ended well: run the experiment")
    return name, f"{name} has the best validation scores, which is no recommendation: {found.verdict}"


@dataclass(frozen=True)
class Kept:
    """A final run whose model was kept."""

    store: Store
    record: Record

    @property
    def path(self) -> Path:
        """Where its model lies."""
        return self.store.path(self.record.id, ".keras")

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Its stored `target`, `prediction` and `preparation/*`; raises UnreadableError."""
        return self.store.predictions(self.record.id)

    @property
    def preparation(self) -> dict[str, np.ndarray]:
        """What was fitted to its training data, and the settings of the task's reader; see `reader`."""
        return {
            name.removeprefix(PREPARATION): value for name, value in self.arrays.items() if name.startswith(PREPARATION)
        }

    @cached_property
    def reader(self) -> Reader | None:
        """What reads the task's raw data, None where nothing is known of these.

        Raises UnreadableError for a preparation that lacks something, or holds what it should not.
        """
        with self._refusing("is no whole preparation"):
            return restored(self.preparation, READERS)

    def network(self) -> Any:
        """Its Keras model, loaded in safe mode, which runs no code from the file.

        Raises UnreadableError, also for a preparation that is not the model's.
        """
        from suite import backend

        reader = self.reader
        backend.start(self.record.spec.get("budget", {}).get("threads", 1))
        import keras

        from suite.architectures import portable

        ARCHITECTURES.load()  # packages bring their layers along
        try:
            if not zipfile.is_zipfile(self.path):
                raise ValueError("it is truncated, or something else")
            network = keras.saving.load_model(self.path, compile=False, safe_mode=True)
            reads, outputs = portable.reads(network), network.output_shape[-1]
        except Exception as error:  # a file that was truncated or tampered with makes Keras raise anything; it is said
            stranger = STRANGER.search(str(error))
            fault = f"it does not know the layer '{stranger[1]}'; {WAY_OUT}" if stranger else reason(error)
            raise UnreadableError(f"'{self.path}' is no model that Keras loads in its safe mode: {fault}") from error
        with self._refusing("does not fit the model beside it"):
            check_fits(self.preparation, reader, reads, outputs)
        return network

    @contextmanager
    def _refusing(self, what: str) -> Iterator[None]:
        """Raises UnreadableError that names the file of the preparation where what is done inside finds a fault."""
        try:
            yield
        except ValueError as error:
            raise UnreadableError(f"'{self.path.with_suffix('.npz')}' {what}: {error}") from error


def models(target: str) -> tuple[Place, list["Kept"], list[str]]:
    """The place that a target names, its kept models, one a seed, and what has to be said of the choice.

    Where no architecture is named it is the recommended one. Raises RequestError when no model was kept.
    """
    place, reservation = _chosen(target)
    _check_readable(place, f"{place.architecture}/final-")
    ended = [Kept(place.store, record) for record in finals(place.results, place.task, place.architecture)]
    for one in ended:
        _check_whole(one.path.with_suffix(".json"), one.record, OF_RECORD)
    found = [one for one in ended if one.path.is_file() and one.arrays]
    folder = place.store.root / place.task / place.architecture
    if not found:
        raise RequestError(f"'{folder}' keeps no model: each final run that ends well leaves one")
    gone = ", ".join(one.record.id.rpartition("/")[2] for one in ended if one not in found)
    lost = f"{len(found)} of {several(len(ended), 'model')} in '{folder}' are still there, gone: {gone}"
    return place, found, [reservation] * bool(reservation) + [lost] * bool(gone)


def _chosen(target: str) -> tuple[Place, str]:
    """The place with an architecture, and what has to be said of the choice."""
    place = locate(target)
    _check_readable(place, "task.json")
    described = place.store.root / place.task / "task.json"
    _check_whole(described, place.results.task(place.task), OF_TASK)
    if place.architecture:
        return place, ""
    architecture, reservation = recommended(place)
    return replace(place, architecture=architecture), reservation


def _check_readable(place: Place, beginning: str) -> None:
    """Raises UnreadableError for a file of the task so called that is not what it should be."""
    for name, fault in place.results.unreadable.items():
        if name.startswith(f"{place.task}/{beginning}"):
            raise UnreadableError(fault)


def _check_whole(path: Path, stored: Record | TaskInfo, needed: Sequence[str]) -> None:
    """Raise UnreadableError unless a stored description has all fields that are needed."""
    missing = [name for name in needed if getattr(stored, name) in (None, "", {})]
    if missing:
        raise UnreadableError(f"'{path}' is incomplete: it lacks {', '.join(missing)}")
