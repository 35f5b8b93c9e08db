"""Places: where functions are declared, which file or cell is being executed, and who called."""

import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from suite.errors import SUITE

CELL = re.compile(r"<|.*[/\\]ipykernel_\d+[/\\]")  # the file of code that was typed, as in a notebook's cell


def home_of(module: str) -> Path:
    """Return the folder of an imported module's top-level package, or the file of a top-level module."""
    top = sys.modules[module.partition(".")[0]]
    return Path(next(iter(getattr(top, "__path__", ())), None) or top.__file__ or module)


def is_within(place: str, home: Path) -> bool:
    """Return whether a place ("file:line") is `home`, a file, or lies in `home`, a folder."""
    return Path(place.rpartition(":")[0]).is_relative_to(home)


def executed() -> CodeType | None:
    """Return the code of the innermost file or cell that is being executed; each execution has code of its own."""
    frame: FrameType | None = sys._getframe()
    while frame and frame.f_code.co_name != "<module>":
        frame = frame.f_back
    return frame.f_code if frame else None


def is_repeated(now: CodeType | None, before: CodeType | None) -> bool:
    """Return whether `now` is another execution of the same file as `before`, or both are code that was typed.

    Code that was typed has no file that tells a changed cell from another one.
    """
    if now is None or before is None or now is before:
        return False
    return now.co_filename == before.co_filename or bool(CELL.match(now.co_filename) and CELL.match(before.co_filename))


def place_of(function: Callable[..., Any]) -> str:
    """Return the place ("file:line") of a function, for messages.

    For a `partial` or a callable object, this is the place of the function that it calls.
    """
    while isinstance(function, partial):
        function = function.func
    code = getattr(function if hasattr(function, "__code__") else type(function).__call__, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else f"{function!r}:0"


def caller() -> str:
    """Return the place ("file:line") of the code that called the suite."""
    frame = sys._getframe()
    while frame.f_back and Path(frame.f_code.co_filename).is_relative_to(SUITE):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
