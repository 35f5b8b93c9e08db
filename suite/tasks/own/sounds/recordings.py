"""Recordings: all sounds of a task with their files and classes, without those that are to be left out."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np

from suite.errors import RequestError
from suite.tasks.own.sounds.folder import sound_folder
from suite.tasks.own.sounds.heard import Heard
from suite.tasks.own.sounds.sheet import left_out
from suite.tasks.sheet import Fact


@dataclass(frozen=True)
class Recordings:
    """The sounds that are kept, with the file and the class of each, and `facts` about all others."""

    files: list[Path]
    labels: np.ndarray
    sounds: list[Heard]
    facts: Mapping[str, Fact]

    def contents(self) -> list[Hashable]:
        """Return a value for every sound that only equal sounds share."""
        return [one.frames.tobytes() for one in self.sounds]

    def at(self, rows: np.ndarray, labels: np.ndarray, facts: Mapping[str, Fact]) -> Self:
        """Return the sounds at some rows, with their new classes, and with further facts."""
        files, sounds = ([values[row] for row in rows] for values in (self.files, self.sounds))
        return replace(self, files=files, labels=labels, sounds=sounds, facts={**self.facts, **facts})


def recordings(path: Path, hear: Callable[[Path], Heard], missing: str) -> Recordings:
    """Read all sounds of a folder; with `missing="drop"`, leave out those that cannot be read, and silent ones.

    Raise RequestError, which names a file, if one cannot be read and `missing` is "error", or if none is left.
    """
    folder = sound_folder(path, missing)
    files = [file for inside in folder.files.values() for file in inside]
    labels = np.array([name for name, inside in folder.files.items() for _ in inside])
    found = Recordings(files, labels, [hear(file) for file in files], folder.facts)
    faults = {row: one.fault for row, one in enumerate(found.sounds) if one.fault}
    if missing != "drop":
        _refuse(list(faults.values()))
        return found
    faults |= {row: f"'{files[row]}' is silent" for row, one in enumerate(found.sounds) if one.silent}
    rows = np.array([row for row in range(len(files)) if row not in faults], int)
    if not len(rows):
        raise RequestError(f"'{path}': no sound is left: {next(iter(faults.values()))}")
    dropped = left_out([(files[row], fault) for row, fault in sorted(faults.items())], len(files))
    gone = np.setdiff1d(labels, labels[rows]).tolist()
    return found.at(rows, labels[rows], {"left out": dropped, "classes of which no sound is left": gone})


def _refuse(faults: Sequence[str]) -> None:
    for fault in faults:
        like = f"leave out the {len(faults)} files like it" if len(faults) > 1 else "leave it out"
        raise RequestError(f'{fault}, or {like} by missing="drop"')
