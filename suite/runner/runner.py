"""Runner: drives every cell through search and final runs; the only writer of the store."""

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

from suite import environment
from suite.claims.preregistration import fixed
from suite.errors import RequestError, check_at_least
from suite.experiment.experiment import Experiment, said_together
from suite.experiment.loading import load_experiment
from suite.experiment.run import Run
from suite.files import finite, write_json
from suite.results.lock import Lock
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.engines import make_engine
from suite.runner.engines.engine import Done, Engine
from suite.runner.engines.resources import default_workers
from suite.runner.preparation import Outlining, Preparation, Preparing
from suite.runner.progress import Progress
from suite.runner.reuse import Reuse
from suite.runner.schedule import Deadline, Order
from suite.runner.signals import Interruption
from suite.runner.stale import set_unreadable_aside
from suite.tasks.task import Task
from suite.training.records import cause, failure
from suite.training.train import Outcome, train

# Beyond what a training may take: imports, data, building, scoring.
GRACE_SECONDS = 60.0

Work = Run | Preparation | Outlining


def run(
    experiment: Experiment | str | Path,
    results: str | Path = "results",
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tasks: list[str] | None = None,
    architectures: list[str] | None = None,
    redo: str | None = None,
    hours: float | None = None,
    reuse: str | None = None,
    progress: Progress | None = None,
) -> Store:
    """Runs, or continues, an experiment and returns its store.

    `workers`: processes, one a core by default, 0 for this process. `scheduler`: the address of a Dask scheduler whose
    workers are to be used instead. `tasks`, `architectures`: only these cells.
    `redo`: "stale" sets records of another spec aside, "failed" tries failed runs again. `hours`: spends at most so
    long, the cells taking turns; in this process a run that has begun is still finished. `reuse`: another results
    folder, whose records of an equal spec are adopted. Raises RequestError for a request that cannot be right,
    before anything is written.
    """
    deadline = Deadline(hours)
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    workers = workers_for(workers, scheduler)
    store = Store(Path(results) / experiment.name)
    progress = progress or Progress()
    cells = narrowed(experiment, tasks, architectures)
    runner = Runner(experiment, store, cells, redo, progress, deadline, Reuse(reuse, store))
    with runner.interruption, make_engine(workers, experiment.threads, scheduler, progress.say) as engine:
        store.create()
        with runner.lock, progress:
            runner.begin()
            runner.drive(engine)
            runner.conclude()
        runner.interruption.rest()
    if runner.interruption.asked:
        raise KeyboardInterrupt
    return store


def workers_for(workers: int | None, scheduler: str | None) -> int:
    """How many processes to start, one a core unless said; raises RequestError for what cannot be."""
    if scheduler is not None and workers is not None:
        raise RequestError("workers and a scheduler exclude each other: a scheduler brings its own workers")
    if workers is None:
        workers = default_workers() if scheduler is None else 0
    check_at_least("workers", workers, 0)
    return workers


