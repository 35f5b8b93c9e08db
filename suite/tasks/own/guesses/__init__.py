"""Guesses: which call turns a file or folder into a task, as far as the data show it, with the reason of each guess."""

import re
from pathlib import Path

from suite.errors import RequestError
from suite.tasks.own.arrays.declaration import task_from_arrays
from suite.tasks.own.guesses.guess import Code, Guess, settled
from suite.tasks.own.guesses.tables import of_table
from suite.tasks.own.sounds.declaration import sounds_from_folder
from suite.tasks.own.tables.hugging_face import is_saved

__all__ = ["Code", "Guess", "guess", "settled"]

ARRAYS = (".npz", ".npy")
FEWEST_OWNERS = 6  # fewer groups cannot be split into three parts that all have every class


def guess(path: Path, target: str = "") -> Guess:
    """Return the call that fits a file or folder; `target`: the column of a table to predict.

    Raise RequestError if the data cannot be read, or if nothing in them can be predicted.
    """
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", path.name.partition(".")[0]).strip("-._") or "own"
    if path.suffix.lower() in ARRAYS:
        raise RequestError(
            f"'{path}' contains arrays, which do not say what their axes mean: call task_from_arrays yourself"
        )
    if path.suffix.lower() == ".ts":
        return Guess(task_from_arrays, name, path, {})
    if path.is_dir() and not is_saved(path):
        return _of_folder(path, name)
    return of_table(path, name, target)


def _of_folder(path: Path, name: str) -> Guess:
    """Return the call that fits a folder of sounds; files whose names begin alike are of one source."""
    made = Guess(sounds_from_folder, name, path, {})
    stems = [file.stem for place in path.iterdir() if place.is_dir() for file in place.rglob("*") if file.is_file()]
    owners = {stem.split("_")[0] for stem in stems}
    if stems and all("_" in stem for stem in stems) and FEWEST_OWNERS <= len(owners) <= len(stems) // 2:
        code = Code('lambda file: file.stem.split("_")[0]')
        return made.plus("group", code, "files that begin alike are of one source, and stay in one split")
    return made
