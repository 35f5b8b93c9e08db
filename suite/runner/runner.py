"""Runner: takes every cell through its search and final runs; the only code that writes to the store."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.experiment.loading import load_experiment
from suite.experiment.run import Run
from suite.results.lock import Lock
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.configurations import scored_run, trial_run
from suite.runner.engines import make_engine
from suite.runner.engines.engine import Engine
from suite.runner.explanations import Explanations, ExplanationWork
from suite.runner.looks import Looks
from suite.runner.options import RunOptions
from suite.runner.preparation import Preparation
from suite.runner.progress import Progress
from suite.runner.proposals import Proposal, Proposals, next_proposal
from suite.runner.ready import begin, ready_scored, ready_trials
from suite.runner.reuse import Reuse
from suite.runner.runs import Runs
from suite.runner.schedule import Deadline, Order
from suite.runner.signals import Interruption
from suite.runner.space_summaries import SummaryWork
from suite.runner.task_data import DataWork

Work = Run | DataWork | SummaryWork | Proposal | ExplanationWork


def execute(
    experiment: Experiment | str | Path, results: str | Path, options: RunOptions, progress: Progress | None = None
) -> Store:
    """Run or continue an experiment with these options, and return its store.

    Raise RequestError for an invalid request, before anything is written.
    """
    deadline = Deadline(options.hours)
    if not isinstance(experiment, Experiment):
        experiment = load_experiment(experiment)
    experiment = options.planned(experiment)
    store, progress = Store(Path(results) / experiment.name), progress or Progress()
    runner = Runner(experiment, store, options, progress, Reuse(options.reuse, store), deadline)
    engine = make_engine(options.processes, experiment.threads, options.scheduler, progress.say)
    with runner.interruption, engine:
        store.create()
        with runner.lock, progress:
            runner.begin()
            runner.drive(engine)
            runner.conclude()
        runner.interruption.rest()
    if runner.interruption.requested:
        raise KeyboardInterrupt
    return store


class Runner:
    """Executes an experiment once, from the stored records to the last run."""

    def __init__(
        self,
        experiment: Experiment,
        store: Store,
        options: RunOptions,
        progress: Progress,
        reuse: Reuse | None = None,
        deadline: Deadline | None = None,
    ):
        self.experiment = experiment
        self.store = store
        self.progress = progress
        self.reuse = reuse or Reuse(None, store)
        self.deadline = deadline or Deadline(None)
        self.lock = Lock(store.root)
        self.interruption = Interruption(progress.say)
        self.preparation = Preparation(experiment, store, options, progress)
        self.plans, self.data = self.preparation.plans, self.preparation.data
        self.looks = Looks(self.preparation, progress)
        self.order = Order(self.plans, self.deadline, progress.costs)
        by_cell = {plan.cell.name: plan for plan in self.plans}
        self.runs = Runs(store, by_cell, self.data, self.reuse, progress)
        self.explanations = Explanations(self.preparation, progress)
        self.handlers: dict[type[Work], Any] = {
            Run: self.runs,
            DataWork: self.data,
            SummaryWork: self.preparation.spaces,
            Proposal: Proposals(),
            ExplanationWork: self.explanations,
        }

    def begin(self) -> None:
        """Read the stored records and compare them with the experiment."""
        self.preparation.read(self.reuse)

    def drive(self, engine: Engine) -> None:
        """Prepare the cells, execute all runs that are still needed, then explain the models to use."""
        self.make_ready(engine)
        if self.interruption.requested:
            return
        self.progress.begin(self.plans, self.experiment.name, str(self.store.root))
        self._work(engine, self._next)
        if not self.interruption.requested and not self.deadline.over:
            self._work(engine, lambda worker: self.explanations.next())

    def make_ready(self, engine: Engine) -> None:
        """Load the search data of the tasks, find the search spaces, and start every cell."""
        self.progress.workers = max(len(engine.free()), 1)
        self._work(engine, lambda worker: self.preparation.next_data())
        if not self.interruption.requested and not self.deadline.over:
            self.preparation.expect_spaces()
            self._work(engine, lambda worker: self.preparation.spaces.next())
        if self.interruption.requested:
            return
        if self.deadline.over:
            raise RequestError(
                f"the time limit of {self.deadline.hours:g} hours ran out before any training: allow more hours"
            )
        self.preparation.start()
        self.looks.take()

    def conclude(self) -> None:
        """Report how many runs were adopted and which runs the time limit left out."""
        if self.interruption.requested:
            self.progress.reason = "interrupted"
        if self.reuse.source and self.reuse.count:
            self.progress.notice(f"{self.reuse.count} runs adopted from '{self.reuse.source.root}'")
        left_out = self.order.left_out() if self.deadline.hours and not self.interruption.requested else ""
        if left_out:
            self.progress.reason = "hours"
            self.progress.notice(left_out)
        waiting = "" if left_out or self.interruption.requested else self.looks.waiting()
        if waiting:
            self.progress.notice(waiting)

    def _work(self, engine: Engine, choose: Callable[[str], Work | None]) -> None:
        running = 0
        while True:
            free = engine.free()
            for worker in free:
                work = None if self.interruption.requested else choose(worker)
                if work is not None:
                    call = self.handlers[type(work)].begin(work)
                    engine.submit(worker, work, call.function, *call.arguments, limit=call.limit)
                    running += 1
            if not running and (free or self.interruption.requested):
                return
            for done in engine.wait():
                running -= 1
                self.lock.check()
                self.handlers[type(done.token)].accept(done.token, done)
            self.progress.refresh()
            if self.deadline.over:  # leaving the engine stops the work that still runs
                return

    def _next(self, worker: str) -> Work | None:
        """Return the next work for a free worker, after the looks that are due."""
        self.looks.take()
        work = self._offer(worker)
        while work is None and self.looks.take():  # adopted runs may complete the trials of a look
            work = self._offer(worker)
        return work

    def _offer(self, worker: str) -> Work | None:
        """Return the next work for a free worker; adopt runs from the reused folder instead of returning them."""
        for plan in self.order.cells(worker):
            work = self._next_of(plan, worker)
            while isinstance(work, Run) and self.runs.adopt(work):
                if self.interruption.requested:
                    return None
                work = self._next_of(plan, worker)
            if work is not None:
                self.order.took(worker, self._data_of(work))
                return work
        return None

    def _next_of(self, plan: CellPlan, worker: str) -> Run | DataWork | Proposal | None:
        if plan.is_over:
            return None
        work = self._next_run(plan, worker, "trial", ready_trials(plan)) or next_proposal(plan)
        for role in ("final", "control"):
            work = work or self._next_run(plan, worker, role, ready_scored(plan, role))
        # skip finished cells from now on: with many cells, asking them again would take most of the time
        plan.is_over = work is None and plan.searched and not plan.running and not self.data.running
        return work

    def _next_run(self, plan: CellPlan, worker: str, role: str, ready: Iterable[int]) -> Run | DataWork | None:
        """Return the best of these runs of a role for a worker to begin, or the work of loading its data first."""
        works = ((index, self.data.work(plan.cell.task, role, index)) for index in ready)
        possible = [(index, data) for index, data in works if data.key not in self.data.running]
        if not possible:
            return None
        index, data = min(possible, key=lambda one: self.order.distance(worker, one[1].key))
        if self.data.is_missing(data):
            return data
        checksum = self.data.checksum(plan.cell.task, role, index)
        if role == "trial":
            return begin(plan, trial_run(plan, index, checksum))
        return begin(plan, scored_run(plan, role, index, checksum))

    def _data_of(self, work: Run | DataWork | Proposal) -> tuple[str, int]:
        """Return the task and the data seed of the work, or of the trial that it proposes."""
        if isinstance(work, Run):
            return work.task.name, work.data_seed
        return (self.data.work(work.plan.cell.task, "trial", 0) if isinstance(work, Proposal) else work).key
