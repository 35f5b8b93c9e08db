"""Space summaries: let workers describe the search spaces of a task's cells as plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.results.statuses import Status
from suite.runner.cell_plan import CellPlan
from suite.runner.engines.engine import Call, Done
from suite.runner.retries import Retries, why
from suite.runner.stored_records import stored_configurations
from suite.runner.summarise import Stored, summarise
from suite.runner.task_data import TaskData
from suite.search.space_summary import SpaceSummary
from suite.tasks.task import Task

# Exploring an architecture takes 2 to 8 s. One that hangs in a run would hang here too.
SECONDS_PER_CELL = 600.0


@dataclass(frozen=True)
class SummaryWork:
    """A piece of work: summarise the search spaces of a task's cells; for `way`, see `summarise`."""

    task: Task
    cells: tuple[Cell, ...]
    way: str = "together"

    @property
    def key(self) -> tuple[str, ...]:
        """The names of the cells, and the way: a key to count attempts by."""
        return (*(cell.name for cell in self.cells), self.way)

    def apart(self) -> "list[SummaryWork]":
        """Return the work to try if the cells cannot be summarised like this: each alone, then a deadly one unbuilt."""
        if len(self.cells) > 1:
            return [replace(self, cells=(cell,), way="alone") for cell in self.cells]
        return [] if self.way == "unbuilt" else [replace(self, way="unbuilt")]


class SpaceSummaries:
    """Finds the search spaces of one execution of an experiment. `found`: cell name -> summary."""

    def __init__(self, experiment: Experiment, data: TaskData):
        self.experiment = experiment
        self.data = data
        self.found: dict[str, SpaceSummary] = {}
        self._waiting: list[SummaryWork] = []
        self._stored: Stored = {}
        self._retries = Retries()

    def expect(self, plans: Iterable[CellPlan]) -> None:
        """Queue one piece of work per task, for all its cells in `plans`; skip tasks whose data cannot be loaded."""
        plans = list(plans)
        self._stored = {plan.cell.name: stored_configurations(plan) for plan in plans}
        tasks: dict[str, list[Cell]] = {}
        for plan in plans:
            tasks.setdefault(plan.cell.task.name, []).append(plan.cell)
        works = [SummaryWork(cells[0].task, tuple(cells)) for cells in tasks.values()]
        self._waiting = [work for work in works if self.data.signature(work.task)]

    def next(self) -> SummaryWork | None:
        """Return the next piece of work; None if none is waiting."""
        return self._waiting.pop(0) if self._waiting else None

    def begin(self, work: SummaryWork) -> Call:
        """Return the call that summarises the spaces on a worker."""
        signature, stored = self.data.signature(work.task), {cell.name: self._stored[cell.name] for cell in work.cells}
        limited = self.experiment.run_timeout and work.way != "unbuilt"
        limit = SECONDS_PER_CELL * len(work.cells) if limited else None
        return Call(summarise, (self.experiment, work.cells, signature, work.way, stored), limit)

    def accept(self, work: SummaryWork, done: Done) -> None:
        """Store the summaries or queue another attempt; raise RequestError for invalid settings or a final failure."""
        following: list[SummaryWork] = []
        if done.death:
            # of several cells, one is to blame: find out which instead of trying all of them again
            hopeless = len(work.cells) > 1 or done.death.status == Status.TIMEOUT
            following = [work] if not hopeless and self._retries.allow(work.key) else work.apart()
        elif not done.result and len(work.cells) > 1:
            following = work.apart()
        self._waiting += following
        if isinstance(done.error, RequestError):
            raise done.error
        if done.result:
            self.found |= done.result
            self._warn(done.result)
        elif not following:
            raise RequestError(f"the search spaces of '{work.task.name}' cannot be found: {why(done)}")

    def _warn(self, summaries: Mapping[str, SpaceSummary]) -> None:
        """Report what is wrong with architectures, once for each of them."""
        for cell, summary in summaries.items():
            for flag, what in summary.concerns.items():
                self.data.say_once(f"architecture {cell.rpartition('/')[2]}: {what} (flag {flag})")
            for notice in summary.notices:
                self.data.say_once(f"architecture {cell.rpartition('/')[2]}: {notice}")
