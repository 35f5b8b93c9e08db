"""Paths: the paths of what exists, of what is new, and of the cache, and whether a link leads elsewhere."""

import os
import sys
from itertools import count
from pathlib import Path

from suite.errors import RequestError, closest, reason


def first_free(path: Path, reason: str) -> Path:
    """Return the path `<path>.<reason>-<n>` with the smallest n, from 1, that does not exist yet."""
    return next(free for n in count(1) if not (free := path.with_name(f"{path.name}.{reason}-{n}")).exists())


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


def real(path: str | Path) -> Path:
    """Return the absolute path without links; what cannot be followed, such as a link to itself, stays as it is.

    `Path.resolve` raises RuntimeError for such a link, before Python 3.13.
    """
    return Path(os.path.realpath(path))


def leads_outside(path: Path, root: Path) -> bool:
    """Return whether a path below the folder `root` is or has a link that leads outside of it."""
    below = len(path.parts) - len(root.parts)
    linked = any(map(os.path.islink, [path, *path.parents[:below]][:below]))
    return linked and not real(path).is_relative_to(real(root))