def narrowed(experiment: Experiment, tasks: list[str] | None, architectures: list[str] | None) -> set[str]:
    """Names of the cells asked for; raises RequestError for a name the experiment does not have."""
    for what, asked, there in (
        ("task", tasks, experiment.tasks),
        ("architecture", architectures, experiment.architectures),
    ):
        for name in asked or []:
            if name not in there:
                raise RequestError(f"experiment '{experiment.name}' has no {what} '{name}'; it has {', '.join(there)}")
    cells = {
        cell.name
        for cell in experiment.cells
        if cell.task.name in (tasks or experiment.tasks)
        and cell.architecture.name in (architectures or experiment.architectures)
    }
    if not cells:
        raise RequestError(f"nothing to run: {said_together(experiment.does_not_apply)}")
    return cells


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
        self.everything = [CellPlan(experiment, cell, store, redo, progress.set_aside) for cell in experiment.cells]
        self.plans = [plan for plan in self.everything if plan.cell.name in cells]
        self.plan_of = {plan.cell.name: plan for plan in self.plans}
        self.lock = Lock(store.root)
        self.interruption = Interruption(progress.say)
        self.deadline = deadline
        self.order = Order(self.plans, deadline, progress.costs)
        self.reuse = reuse
        self.preparing = Preparing(experiment, store, progress.notice)

    def begin(self) -> None:
        """Compares what is stored with what is asked, in all cells, since experiment.json speaks of them all."""
        stored = self.store.experiment()
        if stored and stored.name != self.experiment.name:
            raise RequestError(
                f"'{self.store.root}' belongs to the experiment '{stored.name}', not to '{self.experiment.name}'; "
                "choose another folder with --results"
            )
        set_unreadable_aside(self.store, self.progress.set_aside)
        for name, why in self.experiment.does_not_apply.items():
            self.progress.notice(f"{name}: does not apply: {why}")
        for plan in self.everything:
            plan.read()
        runs_made = bool(self.store.record_paths()) or self.reuse.source is not None
        self.claims = fixed(self.experiment, stored or self.reuse.experiment(), runs_made)

    def drive(self, engine: Engine) -> None:
        """Executes what is left."""
        self.make_ready(engine)
        if self.interruption.asked:
            return
        self.progress.begin(self.plans, self.experiment.name, str(self.store.root))
        self._work(engine, self._next)

    def make_ready(self, engine: Engine) -> None:
        """Has the tasks' data made, finds the search spaces, and starts every cell's plan.

        A change in the data, or a name that no space has, stops before anything is written or trained.
        """
        tasks = list({plan.cell.task.name: plan.cell.task for plan in self.plans}.values())
        self.progress.workers = max(len(engine.free()), 1)
        self._prepare(engine, tasks)
        if self.interruption.asked:
            return
        if self.deadline.over:
            raise RequestError(f"the {self.deadline.hours:g} hours given are spent before any training: give more")
        changes = {task.name: self.preparing.changed(task) for task in tasks}
        for plan in self.everything:
            plan.outdate(changes.get(plan.cell.task.name, {}))
        for plan in self.plans:
            task, outline = plan.cell.task, self.preparing.outlines.get(plan.cell.name)
            plan.start(self.preparing.signature(task), self.preparing.checksum(task, "trial", 0), outline)
        self._describe_experiment()
        for plan in self.everything:
            plan.settle()
        for task in tasks:
            self.preparing.describe(task, self.experiment.data_seed(task, "trial", 0))

    def conclude(self) -> None:
        """Says what was adopted, and what the time given did not suffice for."""
        if self.interruption.asked:
            self.progress.reason = "interrupted"
        if self.reuse.count:
            self.progress.notice(f"{self.reuse.count} runs adopted from '{self.reuse.source.root}'")
        left_out = self.order.left_out() if self.deadline.hours and not self.interruption.asked else ""
        if left_out:
            self.progress.reason = "hours"
            self.progress.notice(left_out)

    def _prepare(self, engine: Engine, tasks: list[Task]) -> None:
        wanted = [(task, self.experiment.data_seed(task, "trial", 0)) for task in tasks]
        self._work(engine, lambda worker: next((one for one in wanted if self.preparing.is_missing(*one)), None))
        if self.interruption.asked or self.deadline.over:
            return
        names = {task.name for task in tasks}
        self.preparing.plan_outlines([plan.cell for plan in self.everything if plan.cell.task.name in names])
        self._work(engine, lambda worker: self.preparing.next_outlining())

    def _describe_experiment(self) -> None:
        content = self.experiment.resolved() | {"claims_fixed": self.claims}
        content |= {"versions": environment.versions(), "machine": environment.machine()}
        if self.experiment.file:  # `suite verify` finds the experiment's own tasks in it
            content["file"] = self.store.relative(self.experiment.file)
        write_json(self.store.root / "experiment.json", content)

    def _work(self, engine: Engine, choose: Callable[[str], Work | None]) -> None:
        running = 0
        while True:
            free = engine.free()
            for worker in free:
                work = None if self.interruption.asked else choose(worker)
                if work is not None:
                    self._submit(engine, worker, work)
                    running += 1
            if not running and (free or self.interruption.asked):
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
            while isinstance(work, Run) and self.adopts(plan, work):
                if self.interruption.asked:
                    return None
                work = self._next_of(plan)
            if work is not None:
                self.order.took(worker, plan)
                return work
        return None

    def adopts(self, plan: CellPlan, run: Run) -> bool:
        """Adopts a run from the other folder; whether that holds it."""
        if not self.reuse.adopts(run):
            return False
        record = self.store.read(run.id)
        plan.accept(record)
        self.progress.adopted(plan, record)
        return True

    def _next_of(self, plan: CellPlan) -> Run | Preparation | None:
        if plan.is_over:
            return None
        work = next(plan.ready_trials(), None)
        if work is None and plan.searched and plan.winner is not None:
            work = self._next_scored(plan)
        # with many cells, asking those that are over would take most of the time
        plan.is_over = work is None and plan.searched and not plan.running and not self.preparing.running
        return work

    def _next_scored(self, plan: CellPlan) -> Run | Preparation | None:
        for role, index in product(("final", "control"), range(self.experiment.seeds)):
            task, seed = plan.cell.task, self.experiment.data_seed(plan.cell.task, role, index)
            if index >= plan.asked[role] or (task.name, seed) in self.preparing.running:
                continue
            if not plan.wants(role, index):
                continue
            if self.preparing.is_missing(task, seed):
                return task, seed
            return plan.begun(role, index, self.preparing.checksum(task, role, index))
        return None

    def _submit(self, engine: Engine, worker: str, work: Work) -> None:
        call, limit = self._begin(work) if isinstance(work, Run) else self.preparing.begin(work)
        engine.submit(worker, work, *call, limit=limit)

    def _begin(self, run: Run) -> tuple[tuple[Any, ...], float | None]:
        self.progress.submitted(self.plan_of[f"{run.task.name}/{run.architecture.name}"], run)
        timeout, death = self.experiment.run_timeout, self.preparing.death(run)
        call = (Outcome, failure(run, death.status, death.cause)) if death else (train, run)
        return call, timeout and timeout + GRACE_SECONDS

    def _accept(self, done: Done) -> None:
        self.lock.check()
        if isinstance(done.token, Run):
            self._accept_run(done.token, done)
        else:
            self.preparing.accept(done)

    def _accept_run(self, run: Run, done: Done) -> None:
        if done.death:
            outcome = Outcome(failure(run, done.death.status, done.death.cause))
        elif done.error:
            outcome = Outcome(failure(run, *cause(done.error)))
        else:
            outcome = done.result
        path = self.store.path(run.id)
        known = self.preparing.baselines(run.task).get(str(run.data_seed), {})
        beside = {name: known.get(name) for name in ("baseline", "trained_baseline")}
        record = Record.from_json(finite(outcome.record | beside), path)
        if path.exists():
            self.store.set_aside(path, "attempt")
        self.store.write(record, outcome.arrays, outcome.model)
        plan = self.plan_of[f"{run.task.name}/{run.architecture.name}"]
        plan.accept(record, put_off=self.preparing.death(run) is not None)
        self.progress.finished(plan, record)
