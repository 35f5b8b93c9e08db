"""Dry run: train one epoch of every cell and estimate the time, memory and disk space of an experiment."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from suite.errors import UnreadableError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Run
from suite.files.reading import read_own
from suite.files.strict_json import finite
from suite.files.unfinished import temporary_folder
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan, distinct_tasks, left
from suite.runner.configurations import scored_run, search_checksum, trial_run
from suite.runner.engines import make_engine
from suite.runner.engines.engine import Done, Engine
from suite.runner.estimate import Cost, Estimate, LookEstimate, add_up
from suite.runner.options import RunOptions
from suite.runner.pilot import data_seconds, pilot
from suite.runner.progress import Progress
from suite.runner.ready import ready_scored, ready_trials
from suite.runner.reuse import Reuse
from suite.runner.runner import Runner
from suite.tasks.task import Task
from suite.text import several
from suite.training.records import words
from suite.training.train import Outcome

# Configurations to time per searched cell: the default one and a random one, because random ones are often deeper.
CONFIGURATIONS = 2


def dry_run(experiment: Experiment, results: str | Path, options: RunOptions, say: Callable[[str], None]) -> Estimate:
    """Train one epoch of every cell with these workers and return an estimate; write nothing to `results`.

    Work on a temporary copy of the stored records, so that the dry run skips, adopts and repeats the same runs as the
    real run will. Raise RequestError in the same cases as the real run.
    """
    experiment, store = options.planned(experiment), Store(Path(results) / experiment.name)
    reuse = Reuse(options.reuse, store)
    with temporary_folder() as folder:
        reuse.store = copied(store, folder / experiment.name)
        runner = Runner(experiment, reuse.store, options, DryProgress(say), reuse)
        begun = time.monotonic()
        with make_engine(options.processes, experiment.threads, options.scheduler, say) as engine, runner.lock:
            runner.begin()
            runner.make_ready(engine)
            start = time.monotonic() - begun
            adopt(runner)
            while runner.looks.take():
                adopt(runner)
            return measure(runner, engine, start, say)


class DryProgress(Progress):
    """Passes the messages of the runner on to `say` and shows nothing else."""

    def __init__(self, say: Callable[[str], None]):
        super().__init__(quiet=True)
        self._say = say

    def say(self, text: str) -> None:
        """Pass a line on."""
        self._say(text)


def copied(store: Store, folder: Path) -> Store:
    """Return a new store in `folder` with the records and descriptions of `store`, but no predictions or models."""
    folder.mkdir(parents=True)
    descriptions = (*store.root.glob("*/task.json"), *store.root.glob("*/items-*.npz"))
    for path in (*store.root.glob("*.json"), *descriptions, *store.record_files()):
        target = folder / path.relative_to(store.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        with suppress(UnreadableError):  # the real run would set it aside
            target.write_bytes(read_own(path, store.root))
    return Store(folder)


def adopt(runner: Runner) -> None:
    """Adopt the records that the real run would adopt, assuming that data not loaded yet are those of the records."""
    for plan in runner.plans:
        for index in ready_trials(plan):
            adopt_run(runner, trial_run(plan, index, search_checksum(plan, index)))
        for role in ("final", "control"):
            for index in ready_scored(plan, role):
                adopt_run(runner, scored_run(plan, role, index, None))


def adopt_run(runner: Runner, run: Run) -> None:
    """Adopt the record of a run; if the checksum of its data is not known, assume that of the record."""
    runner.runs.adopt(replace(run, checksum=run.checksum or runner.reuse.checksum(run)))


def measure(runner: Runner, engine: Engine, start: float, say: Callable[[str], None]) -> Estimate:
    """Train one epoch of every cell with runs left and add up the costs; `start`: seconds that preparation took.

    `say` hears of every cell when it has been timed.
    """
    workers = max(len(engine.free()), 1)
    plans = [plan for plan in runner.plans if left(plan)]
    works = [work for plan in plans for work in pilots(plan)]
    say(f"dry run: training {several(len(works), 'configuration')} of {several(len(plans), 'cell')} for one epoch each")
    done = execute(engine, works, lambda count, token: say(f"{count}/{len(works)} timed: {token[0]}"))
    data = execute(engine, one_seed_each(runner, plans))
    costs = {plan: [cost(done[work[0]], runner.store) for work in pilots(plan)] for plan in plans}

    def total() -> Estimate:
        seconds = sum((data[task.name].result or 0.0) * len(data_left(plans, task)) for task in distinct_tasks(plans))
        return add_up(costs, seconds, start, workers, runner.reuse.count)

    found = total()
    return replace(found, looks=[up_to(trials, runner.plans, total) for trials in further_looks(runner)])


def further_looks(runner: Runner) -> list[int]:
    """Return the numbers of trials of the looks that some task may still reach."""
    granted = [plan.expected["trial"] for plan in runner.plans if plan.growing]
    return [trials for trials in runner.experiment.looks if granted and trials >= min(granted)]


def up_to(trials: int, plans: list[CellPlan], total: Callable[[], Estimate]) -> LookEstimate:
    """Return the cost of all runs up to a look, if every task that may still grow goes on to it."""
    for plan in plans:
        if plan.growing and plan.expected["trial"] < trials:
            plan.grant(trials, growing=True)
    found = total()
    return LookEstimate(trials, found.left(), found.seconds)


def cost(done: Done, store: Store) -> Cost | str:
    """Store a pilot's runs and return their cost, or a phrase that says why the pilot could not be trained."""
    if done.result is None:
        return done.death.cause if done.death else words(done.error or Exception())
    failed = [outcome.record for outcome in done.result if not outcome.record.ok]
    if failed:
        return f"{failed[0].status}: {failed[0].error}"
    (trial, trial_bytes), _, (final, final_bytes) = (stored(outcome, store) for outcome in done.result)
    (epoch,) = final.seconds["epochs"]
    fresh, reused = trial.worked - epoch, final.worked - epoch
    return Cost(max(fresh, 0.0), max(reused, 0.0), epoch, trial_bytes, final_bytes)


