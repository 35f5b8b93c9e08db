"""Cell plan: what is stored, running and decided in one cell, on its way from the first trial to the last final run."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.results.ranking import ranked
from suite.results.record import Record
from suite.results.statuses import ATTEMPTS, RETRIED
from suite.runner.stale import StaleRecords
from suite.search.space_summary import SpaceSummary


@dataclass(eq=False)
class CellPlan:
    """The state of one cell.

    `expected`: role -> number of runs. `ids`: (role, index) -> id of a run. `records`: by id, those stored. `checked`:
    by id, the winner that a final run was last compared with. `running`: ids of active runs. `retried`: ids of
    failed runs to be tried again. `put_off`: ids of failed runs that the next command tries again. `configurations`: of
    trials, by index, as far as they are decided. `proposing`: the trial whose configuration a worker is proposing.
    `checksum`, `space`: the search's data and space, once known. `is_over`: nothing is left to do.
    """

    experiment: Experiment
    cell: Cell
    stale: StaleRecords
    expected: dict[str, int]
    ids: dict[tuple[str, int], str]
    records: dict[str, Record] = field(default_factory=dict)
    checked: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    running: set[str] = field(default_factory=set)
    retried: set[str] = field(default_factory=set)
    put_off: set[str] = field(default_factory=set)
    configurations: dict[int, dict[str, Any]] = field(default_factory=dict)
    proposing: int | None = None
    checksum: str | None = None
    space: SpaceSummary | None = None
    is_over: bool = False

    @property
    def trials(self) -> list[Record]:
        """Stored trials."""
        return [record for record in self.records.values() if record.role == "trial"]

    @cached_property
    def best(self) -> Record | None:
        """The best trial; None without a valid one."""
        return next(iter(ranked(self.trials, self.cell.task.headline)), None)

    @property
    def winner(self) -> dict[str, Any] | None:
        """The configuration of the final runs: the one given, else the best trial's; None without a valid trial."""
        if self.experiment.configuration(self.cell) is not None:
            return (self.space.given if self.space else None) or {}
        return self.best.spec["hyperparameters"] if self.best else None

    @property
    def searched(self) -> bool:
        """Whether every trial is finished."""
        return not any(self.is_open(self.ids["trial", index]) for index in range(self.expected["trial"]))

    def is_open(self, run_id: str) -> bool:
        """Whether a run is unfinished."""
        return run_id in self.running or self.is_wanted(run_id)

    def is_wanted(self, run_id: str) -> bool:
        """Whether a run has to be made: it has no record, or failed in a way that is tried again."""
        if run_id in self.running or run_id in self.put_off:
            return False
        record = self.records.get(run_id)
        if record is None or run_id in self.retried:
            return True
        return record.status in RETRIED and record.attempt < ATTEMPTS

    def add(self, record: Record) -> None:
        """Add a record."""
        self.records[record.id] = record
        self.__dict__.pop("best", None)

    def drop(self, run_id: str) -> None:
        """Leave out a record that was set aside."""
        del self.records[run_id]
        self.__dict__.pop("best", None)

    def accept(self, record: Record, put_off: bool = False) -> None:
        """Add the record of a run that ended; `put_off`: another attempt is for the next command to make."""
        for waiting in (self.running, self.retried):
            waiting.discard(record.id)
        if put_off:
            self.put_off.add(record.id)
        self.add(record)
        if record.role == "trial":
            for index in [other for other in self.configurations if record.index in self.rivals(other)]:
                del self.configurations[index]

    def rivals(self, index: int) -> range:
        """The trials whose scores decide on the configuration of a trial."""
        return self.experiment.method.trial_place(index, self.experiment.epochs).rivals


def plan_cell(experiment: Experiment, cell: Cell, stale: StaleRecords) -> CellPlan:
    """Return the plan of a cell of which no record was read yet."""
    expected = experiment.expected(cell)
    ids = {
        (role, index): experiment.run(cell, role, index, {}).id
        for role, count in expected.items()
        for index in range(count)
    }
    return CellPlan(experiment, cell, stale, expected, ids)


def total(plan: CellPlan) -> int:
    """Count the runs that a cell needs; without a valid trial there is nothing to make final runs of."""
    return plan.expected["trial"] if plan.searched and plan.winner is None else sum(plan.expected.values())


def done(plan: CellPlan) -> int:
    """Count the runs that succeeded."""
    return sum(record.ok for record in plan.records.values())


def failed(plan: CellPlan) -> int:
    """Count the runs that failed and are not tried again."""
    return sum(not record.ok and not plan.is_open(run_id) for run_id, record in plan.records.items())


def left(plan: CellPlan) -> int:
    """Count the runs still to make."""
    return total(plan) - done(plan) - failed(plan)


def distinct_tasks(plans: Iterable[CellPlan]) -> list[Any]:
    """Return the tasks of some cells, each once."""
    return list({plan.cell.task.name: plan.cell.task for plan in plans}.values())
