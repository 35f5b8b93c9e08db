"""Download: declares data sets, and finds, verifies and downloads their files."""

import hashlib
import http.client
import os
import shutil
import urllib.request
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

from suite.errors import UnavailableError, UnreadableError
from suite.files.paths import first_free, user_cache
from suite.files.unfinished import temporary_folder

TIMEOUT = 30  # seconds to wait without receiving a byte
SHOWN = 16  # characters of a checksum in a message


def file_sum(path: Path) -> str:
    """Return the sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class File:
    """A file: its `url`, its `name` (by default the last part of the URL), and the `sha256` that `digest` must return.

    `digest(path)` may raise UnreadableError if it cannot read the content of the file.
    """

    url: str
    sha256: str
    name: str = ""
    digest: Callable[[Path], str] = file_sum

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", self.name or self.url.rsplit("/", 1)[-1])


@dataclass(frozen=True)
class DataSet:
    """A named set of public files, with their licence and source."""

    name: str
    files: tuple[File, ...]
    licence: str
    source: str

    def path(self, file: File) -> Path:
        """Return the path at which a file is stored, or will be stored."""
        return root() / self.name / file.name

    @property
    def cached(self) -> bool:
        """Whether every file is stored."""
        return all(self.path(file).is_file() for file in self.files)


def root() -> Path:
    """Return the folder of all data sets: the environment variable SUITE_DATA if set, else the user's cache folder."""
    given = os.environ.get("SUITE_DATA")
    return Path(given).expanduser() if given else user_cache()


def find(data_set: DataSet, file: File) -> Path:
    """Return the path of a verified file; download the file if it is missing, but never change an existing file.

    Raise UnavailableError if the file cannot be downloaded or has the wrong content.
    """
    path = data_set.path(file)
    if not path.is_file():
        return _download(data_set, file)
    if wrong := fault(file, path):
        raise UnavailableError(f"data set '{data_set.name}': '{path}' is wrong ({wrong}); it was left unchanged")
    return path


def fetch(data_set: DataSet) -> list[Path]:
    """Verify all files and return their paths; rename files with wrong content, and download these and missing files.

    Errors are as in `find`.
    """
    return [_fetched(data_set, file) for file in data_set.files]


def _fetched(data_set: DataSet, file: File) -> Path:
    path = data_set.path(file)
    return path if path.is_file() and not fault(file, path) else _download(data_set, file)


def fault(file: File, path: Path) -> str | None:
    """Return what is wrong with the content of a file, or None if the content is right."""
    status = path.stat()
    return _fault(file, path, status.st_mtime_ns, status.st_size)


@cache
def _fault(file: File, path: Path, modified: int, size: int) -> str | None:
    try:
        found = file.digest(path)
    except UnreadableError as error:
        return str(error)
    return None if found == file.sha256 else f"its sha256 begins with {found[:SHOWN]}, not with {file.sha256[:SHOWN]}"


def _download(data_set: DataSet, file: File) -> Path:
    """Download to a temporary file, verify it, then rename it, so that `path` never contains a partial file."""
    path = data_set.path(file)
    with _opened(data_set, file) as response, _part(path) as part:
        _receive(response, file.url, part)
        if wrong := fault(file, part):
            aside = part.rename(first_free(path, "wrong"))
            raise UnavailableError(
                f"data set '{data_set.name}': {file.url} has changed ({wrong}); the download is in '{aside}'"
            )
        if path.exists() and fault(file, path):
            path.rename(first_free(path, "wrong"))
        part.replace(path)
    return path


@contextmanager
def _opened(data_set: DataSet, file: File) -> Generator[http.client.HTTPResponse]:
    """Request the file and yield the response; raise UnavailableError if the request or the `with` block fails."""
    try:
        with urllib.request.urlopen(file.url, timeout=TIMEOUT) as response:
            yield response
    except (OSError, http.client.HTTPException) as error:
        raise UnavailableError(
            f"data set '{data_set.name}': cannot download {file.url} ({getattr(error, 'reason', error)}); "
            f"put it into '{data_set.path(file).parent}' as '{file.name}'"
        ) from error


@contextmanager
def _part(path: Path) -> Generator[Path]:
    """Yield a path for a partial file, in a temporary folder beside `path` that is removed afterwards.

    Raise UnavailableError if the folder is not writable.
    """
    with ExitStack() as stack:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(temporary_folder(path))
        except OSError as error:
            raise UnavailableError(
                f"'{path.name}' is not in '{path.parent}', which is not writable ({error.strerror}): "
                "put it there, or point SUITE_DATA at another folder"
            ) from error
        yield folder / path.name


def _receive(response: http.client.HTTPResponse, url: str, part: Path) -> None:
    size = int(response.headers.get("Content-Length") or 0)
    with part.open("wb") as target, _shown(response, url, size) as shown:
        shutil.copyfileobj(shown, target)
    if part.stat().st_size < size:
        raise http.client.IncompleteRead(b"", size - part.stat().st_size)


@contextmanager
def _shown(response: BinaryIO, url: str, size: int) -> Generator[BinaryIO]:
    """Yield the response and show its progress: as a bar on a terminal, else as a single line without progress."""
    from rich.console import Console
    from rich.progress import wrap_file

    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        console.print(f"downloading {url}", markup=False, soft_wrap=True)
        yield response
        return
    with wrap_file(response, size, description=url.rsplit("/", 1)[-1], console=console) as shown:
        yield shown
