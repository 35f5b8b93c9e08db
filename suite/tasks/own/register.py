"""Register: a task on the user's own data, declared at the line of the user's file that calls for it."""

from functools import partial

from suite.errors import caller
from suite.tasks.data import Data
from suite.tasks.task import TASKS, Declaration, Task, check_declaration

CLASSES: Declaration = {"kind": "classification", "metric": "accuracy", "baseline": "majority"}


def declare(name: str, function: "partial[Data]", description: str, declared: Declaration) -> Task:
    """Register `function(seed)` as a task declared by the caller of this package; raise RequestError as @task does.

    `declared` holds the arguments of @task. Only names, options and headers are checked here; data are read and
    checked when a run loads them.
    """
    entry = described(name, function, description, declared)
    TASKS.add(entry)
    return entry


def described(name: str, function: "partial[Data]", description: str, declared: Declaration) -> Task:
    """Return the task that `declare` would register."""
    function.__doc__ = description
    entry = Task(name=name, function=function, place=caller(), **declared)
    check_declaration(entry)
    return entry
