"""Current folder: it may hold a stranger's files, so nothing in it becomes code or settings of a command."""

import contextlib
import os
from collections.abc import Generator
from pathlib import Path

from suite.errors import SUITE

SAFE_PATH = "PYTHONSAFEPATH"  # of Python itself
MATPLOTLIB = "matplotlibrc"  # settings may run programs, and in older versions code


@contextlib.contextmanager
def unimported() -> Generator[dict[str, str]]:
    """Let the processes that start in the `with` block import nothing from the current folder, as they would first.

    Yield the variables that undo this for the processes which they start in turn.
    """
    before = os.environ.get(SAFE_PATH)
    os.environ[SAFE_PATH] = "1"
    try:
        yield {SAFE_PATH: before or ""}
    finally:
        del os.environ[SAFE_PATH]
        os.environ |= {SAFE_PATH: before} if before is not None else {}


def ignore_settings() -> None:
    """Import Matplotlib now, from another folder, if it would find settings in the current one."""
    if Path(MATPLOTLIB).exists():
        with contextlib.chdir(SUITE):
            import matplotlib  # noqa: F401  # it reads its settings when it is imported
