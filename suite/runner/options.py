"""Options: the user's options for running an experiment, checked before anything happens."""

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suite.errors import RequestError, check_at_least, closest_keyword, is_number
from suite.experiment.budgets import asked
from suite.experiment.experiment import Experiment
from suite.experiment.looks import until_decided
from suite.experiment.validation import summary_of
from suite.runner.engines.resources import default_workers
from suite.tasks.task_budget import without_budget

MOST_WORKERS = 1_000  # processes on one machine


@closest_keyword
@dataclass(frozen=True)
class RunOptions:
    """Options that say how to run an experiment, not what the experiment is.

    `workers`: number of worker processes, one per core by default; 0 runs everything in this process. `scheduler`:
    address of a Dask scheduler whose workers are used instead. `tasks`, `architectures`: run only these cells. `redo`:
    "stale" sets aside and repeats runs whose settings have changed, "failed" repeats failed runs. `hours`: time limit.
    `reuse`: another results folder, whose records with an equal spec are adopted. `until_decided`: plan looks, after
    which tasks without open verdicts stop; `at_most_trials`: the trials of the last look. Raises RequestError if
    invalid.
    """

    workers: int | None = None
    scheduler: str | None = None
    tasks: Sequence[str] | None = None
    architectures: Sequence[str] | None = None
    redo: str | None = None
    hours: float | None = None
    reuse: str | None = None
    until_decided: bool = False
    at_most_trials: int | None = None

    def __post_init__(self) -> None:
        if self.scheduler is not None and self.workers is not None:
            raise RequestError("give workers or a scheduler, not both: a scheduler has its own workers")
        if self.workers is not None:
            check_at_least("workers", self.workers, 0, MOST_WORKERS)
        if self.hours is not None and not (is_number(self.hours) and 0 < self.hours < math.inf):
            raise RequestError(f"hours must be a number above 0, not {self.hours!r}")

        if self.at_most_trials is not None and not self.until_decided:
            raise RequestError("at_most_trials (--at-most-trials) needs until_decided (--until-decided): add it")

    def planned(self, experiment: Experiment) -> Experiment:
        """Return the experiment, with planned looks if it shall run until its verdicts are decided."""
        return until_decided(experiment, self.at_most_trials) if self.until_decided else experiment

    @property
    def processes(self) -> int:
        """The number of worker processes to start on this machine."""
        if self.workers is not None:
            return self.workers
        return default_workers() if self.scheduler is None else 0

    def cells(self, experiment: Experiment) -> set[str]:
        """Return the names of the cells to run; raise RequestError if the experiment lacks a requested name."""
        bases = map(without_budget, experiment.tasks)  # the name without a budget stands for all budgets of the task
        _check_names(experiment, "task", self.tasks, dict.fromkeys([*experiment.tasks, *bases]))
        _check_names(experiment, "architecture", self.architectures, experiment.architectures)
        tasks = asked(self.tasks or experiment.tasks, experiment.tasks)
        found = {
            cell.name
            for cell in experiment.cells
            if cell.task.name in tasks and cell.architecture.name in (self.architectures or experiment.architectures)
        }
        if not found:
            raise RequestError(f"nothing to run: {summary_of(experiment.does_not_apply)}")
        return found


def _check_names(experiment: Experiment, what: str, requested: Sequence[str] | None, known: Collection[str]) -> None:
    for name in requested or ():
        if name not in known:
            raise RequestError(f"experiment '{experiment.name}' has no {what} '{name}'; it has {', '.join(known)}")
