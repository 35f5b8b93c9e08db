"""Store: the files of results/<experiment>/, with their paths, atomic writes, and reads."""

import io
import os
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from suite.errors import RequestError, UnreadableError, closest
from suite.files import first_free, read_arrays, read_json, read_own, write_atomically, write_json, writing
from suite.results.experiment_info import ExperimentInfo
from suite.results.json_object import JsonObject
from suite.results.record import Record
from suite.results.task_info import TaskInfo

Content = TypeVar("Content", bound=JsonObject)

RECORD_NAME = re.compile(r"(trial|final|control)-\d{3,}\.json")


class Store:
    """The folder of one experiment. Only the runner and merges write to it; all other code reads it."""

    def __init__(self, root: str | os.PathLike[str]):
        self.root = Path(root)

    def path(self, run_id: str, suffix: str = ".json") -> Path:
        """Return the path of a run's record, or of its `.npz` or `.keras` file."""
        return self.root / f"{run_id}{suffix}"

    def create(self) -> None:
        """Create the folder; raise RequestError if it cannot be written to."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                return
        except OSError as error:
            raise RequestError(
                f"cannot write results to '{self.root}': {error.strerror}; choose another folder with --results"
            ) from error

    def read(self, run_id: str) -> Record | None:
        """Return a run's record, or None if it has no file; raise UnreadableError if the file is damaged."""
        return read(Record, self.path(run_id))

    def write(self, record: Record, arrays: Mapping[str, np.ndarray], model: bytes | None) -> None:
        """Store a run: predictions and model first, then the record, each atomically."""
        if arrays:
            write_arrays(self.path(record.id, ".npz"), arrays)
        if model:
            write_atomically(self.path(record.id, ".keras"), model)
        write_json(self.path(record.id), record.to_json())

    def adopt(self, other: "Store", run_id: str, reason: str) -> None:
        """Copy a run from another folder: predictions and model first, then the record, each atomically.

        A record that is there is set aside for this reason. Raise UnreadableError, before anything is written, if one
        of the files cannot be read.
        """
        there = [suffix for suffix in (".npz", ".keras", ".json") if other.path(run_id, suffix).exists()]
        contents = {self.path(run_id, suffix): read_own(other.path(run_id, suffix), other.root) for suffix in there}
        if self.path(run_id).exists():
            self.set_aside(self.path(run_id), reason)
        for path, content in contents.items():
            write_atomically(path, content)

    def set_aside(self, path: Path, reason: str) -> Path:
        """Rename a record and its other files to `<name>.<reason>-<n>`, n the first free number; return its path."""
        aside = first_free(path, reason)
        with writing(aside):
            for beside in (path.with_suffix(suffix) for suffix in (".npz", ".keras")):
                if beside.exists():
                    beside.rename(f"{beside}{aside.name.removeprefix(path.name)}")
            return path.rename(aside)

    def record_paths(self, task: str = "*") -> list[Path]:
        """Return the sorted paths of all files that have the name of a record, of one task or of all."""
        return sorted(path for path in self.root.glob(f"{task}/*/*.json") if RECORD_NAME.fullmatch(path.name))

    def records(self) -> Iterator[Record]:
        """Yield every readable record."""
        for path in self.record_paths():
            with suppress(UnreadableError):
                if record := read(Record, path):
                    yield record

    def unreadable(self) -> dict[Path, str]:
        """Return path -> reason, for every description and record that cannot be read."""
        faults = {}
        described = (ExperimentInfo, [self.path("experiment")]), (TaskInfo, sorted(self.root.glob("*/task.json")))
        for kind, paths in (*described, (Record, self.record_paths())):
            for path in paths:
                try:
                    read(kind, path)
                except UnreadableError as error:
                    faults[path] = str(error)
        return faults

    def truncated(self) -> dict[Path, str]:
        """Return path of a record -> reason, for every run whose predictions or model are truncated or no such file."""
        beside = [path.with_suffix(suffix) for path in self.record_paths() for suffix in (".npz", ".keras")]
        damaged = [path for path in beside if path.exists() and not (path.is_file() and zipfile.is_zipfile(path))]
        return {path.with_suffix(".json"): f"'{path}' is truncated, or not such a file at all" for path in damaged}

    def experiment(self) -> ExperimentInfo | None:
        """Return the content of experiment.json, or None without the file; raise UnreadableError if damaged."""
        return read(ExperimentInfo, self.path("experiment"))

    def relative(self, path: str) -> str:
        """Return a path relative to this folder, so that both can move together, or unchanged if that is impossible."""
        try:
            return Path(os.path.relpath(path, self.root)).as_posix()
        except ValueError:  # another drive
            return path

    def task(self, name: str) -> TaskInfo | None:
        """Return the content of a task's task.json, or None without the file; raise UnreadableError if damaged."""
        return read(TaskInfo, self.root / name / "task.json")

    def predictions(self, run_id: str) -> dict[str, np.ndarray]:
        """Return a run's arrays, or {} if there is no file; raise UnreadableError if the file is damaged.

        Final runs have `target`, `prediction` and `preparation/*`. On tasks that have items, trials and final runs have
        `items`.
        """
        path = self.path(run_id, ".npz")
        return read_arrays(path) if path.exists() else {}

    def items_path(self, task: str, checksum: str) -> Path:
        """Return the path of what is known of every test target of a task's data with this checksum."""
        return self.root / task / f"items-{checksum[:12]}.npz"

    def items(self, task: str, checksum: str) -> dict[str, np.ndarray]:
        """Return the arrays that `suite.tasks.targets` explains, or {} if there is no file.

        Raise UnreadableError if the file is damaged.
        """
        path = self.items_path(task, checksum)
        return read_arrays(path) if path.exists() else {}


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a compressed file of arrays atomically."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **dict[str, Any](arrays))
    write_atomically(path, buffer.getvalue())


def existing(directory: str) -> Store:
    """Return the store of an existing folder; raise RequestError with the closest name if the folder does not exist."""
    path = Path(directory)
    if not path.is_dir():
        beside = [str(folder) for folder in path.parent.glob("*/")] if path.parent.is_dir() else []
        raise RequestError(f"no results folder '{directory}': {closest(directory, beside)}")
    return Store(path)


def experiment_of(store: Store) -> ExperimentInfo:
    """Return the experiment of a folder; raise RequestError if it has none."""
    experiment = store.experiment()
    if experiment is None:
        raise RequestError(f"'{store.root}' contains no experiment.json: name a folder that `suite run` wrote")
    return experiment


def read(kind: type[Content], path: Path) -> Content | None:
    """Return the content of a file, or None if there is none; raise UnreadableError with the reason if damaged."""
    content = read_json(path)
    return None if content is None and not path.exists() else kind.from_json(content, path)
