"""Runner: drives every cell through search and final runs; the only writer of the store."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

from suite import backend
from suite.baselines import named
from suite.claims.fixing import fixed
from suite.engine import Death, Done, Engine, default_workers, make_engine
from suite.errors import RequestError, ThreadsError
from suite.experiment import Cell, Experiment, Run, check_at_least, load_experiment, said_together
from suite.interruption import Interruption
from suite.lock import Lock
from suite.order import Deadline, Order
from suite.plan import CellPlan, read_or_set_aside
from suite.progress import Progress
from suite.reuse import Reuse
from suite.store import Store, finite, write_json
from suite.task import Signature, Task
from suite.train import Outcome, failure, outline, prepare, told, train

Preparation = tuple[Task, int]
# Beyond what a training may take: imports, data, building, scoring; and for a task's data, downloads and baselines.
GRACE_SECONDS = 60.0
PREPARATION_SECONDS = 1800.0
PREPARATIONS = 3


@dataclass(frozen=True)
class Outlining:
    """Work: finding the search spaces of a task's cells, in one of the ways that `suite.train.outline` knows."""

    task: Task
    cells: tuple[Cell, ...]
    way: str = "together"

    def after_death(self) -> "list[Outlining]":
        """What is tried when it killed its workers: the cells one by one, then the deadly one without its space."""
        if len(self.cells) > 1:
            return [replace(self, cells=(cell,), way="alone") for cell in self.cells]
        return [] if self.way == "unbuilt" else [replace(self, way="unbuilt")]


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
    if scheduler and workers is not None:
        raise RequestError("workers and a scheduler exclude each other: a scheduler brings its own workers")
    if workers is None:
        workers = 0 if scheduler else default_workers()
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
        self.prepared: dict[tuple[str, int], dict[str, Any] | None] = {}
        self.preparing: set[tuple[str, int]] = set()
        self.outlining: list[Outlining] = []
        self.outlines: dict[str, Any] = {}
        self.deaths: Counter[Any] = Counter()
        self.lethal: dict[tuple[str, int], Death] = {}
        self.baselines: dict[str, dict[str, Any]] = {}

    def begin(self) -> None:
        """Compares what is stored with what is asked, in all cells, since experiment.json speaks of them all."""
        stored = self.store.experiment()
        if stored and stored["name"] != self.experiment.name:
            raise RequestError(
                f"'{self.store.root}' belongs to the experiment '{stored['name']}', not to '{self.experiment.name}'; "
                "choose another folder with --results"
            )
        read_or_set_aside(self.store, self.progress.set_aside)
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
        changes = {task.name: self._changed(task) for task in tasks}
        for plan in self.everything:
            plan.outdate(changes.get(plan.cell.task.name, {}))
        for plan in self.plans:
            known = self._data(plan.cell.task, "trial", 0)
            signature = self._signature(plan.cell.task)
            plan.start(signature, known and known["checksum"], self.outlines.get(plan.cell.name))
        self._describe_experiment()
        for plan in self.everything:
            plan.settle()
        for task in tasks:
            self._describe(task, self.experiment.data_seed(task, "trial", 0))

    def _changed(self, task: Task) -> dict[str, tuple[Any, Any]]:
        """In what a task differs from its description, beyond the specs of runs: field -> (stored, now)."""
        known, stored = self._data(task, "trial", 0), self.store.task(task.name)
        if not known:
            return {}
        pairs = {f"task.{name}": (stored.get(name, value), value) for name, value in named(task).items()}
        seed, checksum = str(self.experiment.data_seed(task, "trial", 0)), known["checksum"]
        before = stored.get("baselines", {}).get(seed, {}).get("checksum", checksum)
        pairs["data.checksum"] = (before, checksum)
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}

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
        self._work(engine, lambda worker: next((one for one in wanted if self._is_unprepared(*one)), None))
        if self.interruption.asked or self.deadline.over:
            return
        cells: dict[str, list[Cell]] = {}
        for plan in self.everything:
            cells.setdefault(plan.cell.task.name, []).append(plan.cell)
        self.outlining = [Outlining(task, tuple(cells[task.name])) for task in tasks if self._signature(task)]
        self._work(engine, lambda worker: self.outlining.pop(0) if self.outlining else None)

    def _signature(self, task: Task) -> Signature | None:
        known = self._data(task, "trial", 0)
        return Signature(**known["task"]["signature"]) if known else None

    def _describe_experiment(self) -> None:
        content = self.experiment.resolved() | {"claims_fixed": self.claims}
        content |= {"versions": backend.versions(), "machine": backend.machine()}
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
        plan.is_over = work is None and plan.searched and not plan.running and not self.preparing
        return work

    def _next_scored(self, plan: CellPlan) -> Run | Preparation | None:
        for role, index in product(("final", "control"), range(self.experiment.seeds)):
            seed = self.experiment.data_seed(plan.cell.task, role, index)
            if index >= plan.asked[role] or (plan.cell.task.name, seed) in self.preparing:
                continue
            if not plan.wants(role, index):
                continue
            if self._is_unprepared(plan.cell.task, seed):
                return plan.cell.task, seed
            known = self._data(plan.cell.task, role, index)
            return plan.begun(role, index, known and known["checksum"])
        return None

    def _data(self, task: Task, role: str, index: int) -> dict[str, Any] | None:
        return self.prepared[task.name, self.experiment.data_seed(task, role, index)]

    def _is_unprepared(self, task: Task, seed: int) -> bool:
        return (task.name, seed) not in self.preparing and (task.name, seed) not in self.prepared

    def _submit(self, engine: Engine, worker: str, work: Work) -> None:
        timeout = self.experiment.run_timeout
        if isinstance(work, Run):
            self.progress.submitted(self.plan_of[f"{work.task.name}/{work.architecture.name}"], work)
            limit = timeout and timeout + GRACE_SECONDS
            death = self.lethal.get((work.task.name, work.data_seed))
            # without data there is nothing to train, and making them once more might kill another worker
            work_on = (Outcome, failure(work, death.status, death.cause)) if death else (train, work)
            engine.submit(worker, work, *work_on, limit=limit)
            return
        if isinstance(work, Outlining):
            signature = self._signature(work.task)
            engine.submit(worker, work, outline, self.experiment, work.cells, signature, work.way)
            return
        task, seed = work
        self.preparing.add((task.name, seed))
        known = self._baselines(task).get(str(seed), {}).get("checksum")
        limit = timeout and timeout + PREPARATION_SECONDS
        given = (self.experiment.examples, known, self.experiment.threads)
        engine.submit(worker, work, prepare, task, seed, *given, limit=limit)

    def _accept(self, done: Done) -> None:
        self.lock.check()
        if isinstance(done.token, Run):
            self._accept_run(done.token, done)
            return
        if isinstance(done.token, Outlining):
            self._accept_outlines(done)
            return
        task, seed = done.token
        self.preparing.discard((task.name, seed))
        if done.death and self._is_worth_another((task.name, seed)):
            return
        if isinstance(done.error, ThreadsError):
            raise done.error
        self.prepared[task.name, seed] = done.result
        if done.result is None:
            self.lethal[task.name, seed] = done.death or Death(*told(done.error))
            why = done.error or f"{done.death.cause}, {PREPARATIONS} times"
            self.progress.notice(f"{task.name}: its data cannot be made: {why}")
        elif seed != self.experiment.data_seed(task, "trial", 0):
            self._describe(task, seed)

    def _is_worth_another(self, prepared: object) -> bool:
        """Whether preparing something is tried again after its worker died."""
        self.deaths[prepared] += 1
        return self.deaths[prepared] < PREPARATIONS

    def _accept_outlines(self, done: Done) -> None:
        work = done.token
        if done.death:
            again = self._is_worth_another((work.task.name, *(cell.name for cell in work.cells), work.way))
            following = [work] if again else work.after_death()
            self.outlining += following
            if following:
                return
        if isinstance(done.error, RequestError):
            raise done.error
        if done.result is None:
            why = done.error or f"{done.death.cause}, {PREPARATIONS} times"
            raise RequestError(f"the search spaces of '{work.task.name}' cannot be found: {why}")
        self.outlines |= done.result

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
        if task.name not in self.baselines:
            stored = self.store.task(task.name)
            same = named(task).items() <= stored.items()
            self.baselines[task.name] = stored.get("baselines", {}) if same else {}
        return self.baselines[task.name]

    def _accept_run(self, run: Run, done: Done) -> None:
        if done.death:
            outcome = Outcome(failure(run, done.death.status, done.death.cause))
        elif done.error:
            outcome = Outcome(failure(run, *told(done.error)))
        else:
            outcome = done.result
        record = finite(outcome.record)
        known = self._baselines(run.task).get(str(run.data_seed), {})
        record |= {name: known.get(name) for name in ("baseline", "trained_baseline")}
        path = self.store.path(run.id)
        if path.exists():
            self.store.set_aside(path, "attempt")
        self.store.write(record, outcome.arrays, outcome.model)
        plan = self.plan_of[f"{run.task.name}/{run.architecture.name}"]
        plan.accept(record)
        self.progress.finished(plan, record)
