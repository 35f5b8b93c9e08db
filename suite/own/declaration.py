"""Declaration: registers a task made of the user's data at the line of the user's file that asks for it."""

import sys
from functools import partial
from pathlib import Path
from typing import Any

from suite.errors import RequestError, closest
from suite.task import TASKS, Task, check_declaration
from suite.task_data import Data

OWN = str(Path(__file__).parent)


def declare(name: str, function: "partial[Data]", description: str, declared: dict[str, Any]) -> Task:
    """Registers `function(seed)` as a task declared by the caller of this package; raises RequestError as @task does.

    `declared` holds the arguments of @task. Only names, options and headers are checked here: data are read, and
    held to what they should be, when a run loads them.
    """
    entry = described(name, function, description, declared)
    TASKS.add(entry)
    return entry


def described(name: str, function: "partial[Data]", description: str, declared: dict[str, Any]) -> Task:
    """The task that `declare` would register."""
    function.__doc__ = description
    entry = Task(name=name, function=function, place=caller(), **declared)
    check_declaration(entry)
    return entry


def existing(path: str | Path, what: str) -> Path:
    """The absolute path of a "file", "folder" or "file or folder" that is there.

    Raises RequestError with the nearest name beside it.
    """
    found = Path(path).expanduser().resolve()
    if {"file": found.is_file, "folder": found.is_dir}.get(what, found.exists)():
        return found
    beside = [str(other) for other in found.parent.iterdir()] if found.parent.is_dir() else []
    hint = closest(str(found), beside) if beside else "relative paths start at the current folder"
    raise RequestError(f"no {what} '{found}': {hint}")


def one_of(option: str, value: Any, choices: tuple[str, ...]) -> None:
    """Raises RequestError unless `value` is one of the choices."""
    if value not in choices:
        raise RequestError(f"{option}={value!r}: {closest(str(value), choices)}")


def caller() -> str:
    """File and line of the innermost frame outside this package."""
    frame = sys._getframe()
    while frame.f_code.co_filename.startswith(OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
