"""Kept: the models that final runs left, each with the preparation of its own data: found, and loaded safely."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import RequestError, UnreadableError, closest
from suite.results import Results, load
from suite.store import Store
from suite.winner import best, by_validation, finals

PREPARATION = "preparation/"
DESCRIBED = ("name", "kind", "per_step", "metric", "description", "sizes", "signature")


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
    record: Mapping[str, Any]

    @property
    def path(self) -> Path:
        """Where its model lies."""
        return self.store.path(self.record["id"], ".keras")

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """Its stored `target`, `prediction` and `preparation/*`; raises UnreadableError."""
        return self.store.predictions(self.record["id"])

    @property
    def preparation(self) -> dict[str, np.ndarray]:
        """What was fitted to its training data, and the settings of the task's reader."""
        return {
            name.removeprefix(PREPARATION): value for name, value in self.arrays.items() if name.startswith(PREPARATION)
        }

    def network(self) -> Any:
        """Its Keras model, loaded in safe mode, which runs no code from the file; raises UnreadableError."""
        from suite import backend

        backend.start(self.record["spec"].get("budget", {}).get("threads", 1))
        import keras

        try:
            return keras.saving.load_model(self.path, compile=False, safe_mode=True)
        except Exception as error:  # a file that was truncated or tampered with makes Keras raise anything; it is said
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise UnreadableError(f"'{self.path}' is no model that Keras loads in its safe mode: {reason}") from error


def models(target: str) -> tuple[Place, list["Kept"], str]:
    """The place that a target names, its kept models, one a seed, and what has to be said of the choice.

    Where no architecture is named it is the recommended one. Raises RequestError when no model was kept.
    """
    place, reservation = locate(target), ""
    _check_readable(place, "task.json")
    if not place.architecture:
        architecture, reservation = recommended(place)
        place = replace(place, architecture=architecture)
    _check_readable(place, f"{place.architecture}/final-")
    found = [Kept(place.store, record) for record in finals(place.results, place.task, place.architecture)]
    found = [one for one in found if one.path.is_file() and one.arrays]
    if not found:
        folder = place.store.root / place.task / place.architecture
        raise RequestError(f"'{folder}' keeps no model: each final run that ends well leaves one")
    return place, found, reservation


def _check_readable(place: Place, beginning: str) -> None:
    """Raises UnreadableError for a file of the task so called that is not what it should be."""
    for name, fault in place.results.unreadable.items():
        if name.startswith(f"{place.task}/{beginning}"):
            raise UnreadableError(fault)
    missing = [key for key in DESCRIBED if key not in place.results.tasks[place.task]]
    if missing:
        path = place.store.root / place.task / "task.json"
        raise UnreadableError(f"'{path}' is no description of a task: no {', '.join(missing)}")
