"""Unfinished: how files and folders are called while they are being written, and removing what killed commands left."""

import hashlib
import os
import re
import shutil
import socket
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

ENDING = ".part"
LONGEST = 100  # characters of the name of what is written
HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
NAME = re.compile(rf"\..*\.{HOST}-(\d+)-[^/]*{re.escape(ENDING)}", re.DOTALL)


def beginning(path: Path) -> str:
    """Return how the name of what will become `path` begins; it tells the host and the process."""
    return f".{path.name[:LONGEST]}.{HOST}-{os.getpid()}-"


def is_abandoned(name: str) -> bool:
    """Return whether a name is that of what a process of this host left unfinished that has ended."""
    named = NAME.fullmatch(name)
    return named is not None and not psutil.pid_exists(int(named[1]))


def sweep(folder: Path, path: Path | None = None, *, own: bool = False) -> None:
    """Remove what processes of this host that have ended left in a folder, unfinished.

    Without `path`, look in all folders below, too; with it, remove only what should have become this path. `own`: what
    this process left counts, too.
    """
    found = folder.rglob(f".*{ENDING}") if path is None else folder.iterdir() if folder.is_dir() else ()
    for one in [*found]:
        named = NAME.fullmatch(one.name)
        if named and (path is None or one.name.startswith(f".{path.name[:LONGEST]}.{HOST}-")):
            process = int(named[1])
            if own if process == os.getpid() else not psutil.pid_exists(process):
                _remove(one)


@contextmanager
def temporary_folder(beside: Path | None = None) -> Generator[Path]:
    """Yield a new folder that only this user may enter, and remove it at the end.

    It lies beside the path that will be made of its content, or in the system's folder for temporary files. What killed
    commands left there is removed first.
    """
    path = beside or Path(tempfile.gettempdir()) / "sequence-suite"
    sweep(path.parent, path)
    names = {"prefix": beginning(path), "suffix": ENDING}
    with tempfile.TemporaryDirectory(**names, dir=path.parent, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _remove(path: Path) -> None:
    with suppress(OSError):  # it may be somebody else's, or have been removed meanwhile
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
