"""Store: results/<experiment>/...: paths, atomic writes, comparison of specs, reading back."""

import io
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import RequestError, UnreadableError, closest
from suite.files import check_kinds, read_arrays, read_json, write_atomically, write_json, writing

RECORD_NAME = re.compile(r"(trial|final|control)-\d{3,}\.json")
RECORD_KEYS = {
    "id": str, "task": str, "architecture": str, "role": str, "index": int, "seed": int | None, "status": str,
    "metrics": dict | None, "spec": dict | None,
}  # fmt: skip
# what a record may lack or leave open
RECORD_KINDS = {
    "baseline": dict, "trained_baseline": dict, "flags": list, "seconds": dict, "hyperparameters": dict,
    "clipped": int | float,
}  # fmt: skip


class Store:
    """The folder of one experiment. Only the runner writes; everybody may read."""

    def __init__(self, root: str | Path):
        self.root = Path(root)

    def path(self, run_id: str, suffix: str = ".json") -> Path:
        """Where a run's record (or its `.npz`, `.keras`) lies."""
        return self.root / f"{run_id}{suffix}"

    def create(self) -> None:
        """Makes the folder; raises RequestError when it cannot be written."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.root):
                return
        except OSError as error:
            raise RequestError(
                f"cannot write results to '{self.root}': {error.strerror}; choose another folder with --results"
            ) from error

    def read(self, run_id: str) -> dict[str, Any] | None:
        """A run's record, None when there is none; raises UnreadableError."""
        path = self.path(run_id)
        return read_record(path) if path.exists() else None

    def write(self, record: Mapping[str, Any], arrays: Mapping[str, np.ndarray], model: bytes | None) -> None:
        """Stores a run: predictions and model first, the record last, each atomically."""
        if arrays:
            buffer = io.BytesIO()
            np.savez_compressed(buffer, **arrays)
            write_atomically(self.path(record["id"], ".npz"), buffer.getvalue())
        if model:
            write_atomically(self.path(record["id"], ".keras"), model)
        write_json(self.path(record["id"]), record)

    def adopt(self, other: "Store", run_id: str) -> None:
        """Copies a run of another folder: predictions and model first, the record last, each atomically."""
        for suffix in (".npz", ".keras", ".json"):
            path = other.path(run_id, suffix)
            if path.exists():
                write_atomically(self.path(run_id, suffix), path.read_bytes())

    def set_aside(self, path: Path, reason: str) -> Path:
        """Renames a record, and what lies beside it, to `<name>.<reason>-<n>` with the first free n."""
        n = 1
        while (aside := path.with_name(f"{path.name}.{reason}-{n}")).exists():
            n += 1
        with writing(aside):
            for suffix in (".npz", ".keras"):
                beside = path.with_suffix(suffix)
                if beside.exists():
                    beside.rename(beside.with_name(f"{beside.name}.{reason}-{n}"))
            return path.rename(aside)

    def record_paths(self) -> list[Path]:
        """Every file that is named like a record, sorted."""
        return sorted(path for path in self.root.glob("*/*/*.json") if RECORD_NAME.fullmatch(path.name))

    def records(self) -> Iterator[dict[str, Any]]:
        """Every record that can be read."""
        for path in self.record_paths():
            try:
                yield read_record(path)
            except UnreadableError:
                continue

    def unreadable(self) -> dict[Path, str]:
        """Records and descriptions of tasks that cannot be read, with the reason."""
        faults = {}
        for read, paths in ((read_record, self.record_paths()), (read_json, sorted(self.root.glob("*/task.json")))):
            for path in paths:
                try:
                    read(path)
                except UnreadableError as error:
                    faults[path] = str(error)
        return faults

    def experiment(self) -> dict[str, Any] | None:
        """experiment.json: the resolved experiment, versions, machine; None when there is none yet."""
        return read_json(self.root / "experiment.json")

    def relative(self, path: str) -> str:
        """A path as seen from this folder, so that both can move together; as it is where there is no such way."""
        try:
            return Path(os.path.relpath(path, self.root)).as_posix()
        except ValueError:  # another drive
            return path

    def task(self, name: str) -> dict[str, Any]:
        """A task's task.json, empty when there is none yet."""
        return read_json(self.root / name / "task.json") or {}

    def tasks(self) -> dict[str, dict[str, Any]]:
        """Every task.json by the name of its task."""
        return {path.parent.name: read_json(path) or {} for path in sorted(self.root.glob("*/task.json"))}

    def predictions(self, run_id: str) -> dict[str, np.ndarray]:
        """A run's stored arrays (`target`, `prediction`, `preparation/*`), empty when there are none."""
        path = self.path(run_id, ".npz")
        return read_arrays(path) if path.exists() else {}


def existing(directory: str) -> Store:
    """The store of a folder that is there; raises RequestError with the nearest folder beside it."""
    path = Path(directory)
    if not path.is_dir():
        beside = [str(folder) for folder in path.parent.glob("*/")] if path.parent.is_dir() else []
        raise RequestError(f"no results folder '{directory}': {closest(directory, beside)}")
    return Store(path)


def read_record(path: Path) -> dict[str, Any]:
    """A record file; raises UnreadableError saying what is wrong with it."""
    record = read_json(path)
    if not isinstance(record, dict) or not all(
        key in record and isinstance(record[key], kind) for key, kind in RECORD_KEYS.items()
    ):
        raise UnreadableError(f"'{path}' is not a record")
    check_kinds(path, record, RECORD_KINDS)
    if record["id"] != "/".join((*path.parts[-3:-1], path.stem)):
        raise UnreadableError(f"'{path}' holds the record of '{record['id']}'")
    return record
