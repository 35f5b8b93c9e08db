"""Folders: guess how a folder of sounds, with one folder per class, becomes a task."""

from pathlib import Path

from suite.tasks.own.guesses.guess import Code, Guess
from suite.tasks.own.sounds.declaration import sounds_from_folder

FEWEST_OWNERS = 6  # fewer groups cannot be split into three parts that all have every class


def of_folder(path: Path, name: str) -> Guess:
    """Return the call that fits a folder of sounds; files whose names begin alike are of one source."""
    made = Guess(sounds_from_folder, name, path, {})
    stems = [file.stem for place in path.iterdir() if place.is_dir() for file in place.rglob("*") if file.is_file()]
    owners = {stem.split("_")[0] for stem in stems}
    if stems and all("_" in stem for stem in stems) and FEWEST_OWNERS <= len(owners) <= len(stems) // 2:
        code = Code('lambda file: file.stem.split("_")[0]')
        return made.plus("group", code, "files that begin alike are of one source, and stay in one split")
    return made
