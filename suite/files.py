"""Files: reading and writing JSON and arrays, atomically, with faults that name the file."""

import json
import math
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import RequestError, UnreadableError, UnwritableError, closest, reason


def check_kinds(path: Path, content: Mapping[str, Any], kinds: Mapping[str, Any]) -> None:
    """Raises UnreadableError unless all that a stored description has of these is of its kind, or null."""
    for key, kind in kinds.items():
        if content.get(key) is not None and not isinstance(content[key], kind):
            raise UnreadableError(f"'{path}' is damaged: its '{key}' is {content[key]!r:.50}")


def read_json(path: Path) -> Any:
    """The content of a JSON file, None when it does not exist; raises UnreadableError."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnreadableError(f"'{path}' cannot be read: {error}") from error


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a `.npz` file, or that of a `.npy` file as `x`; raises UnreadableError, for a pickle too."""
    try:
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            arrays = {"x": found} if isinstance(found, np.ndarray) else dict(found)
    except Exception as error:  # a file that is damaged or made to harm makes NumPy and zipfile raise anything
        raise UnreadableError(f"'{path}' is truncated or no file of plain arrays: {reason(error)}") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise UnreadableError(f"'{path}' is no file of plain arrays: its member '{name}' is none")
    return arrays


def write_json(path: Path, content: Any) -> None:
    """Writes JSON atomically; numbers that are not finite become null."""
    text = json.dumps(finite(content), indent=1, allow_nan=False, ensure_ascii=False)
    write_atomically(path, text.encode("utf-8"))


def write_atomically(path: Path, content: bytes) -> None:
    """Writes a file that is either complete or not there; raises UnwritableError."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o666 & ~current_umask())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Raises UnwritableError when what is done to the file inside fails."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> UnwritableError:
    """What to say when a file cannot be written; all files are written atomically, so what is stored is whole."""
    return UnwritableError(
        f"cannot write '{path}': {error.strerror}; what is stored is whole, and the same command continues "
        "once that is mended"
    )


def current_umask() -> int:
    """The process's file mode mask, which temporary files do not honour."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def finite(value: Any) -> Any:
    """Plain JSON values: NumPy scalars and arrays unpacked, NaN and infinities as None."""
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def existing(path: str | Path, what: str) -> Path:
    """The absolute path of a "file", "folder" or "file or folder" that is there.

    Raises RequestError with the nearest name beside it.
    """
    found = Path(path).expanduser().resolve()
    if {"file": found.is_file, "folder": found.is_dir}.get(what, found.exists)():
        return found
    beside = [str(other) for other in found.parent.iterdir()] if found.parent.is_dir() else []
    hint = closest(str(found), beside) if beside else "relative paths start at the current folder"
    raise RequestError(f"no {what} '{found}': {hint}")


def user_cache() -> Path:
    """The suite's folder in the user's cache, where the platform has it; XDG_CACHE_HOME goes before."""
    home = Path.home()
    usual = {"win32": Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local")), "darwin": home / "Library/Caches"}
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given or usual.get(sys.platform, home / ".cache")) / "sequence-suite"
