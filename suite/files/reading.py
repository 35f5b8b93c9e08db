"""Reading: read JSON and arrays, with errors that name the file."""

import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from suite.errors import UnreadableError, reason
from suite.files.paths import leads_outside
from suite.files.strict_json import parsed

SMALL = 2**28  # bytes


def read_json(path: Path, root: Path | None = None) -> Any:
    """Return the content of a JSON file; None if it does not exist.

    Raise UnreadableError if it cannot be read, or is a link that leads outside of the folder `root`.
    """
    try:
        check_plain(path, root)
        return parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path.is_symlink():
            raise UnreadableError(f"'{path}' cannot be read: it is a link to a file that is not there") from None
        return None
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableError(f"'{path}' cannot be read: {reason(error)}") from error


def check_plain(path: Path, root: Path | None = None) -> None:
    """Raise ValueError if a path that exists is no plain file: reading a pipe or a device may never end.

    Raise it, too, for more than fits into memory, such as a file with holes, and if the path is a link that leads
    outside of the folder `root`: a stranger's folder may have a link to a private file, which nobody wants in their
    results.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise ValueError("it is no plain file")
    check_size(found.st_size)
    if root and leads_outside(path, root):
        raise ValueError(
            "it is a link that leads outside of the folder: put the file in its place (cp -L, git annex unlock)"
        )


def check_archive(file: zipfile.ZipFile) -> None:
    """Raise ValueError unless all members of an archive fit into memory: a small file may unpack to any size."""
    check_size(sum(member.file_size for member in file.infolist()))


def check_size(size: int) -> None:
    """Raise ValueError for more bytes than the free memory holds; to ask for it takes long, and a few always fit."""
    if size > SMALL and size > psutil.virtual_memory().available:
        raise ValueError(f"its content, of {size / 2**30:,.0f} GiB, does not fit into memory")


def read_arrays(path: Path, root: Path | None = None) -> dict[str, np.ndarray]:
    """Return the arrays of a `.npz` file by name, or the array of a `.npy` file as `x`.

    Raise UnreadableError if the file is damaged, contains anything but plain arrays, such as pickles, or is a link that
    leads outside of the folder `root`.
    """
    try:
        check_plain(path, root)
        with path.open("rb") as file:
            found = np.load(file, allow_pickle=False)
            if not isinstance(found, np.ndarray):
                check_archive(found.zip)
            arrays = {"x": found} if isinstance(found, np.ndarray) else dict(found)
    except Exception as error:  # NumPy and zipfile raise anything for a damaged or malicious file
        raise UnreadableError(f"'{path}' is truncated or not a file of plain arrays: {reason(error)}") from error
    for name, array in arrays.items():
        if not isinstance(array, np.ndarray):
            raise UnreadableError(f"'{path}' is not a file of plain arrays: its member '{name}' is not one")
    return arrays


def read_own(path: Path, root: Path) -> bytes:
    """Return the content of a file of the folder `root`.

    Raise UnreadableError if it cannot be read, or is a link that leads outside of the folder.
    """
    try:
        check_plain(path, root)
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise UnreadableError(f"'{path}' cannot be read: {reason(error)}") from error
