"""Declaration: registers a task made of the user's data at the line of the user's file that asks for it."""

from functools import partial

from suite.errors import caller
from suite.tasks.data import Data
from suite.tasks.task import TASKS, Declaration, Task, check_declaration


def declare(name: str, function: "partial[Data]", description: str, declared: Declaration) -> Task:
    """Registers `function(seed)` as a task declared by the caller of this package; raises RequestError as @task does.

    `declared` holds the arguments of @task. Only names, options and headers are checked here: data are read, and
    held to what they should be, when a run loads them.
    """
    entry = described(name, function, description, declared)
    TASKS.add(entry)
    return entry


def described(name: str, function: "partial[Data]", description: str, declared: Declaration) -> Task:
    """The task that `declare` would register."""
    function.__doc__ = description
    entry = Task(name=name, function=function, place=caller(), **declared)
    check_declaration(entry)
    return entry
