"""Rehearsal: tastes every cell in a copy of what is stored, and tells what an experiment will take."""

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from suite.experiment.experiment import Experiment
from suite.results.store import Store
from suite.runner.cell_plan import CellPlan
from suite.runner.engines import make_engine
from suite.runner.engines.engine import Done, Engine
from suite.runner.forecast import Forecast, forecast
from suite.runner.pilot import preparation, taste
from suite.runner.progress import Progress
from suite.runner.reuse import Reuse
from suite.runner.runner import Runner, narrowed, workers_for
from suite.runner.schedule import Deadline

# Of a search: the default configuration, and a drawn one, since drawn ones are often deeper.
CONFIGURATIONS = 2


def rehearse(
    experiment: Experiment,
    results: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    tasks: list[str] | None = None,
    architectures: list[str] | None = None,
    redo: str | None = None,
    reuse: str | None = None,
    say: Callable[[str], None],
) -> Forecast:
    """Tastes every cell with these workers, and forecasts; nothing is written to `results`.

    It plays in a copy of the stored records, so that what is there already, adopted, or to be made again counts as it
    will in the run itself. Arguments are those of `run`. Raises RequestError as that would.
    """
    workers = workers_for(workers, scheduler)
    store = Store(Path(results) / experiment.name)
    cells = narrowed(experiment, tasks, architectures)
    adopting = Reuse(reuse, store)
    with tempfile.TemporaryDirectory() as folder:
        adopting.store = copied(store, Path(folder) / experiment.name)
        runner = Runner(experiment, adopting.store, cells, redo, Foreseeing(say), Deadline(), adopting)
        begun = time.monotonic()
        with make_engine(workers, experiment.threads, scheduler, say) as engine, runner.lock:
            start = time.monotonic() - begun
            runner.begin()
            runner.make_ready(engine)
            adopt(runner)
            return foresee(runner, engine, start)


class Foreseeing(Progress):
    """Says what the run itself will say."""

    def __init__(self, say: Callable[[str], None]):
        super().__init__(quiet=True)
        self.say = say


def copied(store: Store, folder: Path) -> Store:
    """A new folder with the records and descriptions of a store, without predictions and models."""
    folder.mkdir(parents=True)
    for path in (*store.root.glob("*.json"), *store.root.glob("*/task.json"), *store.record_paths()):
        target = folder / path.relative_to(store.root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return Store(folder)


def adopt(runner: Runner) -> None:
    """Adopts what the run itself would, as far as it shows before final runs have their data."""
    for plan in runner.plans:
        for run in list(plan.ready_trials()):
            if not runner.adopts(plan, run):
                plan.running.discard(run.id)
        if not plan.searched or plan.winner is None:
            continue
        for role in ("final", "control"):
            for run in (plan.scored(role, index, None) for index in range(plan.asked[role])):
                if plan.is_wanted(run.id):
                    runner.adopts(plan, replace(run, checksum=runner.reuse.checksum(run)))


def foresee(runner: Runner, engine: Engine, start: float) -> Forecast:
    """Tastes the cells that have runs left, and adds up; `start`: seconds until there were workers."""
    workers = max(len(engine.free()), 1)
    plans = [plan for plan in runner.plans if plan.left()]
    done = gather(engine, [piece for plan in plans for piece in tastes(plan)])
    data = gather(engine, one_seed_each(runner.experiment, plans))
    tasted = {plan: [one for token, one in done.items() if token[0] == plan.cell.name] for plan in plans}
    return forecast(tasted, list(data.values()), start, workers, runner.reuse.count)


def tastes(plan: CellPlan) -> list[tuple[Any, ...]]:
    """Work that tastes the winner where it is known, else the default configuration and one drawn."""
    if plan.outline is None:
        return []
    known = plan.searched and plan.winner is not None
    chosen = [plan.winner] if known else [plan.outline.default, *plan.outline.drawn[1 : plan.asked["trial"]]]
    runs = [plan.experiment.run(plan.cell, "trial", 0, values, plan.checksum) for values in chosen[:CONFIGURATIONS]]
    return [((plan.cell.name, number), taste, run) for number, run in enumerate(runs)]


def one_seed_each(experiment: Experiment, plans: list[CellPlan]) -> list[tuple[Any, ...]]:
    """Work that makes the data of the first final run of every task."""
    tasks = {plan.cell.task.name: plan.cell.task for plan in plans}
    seeds = {name: experiment.data_seed(task, "final", 0) for name, task in tasks.items()}
    given = (experiment.examples, experiment.threads)
    return [(name, preparation, task, seeds[name], *given) for name, task in tasks.items()]


def gather(engine: Engine, pieces: list[tuple[Any, ...]]) -> dict[Any, Done]:
    """Executes pieces of work (token, function, arguments...) and returns what came of them by token."""
    waiting, done = list(pieces), {}
    while len(done) < len(pieces):
        for worker in engine.free():
            if waiting:
                engine.submit(worker, *waiting.pop(0))
        done |= {one.token: one for one in engine.wait()}
    return done
