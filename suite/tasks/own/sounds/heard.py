"""Heard: what stays of a sound after it was read: its frames, and how much of it they leave out."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.audio import frame_size, log_mel, power_above, read_sound

REMEMBERED = 4_096  # sounds; 20 bands of 3 seconds take 15 kB


@dataclass(frozen=True)
class Heard:
    """The frames (frames, bands) of a sound, or the `fault` because of which it cannot be read.

    `rate` (Hz), `channels` and `seconds`: of the file; `kept`: the seconds before the end of the frames. `complete`:
    whether the file is as long as its header says. `silent`: whether all samples are equal. `later`, `above`: the
    shares (0 to 1) of its power after the end of the frames, and above the highest band.
    """

    frames: np.ndarray
    fault: str = ""
    rate: int = 0
    channels: int = 0
    seconds: float = 0.0
    kept: float = 0.0
    complete: bool = True
    silent: bool = False
    later: float = 0.0
    above: float = 0.0


def hear(file: Path, frames: int, rate: int, bands: int) -> Heard:
    """Read a file of sound as at most `frames` frames with `bands` bands up to `rate` / 2.

    If it cannot be read, the frames are those of silence and `fault` is one line that says why. A file that has not
    changed is read once for several seeds, folds and checks.
    """
    try:
        known = file.stat()
    except OSError:
        return _hear(file, None, frames, rate, bands)
    return _hear(file, (known.st_mtime_ns, known.st_size), frames, rate, bands)


@lru_cache(REMEMBERED)
def _hear(file: Path, version: object, frames: int, rate: int, bands: int) -> Heard:
    try:
        sound = read_sound(file)
    except RequestError as error:
        return Heard(log_mel(np.zeros(1), rate, rate, bands), fault=str(error))
    samples = sound.samples.mean(axis=1)
    seconds, kept = len(samples) / sound.rate, frames * frame_size(rate)[1] / rate
    end = int(kept * sound.rate)
    power = np.square(samples - samples.mean())
    return Heard(
        log_mel(samples, sound.rate, rate, bands, most=frames).copy(),  # not a view of all frames, which would stay
        rate=sound.rate,
        channels=sound.samples.shape[1],
        seconds=seconds,
        kept=min(seconds, kept),
        complete=sound.complete,
        silent=bool(samples.min() == samples.max()),
        later=float(power[end:].sum() / (power.sum() or 1.0)),
        above=power_above(samples[:end], sound.rate, rate / 2),
    )
