"""Store: the files of results/<experiment>/, with their paths, atomic writes, and reads."""

import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from suite.errors import RequestError, UnreadableError
from suite.files.paths import first_free, leads_outside
from suite.files.reading import read_arrays, read_json, read_own
from suite.files.strict_json import encoded
from suite.files.writing import write_arrays, write_atomically, write_json, writing
from suite.results.experiment_info import ExperimentInfo
from suite.results.explanation import ENDING, Explanation
from suite.results.json_object import JsonObject
from suite.results.packed import NAME, PACK, Packed, as_line, read_packed, write_packed
from suite.results.record import Record
from suite.results.task_info import TaskInfo

Content = TypeVar("Content", bound=JsonObject)
BESIDE = (".npz", ".keras", ENDING)  # the endings of the files beside a record


class Store:
    """The folder of one experiment. Only the runner, merges and packing write to it; all other code reads it.

    A record has a file of its own, or a line in the packed file of its cell; if it has both, its own file counts. Its
    path is that of its own file in either case.
    """

    def __init__(self, root: str | os.PathLike[str]):
        self.root = Path(root)
        self._packs: dict[Path, tuple[tuple[int, ...], Packed]] = {}

    def path(self, run_id: str, suffix: str = ".json") -> Path:
        """Return the path of a run's record, or of a file beside it."""
        return self.root / f"{run_id}{suffix}"

    def packed(self, folder: Path) -> Packed:
        """Return the packed records of a cell's folder; the file is read again only when it has changed."""
        path = folder / PACK
        if not path.exists():
            return Packed()
        now = path.stat()
        state = (now.st_ino, now.st_size, now.st_mtime_ns)
        if path not in self._packs or self._packs[path][0] != state:
            self._packs[path] = state, read_packed(path, self.root)
        return self._packs[path][1]

    def packs(self, task: str = "*") -> dict[Path, Packed]:
        """Return path -> content of all packed files, of one task or of all."""
        return {path: self.packed(path.parent) for path in sorted(self.root.glob(f"{task}/*/{PACK}"))}

    def holds(self, path: Path) -> bool:
        """Return whether there is a record with this path, readable or not."""
        return path.exists() or path.stem in self.packed(path.parent).contents

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

    def read_as(self, kind: type[Content], path: Path) -> Content | None:
        """Return the content of a file, or None if it does not exist; raise UnreadableError if it is damaged."""
        content = read_json(path, self.root)
        return None if content is None and not path.exists() else kind.from_json(content, path)

    def read(self, run_id: str) -> Record | None:
        """Return a run's record, or None if there is none; raise UnreadableError if it is damaged."""
        return self.record_at(self.path(run_id))

    def record_at(self, path: Path) -> Record | None:
        """Return the record with this path, or None if there is none; raise UnreadableError if it is damaged."""
        found = self.read_as(Record, path)
        if found is None and (content := self.packed(path.parent).contents.get(path.stem)) is not None:
            try:
                return Record.from_json(content, path)
            except UnreadableError as error:
                raise UnreadableError(f"{error} (in {PACK})") from error
        return found

    def write(self, record: Record, arrays: Mapping[str, np.ndarray], model: bytes | None) -> None:
        """Store a run: predictions and model first, then the record, each atomically."""
        if arrays:
            write_arrays(self.path(record.id, ".npz"), arrays)
        if model:
            write_atomically(self.path(record.id, ".keras"), model)
        write_json(self.path(record.id), record.to_json())

    def adopt(self, other: "Store", run_id: str, reason: str) -> None:
        """Copy a run from another folder: predictions, model and explanation first, then the record, each atomically.

        A record that is there is set aside for this reason. Raise UnreadableError, before anything is written, if one
        of the files cannot be read.
        """
        there = [suffix for suffix in BESIDE if other.path(run_id, suffix).exists()]
        contents = {self.path(run_id, suffix): read_own(other.path(run_id, suffix), other.root) for suffix in there}
        contents[self.path(run_id)] = other.content(other.path(run_id))
        if self.holds(self.path(run_id)):
            self.set_aside(self.path(run_id), reason)
        for path, content in contents.items():
            write_atomically(path, content)

    def content(self, path: Path) -> bytes:
        """Return the file of the record with this path, or what it would be if the record had one."""
        packed = self.packed(path.parent).contents.get(path.stem)
        return read_own(path, self.root) if path.exists() or packed is None else encoded(packed)

    def set_aside(self, path: Path, reason: str) -> Path:
        """Rename a record and its other files to `<name>.<reason>-<n>`, n the first free number; return its path.

        A packed record is moved to such a file. Of a packed file, a copy is made before the damaged lines are removed.
        """
        aside = first_free(path, reason)
        with writing(aside):
            if path.name == PACK:
                return self._repair(path, aside)
            for beside in (path.with_suffix(suffix) for suffix in BESIDE):
                if beside.exists():
                    beside.rename(f"{beside}{aside.name.removeprefix(path.name)}")
            if path.exists():
                path.rename(aside)
            self._unpack(path, first_free(path, reason))
        return aside

    def _unpack(self, path: Path, target: Path) -> None:
        """Move the packed record with this path, if there is one, to a file of its own."""
        contents = dict(self.packed(path.parent).contents)
        if path.stem in contents:
            write_json(target, contents.pop(path.stem))
            write_packed(path.with_name(PACK), contents)

    def _repair(self, path: Path, aside: Path) -> Path:
        """Remove the damaged lines of a packed file after copying it; one that cannot be read at all is renamed."""
        contents = self.packed(path.parent).contents
        if not contents:
            return path.rename(aside)
        write_atomically(aside, read_own(path, self.root))
        write_packed(path, contents)
        return aside

    def record_paths(self, task: str = "*") -> list[Path]:
        """Return the sorted paths of all records, of one task or of all, whether or not they are packed."""
        single = {path for path in self.root.glob(f"{task}/*/*.json") if NAME.fullmatch(path.stem)}
        packed = {pack.with_name(f"{name}.json") for pack, one in self.packs(task).items() for name in one.contents}
        return sorted(single | packed, key=attrgetter("parts"))

    def task_paths(self, task: str = "*") -> list[Path]:
        """Return the sorted paths of the descriptions of one task or of all; a link to a missing file counts."""
        paths = (folder / "task.json" for folder in self.root.glob(f"{task}/"))
        return sorted(path for path in paths if os.path.lexists(path))

    def record_files(self) -> list[Path]:
        """Return the sorted paths of all files that hold records."""
        return sorted([*self.packs(), *(path for path in self.record_paths() if path.exists())])

    def records(self) -> Iterator[Record]:
        """Yield every readable record."""
        for path in self.record_paths():
            with suppress(UnreadableError):
                if record := self.record_at(path):
                    yield record

    def closed(self, task: str = "*") -> dict[Path, str]:
        """Return path -> reason, for the folders of tasks and cells that may not be entered."""
        folders = [*self.root.glob(f"{task}/"), *self.root.glob(f"{task}/*/")]
        return {path: f"'{path}' may not be entered" for path in folders if not os.access(path, os.R_OK | os.X_OK)}

    def unreadable(self) -> dict[Path, str]:
        """Return path -> reason, for every description, record and explanation that cannot be read."""
        faults = {path: packed.fault for path, packed in self.packs().items() if packed.fault}
        readers: list[tuple[Callable[[Path], Any], list[Path]]] = [
            (partial(self.read_as, ExperimentInfo), [self.path("experiment")]),
            (partial(self.read_as, TaskInfo), self.task_paths()),
            (self.record_at, self.record_paths()),
            (partial(self.read_as, Explanation), sorted(self.root.glob(f"*/*/*{ENDING}"))),
        ]
        for reader, paths in readers:
            for path in paths:
                try:
                    reader(path)
                except UnreadableError as error:
                    faults[path] = str(error)
        return faults

    def truncated(self) -> dict[Path, str]:
        """Return path of a record -> reason, for every run whose predictions or model are truncated or no such file."""
        beside = [path.with_suffix(suffix) for path in self.record_paths() for suffix in (".npz", ".keras")]
        damaged = [path for path in beside if path.exists() and not self._is_archive(path)]
        return {path.with_suffix(".json"): f"'{path}' is truncated, or not such a file at all" for path in damaged}

    def _is_archive(self, path: Path) -> bool:
        return path.is_file() and not leads_outside(path, self.root) and zipfile.is_zipfile(path)

    def experiment(self) -> ExperimentInfo | None:
        """Return the content of experiment.json, or None without the file; raise UnreadableError if damaged."""
        return self.read_as(ExperimentInfo, self.path("experiment"))

    def relative(self, path: str) -> str:
        """Return a path relative to this folder, so that both can move together, or unchanged if that is impossible."""
        try:
            return Path(os.path.relpath(path, self.root)).as_posix()
        except ValueError:  # another drive
            return path

    def task(self, name: str) -> TaskInfo | None:
        """Return the content of a task's task.json, or None without the file; raise UnreadableError if damaged."""
        return self.read_as(TaskInfo, self.root / name / "task.json")

    def predictions(self, run_id: str) -> dict[str, np.ndarray]:
        """Return a run's arrays, or {} if there is no file; raise UnreadableError if the file is damaged.

        Final runs have `target`, `prediction` and `preparation/*`. On tasks that have items, trials and final runs have
        `items`.
        """
        path = self.path(run_id, ".npz")
        return read_arrays(path, self.root) if path.exists() else {}

    def explanation(self, run_id: str) -> Explanation | None:
        """Return the stored explanation of a final run, or None; raise UnreadableError if its file is damaged."""
        return self.read_as(Explanation, self.path(run_id, ENDING))

    def explain(self, run_id: str, found: Explanation) -> None:
        """Store a final run's explanation atomically."""
        write_atomically(self.path(run_id, ENDING), as_line(found.to_json()).encode("utf-8"))

    def items_path(self, task: str, checksum: str) -> Path:
        """Return the path of what is known of every test target of a task's data with this checksum."""
        return self.root / task / f"items-{checksum[:12]}.npz"

    def items(self, task: str, checksum: str) -> dict[str, np.ndarray]:
        """Return the arrays that `suite.tasks.targets` explains, or {} if there is no file.

        Raise UnreadableError if the file is damaged.
        """
        path = self.items_path(task, checksum)
        return read_arrays(path, self.root) if path.exists() else {}
