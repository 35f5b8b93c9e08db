"""Cell plan: the progress of one cell: which runs are stored or running, and which configurations are decided."""

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
from suite.tasks.fold import Fold


@dataclass(eq=False)
class CellPlan:
    """The state of one cell.

    `expected`: role -> number of runs, of trials those granted so far. `growing`: whether looks may grant more trials.
    `ids`: (role, index) -> run id, for all trials that may be granted. `records`: run id -> stored record. `checked`:
    id of a final or control run -> the winner that it was last compared with. `running`: ids of active runs. `retried`:
    ids of failed runs that this command tries again. `put_off`: ids of failed runs that only the next command tries
    again. `configurations`: trial index -> configuration, if decided. `proposals`: trial index -> where an adaptive
    search has its configuration from. `proposing`: index of the trial whose
    configuration a worker is proposing. `checksum`: checksum of the data of trial 0, once known. `space`: the search
    space, once known. `is_over`: whether the cell has nothing left to do.
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
    proposals: dict[int, str] = field(default_factory=dict)
    proposing: int | None = None
    checksum: str | None = None
    space: SpaceSummary | None = None
    is_over: bool = False
    growing: bool = False

    @property
    def code(self) -> dict[str, Any] | None:
        """The fingerprint of the architecture; None while it is unknown."""
        return self.space.code if self.space else None

    @property
    def concerns(self) -> tuple[str, ...]:
        """Flags for what is wrong with the architecture for the task."""
        return tuple(self.space.concerns) if self.space else ()

    @property
    def idle(self) -> tuple[str, ...]:
        """The names of the architecture's hyperparameters without effect."""
        return self.space.idle if self.space else ()

    @property
    def counted(self) -> list[Record]:
        """The records of the runs that the cell needs: trials that are not granted again do not count."""
        return [record for record in self.records.values() if record.index < self.expected[record.role]]

    @property
    def trials(self) -> list[Record]:
        """The records of the trials that count."""
        return [record for record in self.counted if record.role == "trial"]

    @property
    def most_trials(self) -> int:
        """The number of trials that may be granted."""
        return sum(role == "trial" for role, _ in self.ids)

    @cached_property
    def best(self) -> Record | None:
        """The record of the best trial; None if no trial has a valid score."""
        return next(iter(ranked(self.trials, self.cell.task.headline)), None)

    @cached_property
    def _best_of_fold(self) -> dict[Fold, Record]:
        """Test split -> the best of the trials that have it; splits without a valid trial are left out."""
        trials = ranked(self.trials, self.cell.task.headline)
        return {self._fold(trial.index): trial for trial in reversed(trials)}

    def _fold(self, index: int) -> Fold:
        return self.experiment.fold(self.cell.task, index)

    @property
    def has_winner(self) -> bool:
        """Whether there is a configuration for the final runs."""
        return self.best is not None or self.experiment.configuration(self.cell) is not None

    def winner(self, index: int) -> dict[str, Any] | None:
        """Return the configuration of final run `index`; None before one is known.

        It is the given one, else that of the best trial with the run's own test split, else that of the best trial: so
        nothing that is tested has chosen what is tested.
        """
        if self.experiment.configuration(self.cell) is not None:
            return (self.space.given if self.space else None) or {}
        best = self._best_of_fold.get(self._fold(index), self.best)
        return best.spec["hyperparameters"] if best else None

    @property
    def tried(self) -> bool:
        """Whether all trials granted so far are finished."""
        return not any(self.is_open(self.ids["trial", index]) for index in range(self.expected["trial"]))

    @property
    def searched(self) -> bool:
        """Whether all trials are finished, and no more will be granted."""
        return not self.growing and self.tried

    def wanted(self, role: str) -> list[int]:
        """Return the indices of the runs of a role that must be executed, as far as they are granted."""
        return [index for index in range(self.expected[role]) if self.is_wanted(self.ids[role, index])]

    def grant(self, trials: int, growing: bool) -> None:
        """Need this number of trials from now on; with `growing`, the next look may grant more."""
        self.expected["trial"], self.growing = trials, growing
        self._forget_best()

    def is_open(self, run_id: str) -> bool:
        """Whether a run is unfinished."""
        return run_id in self.running or self.is_wanted(run_id)

    def is_wanted(self, run_id: str) -> bool:
        """Whether a run must be executed: it has no record, or it failed in a way that deserves another attempt."""
        if run_id in self.running or run_id in self.put_off:
            return False
        record = self.records.get(run_id)
        if record is None or run_id in self.retried:
            return True
        return record.status in RETRIED and record.attempt < ATTEMPTS

    def add(self, record: Record) -> None:
        """Add a record to the plan."""
        self.records[record.id] = record
        self._forget_best()

    def drop(self, run_id: str) -> None:
        """Remove a record from the plan after it was set aside."""
        del self.records[run_id]
        self._forget_best()

    def _forget_best(self) -> None:
        for name in ("best", "_best_of_fold"):
            self.__dict__.pop(name, None)

    def accept(self, record: Record, put_off: bool = False) -> None:
        """Add the record of a run that ended; with `put_off`, leave another attempt to the next command."""
        for waiting in (self.running, self.retried):
            waiting.discard(record.id)
        if put_off:
            self.put_off.add(record.id)
        self.add(record)
        if record.role == "trial":
            for index in [other for other in self.configurations if record.index in self.rivals(other)]:
                del self.configurations[index]

    def rivals(self, index: int) -> range:
        """Return the indices of the trials whose scores decide the configuration of trial `index`."""
        return self.experiment.method.trial_place(index, self.experiment.epochs).rivals


def plan_cell(experiment: Experiment, cell: Cell, stale: StaleRecords) -> CellPlan:
    """Return a new plan of a cell, without any records."""
    expected = experiment.expected(cell)
    most = expected | ({"trial": experiment.trials} if experiment.looks else {})
    ids = {
        (role, index): experiment.run(cell, role, index, {}).id
        for role, count in most.items()
        for index in range(count)
    }
    return CellPlan(experiment, cell, stale, expected, ids, growing=bool(experiment.looks))


def total(plan: CellPlan) -> int:
    """Count the runs that a cell needs; a finished search without a valid trial has no final or control runs."""
    return plan.expected["trial"] if plan.searched and not plan.has_winner else sum(plan.expected.values())


def done(plan: CellPlan) -> int:
    """Count the runs that succeeded."""
    return sum(record.ok for record in plan.counted)


def failed(plan: CellPlan) -> int:
    """Count the runs that failed and will not be tried again."""
    return sum(not record.ok and not plan.is_open(record.id) for record in plan.counted)


def left(plan: CellPlan) -> int:
    """Count the runs that are still to be executed."""
    return total(plan) - done(plan) - failed(plan)


def distinct_tasks(plans: Iterable[CellPlan]) -> list[Any]:
    """Return the tasks of these cells, without duplicates."""
    return list({plan.cell.task.name: plan.cell.task for plan in plans}.values())
