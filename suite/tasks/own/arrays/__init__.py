"""Arrays: a task from examples and targets in memory, or in files of arrays."""

from suite.tasks.own.arrays.archive import tasks_from_archive
from suite.tasks.own.arrays.declaration import task_from_arrays
from suite.tasks.own.arrays.reader import ArrayReader

__all__ = ["ArrayReader", "task_from_arrays", "tasks_from_archive"]
