"""Saved models: finds the models of final runs, and loads them safely with their preprocessing."""

import re
import zipfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from suite.analysis.best import best, by_validation, finals
from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError, UnreadableError, closest, reason
from suite.files.paths import real
from suite.files.reading import check_plain
from suite.results.packed import PACK
from suite.results.record import Record
from suite.results.results import Results, load
from suite.results.store import Store
from suite.results.task_info import TaskInfo
from suite.tasks.own import READERS
from suite.tasks.own.readers import Reader, check_fits, restored
from suite.text import label, several

PREPARATION = "preparation/"
# part of Keras' message about an unknown layer
UNKNOWN_LAYER = re.compile(r"Could not locate class '(\w+)'")
HINT = "only Keras' layers and those of installed packages are known: put it in a package"
OF_TASK = ("name", "kind", "metric", "sizes")
OF_RECORD = ("spec", "metrics", "hyperparameters", "versions", "weights", "best_epoch", "epochs")


@dataclass(frozen=True)
class Target:
    """A task in a results folder, and one of its architectures, which is "" if none is named."""

    results: Results
    task: str
    architecture: str = ""

    @property
    def store(self) -> Store:
        """The folder of the results."""
        return self.results.store


def locate(target: str) -> Target:
    """Return the target that `DIR/TASK` or `DIR/TASK/ARCHITECTURE` names.

    Raise RequestError with the closest name if there is no such target.
    """
    path = real(target)
    for folder, architecture in ((path, ""), (path.parent, path.name)):
        if (folder / "task.json").is_file():
            there = sorted(each.name for each in folder.iterdir() if each.is_dir())
            if architecture and architecture not in there:
                raise RequestError(f"'{folder}' has no architecture '{architecture}': {closest(architecture, there)}")
            return Target(load(folder.parent), folder.name, architecture)
    folder = path if path.is_dir() else path.parent
    tasks = [each.parent.name for each in folder.glob("*/task.json")]
    if not tasks:
        raise RequestError(f"'{target}' is not a task of a results folder: name results/<experiment>/<task>")
    what = "names no task" if folder == path else f"is not a task of '{folder}'"
    raise RequestError(f"'{target}' {what}: {closest(path.name, tasks)}")


def recommended(target: Target) -> tuple[str, str]:
    """Return the architecture to use if none is named, and a remark, which is "" if the architecture is recommended.

    Without a recommendation, the architecture with the best validation scores is used. Raise RequestError if the task
    has no successful final run.
    """
    found = best(target.results, target.task)
    if found.architecture:
        return found.architecture, ""
    name = by_validation(target.results, target.task)
    if name is None:
        raise RequestError(f"'{target.store.root / target.task}' has no successful final run: run the experiment")
    return name, f"{name} has the best validation scores, which is not a recommendation: {found.verdict}"


