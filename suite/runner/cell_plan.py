"""Plan: what is left to do in one cell, given its stored records: search, then finals of the best trial, controls."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import Any

from suite import backend
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell, Run
from suite.results.statuses import ATTEMPTS, RETRIED
from suite.results.store import Store
from suite.runner.stale import Outdated, changes_since
from suite.search.hyperband import place
from suite.search.outline import Outline
from suite.tasks.data import Signature


class CellPlan:
    """One cell on its way from the first trial to the last final run.

    `redo`: "stale" sets records of another spec aside instead of stopping, "failed" tries failed runs again.
    `say`: told what was set aside. Nothing is ready before `start` gave it its search space, and nothing set aside
    before `settle`.
    """

    def __init__(self, experiment: Experiment, cell: Cell, store: Store, redo: str | None, say: Callable[[str], None]):
        self.experiment = experiment
        self.cell = cell
        self.store = store
        self.redo = redo
        self._outdated = Outdated(store, redo, say)
        self.asked = experiment.asked(cell)
        self.ids = {
            (role, index): experiment.run(cell, role, index, {}).id
            for role, count in self.asked.items()
            for index in range(count)
        }
        self.records: dict[str, dict[str, Any]] = {}
        self.checked: dict[str, dict[str, Any]] = {}
        self.running: set[str] = set()
        self.is_over = False
        self.again: set[str] = set()
        self.put_off: set[str] = set()
        self.configurations: dict[int, dict[str, Any]] = {}
        self.checksum: str | None = None
        self.outline: Outline | None = None
        self.search: Any = None

    def read(self) -> None:
        """Reads the cell's records; raises RequestError when one was made with other settings."""
        for role, count in self.asked.items():
            for index in range(count):
                run = self.experiment.run(self.cell, role, index, {})
                record = self.store.read(run.id)
                if record and self._keep(record, run):
                    self._note(record)
                    if self.redo == "failed" and record["status"] != "ok":
                        self.again.add(run.id)

    def outdate(self, changed: dict[str, tuple[Any, Any]]) -> None:
        """Has every record set aside where something changed that no spec tells; raises RequestError like `read`."""
        for record in [*self.records.values()] if changed else []:
            self._discard(record, changed)
            self._drop(record["id"])

    def start(self, signature: Signature | None, checksum: str | None, outline: Outline | None = None) -> None:
        """Begins, or continues, on data of this shape, with the outline of its search space.

        Without data its runs can only fail, and say why. Raises RequestError like `read`.
        """
        self.checksum = checksum
        self.outline = outline
        if signature is None or outline is None:
            self.configurations = {index: {} for index in range(self.asked["trial"])}
            return
        if not outline.drawn and self.asked["trial"]:
            self._begin_search(signature)
        for index in range(self.asked["trial"]):
            self._continue_trial(index)
        if outline.given:
            self._check_given()

    def settle(self) -> None:
        """Sets aside what was found to be made with other settings, now that every cell is known to be right."""
        self._outdated.settle()

    def _check_given(self) -> None:
        for (role, index), run_id in self.ids.items():
            record = self.records.get(run_id)
            if record and not self._keep(record, self.scored(role, index, None)):
                self._drop(run_id)

    def _begin_search(self, signature: Signature) -> None:
        backend.start(self.experiment.threads)
        from suite.runner.outline import search_of

        self.search = search_of(self.experiment, self.cell, signature)

    def _continue_trial(self, index: int) -> None:
        if not self.search:
            self._configure(index)
        run = self.trial(index)
        record = self.records.get(run.id)
        if record is None:
            return
        if not self._keep(record, run):
            self._drop(run.id)
        elif self.search:
            self._tell(record)

    def _tell(self, record: dict[str, Any]) -> None:
        """Tells an adaptive search of a stored trial; one whose data could not be made has no configuration to tell."""
        values = record["spec"]["hyperparameters"]
        strange = self.search.misfits(values) if values else []
        if strange:
            self._discard(
                record, {f"hyperparameters.{name}": (values.get(name), "not in the space") for name in strange}
            )
            self._drop(record["id"])
        elif values:
            self.configurations[record["index"]] = values
            self.search.tell(record["index"], values, self.score(record))

    def _configure(self, index: int) -> None:
        """Notes a trial's configuration, unless it depends on trials that are not over."""
        rivals = {self.ids["trial", rival] for rival in self._rivals(index)}
        if any(map(self._is_open, rivals)):
            return
        best = self._ranked(rivals)
        rank = place(index, self.experiment.epochs).rank
        promoted = rivals and rank < len(best)
        self.configurations[index] = best[rank]["spec"]["hyperparameters"] if promoted else self.outline.drawn[index]

    def _rivals(self, index: int) -> range:
        """The trials whose scores decide on the configuration of a trial; none but in successive halving."""
        halving = self.experiment.search == "hyperband"
        return place(index, self.experiment.epochs).rivals if halving else range(0)

    def trial(self, index: int) -> Run:
        """The run of a trial."""
        values = self.configurations.get(index, {})
        return self.experiment.run(self.cell, "trial", index, values, self.checksum)

    def ready_trials(self) -> Iterator[Run]:
        """Trials that can run now."""
        for index in range(self.asked["trial"]):
            if index not in self.configurations and not self.search:
                self._continue_trial(index)
            if self.is_wanted(self.ids["trial", index]):
                if self.search and index not in self.configurations:
                    self.configurations[index] = self.search.ask(index)
                if index in self.configurations:
                    yield self._attempt(self.trial(index))

    def wants(self, role: str, index: int) -> bool:
        """Whether a final or control run has to be made; sets one of another configuration aside."""
        run_id, winner = self.ids[role, index], self.winner
        record = self.records.get(run_id)
        if record and self.checked.get(run_id) is not winner:
            if self._keep(record, self.scored(role, index, None)):
                self.checked[run_id] = winner
            else:
                self._drop(run_id)
        return self.is_wanted(run_id)

    def begun(self, role: str, index: int, checksum: str | None) -> Run:
        """The final or control run of a seed, on data with this checksum, which is running from now on."""
        return self._attempt(self.scored(role, index, checksum))

    def scored(self, role: str, index: int, checksum: str | None) -> Run:
        """The final or control run of a seed: with the configuration that won, or with the default one."""
        default = self.outline.default if self.outline else {}
        return self.experiment.run(self.cell, role, index, default if role == "control" else self.winner, checksum)

    @property
    def winner(self) -> dict[str, Any] | None:
        """The configuration of the final runs: the one given, else the best trial's; None without a valid trial."""
        if self.experiment.configuration(self.cell) is not None:
            return self.outline.given or {} if self.outline else {}
        return self.best["spec"]["hyperparameters"] if self.best else None

    def is_wanted(self, run_id: str) -> bool:
        """Whether a run has to be made: it is not there, or failed in a way that is tried again."""
        if run_id in self.running or run_id in self.put_off:
            return False
        record = self.records.get(run_id)
        if record is None or run_id in self.again:
            return True
        return record["status"] in RETRIED and record["attempt"] < ATTEMPTS

    def _attempt(self, run: Run) -> Run:
        record = self.records.get(run.id)
        self.running.add(run.id)
        return replace(run, attempt=record["attempt"] + 1) if record else run

    def accept(self, record: dict[str, Any], put_off: bool = False) -> None:
        """Takes in the record of a run that ended; `put_off`: another attempt is for the next command to make."""
        self.running.discard(record["id"])
        self.again.discard(record["id"])
        if put_off:
            self.put_off.add(record["id"])
        self._note(record)
        if record["role"] != "trial":
            return
        if self.search:
            self.search.tell(record["index"], record["spec"]["hyperparameters"], self.score(record))
        for index in [other for other in self.configurations if record["index"] in self._rivals(other)]:
            del self.configurations[index]

    def _note(self, record: dict[str, Any]) -> None:
        self.records[record["id"]] = record
        self.__dict__.pop("best", None)

    def _drop(self, run_id: str) -> None:
        del self.records[run_id]
        self.__dict__.pop("best", None)

    def score(self, record: dict[str, Any]) -> float | None:
        """The validation score in the task's headline metric."""
        return record["metrics"].get("validation", {}).get(self.cell.task.metric)

    @property
    def trials(self) -> list[dict[str, Any]]:
        """Records of the search."""
        return [record for record in self.records.values() if record["role"] == "trial"]

    @property
    def searched(self) -> bool:
        """Whether every trial is over."""
        return not any(self._is_open(self.ids["trial", index]) for index in range(self.asked["trial"]))

    def _is_open(self, run_id: str) -> bool:
        return run_id in self.running or self.is_wanted(run_id)

    @cached_property
    def best(self) -> dict[str, Any] | None:
        """The record of the trial with the best validation score; None without a valid one.

        Of those that were given most epochs, where these differ; the earliest of equals.
        """
        return next(iter(self._ranked({record["id"] for record in self.trials})), None)

    def _ranked(self, run_ids: set[str]) -> list[dict[str, Any]]:
        """Records with a score, the best first."""
        valid = [self.records[run_id] for run_id in run_ids if self.score(self.records[run_id]) is not None]
        sign = self.cell.task.headline.sign
        budgets = {record["id"]: -self.experiment.trial_budget(record["index"]).epochs for record in valid}
        return sorted(valid, key=lambda one: (budgets[one["id"]], -sign * self.score(one), one["index"]))

    def total(self) -> int:
        """Runs the cell asks for; without a valid trial there is nothing to make final runs of."""
        return self.asked["trial"] if self.searched and self.winner is None else sum(self.asked.values())

    def done(self) -> int:
        """Runs that ended well."""
        return sum(record["status"] == "ok" for record in self.records.values())

    def failed(self) -> int:
        """Runs that failed and are not tried again."""
        ended = [record for record in self.records.values() if record["status"] != "ok"]
        return sum(record["id"] not in self.running and not self.is_wanted(record["id"]) for record in ended)

    def left(self) -> int:
        """Runs still to be made."""
        return self.total() - self.done() - self.failed()

    def _keep(self, record: dict[str, Any], run: Run) -> bool:
        """Whether a record is the one `run` would make, as far as both are known; False when it is to be set aside."""
        changed = changes_since(record, run)
        if changed:
            self._discard(record, changed)
        return not changed

    def _discard(self, record: dict[str, Any], changed: dict[str, tuple[Any, Any]]) -> None:
        self._outdated.discard(record, changed, self._follows_scores(record))

    def _follows_scores(self, record: dict[str, Any]) -> bool:
        """Whether other trials' scores decide on a run's configuration."""
        if record["role"] == "trial":
            return bool(self._rivals(record["index"]))
        return record["role"] == "final" and self.asked["trial"] > 0
