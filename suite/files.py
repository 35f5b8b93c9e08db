"""Files: read JSON and arrays, and write files atomically, with errors that name the file."""

import json
import math
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import RequestError, UnreadableError, UnwritableError, closest, reason
from suite.strict_json import parsed
from suite.unfinished import ENDING, beginning, sweep


def read_json(path: Path, root: Path | None = None) -> Any:
    """Return the content of a JSON file; None if it does not exist.

    Raise UnreadableError if it cannot be read, or is none of the folder `root`.
    """
    try:
        check_plain(path, root)
        return parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableError(f"'{path}' cannot be read: {reason(error)}") from error


def check_plain(path: Path, root: Path | None = None) -> None:
    """Raise ValueError if a path that exists is no plain file: reading a pipe or a device may never end.

    With the folder `root` that should contain it, a link that leads outside is none either: a stranger's folder may
    have one to a private file, which nobody wants in their results.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("it is no plain file")
    if root and leads_outside(path, root):
        raise ValueError("it is a link that leads outside of the folder")


def leads_outside(path: Path, root: Path) -> bool:
    """Return whether a path below the folder `root` is or has a link that leads outside of it."""
    below = len(path.relative_to(root).parts)
    linked = any(map(os.path.islink, [path, *path.parents][:below]))
    return linked and not path.resolve().is_relative_to(root.resolve())


def read_arrays(path: Path, root: Path | None = None) -> dict[str, np.ndarray]:
    """Return the arrays of a `.npz` file by name, or the array of a `.npy` file as `x`.

    Raise UnreadableError if the file is damaged or contains anything but plain arrays, such as pickles, or is none
    of the folder `root`.
    """
    try:
        check_plain(path, root)
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            arrays = {"x": found} if isinstance(found, np.ndarray) else dict(found)
    except Exception as error:  # NumPy and zipfile raise anything for a damaged or malicious file
        raise UnreadableError(f"'{path}' is truncated or not a file of plain arrays: {reason(error)}") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise UnreadableError(f"'{path}' is not a file of plain arrays: its member '{name}' is not one")
    return arrays


def read_own(path: Path, root: Path) -> bytes:
    """Return the content of a file of the folder `root`; raise UnreadableError if it cannot be read, or is none."""
    try:
        check_plain(path, root)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadableError(f"'{path}' cannot be read: {reason(error)}") from error


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file atomically. Numbers that are not finite become null."""
    write_atomically(path, encoded(content))


def encoded(content: Any) -> bytes:
    """Return the content of a JSON file as it is written. Numbers that are not finite become null."""
    return json.dumps(finite(content), indent=1, allow_nan=False, ensure_ascii=False).encode("utf-8")


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file completely or not at all, even when interrupted. Raise UnwritableError if it cannot be written."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=beginning(path), suffix=ENDING, delete=False) as file:
            try:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o666 & ~current_umask())
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise


def write_named(path: Path, content: bytes) -> None:
    """Write a file that the user named atomically, after removing what a killed command left of it."""
    sweep(path.parent, path)
    write_atomically(path, content)


@contextmanager
def whole_folder(target: Path) -> Generator[Path]:
    """Yield a new folder beside `target` to be filled, and put it in the place of `target` if all goes well.

    Whoever looks sees the old folder or the new one, and none for a moment between them. What a killed command left
    there is removed first. Raise UnwritableError if it cannot be written.
    """
    sweep(target.parent, target, own=True)
    made, old = (target.with_name(f"{beginning(target)}{which}{ENDING}") for which in ("new", "old"))
    try:
        with writing(target):
            made.mkdir(parents=True)
            yield made
            if target.is_symlink() or target.exists():
                target.rename(old)
            made.rename(target)
    except BaseException:
        if old.is_symlink() or old.exists():
            old.rename(target)
        shutil.rmtree(made, ignore_errors=True)
        raise
    sweep(target.parent, target, own=True)


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Turn an OSError of the `with` block into an UnwritableError that names the file."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> UnwritableError:
    """Return the error for a file that cannot be written. Stored results are intact because writes are atomic."""
    why = error.strerror or reason(error)
    return UnwritableError(
        f"cannot write '{path}': {why}; stored results are intact: fix this, and run the same command again"
    )


def first_free(path: Path, reason: str) -> Path:
    """Return the path `<path>.<reason>-<n>` with the smallest n, from 1, that does not exist yet."""
    return next(free for n in count(1) if not (free := path.with_name(f"{path.name}.{reason}-{n}")).exists())


def current_umask() -> int:
    """Return the process's file mode mask (umask), which Python's temporary files ignore."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def finite(value: Any) -> Any:
    """Convert a value to plain JSON.

    NumPy scalars and arrays become numbers and lists, NaN and infinities None, and members of string enums strings.
    """
    if isinstance(value, Mapping):
        return {str(key): finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [finite(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return str(value) if isinstance(value, StrEnum) else value


def existing(path: str | Path, what: str) -> Path:
    """Return the absolute path of an existing file or folder; `what` is "file", "folder" or "file or folder".

    Raise RequestError, with the closest existing name, if it does not exist.
    """
    try:
        found = Path(path).expanduser().resolve()
        if found.is_symlink():  # from Python 3.13 on, a link that leads to itself
            found.stat()
    except (RuntimeError, OSError) as error:  # before, such a link, or the home of nobody
        raise RequestError(f"no {what} '{path}': {getattr(error, 'strerror', None) or reason(error)}") from error
    if {"file": found.is_file, "folder": found.is_dir}.get(what, found.exists)():
        return found
    beside = [str(other) for other in found.parent.iterdir()] if found.parent.is_dir() else []
    hint = closest(str(found), beside) if beside else "relative paths start at the current folder"
    raise RequestError(f"no {what} '{found}': {hint}")


def user_cache() -> Path:
    """Return the suite's cache folder, inside XDG_CACHE_HOME if set, or else in the platform's usual cache folder."""
    home = Path.home()
    usual = {"win32": Path(os.environ.get("LOCALAPPDATA", home / "AppData/Local")), "darwin": home / "Library/Caches"}
    given = os.environ.get("XDG_CACHE_HOME")
    return Path(given or usual.get(sys.platform, home / ".cache")) / "sequence-suite"
