"""Writing: write files and folders atomically, with errors that name the file."""

import io
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from suite.errors import UnwritableError, reason
from suite.files.strict_json import encoded
from suite.files.unfinished import ENDING, beginning, sweep


def write_json(path: Path, content: Any) -> None:
    """Write a JSON file atomically. Numbers that are not finite become null."""
    write_atomically(path, encoded(content))


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
    """Write a file that the user named atomically, after removing what a killed command left of it.

    A link stays a link, and what is no plain file, such as /dev/stdout or a pipe, is written to.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        with writing(path), open(path, "wb", opener=_without_waiting) as file:
            file.write(content)
        return
    target = Path(os.path.realpath(path)) if path.is_symlink() else path
    sweep(target.parent, target)
    write_atomically(target, content)


def _without_waiting(path: str, flags: int) -> int:
    """Open what exists for writing; raise OSError for a pipe that nobody reads, which would have to be waited for."""
    descriptor = os.open(path, flags & ~os.O_TRUNC & ~os.O_CREAT | getattr(os, "O_NONBLOCK", 0))
    os.set_blocking(descriptor, True)
    return descriptor


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


def current_umask() -> int:
    """Return the process's file mode mask (umask), which Python's temporary files ignore."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write a compressed file of arrays atomically."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **dict[str, Any](arrays))
    write_atomically(path, buffer.getvalue())