@dataclass(frozen=True)
class SavedModel:
    """A final run that has a stored model."""

    store: Store
    record: Record

    @property
    def path(self) -> Path:
        """The file of the model."""
        return self.store.path(self.record.id, ".keras")

    @property
    def unsaved(self) -> str | None:
        """Why there is no file, if the run could not save its model."""
        return self.record.lacking.get("saved model")

    @cached_property
    def arrays(self) -> dict[str, np.ndarray]:
        """The stored arrays `target`, `prediction` and `preparation/*`; raise UnreadableError if damaged."""
        return self.store.predictions(self.record.id)

    @property
    def levels(self) -> tuple[float, ...]:
        """The levels of the quantiles that the model predicts, in order; () if it predicts none."""
        return tuple(self.arrays.get("levels", np.empty(0)).tolist())

    @property
    def preparation(self) -> dict[str, np.ndarray]:
        """Everything that was fitted to the training data, and the settings of the task's reader; see `reader`."""
        return {
            name.removeprefix(PREPARATION): value for name, value in self.arrays.items() if name.startswith(PREPARATION)
        }

    @cached_property
    def reader(self) -> Reader | None:
        """The reader of the task's raw data, or None if their format is unknown.

        Raise UnreadableError if the preprocessing is incomplete or damaged.
        """
        with self._refusing("is not complete preprocessing"):
            return restored(self.preparation, READERS)

    def network(self) -> Any:
        """Return the Keras model, loaded in safe mode and from permitted parts only, which runs no code from the file.

        Raise UnreadableError if the model cannot be loaded or does not fit the preprocessing.
        """
        from suite import backend

        reader = self.reader
        backend.start(self.record.spec.get("budget", {}).get("threads") or 1)
        from suite.architectures import portable

        ARCHITECTURES.load()  # packages register their layers
        try:
            check_plain(self.path, self.store.root)
            if not zipfile.is_zipfile(self.path):
                raise ValueError("it is truncated or not a model at all")
            network = portable.loaded(self.path)
            reads, outputs = portable.reads(network), network.output_shape[-1]
        except Exception as error:  # Keras may raise any exception for a truncated or malicious file
            layer = UNKNOWN_LAYER.search(str(error))
            fault = f"it does not know the layer '{layer[1]}'; {HINT}" if layer else label(reason(error), 100)
            raise UnreadableError(f"'{self.path}' is not a model that Keras loads in safe mode: {fault}") from error
        with self._refusing("does not fit its model"):
            check_fits(self.preparation, reader, reads, outputs)
        return network

    @contextmanager
    def _refusing(self, what: str) -> Generator[None]:
        """Turn a ValueError inside the context into an UnreadableError that names the file of the preprocessing."""
        try:
            yield
        except ValueError as error:
            raise UnreadableError(f"'{self.path.with_suffix('.npz')}' {what}: {error}") from error


def models(name: str) -> tuple[Target, list[SavedModel], list[str]]:
    """Return the cell that `DIR/TASK[/ARCHITECTURE]` names, its saved models (one per seed), and remarks.

    If no architecture is named, the recommended one is used. The remarks say if another one had to be used, and which
    models are missing. Raise RequestError if no model is stored.
    """
    target, remark = _chosen(name)
    _check_readable(target, f"{target.architecture}/final-", f"{target.architecture}/{PACK}")
    ended = [SavedModel(target.store, record) for record in finals(target.results, target.task, target.architecture)]
    for one in ended:
        _check_whole(one.path.with_suffix(".json"), one.record, OF_RECORD)
    found = [one for one in ended if one.path.is_file() and one.arrays]
    folder = target.store.root / target.task / target.architecture
    if not found:
        why = next((f"it could not be saved: {one.unsaved}" for one in ended if one.unsaved), None)
        usual = "each successful final run leaves one, and `suite pack` may remove it"
        raise RequestError(f"'{folder}' contains no model: {why or usual}")
    gone = ", ".join(one.record.id.rpartition("/")[2] for one in ended if one not in found)
    lost = f"only {len(found)} of {several(len(ended), 'model')} are left in '{folder}'; missing: {gone}"
    return target, found, [remark] * bool(remark) + [lost] * bool(gone)


def _chosen(name: str) -> tuple[Target, str]:
    """Return the target with an architecture, and a remark on the choice of the architecture."""
    target = locate(name)
    _check_readable(target, "task.json")
    described = target.store.root / target.task / "task.json"
    _check_whole(described, target.results.task(target.task), OF_TASK)
    if target.architecture:
        return target, ""
    architecture, remark = recommended(target)
    return replace(target, architecture=architecture), remark


def _check_readable(target: Target, *beginnings: str) -> None:
    """Raise UnreadableError if one of the task's unreadable files has a name that starts in one of these ways."""
    for file, fault in target.results.unreadable.items():
        if file.startswith(tuple(f"{target.task}/{beginning}" for beginning in beginnings)):
            raise UnreadableError(fault)


def _check_whole(path: Path, stored: Record | TaskInfo, needed: Sequence[str]) -> None:
    """Raise UnreadableError unless a stored description has all needed fields."""
    missing = [name for name in needed if getattr(stored, name) in (None, "", {})]
    if missing:
        raise UnreadableError(f"'{path}' is incomplete: it lacks {', '.join(missing)}")
