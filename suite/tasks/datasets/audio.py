"""Audio: reads files of sound as mono samples, and converts samples to log-mel frames."""

import math
from bisect import bisect_left
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.errors import RequestError
from suite.tasks.datasets.riff import Sound, decode, decode_any

RATE = 8_000
FRAME, HOP = 256, 128  # samples at RATE: 32 and 16 ms
BANDS = 20
MOST_BANDS = 500  # more than are possible at the highest of RATES
LOWEST = 100.0
LOWEST_RATE = 1_000  # in Hz: the lowest at which the default bands have a frequency each
ENDINGS = (".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aif", ".aiff")
# lowest and highest rate in Hz: any other rate comes from a damaged header, and resampling would use all memory
RATES = (100, 1_000_000)
# share of the mean power (-60 dB) that is added to every band, so that the logarithm of digital silence is finite
FLOOR = 1e-6
LONG = 4_096  # the most frames that are computed although they are not wanted: 66 seconds


def read_wav(source: Path | BinaryIO, name: str = "") -> tuple[np.ndarray, int]:
    """Return the samples of a wav file (from -1 to 1, the mean of all channels, shape (samples,)) and their rate in Hz.

    Messages use `name` for a source without a path. Raise RequestError, which names the file, if `riff.decode` cannot
    read it, if it contains no sound, or if its rate is not from 100 Hz to 1 MHz.
    """
    name = name or str(source)
    content = _content(source, name) if isinstance(source, Path) else source.read()
    try:
        sound = _checked(decode(content))
    except ValueError as error:
        raise RequestError(f"'{name}' {error}") from error
    return sound.samples.mean(axis=1), sound.rate


def read_sound(path: Path) -> Sound:
    """Return the content of a wav file or, with the optional package soundfile, of a FLAC, OGG, MP3 or AIFF file.

    Raise RequestError, which names the file, if it cannot be read or contains no sound.
    """
    content = _content(path, str(path))
    try:
        return _checked(decode_any(content))
    except ValueError as error:
        raise RequestError(f"'{path}' {error}") from error


def _content(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RequestError(f"'{name}' cannot be read: {error.strerror}") from error


def _checked(sound: Sound) -> Sound:
    """Return the sound. Raise ValueError, with a phrase that continues the file's name, if no frames can come of it."""
    if not RATES[0] <= sound.rate <= RATES[1]:
        raise ValueError(f"has a sample rate of {sound.rate} Hz: resample it to {RATES[0]} to {RATES[1]} Hz")
    if not len(sound.samples):
        raise ValueError("contains no sound: remove it")
    if not np.abs(sound.samples).max() <= np.finfo(np.float32).max:
        raise ValueError("has a sample that is infinite or no number: convert it")
    return sound


def log_mel(
    samples: np.ndarray, rate: int, wanted_rate: int = RATE, bands: int = BANDS, most: int | None = None
) -> np.ndarray:
    """Return the log power in mel bands from 100 Hz to half of `wanted_rate`, float32 (frames, bands).

    A frame is 32 ms long, with a Hann window, and a new frame starts every 16 ms. The `samples` (samples,) may have any
    rate: they are resampled to `wanted_rate` (Hz), then standardised, so that the volume of a recording carries no
    information. A sound shorter than one frame is padded to one frame. At most the first `most` frames are returned.
    The mel scale is that of O'Shaughnessy (1987).
    """
    size, hop = frame_size(wanted_rate)
    sound = _standardised(_resampled(np.asarray(samples, dtype=np.float64), rate, wanted_rate))
    sound = np.pad(sound, (0, max(0, size - len(sound))))
    # frames beyond `most` are computed as well, as far as memory allows: a product of fewer rows may round differently
    frames = sliding_window_view(sound, size)[::hop][: most and max(most, LONG)] * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2 / size
    return np.log(power @ filters(wanted_rate, bands) + FLOOR).astype(np.float32)[:most]


def frame_size(rate: int) -> tuple[int, int]:
    """Return the number of samples in a frame, and between the starts of two frames, at a rate in Hz."""
    return round(FRAME * rate / RATE), round(HOP * rate / RATE)


def power_above(samples: np.ndarray, rate: int, frequency: float) -> float:
    """Return the share (0 to 1) of the power from 100 Hz up that lies above a frequency in Hz."""
    if rate <= 2 * frequency:
        return 0.0
    from scipy.fft import next_fast_len, rfft

    size = next_fast_len(len(samples), real=True)
    power = np.abs(rfft(samples - samples.mean(), size)) ** 2
    total = power[math.ceil(LOWEST * size / rate) :].sum()
    return float(power[math.ceil(frequency * size / rate) :].sum() / total) if total else 0.0


def _resampled(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    if rate == wanted:
        return samples
    from scipy.signal import resample_poly

    common = math.gcd(rate, wanted)
    return resample_poly(samples, wanted // common, rate // common)


def _standardised(samples: np.ndarray) -> np.ndarray:
    centred = samples - samples.mean()
    return centred / (centred.std() or 1.0)


def most_bands(rate: int) -> int:
    """Return the largest number of bands, at a rate in Hz, such that every band contains a frequency of a frame."""
    # more bands are narrower bands: once one of them is empty, one always is
    return bisect_left(range(1, MOST_BANDS), True, key=lambda bands: not covered(rate, bands))


def covered(rate: int, bands: int) -> bool:
    """Return whether every band contains a frequency of a frame."""
    return bands < MOST_BANDS and bool(filters(rate, bands).any(axis=0).all())


@cache
def filters(rate: int = RATE, bands: int = BANDS) -> np.ndarray:
    """Return triangular filters that are evenly spaced on the mel scale, shape (frequencies of a frame, bands)."""
    size, _ = frame_size(rate)
    edges = 700 * np.expm1(np.linspace(np.log1p(LOWEST / 700), np.log1p(rate / 2 / 700), bands + 2))
    frequency = np.fft.rfftfreq(size, 1 / rate)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    return np.maximum(0, np.minimum((frequency - low) / (centre - low), (high - frequency) / (high - centre)))
