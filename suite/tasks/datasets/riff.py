"""RIFF: decodes the sound in a wav file; needs NumPy alone, so that an exported model takes this file along."""

import io
import struct
from typing import NamedTuple

import numpy as np

ORDERS = {b"RIFF": "<", b"RF64": "<", b"BW64": "<", b"RIFX": ">"}
PCM, FLOAT, A_LAW, MU_LAW, EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
WIDTHS = {PCM: (1, 2, 3, 4), FLOAT: (4, 8), A_LAW: (1,), MU_LAW: (1,)}
UNKNOWN = 0x7FFF_0000  # a program that writes to a pipe states a size of 0 or of at least this
OTHERS = {b"fmt ", b"data", b"fact", b"LIST", b"bext", b"cue ", b"JUNK", b"PEAK", b"id3 ", b"ID3 ", b"smpl", b"iXML"}


class Sound(NamedTuple):
    """The content of a file of sound.

    `samples` (moments, channels): floats, from -1 to 1 unless the file contains larger ones. `rate`: in Hz.
    `complete`: False if the file ends earlier than its header says.
    """

    samples: np.ndarray
    rate: int
    complete: bool = True


class CodecError(ValueError):
    """The content is not RIFF, or is encoded in a way that `decode` does not know but another program may."""


def decode_any(content: bytes) -> Sound:
    """Return the sound of a RIFF file or, with the optional package soundfile, of a file in another format.

    Raise ValueError, with a phrase that continues the name of the file, if neither can read it.
    """
    try:
        return decode(content)
    except CodecError as error:
        try:
            import soundfile
        except (ImportError, OSError):  # OSError: the package is there, but its C library is not
            raise ValueError(f"{error}, or pip install soundfile") from None
        try:
            with soundfile.SoundFile(io.BytesIO(content)) as file:
                samples = file.read(always_2d=True)
                return Sound(samples, file.samplerate, len(samples) >= file.frames)
        except (RuntimeError, ValueError, TypeError) as other:  # soundfile knows no such format, or cannot decode it
            why = str(other).rpartition(": ")[2].strip(" .")
            raise ValueError(f"is not a PCM wav file, nor another that can be decoded ({why}): convert it") from None


def decode(content: bytes) -> Sound:
    """Return the sound of a RIFF file: PCM with up to 32 bits, floats with 32 or 64, A-law, µ-law; extensible or not.

    Raise ValueError, with a phrase that continues the name of the file, if it contains no such sound.
    """
    try:
        return _decode(content)
    except struct.error as error:
        raise ValueError("is not a PCM wav file (it ends early): convert it") from error


def _decode(content: bytes) -> Sound:
    if not content:
        raise ValueError("is not a PCM wav file (it is empty): remove it")
    order = ORDERS.get(content[:4])
    if order is None or content[8:12] != b"WAVE":
        raise CodecError("is not a PCM wav file (it begins otherwise): convert it")
    chunks = _chunks(content, order)
    if chunks.get(b"fmt ", (0, 0))[1] < 16 or b"data" not in chunks:
        raise ValueError("is not a PCM wav file (it ends early): convert it")
    codec, channels, rate, width = _format(content, *chunks[b"fmt "], order)
    start, size = chunks[b"data"]
    here = min(size, len(content) - start)
    whole = here // (channels * width) * channels * width
    if not whole:
        raise ValueError("contains no sound: remove it")
    samples = DECODERS[codec](np.frombuffer(content, np.uint8, whole, start), width, order)
    return Sound(samples.reshape(-1, channels), rate, here == size)


def _chunks(content: bytes, order: str) -> dict[bytes, tuple[int, int]]:
    """Return where every chunk up to the sound starts, and its size in bytes, by name."""
    found: dict[bytes, tuple[int, int]] = {}
    place = 12
    while place + 8 <= len(content) and b"data" not in found:
        name, size = struct.unpack_from(f"{order}4sI", content, place)
        start, place = place + 8, place + 8 + size
        found[name] = start, size
        if size % 2 and content[place : place + 4] not in OTHERS:  # some programs omit the byte that pads an odd size
            place += 1
    if b"data" in found:
        start, size = found[b"data"]
        found[b"data"] = start, _sound_size(content, start, size, found.get(b"ds64"))
    return found


def _sound_size(content: bytes, start: int, size: int, wide: tuple[int, int] | None) -> int:
    """Return how many bytes of sound there are or should be: all that follow, if the header does not know."""
    if wide and size >= UNKNOWN:
        (size,) = struct.unpack_from("<Q", content, wide[0] + 8)
    rest = len(content) - start
    piped = size == 0 and content[start : start + 4] not in OTHERS
    return rest if piped or size >= max(UNKNOWN, rest) else size


def _format(content: bytes, start: int, size: int, order: str) -> tuple[int, int, int, int]:
    """Return the codec, the number of channels, the rate in Hz, and the number of bytes that a sample takes."""
    codec, channels, rate, _, block, bits = struct.unpack_from(f"{order}HHIIHH", content, start)
    if codec == EXTENSIBLE and size >= 40:
        (codec,) = struct.unpack_from(f"{order}I", content, start + 24)
    if codec not in WIDTHS:
        raise CodecError(f"is not a PCM wav file (unknown format: {codec}): convert it")
    least = -(-bits // 8)
    width = max(least, block // channels if channels and block % channels == 0 else 0)  # such as 24 bits in 4 bytes
    if codec == PCM and width > 4:
        raise ValueError(f"has {8 * width} bits per sample: convert it to 32 or fewer")
    if not channels or not bits or width not in WIDTHS[codec]:
        found = f"(unknown format: {codec}) with {channels} channels of {bits} bits"
        raise CodecError(f"is not a PCM wav file {found}: convert it")
    return codec, channels, rate, width


def _integers(raw: np.ndarray, width: int, order: str) -> np.ndarray:
    """Convert integers of `width` (1 to 4) bytes to numbers from -1 to 1; single bytes are unsigned."""
    if width == 1:
        return (raw - 128.0) / 128
    # copy the bytes, which include the sign, into the upper bytes of 32-bit integers
    wide = np.zeros((len(raw) // width, 4), np.uint8)
    wide[:, 4 - width :] = raw.reshape(-1, width)[:, :: 1 if order == "<" else -1]
    return wide.view("<i4")[:, 0] / 2.0**31


def _floats(raw: np.ndarray, width: int, order: str) -> np.ndarray:
    return raw.view(f"{order}f{width}").astype(np.float64)


def _a_law(raw: np.ndarray, width: int, order: str) -> np.ndarray:
    """Decode A-law (ITU-T G.711): a sign, three bits of exponent and four of mantissa, every other bit inverted."""
    code = raw.astype(np.int64) ^ 0x55
    exponent, mantissa = (code & 0x70) >> 4, ((code & 0x0F) << 4) + 8
    size = np.where(exponent > 0, (mantissa + 0x100) << np.maximum(exponent - 1, 0), mantissa)
    return np.where(code & 0x80, size, -size) / 2.0**15


def _mu_law(raw: np.ndarray, width: int, order: str) -> np.ndarray:
    """Decode µ-law (ITU-T G.711): a sign, three bits of exponent and four of mantissa, all bits inverted."""
    code = ~raw.astype(np.int64)
    size = (((code & 0x0F) << 3) + 0x84 << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -size, size) / 2.0**15


DECODERS = {PCM: _integers, FLOAT: _floats, A_LAW: _a_law, MU_LAW: _mu_law}
