"""Packaged: data files that come with an installed Python package, found without importing it."""

import importlib.util
from pathlib import Path

from suite.errors import RequestError


def packaged(module: str, file: str, what: str, package: str) -> Path:
    """Return the path of a file inside a module; raise RequestError, which says what to install, without it."""
    found = importlib.util.find_spec(module)
    path = Path(found.origin).parent / file if found and found.origin else None
    if path is None or not path.is_file():
        raise RequestError(f"{what} come with the Python package '{package}': pip install {package}")
    return path
