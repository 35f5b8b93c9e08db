"""Task data: the data and baselines of every task and seed, loaded once on a worker before the runs that need them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from suite.errors import ThreadsError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Run
from suite.files import write_json
from suite.results.store import Store
from suite.runner.engines.engine import Call, Death, Done
from suite.runner.retries import Retries, why
from suite.runner.stale import Changes
from suite.tasks.data import Signature
from suite.tasks.description import named
from suite.tasks.task import Task
from suite.training.prepare import prepare
from suite.training.records import cause

# Beyond what a training may take, for a task's data: downloads and baselines.
PREPARATION_SECONDS = 1800.0


@dataclass(frozen=True)
class DataWork:
    """Work: loading the data and fitting the baselines of a task for one seed."""

    task: Task
    seed: int

    @property
    def key(self) -> tuple[str, int]:
        """The names of both."""
        return self.task.name, self.seed


class TaskData:
    """The data of one execution of an experiment; each is tried three times when it kills its worker.

    `say` is called for data that cannot be loaded. `running`: tasks and seeds whose data are being loaded. `lethal`:
    why the data of a task and seed cannot be made.
    """

    def __init__(self, experiment: Experiment, store: Store, say: Callable[[str], None]):
        self.experiment = experiment
        self.store = store
        self.say = say
        self.running: set[tuple[str, int]] = set()
        self.lethal: dict[tuple[str, int], Death] = {}
        self._made: dict[tuple[str, int], dict[str, Any] | None] = {}
        self._retries = Retries()
        self._baselines: dict[str, dict[str, Any]] = {}

    def work(self, task: Task, role: str, index: int) -> DataWork:
        """Return the work of loading a run's data."""
        return DataWork(task, self.experiment.data_seed(task, role, index))

    def is_missing(self, work: DataWork) -> bool:
        """Whether data are neither loaded nor being loaded."""
        return work.key not in self.running and work.key not in self._made

    def checksum(self, task: Task, role: str, index: int) -> str | None:
        """Return the checksum of a run's data; None if they cannot be loaded."""
        known = self._made[self.work(task, role, index).key]
        return known["checksum"] if known else None

    def signature(self, task: Task) -> Signature | None:
        """Return the shape of a task's data; None if they cannot be loaded."""
        known = self._made[self.work(task, "trial", 0).key]
        return Signature(**known["task"]["signature"]) if known else None

    def begin(self, work: DataWork) -> Call:
        """Return what a worker has to call."""
        self.running.add(work.key)
        known = self.baselines(work.task).get(str(work.seed), {}).get("checksum")
        timeout = self.experiment.run_timeout
        arguments = (work.task, work.seed, self.experiment.examples, known, self.experiment.threads)
        return Call(prepare, arguments, timeout and timeout + PREPARATION_SECONDS)

    def accept(self, work: DataWork, done: Done) -> None:
        """Store its result; raise ThreadsError."""
        self.running.discard(work.key)
        if done.death and self._retries.allow(work.key):
            return
        if isinstance(done.error, ThreadsError):
            raise done.error
        self._made[work.key] = done.result
        death = done.death or (Death(*cause(done.error)) if done.error else None)
        if death:
            self.lethal[work.key] = death
            self.say(f"{work.task.name}: its data cannot be loaded: {why(done)}")
        elif work != self.work(work.task, "trial", 0):
            self.describe(work)

    def changed(self, task: Task) -> Changes:
        """Return in what a task differs from its description, beyond the specs of runs: field -> (stored, now)."""
        work = self.work(task, "trial", 0)
        known, stored = self._made[work.key], self.store.task(task.name)
        if not known or not stored:
            return {}
        pairs = {f"task.{name}": (getattr(stored, name), value) for name, value in named(task).items()}
        before = stored.baselines.get(str(work.seed), {}).get("checksum", known["checksum"])
        pairs["data.checksum"] = (before, known["checksum"])
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

    def describe(self, work: DataWork) -> None:
        """Write task.json with the baselines of one more seed."""
        prepared = self._made[work.key]
        if prepared is None:
            return
        baselines = self.baselines(work.task)
        if "baselines" in prepared:
            baselines[str(work.seed)] = {"checksum": prepared["checksum"]} | prepared["baselines"]
        write_json(self.store.root / work.task.name / "task.json", prepared["task"] | {"baselines": baselines})

    def baselines(self, task: Task) -> dict[str, Any]:
        """Return the stored baselines of a task by data seed; none where its baselines were declared otherwise."""
        if task.name not in self._baselines:
            stored = self.store.task(task.name)
            same = stored and all(getattr(stored, name) == value for name, value in named(task).items())
            self._baselines[task.name] = dict(stored.baselines) if stored and same else {}
        return self._baselines[task.name]

    def death(self, run: Run) -> Death | None:
        """Return why a run has no data: loading them again might kill another worker."""
        return self.lethal.get((run.task.name, run.data_seed))
