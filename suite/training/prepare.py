"""Prepare: draw a task's data once, with its description and baselines, and keep it in this worker's memory."""

from collections import OrderedDict
from typing import Any

from suite import backend
from suite.experiment.run import Run
from suite.tasks.data import Data
from suite.tasks.description import describe, measure
from suite.tasks.task import Task

DATA_SETS = 6


def prepare(
    task: Task, seed: int, examples: int | None, known: str | None = None, threads: int | None = None
) -> dict[str, Any]:
    """Draw a task's data and return {"checksum", "task" (its description), "baselines"}.

    `known`: the checksum of data whose baselines are stored; they are not fitted again. `threads`: start TensorFlow
    with this number first, because runs follow in this process and a task's function may use it. Raises whatever
    the task's function raises, and ValueError when its data contradict its declaration.
    """
    if threads:
        backend.start(threads)
    data = task.load(seed, examples)
    checksum = data.checksum()
    _remember((task.name, checksum), data)
    prepared = {"checksum": checksum, "task": describe(task, data)}
    return prepared if checksum == known else prepared | {"baselines": measure(task, data)}


def load(run: Run) -> Data:
    """Return a run's data, from memory if an earlier run on this worker used them.

    Raise ValueError when the task draws different data than before for the same seed.
    """
    key = (run.task.name, run.checksum)
    if key in _data:
        _data.move_to_end(key)
        return _data[key]
    data = run.task.load(run.data_seed, run.examples)
    checksum = data.checksum()
    if run.checksum not in (None, checksum):
        raise ValueError(f"task '{run.task.name}' draws different data each time for seed {run.data_seed}")
    _remember((run.task.name, checksum), data)
    return data


_data: OrderedDict[tuple[str, str | None], Data] = OrderedDict()


def _remember(key: tuple[str, str], data: Data) -> None:
    _data[key] = data
    while len(_data) > DATA_SETS:
        _data.popitem(last=False)
