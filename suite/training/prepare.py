"""Prepare: load a task's data once, describe them, fit their baselines, and keep them in this worker's memory."""

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from suite import backend
from suite.experiment.run import Run
from suite.tasks.data import Data
from suite.tasks.description import check_defined, describe, fitted, measured
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.reference import reference_scores
from suite.tasks.targets import targets
from suite.tasks.task import Task

DATA_SETS = 6


def prepare(
    task: Task,
    seed: int,
    examples: int | None,
    known: Collection[str] = (),
    threads: int | None = None,
    fold: Fold = ONE_SPLIT,
) -> dict[str, Any]:
    """Load a task's data; return their "checksum", "task" (its description), "references", "baselines", "items".

    `known`: the checksums of data whose baselines are already stored. If the data are among them, "baselines" and
    "items" are left out; real data are often the same for every seed. "items" (`suite.tasks.targets`) are left out
    too if the task has none.
    `threads`: first start TensorFlow with this number of threads, because the task's function may use TensorFlow, and
    runs follow in the same process. Raise any error of the task's function, ValueError if its data contradict its
    declaration, and MetricError if its metric is undefined for them.
    """
    if threads:
        backend.start(threads)
    data = task.load(seed, examples, fold)
    checksum = data.checksum()
    _remember((task.name, checksum), data)
    prepared = {"checksum": checksum, "task": describe(task, data), "references": reference_scores(task, data)}
    return prepared if checksum in known else prepared | _baselines(task, data, fold)


def _baselines(task: Task, data: Data, fold: Fold) -> dict[str, Any]:
    known = fitted(task, data)
    items = {"items": targets(task, data, known.predictors, fold)} if task.has_items else {}
    scores = measured(task, data, known)
    check_defined(task, scores)
    return {"baselines": scores} | items


def load(run: Run) -> Data:
    """Return a run's data, from memory if an earlier run on this worker used them.

    Raise ValueError if the task's function returns different data than before for the same seed.
    """
    key = (run.task.name, run.checksum)
    if key in _data:
        _data.move_to_end(key)
        return _data[key]
    data = run.task.load(run.data_seed, run.examples, run.fold)
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
