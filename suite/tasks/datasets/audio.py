"""Audio: reads wav files as mono samples, and converts samples to log-mel frames."""

import math
import wave
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.errors import RequestError, reason

RATE = 8_000
FRAME, HOP = 256, 128
BANDS = 20
LOWEST = 100.0
# lowest and highest rate in Hz: any other rate comes from a damaged header, and resampling would use all memory
RATES = (100, 1_000_000)
WIDEST = 4
# share of the mean power (-60 dB) that is added to every band, so that the logarithm of digital silence is finite
FLOOR = 1e-6


def read_wav(source: Path | BinaryIO, name: str = "") -> tuple[np.ndarray, int]:
    """Return the samples of a wav file (from -1 to 1, the mean of all channels, shape (samples,)) and their rate in Hz.

    The file must be PCM with 8, 16, 24 or 32 bits at 100 Hz to 1 MHz. Messages use `name` for a source without a path.
    Raise RequestError, which names the file, if it is not such a wav file or contains no sound.
    """
    name = name or str(source)
    try:
        with wave.open(str(source) if isinstance(source, Path) else source) as file:
            raw, width = file.readframes(file.getnframes()), file.getsampwidth()
            channels, rate = file.getnchannels(), file.getframerate()
    except EOFError as error:
        raise RequestError(f"'{name}' is not a PCM wav file (it ends early): convert it") from error
    except OSError as error:
        raise RequestError(f"'{name}' cannot be read: {error.strerror}") from error
    except (wave.Error, RuntimeError) as error:  # RuntimeError: a chunk that claims to reach beyond the file
        raise RequestError(f"'{name}' is not a PCM wav file ({reason(error)}): convert it") from error
    if width > WIDEST:
        raise RequestError(f"'{name}' has {8 * width} bits per sample: convert it to {8 * WIDEST} or fewer")
    if not RATES[0] <= rate <= RATES[1]:
        raise RequestError(f"'{name}' has a sample rate of {rate} Hz: resample it to {RATES[0]} to {RATES[1]} Hz")
    whole = len(raw) // (width * channels) * width * channels
    if not whole:
        raise RequestError(f"'{name}' contains no sound: remove it")
    return _samples(raw[:whole], width).reshape(-1, channels).mean(axis=1), rate


def log_mel(samples: np.ndarray, rate: int) -> np.ndarray:
    """Return the log power in mel bands from 100 Hz to 4 kHz, float32 (frames, BANDS).

    A frame is 32 ms long, with a Hann window, and a new frame starts every 16 ms. The `samples` (samples,) may have any
    rate: they are resampled to 8 kHz, then standardised, so that the volume of a recording carries no information.
    A sound shorter than one frame is padded to one frame. The mel scale is that of O'Shaughnessy (1987).
    """
    sound = _standardised(_resampled(np.asarray(samples, dtype=np.float64), rate))
    sound = np.pad(sound, (0, max(0, FRAME - len(sound))))
    frames = sliding_window_view(sound, FRAME)[::HOP] * np.hanning(FRAME)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2 / FRAME
    return np.log(power @ filters() + FLOOR).astype(np.float32)


def _samples(raw: bytes, width: int) -> np.ndarray:
    """Convert little-endian integers of `width` (1 to 4) bytes to numbers from -1 to 1; single bytes are unsigned."""
    if width == 1:
        return (np.frombuffer(raw, np.uint8) - 128.0) / 128
    # copy the bytes, which include the sign, into the upper bytes of 32-bit integers
    wide = np.zeros((len(raw) // width, 4), np.uint8)
    wide[:, 4 - width :] = np.frombuffer(raw, np.uint8).reshape(-1, width)
    return wide.view("<i4")[:, 0] / 2.0**31


def _resampled(samples: np.ndarray, rate: int) -> np.ndarray:
    if rate == RATE:
        return samples
    from scipy.signal import resample_poly

    common = math.gcd(rate, RATE)
    return resample_poly(samples, RATE // common, rate // common)


def _standardised(samples: np.ndarray) -> np.ndarray:
    centred = samples - samples.mean()
    return centred / (centred.std() or 1.0)


@cache
def filters() -> np.ndarray:
    """Return triangular filters that are evenly spaced on the mel scale, shape (FRAME // 2 + 1, BANDS)."""
    edges = 700 * np.expm1(np.linspace(np.log1p(LOWEST / 700), np.log1p(RATE / 2 / 700), BANDS + 2))
    frequency = np.fft.rfftfreq(FRAME, 1 / RATE)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    return np.maximum(0, np.minimum((frequency - low) / (centre - low), (high - frequency) / (high - centre)))
