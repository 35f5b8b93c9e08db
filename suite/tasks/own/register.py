"""Register: declares a task on the user's own data; its place is the line in the user's file that asks for it."""

from functools import partial
from typing import Any

from suite.process.places import caller
from suite.tasks.data import Data
from suite.tasks.declaration import Declaration
from suite.tasks.kinds import MULTI_LABEL
from suite.tasks.own.official import without_folds
from suite.tasks.own.tables.dialect import Given
from suite.tasks.task import TASKS, Task, check_declaration


class FileDeclaration(Given, Declaration, total=False):
    """The optional arguments of a task on a table: how its file is written, and the fields of `@task`."""


CLASSES: Declaration = {"kind": "classification", "metric": "accuracy", "baseline": "majority"}
LABELS: Declaration = {"kind": MULTI_LABEL, "metric": "micro_f1", "baseline": "frequent-labels"}


def declare(name: str, function: "partial[Data]", description: str, declared: Declaration, split: Any = None) -> Task:
    """Register `function(seed)` as a task; its place is the line of the user's code that made the call.

    `declared` contains the arguments of @task. `split`: what says which split is given, if one is. Raise RequestError
    if the declaration is invalid. The data are not checked here: they are read and checked when a run loads them.
    """
    function = without_folds(function, split) if split else function
    entry = described(name, function, description, {"official": bool(split), **declared})
    TASKS.add(entry)
    return entry


def described(name: str, function: "partial[Data]", description: str, declared: Declaration) -> Task:
    """Return the task that `declare` would register, without registering it."""
    function.__doc__ = description
    entry = Task(name=name, function=function, place=caller(), **declared)
    check_declaration(entry)
    return entry