def stored(outcome: Outcome, store: Store) -> tuple[Record, int]:
    """Store a run, and return its record and the size of its files (bytes)."""
    record = Record.from_json(finite(outcome.record.to_json()), store.path(outcome.record.id))
    store.write(record, outcome.arrays, outcome.model)
    paths = [store.path(record.id, suffix) for suffix in (".json", ".npz", ".keras")]
    return record, sum(path.stat().st_size for path in paths if path.exists())


def pilots(plan: CellPlan) -> list[tuple[Any, ...]]:
    """Return pilots of the winning configuration if it is known, else of the default and a random configuration."""
    if plan.space is None:
        return []
    winner = plan.winner(0) if plan.searched else None
    known = [winner] if winner is not None else None
    drawn = [values for values in plan.space.drawn[: plan.expected["trial"]] if values != plan.space.default]
    chosen = known or [plan.space.default, *drawn][:CONFIGURATIONS]
    runs = [plan.experiment.run(plan.cell, "trial", 0, values, plan.checksum) for values in chosen]
    return [((plan.cell.name, number), pilot, run) for number, run in enumerate(runs)]


def data_left(plans: list[CellPlan], task: Task) -> set[int]:
    """Return the data seeds of all runs left in the cells of a task, except those of trial 0, which are loaded."""
    return {
        plan.experiment.data_seed(task, role, index)
        for plan in plans
        if plan.cell.task is task
        for role in plan.expected
        for index in plan.wanted(role)
    } - {plan.experiment.data_seed(task, "trial", 0) for plan in plans}


def one_seed_each(runner: Runner, plans: list[CellPlan]) -> list[tuple[Any, ...]]:
    """Return one piece of work per task: loading the data of its first final run."""
    experiment = runner.experiment
    return [
        (
            task.name, data_seconds, task, experiment.data_seed(task, "final", 0), experiment.examples_of(task),
            runner.data.known(task), experiment.threads, experiment.fold(task, 0),
        )
        for task in distinct_tasks(plans)
    ]  # fmt: skip


def execute(
    engine: Engine, works: list[tuple[Any, ...]], heard: Callable[[int, Any], None] = lambda count, token: None
) -> dict[Any, Done]:
    """Execute pieces of work (token, function, *arguments) and return token -> result.

    `heard` is called with the number of pieces done so far and the token of each.
    """
    waiting, done = list(works), {}
    while len(done) < len(works):
        for worker in engine.free():
            if waiting:
                engine.submit(worker, *waiting.pop(0))
        for one in engine.wait():
            done[one.token] = one
            heard(len(done), one.token)
    return done
