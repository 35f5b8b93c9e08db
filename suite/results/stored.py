"""Stored: the descriptions and records of a results folder, read once, and why some files are unreadable."""

import gc
import hashlib
import json
import os
import shlex
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from pathlib import Path
from typing import Self

import numpy as np

from suite.errors import UnreadableError
from suite.experiment.looks import planned
from suite.experiment.shipped import called
from suite.files.reading import read_arrays
from suite.results.experiment_info import ExperimentInfo
from suite.results.explanation import ENDING, Explanation
from suite.results.record import Record
from suite.results.store import Content, Store
from suite.results.task_info import TaskInfo
from suite.tasks.metrics import Metric
from suite.tasks.task_budget import titled, without_budget

USUAL_FOLDER = "results"


class Stored:
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
        found = {path.parent.name: path for path in sorted(store.root.glob(f"{task}/task.json"))}
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

    def task(self, name: str) -> TaskInfo:
        """Return the description of a task, which is empty if its task.json is missing or unreadable."""
        return self.tasks.get(name) or TaskInfo()

    @cached_property
    def task_names(self) -> list[str]:
        """All tasks: those of the experiment in its order, then other tasks that have records."""
        return _ordered(self.experiment.tasks, (record.task for record in self.records))

    @cached_property
    def architectures(self) -> list[str]:
        """All architectures: those of the experiment in its order, then other architectures that have records."""
        return _ordered(self.experiment.architectures, (record.architecture for record in self.records))

    @property
    def does_not_apply(self) -> Mapping[str, str]:
        """`<task>/<architecture>` -> why the architecture cannot serve the task; such pairs have no runs."""
        return self.experiment.does_not_apply

    def title(self, task: str) -> str:
        """Return what sentences call a task: its title or, in older files, its name in words."""
        return titled(task, self.task(task).title, self.task(task).length)

    def called(self, name: str) -> str:
        """Return what sentences and figures call an architecture: its title, or its name if none is stored."""
        return self.experiment.titles.get(name, name)

    def the(self, name: str) -> str:
        """Return what a sentence calls an architecture: "LSTM", but with an article "the simple RNN".

        A title that begins with a small letter is a description, which takes the article; a name does not.
        """
        called = self.called(name)
        return f"the {called}" if called != name and called[:1].islower() and called[1:2].islower() else called

    def family(self, task: str) -> str:
        """Return the family of a task."""
        return self.task(task).family or "unknown family"

    def headline(self, task: str) -> Metric:
        """Return the metric that scores a task."""
        return self.task(task).headline

    def sweep_of(self, task: str) -> str:
        """Return the name of the sweep that contains a task, or the task's own name if no sweep does."""
        return self.task(task).sweep or task

    def named(self, tasks: Sequence[str]) -> str:
        """Return what sentences call tasks of a sweep: their title without a length or budget in which they differ."""
        title, (first, *_) = self.title(tasks[0]), map(self.task, tasks)
        if first.budget and len({self.task(task).budget for task in tasks}) > 1:
            title = title.removesuffix(f" {first.budget.in_words}")
        several = len({self.task(task).length for task in tasks}) > 1
        return title.replace(f" ({first.length:g} steps)", "") if several and first.length else title

    def over_length(self, tasks: Iterable[str]) -> dict[str, list[str]]:
        """Return name -> tasks of every sweep over lengths, such as "adding", or "adding@4000w" if it has a budget.

        Tasks with a budget that have one length only are no such sweep.
        """
        found: dict[str, list[str]] = {}
        for task in tasks:
            if self.task(task).length:
                budget = self.task(task).budget
                found.setdefault(budget.of(self.sweep_of(task)) if budget else self.sweep_of(task), []).append(task)
        return {name: own for name, own in found.items() if len(own) > 1 or not self.task(own[0]).budget}

    def over_budget(self, tasks: Iterable[str]) -> dict[str, list[str]]:
        """Return name -> tasks of every sweep over a budget, such as "adding-50", in ascending order of the budget."""
        found: dict[str, list[tuple[int, str]]] = {}
        for task in tasks:
            if budget := self.task(task).budget:
                found.setdefault(without_budget(task), []).append((budget.count, task))
        return {name: [task for _, task in sorted(own)] for name, own in found.items()}

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

    @property
    def file(self) -> str:
        """The experiment's file as `suite run` takes it from the current folder, or the usual one if none is stored."""
        if self.experiment.file:
            return called(Path(os.path.normpath(self.store.root / self.experiment.file)).as_posix())
        return f"experiments/{self.experiment.name or self.store.root.name}.py"

    @property
    def command(self) -> str:
        """The command that makes these results, or completes them."""
        looks = tuple(self.experiment.looks)
        if not looks:
            return self.running
        most = f" --at-most-trials {looks[-1]}" if looks != planned(self.experiment.best_of) else ""
        return f"{self.running} --until-decided{most}"

    @property
    def running(self) -> str:
        """The command that runs the experiment, without further options, into the folder that holds these results."""
        holder = Path(os.path.relpath(self.store.root.parent)).as_posix()
        into = "" if holder == USUAL_FOLDER else f" --results {shlex.quote(holder)}"
        return f"suite run {shlex.quote(self.file)}{into}"

    @property
    def margin(self) -> float:
        """The largest difference in skill that counts as no difference: the experiment's margin, or the usual one."""
        return self.experiment.margin

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
            known = json.dumps([one.to_json() for one in (self.task(task), *records, *explained)], sort_keys=True)
            self.checksums[task, self.role] = hashlib.sha256(known.encode("utf-8", "replace")).hexdigest()
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
        """Return `Store.items`, or {} if the file cannot be read; list it in `unreadable`."""
        return self._arrays(self.store.items_path(task, checksum))

    def _arrays(self, path: Path) -> dict[str, np.ndarray]:
        try:
            return read_arrays(path, self.store.root) if path.exists() else {}
        except UnreadableError as error:
            self.unreadable[path.relative_to(self.store.root).as_posix()] = str(error)
            return {}


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
