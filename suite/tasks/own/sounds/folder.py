"""Sound folder: finds the files of sound below the folder of each class, and says what it leaves aside."""

import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from suite.errors import RequestError, names_of
from suite.tasks.datasets.audio import ENDINGS
from suite.tasks.sheet import Fact
from suite.text import several

NO_SOUND = f"contains no wav file, nor one that ends in {', '.join(ENDINGS[2:])}"
SPLIT_NAMES = {"train", "training", "test", "testing", "val", "valid", "validation", "dev", "eval", "evaluation"}


@dataclass
class Below:
    """What lies below a folder: the `sounds`, how many `hidden` files and folders, and the `others` by ending."""

    sounds: list[Path] = field(default_factory=list)
    hidden: int = 0
    others: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class SoundFolder:
    """The `files` of sound of every class (class -> sorted files), and `facts` for the data sheet."""

    files: Mapping[str, list[Path]]
    facts: Mapping[str, Fact]


def below(folder: Path) -> Below:
    """Find all files of sound in a folder and its sub-folders, sorted; what begins with a dot is hidden.

    Raise RequestError if a folder cannot be read.
    """
    found = Below()
    for place, folders, names in _walk(folder):
        found.hidden += sum(name.startswith(".") for name in (*folders, *names))
        for name in names:
            if Path(name).suffix.lower() in ENDINGS and not name.startswith("."):
                found.sounds.append(Path(place, name))
            elif not name.startswith("."):
                found.others[Path(name).suffix.lower() or "no ending"] += 1
    found.sounds.sort()
    return found


def _walk(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield each folder with the names in it; follow links, but enter no folder twice, and no hidden one."""
    seen = set()
    for place, folders, names in os.walk(folder, onerror=_refuse, followlinks=True):
        yield place, folders, names
        seen.add(os.path.realpath(place))
        folders[:] = [
            name
            for name in sorted(folders)
            if not name.startswith(".") and os.path.realpath(Path(place, name)) not in seen
        ]


def _refuse(error: OSError) -> None:
    raise RequestError(f"'{error.filename}' cannot be read: {error.strerror}") from error


def sound_folder(path: Path, missing: str) -> SoundFolder:
    """Find the files of sound below the folder of each class; the name of a folder is the name of its class.

    Raise RequestError if there are fewer than two such folders, if they bear names of splits, or if one of them
    contains no file of sound, unless `missing` is "drop".
    """
    places = sorted(place for place in path.iterdir() if place.is_dir() and not place.name.startswith("."))
    if len(places) < 2:
        count = several(len(places), "folder")
        raise RequestError(f"'{path}' has {count}: put the wav files of each class into a folder of its own")
    if all(place.name.lower() in SPLIT_NAMES for place in places):
        named = names_of(place.name for place in places)
        raise RequestError(
            f"'{path}' has the folders {named}, which are splits and not classes: make one folder of each class, with "
            "these inside, and say split=lambda file: file.parent.name"
        )
    found = {place.name: below(place) for place in places}
    empty = [name for name, inside in found.items() if not inside.sounds]
    if len(empty) == len(found) or (empty and missing != "drop"):
        way = 'add some, remove the folder, or leave it out by missing="drop"'
        raise RequestError(f"'{path / empty[0]}' {NO_SOUND}: {way}")
    files = {name: inside.sounds for name, inside in found.items() if inside.sounds}
    return SoundFolder(files, _facts(path, found, files, empty))


def _facts(
    path: Path, found: Mapping[str, Below], files: Mapping[str, list[Path]], empty: list[str]
) -> dict[str, Fact]:
    beside = [one for one in path.iterdir() if not one.is_dir()]
    shown = [one for one in beside if not one.name.startswith(".")]
    hidden = sum(one.name.startswith(".") for one in path.iterdir()) + sum(inside.hidden for inside in found.values())
    places = {file.parent for name, inside in files.items() for file in inside} - {path / name for name in files}
    return {
        "skipped (other endings)": dict(sum((inside.others for inside in found.values()), Counter())),
        "skipped (outside the folders of classes)": [one.name for one in shown],
        "skipped (begins with a dot)": hidden or None,
        "skipped (folders without sounds)": empty,
        "sub-folders read": len(places) or None,
    }
