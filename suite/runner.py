"""Runner: drives every cell through search and final runs; the only writer of the store."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from suite import backend
from suite.engine import Done, Engine, make_engine
from suite.errors import RequestError
from suite.experiment import Experiment, Run, check_at_least, load_experiment
from suite.order import Deadline, Order
from suite.plan import CellPlan, read_or_set_aside
from suite.progress import Progress
from suite.reuse import Reuse
from suite.store import Store, finite, write_json
from suite.task import Signature, Task
from suite.train import Outcome, failure, prepare, train

Preparation = tuple[Task, int]


def run(
    experiment: Experiment | str | Path,
    results: str | Path = "results",
    *,
    workers: int | None = None,
    tasks: list[str] | None = None,
    architectures: list[str] | None = None,
    redo: str | None = None,
    hours: float | None = None,
    reuse: str | None = None,
    progress: Progress | None = None,
) -> Store:
    """Runs, or continues, an experiment and returns its store.

    `workers`: processes, one a core by default, 0 for this process. `tasks`, `architectures`: only these cells.
    `redo`: "stale" sets records of another spec aside, "failed" tries failed runs again. `hours`: spends at most so
    long, and equal shares of it on every cell; in this process a run that has begun is still finished. `reuse`: another
    results folder, whose records of an equal spec are adopted. Raises RequestError for a request that cannot be right,
    before anything is written.
    """
    deadline = Deadline(hours)
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    workers = (os.cpu_count() or 1) if workers is None else workers
    check_at_least("workers", workers, 0)
    store = Store(Path(results) / experiment.name)
    progress = progress or Progress()
    progress.workers = max(workers, 1)
    cells = narrowed(experiment, tasks, architectures)
    runner = Runner(experiment, store, cells, redo, progress, deadline, Reuse(reuse, store))
    runner.begin()
    with make_engine(workers, experiment.threads) as engine, progress:
        runner.drive(engine)
        runner.conclude()
    return store


def narrowed(experiment: Experiment, tasks: list[str] | None, architectures: list[str] | None) -> set[str]:
    """Names of the cells asked for; raises RequestError for a name the experiment does not have."""
    for what, asked, there in (
        ("task", tasks, experiment.tasks),
        ("architecture", architectures, experiment.architectures),
    ):
        for name in asked or []:
            if name not in there:
                raise RequestError(f"experiment '{experiment.name}' has no {what} '{name}'; it has {', '.join(there)}")
    return {
        cell.name
        for cell in experiment.cells
        if cell.task.name in (tasks or experiment.tasks)
        and cell.architecture.name in (architectures or experiment.architectures)
    }


class Runner:
    """One execution of an experiment."""

    def __init__(
        self,
        experiment: Experiment,
        store: Store,
        cells: set[str],
        redo: str | None,
        progress: Progress,
        deadline: Deadline,
        reuse: Reuse,
    ):
        self.experiment = experiment
        self.store = store
        self.progress = progress
        self.plans = [
            CellPlan(experiment, cell, store, redo, progress.set_aside)
            for cell in experiment.cells
            if cell.name in cells
        ]
        self.deadline = deadline
        self.order = Order(self.plans, deadline, progress.costs)
        self.reuse = reuse
        self.prepared: dict[tuple[str, int], dict[str, Any] | None] = {}
        self.preparing: set[tuple[str, int]] = set()

    def begin(self) -> None:
        """Compares what is stored with what is asked, then writes experiment.json."""
        self.store.create()
        stored = self.store.experiment()
        if stored and stored["name"] != self.experiment.name:
            raise RequestError(
                f"'{self.store.root}' belongs to the experiment '{stored['name']}', not to '{self.experiment.name}'; "
                "choose another folder with --results"
            )
        read_or_set_aside(self.store, self.progress.set_aside)
        for plan in self.plans:
            plan.read()
        content = self.experiment.resolved() | {"versions": backend.versions(), "machine": backend.machine()}
        if self.experiment.file:  # `suite verify` finds the experiment's own tasks in it
            content["file"] = self.store.relative(self.experiment.file)
        write_json(self.store.root / "experiment.json", content)

    def drive(self, engine: Engine) -> None:
        """Executes what is left: the tasks' data first, so that a change in them stops before any training."""
        tasks = {plan.cell.task.name: plan.cell.task for plan in self.plans}.values()
        waiting = [(task, self.experiment.data_seed(task, "trial", 0)) for task in tasks]
        self._work(engine, lambda worker: waiting.pop(0) if waiting else None)
        if self.deadline.over:
            return
        for plan in self.plans:
            known = self._data(plan.cell.task, "trial", 0)
            plan.start(Signature(**known["task"]["signature"]) if known else None, known and known["checksum"])
        for task in tasks:
            self._describe(task, self.experiment.data_seed(task, "trial", 0))
        self.progress.begin(self.plans, self.experiment.name, str(self.store.root))
        self._work(engine, self._next)

    def conclude(self) -> None:
        """Says what was adopted, and what the time given did not suffice for."""
        if self.reuse.count:
            self.progress.notice(f"{self.reuse.count} runs adopted from '{self.reuse.source.root}'")
        left_out = self.order.left_out() if self.deadline.hours else ""
        if left_out:
            self.progress.reason = "hours"
            self.progress.notice(left_out)

    def _work(self, engine: Engine, choose: Callable[[str], Run | Preparation | None]) -> None:
        running = 0
        while True:
            free = engine.free()
            for worker in free:
                work = choose(worker)
                if work is not None:
                    self._submit(engine, worker, work)
                    running += 1
            if free and not running:
                return
            for done in engine.wait():
                running -= 1
                self._accept(done)
            self.progress.refresh()
            if self.deadline.over:  # what still runs is dropped with the engine
                return

    def _next(self, worker: str) -> Run | Preparation | None:
        """What a free worker does next; runs that another folder holds already are adopted on the way."""
        for plan in self.order.cells(worker):
            work = self._next_of(plan)
            while isinstance(work, Run) and self._adopts(plan, work):
                work = self._next_of(plan)
            if work is not None:
                self.order.took(worker, plan)
                return work
        return None

    def _adopts(self, plan: CellPlan, run: Run) -> bool:
        if not self.reuse.adopts(run):
            return False
        record = self.store.read(run.id)
        plan.accept(record)
        self.progress.adopted(record)
        return True

    def _next_of(self, plan: CellPlan) -> Run | Preparation | None:
        trial = next(plan.ready_trials(), None)
        if trial or not plan.searched or not plan.best:
            return trial
        for index in range(self.experiment.seeds):
            seed = self.experiment.data_seed(plan.cell.task, "final", index)
            if (plan.cell.task.name, seed) in self.preparing or not plan.wants_final(index):
                continue
            if (plan.cell.task.name, seed) not in self.prepared:
                return plan.cell.task, seed
            known = self._data(plan.cell.task, "final", index)
            return plan.final(index, known and known["checksum"])
        return None

    def _data(self, task: Task, role: str, index: int) -> dict[str, Any] | None:
        return self.prepared[task.name, self.experiment.data_seed(task, role, index)]

    def _submit(self, engine: Engine, worker: str, work: Run | Preparation) -> None:
        if isinstance(work, Run):
            self.progress.submitted(work)
            engine.submit(worker, work, train, work)
            return
        task, seed = work
        self.preparing.add((task.name, seed))
        known = self._baselines(task).get(str(seed), {}).get("checksum")
        engine.submit(worker, work, prepare, task, seed, self.experiment.examples, known)

    def _accept(self, done: Done) -> None:
        if isinstance(done.token, Run):
            self._accept_run(done.token, done)
            return
        task, seed = done.token
        self.preparing.discard((task.name, seed))
        self.prepared[task.name, seed] = done.result
        if done.result is None:
            self.progress.notice(f"{task.name}: its data cannot be made: {done.error or 'the worker died'}")
        elif seed != self.experiment.data_seed(task, "trial", 0):
            self._describe(task, seed)

    def _describe(self, task: Task, seed: int) -> None:
        """Writes task.json with the baselines of one more seed."""
        prepared = self.prepared[task.name, seed]
        if prepared is None:
            return
        baselines = self._baselines(task)
        if "baselines" in prepared:
            baselines[str(seed)] = {"checksum": prepared["checksum"]} | prepared["baselines"]
        write_json(self.store.root / task.name / "task.json", prepared["task"] | {"baselines": baselines})

    def _baselines(self, task: Task) -> dict[str, Any]:
        return self.store.task(task.name).get("baselines", {})

    def _accept_run(self, run: Run, done: Done) -> None:
        if done.died:
            outcome = Outcome(failure(run, "killed", "the worker process died"))
        elif done.error:
            outcome = Outcome(failure(run, "error", f"{type(done.error).__name__}: {done.error}"))
        else:
            outcome = done.result
        record = finite(outcome.record)
        known = self._baselines(run.task).get(str(run.data_seed), {})
        record |= {name: known.get(name) for name in ("baseline", "trained_baseline")}
        path = self.store.path(run.id)
        if path.exists():
            self.store.set_aside(path, "attempt")
        self.store.write(record, outcome.arrays, outcome.model)
        plan = next(plan for plan in self.plans if plan.cell.name == f"{run.task.name}/{run.architecture.name}")
        plan.accept(record)
        self.progress.finished(plan, record)
