"""Sounds: a task from files of sound, one folder for each class, read as log-mel frames."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest_keyword, is_number, names_of, one_of
from suite.files.paths import existing
from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.audio import BANDS, LOWEST_RATE, RATE, RATES, covered, frame_size, most_bands
from suite.tasks.datasets.scaling import apply, fit
from suite.tasks.declaration import Declaration
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.official import rows_of, split_names
from suite.tasks.own.rare import check_rare, merged
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, declare
from suite.tasks.own.sounds.folder import NO_SOUND, below, sound_folder
from suite.tasks.own.sounds.heard import Heard, hear
from suite.tasks.own.sounds.recordings import recordings
from suite.tasks.own.sounds.sheet import described
from suite.tasks.task import Task

SECONDS = 3.0
MISSING = ("error", "drop")
DEFAULTS: Declaration = {
    "family": "sounds",
    **CLASSES,
    "trained_baseline": ("order-free", "minirocket"),
    "tags": ("real", "variable-length"),
}


@closest_keyword
def sounds_from_folder(
    name: str,
    path: str | Path,
    *,
    group: Callable[[Path], str] | None = None,
    split: Callable[[Path], str] | None = None,
    seconds: float | None = None,
    rate: int | None = None,
    bands: int = BANDS,
    missing: str = "error",
    rare: str | None = None,
    **declared: Unpack[Declaration],
) -> Task:
    """Register a task: from the first `seconds` (3 by default) of a sound, predict the folder of its class.

    Every folder in `path` is a class; its sounds may lie in sub-folders. Wav files are read as they are; FLAC, OGG, MP3
    and AIFF files need the package soundfile. Files and folders whose names begin with a dot are skipped. Sounds may
    have any rate and number of channels: channels are averaged, and sounds are resampled to `rate` (Hz; 8000 by
    default), then cut into frames of 32 ms with `bands` mel bands up to half that rate.

    Splits: `group` is a function that returns the speaker or source of a file, such as
    `lambda file: file.stem.split("_")[0]`; all files of a group stay in one split. Without it, the splits are
    stratified. Equal sounds always stay in one split. The test split is fixed; the seed redraws the other two. With
    folds, every sound is tested once. `split`: a function that returns "train", "validation" or "test" for a file, for
    a published split, which then is the only one; without "validation", the seed draws a quarter of the training files.

    `missing`: "error" (refuse files that cannot be read or contain no sound) or "drop" (leave them out, and silent
    ones, too). `rare`: what becomes of classes with too few sounds for the splits: "other" merges them under this name,
    "drop" leaves them out. `declared`: arguments of `task` that replace those in DEFAULTS. Only file names are read
    here; a run reads the files. Raise RequestError, which names the folder, file or argument, if one is missing or
    invalid.
    """
    _check(seconds, rate, bands)
    one_of("missing", missing, MISSING)
    check_rare(rare)
    folder = existing(path, "folder")
    classes = sound_folder(folder, missing).files
    reader = SoundReader(_frames(seconds or SECONDS, rate or RATE), rate or RATE, bands)
    settled = [
        option for option, value in (("seconds", seconds), ("rate", rate), ("group", group)) if value is not None
    ]
    load = partial(
        load_sounds, path=folder, group=group, reader=reader, missing=missing, rare=rare, settled=tuple(settled)
    )
    question = f"Up to {seconds or SECONDS:g} seconds of sound in {folder.name}: which of {names_of(classes)}?"
    fields: Declaration = {**DEFAULTS, "source": str(folder), **declared}
    return declare(name, load, question, fields, split)


def _check(seconds: float | None, rate: int | None, bands: int) -> None:
    """Raise RequestError if one of the arguments is impossible."""
    if seconds is not None and not (is_number(seconds) and seconds > 0):
        raise RequestError(f"seconds must be above 0, not {seconds!r}")
    if rate is not None:
        check_at_least("rate", rate, LOWEST_RATE)
        if rate > RATES[1]:
            raise RequestError(f"rate must be at most {RATES[1]} Hz, not {rate}")
    check_at_least("bands", bands, 1)
    if not covered(rate or RATE, bands):
        most = f"say at most bands={most_bands(rate or RATE)}"
        raise RequestError(f"bands={bands} is too many at rate={rate or RATE}, because some would be empty: {most}")


def _frames(seconds: float, rate: int) -> int:
    """Return how many frames begin in so many seconds."""
    return int(np.ceil(seconds * rate / frame_size(rate)[1]))


@dataclass(frozen=True)
class SoundReader:
    """Reads one file of sound, or all files of sound below a folder, as log-mel frames.

    It keeps the first `frames` of each. `rate`, `bands`: the rate in Hz and the number of bands, as in `log_mel`.
    """

    kind: ClassVar[str] = "sounds"
    needs: ClassVar[tuple[str, ...]] = ("mean", "scale", "steps")
    frames: int
    rate: int = RATE
    bands: int = BANDS

    def read(self, path: Path) -> Raw:
        """Read the frames and the file name of every sound; in a folder, files that cannot be read become faults."""
        if path.is_file():
            raw = self.raw([path], [self.hear(path)])
            for fault in raw.faults.values():
                raise RequestError(fault)
            return raw
        files = below(path).sounds
        if not files:
            raise RequestError(f"'{path}' {NO_SOUND}")
        return self.raw(files, [self.hear(file) for file in files])

    def hear(self, file: Path) -> Heard:
        """Read one file."""
        return hear(file, self.frames, self.rate, self.bands)

    def raw(self, files: Sequence[Path], sounds: Sequence[Heard]) -> Raw:
        """Return the sounds of files as `read` does."""
        faults = {place: one.fault for place, one in enumerate(sounds) if one.fault}
        converted = [
            f"'{file}' ({one.rate} Hz)"
            for file, one in zip(files, sounds, strict=True)
            if not one.fault and one.rate != self.rate
        ]
        return Raw([one.frames for one in sounds], {"file": list(map(str, files))}, self._remark(converted), faults)

    def _remark(self, converted: Sequence[str]) -> str:
        if not converted:
            return ""
        more = f" and {len(converted) - 1} more" if converted[1:] else ""
        return f"converted to {self.rate} Hz, as in training: {converted[0]}{more}"

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray]:
        """Return scaled frames (sounds, fitted `steps`, bands), padded with zeros, and the length of every sound."""
        width = int(fitted["steps"])
        steps = np.minimum([len(sound) for sound in raw.examples], width)
        return apply(padded(raw.examples, width), steps, fitted), steps

    def shape(self, fitted: Preparation) -> tuple[int, int]:
        """Return the fitted number of steps and the number of bands in a frame."""
        return int(fitted["steps"]), self.bands


def load_sounds(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    path: Path,
    group: Callable[[Path], str] | None,
    reader: SoundReader,
    split: Callable[[Path], str] | None = None,
    missing: str = "error",
    rare: str | None = None,
    settled: Collection[str] = (),
) -> Data:
    """Load the sounds of a folder and their `lengths`; pad or cut them to the longest sound of the training split.

    `settled`: the arguments that the owner of the data gave, whose notices are not needed any more.
    """
    where = f"'{path}'"
    found = recordings(path, reader.hear, missing)
    groups = np.array([str(group(file)) for file in found.files]) if group else None
    names = None
    if split:
        told = [str(split(file)) for file in found.files]
        names = split_names(told, lambda row: f"'{found.files[row]}'", where)
    chosen = merged(found.labels, found.contents(), groups, rare, where, fold, names)
    found = found.at(chosen.rows, chosen.labels, chosen.facts)
    groups, names = (None if values is None else values[chosen.rows] for values in (groups, names))
    rows = rows_of(seed, fold, names, found.contents(), found.labels, groups, where)
    raw = reader.raw(found.files, found.sounds)
    training = [raw.examples[example] for example in rows["train"]]
    steps = np.array([len(sound) for sound in training])
    fitted = {"steps": steps.max(), **fit(padded(training, steps.max()), steps)}
    x, steps = reader.inputs(raw, fitted)
    classes, y = np.unique(found.labels, return_inverse=True)
    fitted |= {"classes": classes, **settings(reader)}
    data = Data.of_rows(rows, x, y, fitted, lengths=steps, groups=groups)
    sheet = described(found.files, found.labels, found.sounds, reader.rate, reader.bands, settled)
    return replace(data, sheet=sheet.plus(**found.facts))


def padded(sounds: list[np.ndarray], width: int) -> np.ndarray:
    """Return the frames of all sounds, padded with zeros or cut to `width` frames, shape (sounds, width, bands)."""
    x = np.zeros((len(sounds), width, sounds[0].shape[1]), np.float32)
    for row, sound in zip(x, sounds, strict=True):
        row[: len(sound)] = sound[:width]
    return x
