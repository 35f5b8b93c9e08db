"""Described: what the descriptions of a results folder say: titles, families, sweeps, and the command to run."""

import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from suite.experiment.looks import planned
from suite.experiment.shipped import called
from suite.results.experiment_info import ExperimentInfo
from suite.results.store import Store
from suite.results.task_info import TaskInfo
from suite.tasks.metrics import Metric
from suite.tasks.task_budget import titled, without_budget

USUAL_FOLDER = "results"


class Described:
    """A results folder as its descriptions show it.

    `experiment`: the content of experiment.json. `tasks`: name -> content of task.json.
    """

    store: Store
    experiment: ExperimentInfo
    tasks: dict[str, TaskInfo]

    def task(self, name: str) -> TaskInfo:
        """Return the description of a task, which is empty if its task.json is missing or unreadable."""
        return self.tasks.get(name) or TaskInfo()

    @property
    def does_not_apply(self) -> Mapping[str, str]:
        """`<task>/<architecture>` -> why the architecture cannot serve the task; such pairs have no runs."""
        return self.experiment.does_not_apply

    def title(self, task: str) -> str:
        """Return what sentences call a task: its title or, in older files, its name in words."""
        return titled(task, self.task(task).title, self.task(task).length)

    def called(self, name: str) -> str:
        """Return what sentences and figures call an architecture: its title, or its name if none is stored."""
        return self.experiment.titles.get(name, name)

    def the(self, name: str) -> str:
        """Return what a sentence calls an architecture: "LSTM", but with an article "the simple RNN".

        A title that begins with a small letter is a description, which takes the article; a name does not.
        """
        called = self.called(name)
        return f"the {called}" if called != name and called[:1].islower() and called[1:2].islower() else called

    def family(self, task: str) -> str:
        """Return the family of a task."""
        return self.task(task).family or "unknown family"

    def headline(self, task: str) -> Metric:
        """Return the metric that scores a task."""
        return self.task(task).headline

    def sweep_of(self, task: str) -> str:
        """Return the name of the sweep that contains a task, or the task's own name if no sweep does."""
        return self.task(task).sweep or task

    def named(self, tasks: Sequence[str]) -> str:
        """Return what sentences call tasks of a sweep: their title without a length or budget in which they differ."""
        title, (first, *_) = self.title(tasks[0]), map(self.task, tasks)
        if first.budget and len({self.task(task).budget for task in tasks}) > 1:
            title = title.removesuffix(f" {first.budget.in_words}")
        several = len({self.task(task).length for task in tasks}) > 1
        return title.replace(f" ({first.length:g} steps)", "") if several and first.length else title

    def over_length(self, tasks: Iterable[str]) -> dict[str, list[str]]:
        """Return name -> tasks of every sweep over lengths, such as "adding", or "adding@4000w" if it has a budget.

        Tasks with a budget that have one length only are no such sweep.
        """
        found: dict[str, list[str]] = {}
        for task in tasks:
            if self.task(task).length:
                budget = self.task(task).budget
                found.setdefault(budget.of(self.sweep_of(task)) if budget else self.sweep_of(task), []).append(task)
        return {name: own for name, own in found.items() if len(own) > 1 or not self.task(own[0]).budget}

    def over_budget(self, tasks: Iterable[str]) -> dict[str, list[str]]:
        """Return name -> tasks of every sweep over a budget, such as "adding-50", in ascending order of the budget."""
        found: dict[str, list[tuple[int, str]]] = {}
        for task in tasks:
            if budget := self.task(task).budget:
                found.setdefault(without_budget(task), []).append((budget.count, task))
        return {name: [task for _, task in sorted(own)] for name, own in found.items()}

    @property
    def file(self) -> str:
        """The experiment's file as `suite run` takes it from the current folder, or the usual one if none is stored."""
        if self.experiment.file:
            return called(Path(os.path.normpath(self.store.root / self.experiment.file)).as_posix())
        return f"experiments/{self.experiment.name or self.store.root.name}.py"

    @property
    def command(self) -> str:
        """The command that makes these results, or completes them."""
        looks = tuple(self.experiment.looks)
        if not looks:
            return self.running
        most = f" --at-most-trials {looks[-1]}" if looks != planned(self.experiment.best_of) else ""
        return f"{self.running} --until-decided{most}"

    @property
    def running(self) -> str:
        """The command that runs the experiment, without further options, into the folder that holds these results."""
        holder = Path(os.path.relpath(self.store.root.parent)).as_posix()
        into = "" if holder == USUAL_FOLDER else f" --results {shlex.quote(holder)}"
        return f"suite run {shlex.quote(self.file)}{into}"

    @property
    def margin(self) -> float:
        """The largest difference in skill that counts as no difference: the experiment's margin, or the usual one."""
        return self.experiment.margin
