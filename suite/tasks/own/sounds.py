"""Sounds: a task from wav files, one folder for each class, read as log-mel frames."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, closest_keyword
from suite.files import existing
from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.audio import BANDS, HOP, RATE, log_mel, read_wav
from suite.tasks.datasets.scaling import apply, fit
from suite.tasks.datasets.splits import apart, given
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.official import split_names, without_folds
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, declare
from suite.tasks.task import Declaration, Task

DEFAULTS: Declaration = {
    "family": "sounds",
    **CLASSES,
    "trained_baseline": "order-free",
    "tags": ("real", "variable-length"),
}


@closest_keyword
def sounds_from_folder(
    name: str,
    path: str | Path,
    *,
    group: Callable[[Path], str] | None = None,
    split: Callable[[Path], str] | None = None,
    seconds: float = 3.0,
    **declared: Unpack[Declaration],
) -> Task:
    """Register a task: from the first `seconds` of a wav file, predict the folder that contains it.

    `group`: a function that returns the speaker or source of a file, such as
    `lambda file: file.stem.split("_")[0]`; all files of a group stay in one split. Without it, the splits are
    stratified. Equal sounds always stay in one split. The test split is fixed; the seed redraws the other two. With
    folds, every sound is tested once. `split`: a function that returns "train", "validation" or "test" for a file, for
    a published split, which then is the only one; without "validation", the seed draws a quarter of "train" for it.
    `declared`: arguments of `task` that replace those in DEFAULTS. Only file names are read here; a run reads the wav
    files and converts any rate, width and number of channels. Raise RequestError, which names the folder or file, if
    it is missing or invalid.
    """
    if not seconds > 0:
        raise RequestError(f"seconds must be above 0, not {seconds!r}")
    folder = existing(path, "folder")
    classes = [place.name for place, _ in wavs(folder)]
    load = partial(load_sounds, path=folder, group=group, reader=SoundReader(int(np.ceil(seconds * RATE / HOP))))
    question = f"Up to {seconds:g} seconds of sound in {folder.name}: which of {', '.join(classes)}?"
    fields: Declaration = {**DEFAULTS, "source": str(folder), "official": split is not None, **declared}
    return declare(name, without_folds(load, split) if split else load, question, fields)


@dataclass(frozen=True)
class SoundReader:
    """Reads one wav file, or all wav files inside a folder, as log-mel frames; keeps the first `frames` of each."""

    kind: ClassVar[str] = "sounds"
    needs: ClassVar[tuple[str, ...]] = ("mean", "scale", "steps")
    frames: int

    def read(self, path: Path) -> Raw:
        """Read the frames and the file name of every sound; wav files may have any rate, width and channels."""
        files = [path] if path.is_file() else sorted(f for f in path.rglob("*") if f.suffix.lower() == ".wav")
        if not files:
            raise RequestError(f"'{path}' contains no wav file")
        return self.heard(files)

    def heard(self, files: Sequence[Path]) -> Raw:
        """Read the frames of the given wav files, as `read` does."""
        frames, converted = [], []
        for file in files:
            samples, rate = read_wav(file)
            frames.append(log_mel(samples, rate)[: self.frames])
            if rate != RATE:
                converted.append(f"'{file}' ({rate} Hz)")
        return Raw(frames, {"file": list(map(str, files))}, _remark(converted))

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray]:
        """Return scaled frames (sounds, fitted `steps`, bands), padded with zeros, and the length of every sound."""
        width = int(fitted["steps"])
        steps = np.minimum([len(sound) for sound in raw.examples], width)
        return apply(padded(raw.examples, width), steps, fitted), steps

    def shape(self, fitted: Preparation) -> tuple[int, int]:
        """Return the fitted number of steps and the number of bands in a frame."""
        return int(fitted["steps"]), BANDS


def _remark(converted: Sequence[str]) -> str:
    if not converted:
        return ""
    more = f" and {len(converted) - 1} more" if converted[1:] else ""
    return f"converted to {RATE} Hz, as in training: {converted[0]}{more}"


def load_sounds(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    path: Path,
    group: Callable[[Path], str] | None,
    reader: SoundReader,
    split: Callable[[Path], str] | None = None,
) -> Data:
    """Load the sounds of a folder and their `lengths`; pad or cut them to the longest sound of the training split."""
    files = [(file, place.name) for place, inside in wavs(path) for file in inside]
    raw = reader.heard([file for file, _ in files])
    labels = np.array([label for _, label in files])
    groups = np.array([str(group(file)) for file, _ in files]) if group else None
    contents, where = [sound.tobytes() for sound in raw.examples], f"'{path}'"
    if split:
        names = split_names([str(split(file)) for file, _ in files], lambda row: f"'{files[row][0]}'", where)
        rows = given(seed, names, contents, labels, groups, where)
    else:
        rows = apart(seed, contents, labels, groups, where, fold)
    training = [raw.examples[example] for example in rows["train"]]
    steps = np.array([len(sound) for sound in training])
    fitted = {"steps": steps.max(), **fit(padded(training, steps.max()), steps)}
    x, steps = reader.inputs(raw, fitted)
    classes, y = np.unique(labels, return_inverse=True)
    fitted |= {"classes": classes, **settings(reader)}
    return Data.of_rows(rows, x, y, fitted, lengths=steps, groups=groups)


def wavs(path: Path) -> list[tuple[Path, list[Path]]]:
    """Return the folder of each class and the wav files in it, both sorted.

    Raise RequestError if there are fewer than two folders, or if a folder contains no wav file.
    """
    folders = sorted(place for place in path.iterdir() if place.is_dir() and not place.name.startswith("."))
    found = [(place, sorted(f for f in place.iterdir() if f.suffix.lower() == ".wav")) for place in folders]
    if len(found) < 2:
        raise RequestError(f"'{path}' has {len(found)} folders: put the wav files of each class into a folder")
    for place, files in found:
        if not files:
            raise RequestError(f"'{place}' contains no wav file: add some, or remove the folder")
    return found


def padded(sounds: list[np.ndarray], width: int) -> np.ndarray:
    """Return the frames of all sounds, padded with zeros or cut to `width` frames, shape (sounds, width, bands)."""
    x = np.zeros((len(sounds), width, sounds[0].shape[1]), np.float32)
    for row, sound in zip(x, sounds, strict=True):
        row[: len(sound)] = sound[:width]
    return x
