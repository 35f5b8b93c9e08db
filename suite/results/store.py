"""Store: the files of results/<experiment>/: paths, atomic writes, reading back."""

import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from suite.errors import RequestError, UnreadableError, closest
from suite.files import first_free, read_arrays, read_json, write_atomically, write_json, writing
from suite.results.experiment_info import ExperimentInfo
from suite.results.json_object import JsonObject
from suite.results.record import Record
from suite.results.task_info import TaskInfo

Content = TypeVar("Content", bound=JsonObject)

RECORD_NAME = re.compile(r"(trial|final|control)-\d{3,}\.json")


class Store:
    """The folder of one experiment. Only the runner writes to it; everything else reads."""

    def __init__(self, root: str | os.PathLike[str]):
        self.root = Path(root)

    def path(self, run_id: str, suffix: str = ".json") -> Path:
        """Return the path of a run's record, or of its `.npz` or `.keras` file."""
        return self.root / f"{run_id}{suffix}"

    def create(self) -> None:
        """Make the folder; raise RequestError when it cannot be written to."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                return
        except OSError as error:
            raise RequestError(
                f"cannot write results to '{self.root}': {error.strerror}; choose another folder with --results"
            ) from error

    def read(self, run_id: str) -> Record | None:
        """Return a run's record, None when there is no file; raise UnreadableError."""
        return read(Record, self.path(run_id))

    def write(self, record: Record, arrays: Mapping[str, np.ndarray], model: bytes | None) -> None:
        """Store a run: predictions and model first, the record last, each atomically."""
        if arrays:
            buffer = io.BytesIO()
            np.savez_compressed(buffer, **dict[str, Any](arrays))
            write_atomically(self.path(record.id, ".npz"), buffer.getvalue())
        if model:
            write_atomically(self.path(record.id, ".keras"), model)
        write_json(self.path(record.id), record.to_json())

    def adopt(self, other: "Store", run_id: str) -> None:
        """Copy a run of another folder: predictions and model first, the record last, each atomically."""
        for suffix in (".npz", ".keras", ".json"):
            path = other.path(run_id, suffix)
            if path.exists():
                write_atomically(self.path(run_id, suffix), path.read_bytes())

    def set_aside(self, path: Path, reason: str) -> Path:
        """Rename a record and its other files to `<name>.<reason>-<n>`, n the first free one; return its path."""
        aside = first_free(path, reason)
        with writing(aside):
            for beside in (path.with_suffix(suffix) for suffix in (".npz", ".keras")):
                if beside.exists():
                    beside.rename(f"{beside}{aside.name.removeprefix(path.name)}")
            return path.rename(aside)

    def record_paths(self) -> list[Path]:
        """Return every file that is named like a record, sorted."""
        return sorted(path for path in self.root.glob("*/*/*.json") if RECORD_NAME.fullmatch(path.name))

    def records(self) -> Iterator[Record]:
        """Yield every record that can be read."""
        for path in self.record_paths():
            with suppress(UnreadableError):
                if record := read(Record, path):
                    yield record

    def unreadable(self) -> dict[Path, str]:
        """Return the records and task descriptions that cannot be read, with the reasons."""
        faults = {}
        for kind, paths in ((Record, self.record_paths()), (TaskInfo, sorted(self.root.glob("*/task.json")))):
            for path in paths:
                try:
                    read(kind, path)
                except UnreadableError as error:
                    faults[path] = str(error)
        return faults

    def experiment(self) -> ExperimentInfo | None:
        """Return the content of experiment.json, None when there is no file; raise UnreadableError."""
        return read(ExperimentInfo, self.path("experiment"))

    def relative(self, path: str) -> str:
        """Return a path relative to this folder, so that both can move together; unchanged if that is impossible."""
        try:
            return Path(os.path.relpath(path, self.root)).as_posix()
        except ValueError:  # another drive
            return path

    def task(self, name: str) -> TaskInfo | None:
        """Return the content of a task's task.json, None when there is no file; raise UnreadableError."""
        return read(TaskInfo, self.root / name / "task.json")

    def predictions(self, run_id: str) -> dict[str, np.ndarray]:
        """Return a run's arrays (`target`, `prediction`, `preparation/*`), empty when there is no file."""
        path = self.path(run_id, ".npz")
        return read_arrays(path) if path.exists() else {}


def existing(directory: str) -> Store:
    """Return the store of an existing folder; raise RequestError with the closest existing name."""
    path = Path(directory)
    if not path.is_dir():
        beside = [str(folder) for folder in path.parent.glob("*/")] if path.parent.is_dir() else []
        raise RequestError(f"no results folder '{directory}': {closest(directory, beside)}")
    return Store(path)


def experiment_of(store: Store) -> ExperimentInfo:
    """Return the experiment of a folder; raise RequestError when it has none."""
    experiment = store.experiment()
    if experiment is None:
        raise RequestError(f"'{store.root}' contains no experiment.json: name a folder that `suite run` wrote")
    return experiment


def read(kind: type[Content], path: Path) -> Content | None:
    """Return the content of a file, None when there is no file; raise UnreadableError, which says what is wrong."""
    content = read_json(path)
    return None if content is None and not path.exists() else kind.from_json(content, path)
