"""Shapes: how many training examples of how many steps a task has, known from an earlier preparation or declared."""

import contextlib
import inspect
from pathlib import Path

from suite.data import user_cache
from suite.errors import UnreadableError
from suite.store import read_json, write_json
from suite.task import Task
from suite.task_data import Data

UNKNOWN = "not known yet"


def remember(task: Task, data: Data) -> None:
    """Keeps the shape of a task's data in the user's cache folder; where that cannot be written nothing else is lost.

    Declared as `place` says: another task of the same name is not mistaken for it.
    """
    examples, length = data.train[0].shape[:2]
    with contextlib.suppress(OSError):
        write_json(_path(task), {"place": task.place, "examples": examples, "length": length})


def shape(task: Task) -> tuple[str, str]:
    """Training examples and time steps in words; the length of a sweep that was never prepared as "T=50"."""
    known = _known(task)
    declared = inspect.signature(task.function).parameters.get("examples")
    examples = known.get("examples") or (declared and declared.default) or UNKNOWN
    return f"{examples}", f"{known.get('length') or (task.length and f'T={task.length}') or UNKNOWN}"


def _known(task: Task) -> dict:
    with contextlib.suppress(UnreadableError):  # a damaged cache is written anew at the next preparation
        found = read_json(_path(task))
        if isinstance(found, dict) and found.get("place") == task.place:
            return found
    return {}


def _path(task: Task) -> Path:
    return user_cache() / "shapes" / f"{task.name}-v{task.version}.json"
