"""Shipped: the studies that come with the suite, which can be run by name where no repository is."""

from pathlib import Path

from suite.errors import SUITE
from suite.files.paths import real

PACKAGED = SUITE / "experiments"  # setup.py puts the repository's folder of this name into the installed package
FOLDER = PACKAGED if PACKAGED.is_dir() else SUITE.parent / "experiments"


def shipped(name: str) -> Path | None:
    """Return the file of the study that comes with the suite under this name, such as "quick", or None."""
    file = FOLDER / f"{name}.py"
    return file if name.isidentifier() and file.is_file() else None


def called(file: str) -> str:
    """Return what `suite run` needs to run an experiment file: its name if it is in the package, else its path."""
    path = Path(file)
    return path.stem if real(path.parent) == real(PACKAGED) else file
