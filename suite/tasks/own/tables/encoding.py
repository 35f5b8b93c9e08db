"""Encoding: open a text file, packed or not, in its encoding, which is found by looking at the file."""

import bz2
import gzip
import lzma
import re
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from suite.errors import RequestError

OPENERS = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}
BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MIXED = re.compile("[ÃÂ][\u00a1-\u00bf]")  # what UTF-8 becomes if it is read as Western European
FOREIGN = 0.3  # largest share of letters outside ASCII in a Western European text


@contextmanager
def refusing(path: Path) -> Generator[None]:
    """Raise RequestError if a file cannot be opened or unpacked."""
    try:
        yield
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        why = getattr(error, "strerror", None) or "it is not a whole packed file"
        raise RequestError(f"'{path}' cannot be read: {why}") from error


def opened(path: Path, encoding: str) -> TextIO:
    """Return a text file, open for reading; it is unpacked on the way if its name says that it is packed."""
    opener = OPENERS.get(path.suffix.lower(), open)
    return opener(path, "rt", newline="", encoding=encoding)


def encoding_of(path: Path) -> str:
    """Return the encoding of a file: that of its byte order mark, UTF-8 if it fits, or else Windows' Western one."""
    with refusing(path), OPENERS.get(path.suffix.lower(), open)(path, "rb") as file:
        beginning = file.read(4096)
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if beginning.startswith(mark):
            return encoding
    zeros = beginning.count(0)
    if zeros > len(beginning) // 4:
        return "utf-16-be" if beginning[:1] == b"\0" else "utf-16-le"
    if zeros:
        way_out = ": if it is a spreadsheet, give it the ending .xlsx" * beginning.startswith(b"PK")
        raise RequestError(f"'{path}' is not text: it has zero bytes{way_out}")
    if _decodes(path, "utf-8"):
        return "utf-8"
    if _decodes(path, "cp1252") and not _foreign(path):
        return "cp1252"
    raise RequestError(f"'{path}' is neither UTF-8 nor Windows-1252 text: name its encoding with encoding=")


def _decodes(path: Path, encoding: str) -> bool:
    try:
        with opened(path, encoding) as file:
            while file.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _foreign(path: Path) -> bool:
    with opened(path, "cp1252") as file:
        text = file.read(1 << 20)
    letters = [one for one in text if one.isalpha()]  # not signs, such as those of euros or degrees
    return MIXED.search(text) is not None or sum(ord(one) > 127 for one in letters) > FOREIGN * len(letters)
