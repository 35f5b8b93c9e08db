"""Archives: reads the members of zip and tar files in memory, without extracting them to disk."""

import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from suite.errors import UnreadableError


def members(path: Path, pattern: str) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file in an archive whose full name matches a regular expression.

    Raise UnreadableError if the archive is truncated or is not an archive, or if the path of a member leads outside it.
    """
    read = _zip_members if path.suffix == ".zip" else _tar_members
    try:
        yield from read(path, re.compile(pattern))
    except (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise UnreadableError(f"'{path}' is truncated or not an archive: {error}") from error


def _zip_members(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            _check_inside(path, name)
            if pattern.fullmatch(name):
                yield name, archive.read(name)


def _tar_members(path: Path, pattern: re.Pattern[str]) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(path) as archive:
        for member in archive:
            _check_inside(path, member.name)
            if member.isfile() and pattern.fullmatch(member.name) and (file := archive.extractfile(member)):
                yield member.name, file.read()


def _check_inside(path: Path, name: str) -> None:
    inside = PurePosixPath(name.replace("\\", "/"))
    if inside.is_absolute() or ".." in inside.parts:
        raise UnreadableError(f"'{path}' has a member that leads outside: '{name}'")
