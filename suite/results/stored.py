"""Stored: the descriptions and records of a results folder, read once, and why some files are unreadable."""

import gc
import os
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import numpy as np

from suite.errors import UnreadableError
from suite.files.reading import read_arrays
from suite.files.strict_json import checksum
from suite.results.described import Described
from suite.results.experiment_info import ExperimentInfo
from suite.results.explanation import ENDING, Explanation
from suite.results.record import Record
from suite.results.store import Content, Store
from suite.results.task_info import TaskInfo


class Stored(Described):
    """The stored files of an experiment.

    `experiment`: the content of experiment.json. `tasks`: name -> content of task.json. `families`: task -> family.
    `records`: all records. With `task`, only this task is read.
    `unreadable`: name of an unreadable file -> reason; the other attributes leave out such files.
    """

    def __init__(self, store: Store, task: str = "*"):
        self.store = store
        self.role: str | None = None
        self.checksums: dict[tuple[str, str | None], str] = {}
        self.unreadable: dict[str, str] = {}
        described = self._read(partial(store.read_as, ExperimentInfo), store.path("experiment"))
        self.experiment: ExperimentInfo = described or ExperimentInfo()
        found = {path.parent.name: path for path in store.task_paths(task)}
        self.tasks = {
            name: self._read(partial(store.read_as, TaskInfo), path) or TaskInfo() for name, path in found.items()
        }
        self.families: dict[str, str | None] = {name: facts.family for name, facts in self.tasks.items()}
        for path, fault in store.closed(task).items():
            self._note(path, fault)
        for path, packed in store.packs(task).items():
            if packed.fault:
                self._note(path, packed.fault)
        with _no_collection():
            records = (self._read(store.record_at, path) for path in store.record_paths(task))
            self.records: list[Record] = [record for record in records if record]

    def _read(self, reader: Callable[[Path], Content | None], path: Path) -> Content | None:
        """Return what is stored at a path, or None if it is missing or unreadable; store the reason in `unreadable`."""
        try:
            return reader(path)
        except UnreadableError as error:
            self._note(path, str(error))
            return None

    def _note(self, path: Path, fault: str) -> None:
        self.unreadable[Path(os.path.relpath(path, self.store.root)).as_posix()] = fault

    @cached_property
    def task_names(self) -> list[str]:
        """All tasks: those of the experiment in its order, then other tasks that have records."""
        return _ordered(self.experiment.tasks, (record.task for record in self.records))

    @cached_property
    def architectures(self) -> list[str]:
        """All architectures: those of the experiment in its order, then other architectures that have records."""
        return _ordered(self.experiment.architectures, (record.architecture for record in self.records))

    @cached_property
    def by_family(self) -> dict[str, list[str]]:
        """Family -> its tasks that count in aggregates."""
        families: dict[str, list[str]] = {}
        for task in self.counted:
            families.setdefault(self.family(task), []).append(task)
        return families

    @cached_property
    def counted(self) -> list[str]:
        """The tasks that count in aggregates: all except controls and demonstrations of leaks."""
        return [task for task in self.task_names if not self.task(task).apart]

    def apart(self, family: str) -> list[str]:
        """Return the tasks of a family that is left out of every aggregate ("controls" or "leaks")."""
        return [task for task in self.task_names if self.family(task) == family]

    @cached_property
    def variants(self) -> dict[str, Self]:
        """What is varied -> results of the sibling folder that names this experiment as its parent.

        If several folders vary the same thing, the keys of the later ones also contain the folder's name.
        """
        name = self.experiment.name
        found = {}
        for path in sorted(self.store.root.parent.glob("*/experiment.json")) if name else []:
            declared = self._read(partial(Store(path.parent).read_as, ExperimentInfo), path)
            if declared and declared.variant_of == name:
                varied = declared.variant or declared.name
                found[f"{varied} ({path.parent.name})" if varied in found else varied] = type(self)(Store(path.parent))
        return found

    def successes(self, task: str, architecture: str, role: str) -> dict[int, Record]:
        """Return index -> record, for the successful runs of a cell in a role."""
        return self._successes.get((task, architecture, role), {})

    @cached_property
    def _successes(self) -> dict[tuple[str, str, str], dict[int, Record]]:
        found: dict[tuple[str, str, str], dict[int, Record]] = {}
        for record in sorted(self.records, key=lambda record: record.index):
            if record.ok:
                found.setdefault((*record.cell, record.role), {})[record.index] = record
        return found

    def records_of(self, task: str) -> list[Record]:
        """Return all records of a task."""
        return self._records_by.get(task, [])

    @cached_property
    def _records_by(self) -> dict[str, list[Record]]:
        found: dict[str, list[Record]] = {}
        for record in self.records:
            found.setdefault(record.task, []).append(record)
        return found

    def checksum(self, task: str) -> str:
        """Return the sha256 of what figures show of a task: its task.json, its records and their explanations.

        Predictions follow from the records.
        """
        if (task, self.role) not in self.checksums:
            records = self.records_of(task)
            explained = [found for one in records if (found := self.explanation(one))]
            known = [one.to_json() for one in (self.task(task), *records, *explained)]
            self.checksums[task, self.role] = checksum(known, 64)
        return self.checksums[task, self.role]

    def predictions(self, run_id: str) -> dict[str, np.ndarray]:
        """Return a run's stored arrays, or {} if it has none; list an unreadable file in `unreadable`."""
        return self._arrays(self.store.path(run_id, ".npz"))

    def explanation(self, record: Record) -> Explanation | None:
        """Return the explanation of a run, or None without a valid one; list an unreadable file in `unreadable`."""
        if record.role != "final":
            return None
        found = self._read(partial(self.store.read_as, Explanation), self.store.path(record.id, ENDING))
        return found if found and found.is_of(record.spec) else None

    def items(self, task: str, checksum: str) -> dict[str, np.ndarray]:
        """Return `Store.items`, or {} if the file cannot be read or is incomplete; list it in `unreadable`."""
        path = self.store.items_path(task, checksum)
        found = self._arrays(path)
        if found and (fault := _fault_of_items(found)):
            self._note(path, f"'{path}' is damaged: {fault}")
            return {}
        return found

    def _arrays(self, path: Path) -> dict[str, np.ndarray]:
        try:
            return read_arrays(path, self.store.root) if path.exists() else {}
        except UnreadableError as error:
            self.unreadable[path.relative_to(self.store.root).as_posix()] = str(error)
            return {}


def _fault_of_items(items: Mapping[str, np.ndarray]) -> str:
    """Return what is wrong with the arrays that `suite.tasks.targets` explains; "" if nothing is."""
    if lacking := [name for name in ("cluster", "trivial", "unit") if name not in items]:
        return f"it lacks {', '.join(lacking)}"
    each = {name: items[name] for name in ("trivial", "trained", "cluster", "group", "label") if name in items}
    if len({array.shape for array in each.values()}) > 1 or items["trivial"].ndim != 1:
        return "it does not hold one value of each kind for every test target"
    scores = [name for name in ("trivial", "trained") if name in items and items[name].dtype.kind not in "fiu"]
    return f"its {scores[0]} holds no scores" if scores else ""


@contextmanager
def _no_collection() -> Generator[None]:
    """Do not search for garbage in the `with` block: among many new records, this takes a third of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _ordered(declared: Iterable[str], seen: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*declared, *sorted(set(seen))]))
