"""Preparing: what has to be there before runs: their data with the baselines, and the search spaces of cells."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from suite.errors import RequestError, ThreadsError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell, Run
from suite.files import write_json
from suite.results.store import Store
from suite.runner.engines.engine import Death, Done
from suite.runner.outline import outline
from suite.tasks.data import Signature
from suite.tasks.description import named
from suite.tasks.task import Task
from suite.training.prepare import prepare
from suite.training.records import cause

Preparation = tuple[Task, int]
# Beyond what a training may take, for a task's data: downloads and baselines.
PREPARATION_SECONDS = 1800.0
PREPARATIONS = 3


@dataclass(frozen=True)
class Outlining:
    """Work: finding the search spaces of a task's cells, in a way of `suite.runner.outline.outline`."""

    task: Task
    cells: tuple[Cell, ...]
    way: str = "together"

    def after_death(self) -> "list[Outlining]":
        """What is tried when it killed its workers: the cells one by one, then the deadly one without its space."""
        if len(self.cells) > 1:
            return [replace(self, cells=(cell,), way="alone") for cell in self.cells]
        return [] if self.way == "unbuilt" else [replace(self, way="unbuilt")]


class Preparing:
    """The preparations of one execution of an experiment; each is tried three times when it kills its worker.

    `say`: told of data that cannot be made. `running`: tasks and seeds whose data are being made. `outlines`: what was
    found of the search spaces, by cell. `lethal`: why the data of a task and seed cannot be made.
    """

    def __init__(self, experiment: Experiment, store: Store, say: Callable[[str], None]):
        self.experiment = experiment
        self.store = store
        self.say = say
        self.running: set[tuple[str, int]] = set()
        self.outlines: dict[str, Any] = {}
        self.lethal: dict[tuple[str, int], Death] = {}
        self._made: dict[tuple[str, int], dict[str, Any] | None] = {}
        self._outlining: list[Outlining] = []
        self._deaths: Counter[Any] = Counter()
        self._baselines: dict[str, dict[str, Any]] = {}

    def is_missing(self, task: Task, seed: int) -> bool:
        """Whether the data of a seed are neither made nor being made."""
        return (task.name, seed) not in self.running and (task.name, seed) not in self._made

    def found(self, task: Task, role: str, index: int) -> dict[str, Any] | None:
        """What `suite.training.prepare.prepare` found of a run's data; None where they cannot be made."""
        return self._made[task.name, self.experiment.data_seed(task, role, index)]

    def checksum(self, task: Task, role: str, index: int) -> str | None:
        """The checksum of a run's data; None where they cannot be made."""
        known = self.found(task, role, index)
        return known and known["checksum"]

    def signature(self, task: Task) -> Signature | None:
        """The shape of a task's data; None where they cannot be made."""
        known = self.found(task, "trial", 0)
        return Signature(**known["task"]["signature"]) if known else None

    def plan_outlines(self, cells: Sequence[Cell]) -> None:
        """Has the search spaces of these cells found, those of a task together; not of tasks without data."""
        tasks: dict[str, list[Cell]] = {}
        for cell in cells:
            tasks.setdefault(cell.task.name, []).append(cell)
        works = [Outlining(of_task[0].task, tuple(of_task)) for of_task in tasks.values()]
        self._outlining = [work for work in works if self.signature(work.task)]

    def next_outlining(self) -> Outlining | None:
        """The next search spaces to find."""
        return self._outlining.pop(0) if self._outlining else None

    def begin(self, work: Preparation | Outlining) -> tuple[tuple[Any, ...], float | None]:
        """What a worker has to call for it, a function and its arguments, and within how many seconds."""
        if isinstance(work, Outlining):
            return (outline, self.experiment, work.cells, self.signature(work.task), work.way), None
        task, seed = work
        self.running.add((task.name, seed))
        known = self.baselines(task).get(str(seed), {}).get("checksum")
        timeout = self.experiment.run_timeout
        call = (prepare, task, seed, self.experiment.examples, known, self.experiment.threads)
        return call, timeout and timeout + PREPARATION_SECONDS

    def accept(self, done: Done) -> None:
        """Takes in what came of it; raises RequestError where no run of the experiment could follow."""
        if isinstance(done.token, Outlining):
            self._accept_outlines(done)
            return
        task, seed = done.token
        self.running.discard((task.name, seed))
        if done.death and self._is_worth_another((task.name, seed)):
            return
        if isinstance(done.error, ThreadsError):
            raise done.error
        self._made[task.name, seed] = done.result
        if done.result is None:
            self.lethal[task.name, seed] = done.death or Death(*cause(done.error))
            self.say(f"{task.name}: its data cannot be made: {_why(done)}")
        elif seed != self.experiment.data_seed(task, "trial", 0):
            self.describe(task, seed)

    def _accept_outlines(self, done: Done) -> None:
        work = done.token
        if done.death:
            again = self._is_worth_another((work.task.name, *(cell.name for cell in work.cells), work.way))
            following = [work] if again else work.after_death()
            self._outlining += following
            if following:
                return
        if isinstance(done.error, RequestError):
            raise done.error
        if done.result is None:
            raise RequestError(f"the search spaces of '{work.task.name}' cannot be found: {_why(done)}")
        self.outlines |= done.result

    def _is_worth_another(self, prepared: object) -> bool:
        """Whether preparing something is tried again after its worker died."""
        self._deaths[prepared] += 1
        return self._deaths[prepared] < PREPARATIONS

    def changed(self, task: Task) -> dict[str, tuple[Any, Any]]:
        """In what a task differs from its description, beyond the specs of runs: field -> (stored, now)."""
        known, stored = self.found(task, "trial", 0), self.store.task(task.name)
        if not known or not stored:
            return {}
        pairs = {f"task.{name}": (getattr(stored, name), value) for name, value in named(task).items()}
        seed, checksum = str(self.experiment.data_seed(task, "trial", 0)), known["checksum"]
        before = stored.baselines.get(seed, {}).get("checksum", checksum)
        pairs["data.checksum"] = (before, checksum)
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def describe(self, task: Task, seed: int) -> None:
        """Writes task.json with the baselines of one more seed."""
        prepared = self._made[task.name, seed]
        if prepared is None:
            return
        baselines = self.baselines(task)
        if "baselines" in prepared:
            baselines[str(seed)] = {"checksum": prepared["checksum"]} | prepared["baselines"]
        write_json(self.store.root / task.name / "task.json", prepared["task"] | {"baselines": baselines})

    def baselines(self, task: Task) -> dict[str, Any]:
        """The stored baselines of a task by data seed; none where its baselines were declared otherwise."""
        if task.name not in self._baselines:
            stored = self.store.task(task.name)
            same = stored and all(getattr(stored, name) == value for name, value in named(task).items())
            self._baselines[task.name] = dict(stored.baselines) if same else {}
        return self._baselines[task.name]

    def death(self, run: Run) -> Death | None:
        """Why there are no data for a run: making them once more might kill another worker."""
        return self.lethal.get((run.task.name, run.data_seed))


def _why(done: Done) -> object:
    return done.error or f"{done.death.cause}, {PREPARATIONS} times"
