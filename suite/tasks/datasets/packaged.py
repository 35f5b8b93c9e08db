"""Packaged: finds data files that come with an installed Python package, without importing the package."""

import importlib.util
from pathlib import Path

from suite.errors import RequestError


def packaged(module: str, file: str, what: str, package: str) -> Path:
    """Return the path of a file in a module's folder; raise RequestError, with what to install, if it is missing."""
    found = importlib.util.find_spec(module)
    path = Path(found.origin).parent / file if found and found.origin else None
    if path is None or not path.is_file():
        raise RequestError(f"{what} come with the Python package '{package}': pip install {package}")
    return path
