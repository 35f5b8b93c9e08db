"""Preparation: before training, load the data, build the search spaces and check the stored records."""

from functools import cached_property
from typing import Any

from suite import environment
from suite.claims.preregistration import fixed
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.files.writing import write_json
from suite.results.store import Store
from suite.runner import stored_records
from suite.runner.cell_plan import distinct_tasks, plan_cell
from suite.runner.options import RunOptions
from suite.runner.progress import Progress
from suite.runner.reuse import Reuse
from suite.runner.space_summaries import SpaceSummaries
from suite.runner.stale import StaleRecords, set_unreadable_aside
from suite.runner.task_data import DataWork, TaskData
from suite.tasks.task import Task


class Preparation:
    """Prepares one execution: `read` the records, let workers find `data` and `spaces`, then `start` the cells.

    `plans`: the plans of the cells to run; `every`: the plans of all cells, because experiment.json describes them all.
    `granted`: task -> number of trials that the looks granted each of its cells so far.
    """

    def __init__(self, experiment: Experiment, store: Store, options: RunOptions, progress: Progress):
        self.experiment = experiment
        self.store = store
        self.options = options
        self.progress = progress
        self.stale = StaleRecords(store, options.redo == "stale", progress.set_aside)
        cells = options.cells(experiment)
        self.every = [plan_cell(experiment, cell, self.stale) for cell in experiment.cells]
        self.plans = [plan for plan in self.every if plan.cell.name in cells]
        self.tasks = distinct_tasks(self.plans)
        self.data = TaskData(experiment, store, progress, options.redo == "stale")
        self.spaces = SpaceSummaries(experiment, self.data)

    def read(self, reuse: Reuse) -> None:
        """Read the stored records; raise RequestError if they belong to another experiment or to other settings."""
        damaged = self.store.path("experiment") in self.store.unreadable()
        stored = None if damaged else self.store.experiment()
        if stored and stored.name != self.experiment.name:
            raise RequestError(
                f"'{self.store.root}' belongs to the experiment '{stored.name}', not to '{self.experiment.name}'; "
                "choose another folder with --results"
            )
        set_unreadable_aside(self.store, self.progress.set_aside)
        for name, why in self.experiment.does_not_apply.items():
            self.progress.notice(f"{name} is left out: {why}")
        for plan in self.every:
            stored_records.read(plan, self.store, retry_failed=self.options.redo == "failed")
        runs_made = bool(self.store.record_paths()) or reuse.source is not None
        self.claims = fixed(self.experiment, stored or reuse.experiment(), runs_made)
        earlier = stored.granted.items() if stored else ()
        self.granted = {task: trials for task, trials in earlier if trials in self.experiment.looks}

    @cached_property
    def surroundings(self) -> dict[str, Any]:
        """The software versions and the machine."""
        return {"versions": environment.versions(), "machine": environment.machine()}

    def next_data(self) -> DataWork | None:
        """Return the next data that a worker should load before training; None if all are loaded or being loaded."""
        works = (self.data.work(task, *run) for task in self.tasks for run in self._one_per_fold(task))
        return next((work for work in works if self.data.is_missing(work)), None)

    def _one_per_fold(self, task: Task) -> list[tuple[str, int]]:
        """Return trial 0, and a run on each further test split, so that splits with faults are found before training.

        Without a search these are final runs.
        """
        expected = [plan.expected for plan in self.plans if plan.cell.task is task]
        role = "trial" if any(counts["trial"] for counts in expected) else "final"
        most = max(counts[role] for counts in expected)
        folds = self.experiment.fold(task, 0).folds
        return [("trial", 0), *((role, index) for index in range(min(folds, most)) if folds > 1)]

    def expect_spaces(self) -> None:
        """Queue the work of finding the search spaces of all cells whose tasks are to be run."""
        names = {task.name for task in self.tasks}
        self.spaces.expect(plan for plan in self.every if plan.cell.task.name in names)

    def start(self) -> None:
        """Start every cell; raise RequestError for changed data or settings before anything is written or trained."""
        changes = {task.name: self.data.changed(task) for task in self.tasks}
        for plan in self.every:
            stored_records.discard_all(plan, changes.get(plan.cell.task.name, {}))
        for plan in self.plans:
            checksum = self.data.checksum(plan.cell.task, "trial", 0)
            stored_records.start(plan, checksum, self.spaces.found.get(plan.cell.name))
        self._describe_experiment()
        self.stale.settle()
        self.data.start()

    def grant(self, task: str, trials: int) -> None:
        """Store how many trials a look granted to each cell of a task."""
        if self.granted.get(task) != trials:
            self.granted[task] = trials
            self._describe_experiment()

    def _describe_experiment(self) -> None:
        content = self.experiment.resolved() | {"claims_fixed": self.claims} | self.surroundings
        content |= {"granted": self.granted} if self.experiment.looks else {}
        if self.experiment.file:  # `suite verify` loads the experiment's own tasks from this file
            content["file"] = self.store.relative(self.experiment.file)
        write_json(self.store.root / "experiment.json", content)
