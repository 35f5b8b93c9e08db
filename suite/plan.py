"""Plan: what is left to do in one cell, given its stored records: search first, then finals of the best trial."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from suite import backend
from suite.errors import RequestError
from suite.experiment import Cell, Experiment, Run
from suite.store import Store, differences
from suite.task import Signature

RETRIED = ("killed", "timeout", "out-of-memory")
ATTEMPTS = 2


class CellPlan:
    """One cell on its way from the first trial to the last final run.

    `redo`: "stale" sets records of another spec aside instead of stopping, "failed" tries failed runs again.
    `say`: told what was set aside. Nothing is ready before `start` gave it the task's signature.
    """

    def __init__(self, experiment: Experiment, cell: Cell, store: Store, redo: str | None, say: Callable[[str], None]):
        self.experiment = experiment
        self.cell = cell
        self.store = store
        self.redo = redo
        self.say = say
        self.ids = {
            (role, index): experiment.run(cell, role, index, {}).id
            for role, count in (("trial", experiment.trials), ("final", experiment.seeds))
            for index in range(count)
        }
        self.records: dict[str, dict[str, Any]] = {}
        self.checked: dict[str, dict[str, Any]] = {}
        self.running: set[str] = set()
        self.again: set[str] = set()
        self.configurations: dict[int, dict[str, Any]] = {}
        self.checksum: str | None = None
        self.search: Any = None

    def read(self) -> None:
        """Reads the cell's records; raises RequestError when one was made with other settings."""
        for role, count in (("trial", self.experiment.trials), ("final", self.experiment.seeds)):
            for index in range(count):
                run = self.experiment.run(self.cell, role, index, {})
                record = self.store.read(run.id)
                if record and self._keep(record, run):
                    self.records[run.id] = record
                    if self.redo == "failed" and record["status"] != "ok":
                        self.again.add(run.id)

    def start(self, signature: Signature | None, checksum: str | None) -> None:
        """Begins, or continues, the search on data of this shape; without data its runs can only fail, and say why."""
        self.checksum = checksum
        if signature is None:
            self.configurations = {index: {} for index in range(self.experiment.trials)}
            return
        backend.start(self.experiment.threads)
        from suite.search import Search

        self.search = Search(self.experiment, self.cell, signature)
        if self.experiment.search == "random":
            self.configurations = {index: self.search.ask(index) for index in range(self.experiment.trials)}
        for index in range(self.experiment.trials):
            self._continue_trial(index)

    def _continue_trial(self, index: int) -> None:
        run = self.trial(index)
        record = self.records.get(run.id)
        if record is None:
            return
        if not self._keep(record, run):
            del self.records[run.id]
            return
        values = record["spec"]["hyperparameters"] or self.configurations.get(index) or self.search.ask(index)
        self.configurations[index] = values
        self.search.tell(index, values, self.score(record))

    def trial(self, index: int) -> Run:
        """The run of a trial."""
        values = self.configurations.get(index, {})
        return self.experiment.run(self.cell, "trial", index, values, self.checksum)

    def ready_trials(self) -> Iterator[Run]:
        """Trials that can run now."""
        for index in range(self.experiment.trials):
            if self.is_wanted(self.ids["trial", index]):
                if index not in self.configurations:
                    self.configurations[index] = self.search.ask(index)
                yield self._attempt(self.trial(index))

    def wants_final(self, index: int) -> bool:
        """Whether a final run has to be made with the best configuration; sets one of another configuration aside."""
        run_id, best = self.ids["final", index], self.best
        record = self.records.get(run_id)
        if record and self.checked.get(run_id) is not best:
            if self._keep(record, self._final(index, None)):
                self.checked[run_id] = best
            else:
                del self.records[run_id]
        return self.is_wanted(run_id)

    def final(self, index: int, checksum: str | None) -> Run:
        """The run of a final seed, on data with this checksum."""
        return self._attempt(self._final(index, checksum))

    def _final(self, index: int, checksum: str | None) -> Run:
        return self.experiment.run(self.cell, "final", index, self.best["spec"]["hyperparameters"], checksum)

    def is_wanted(self, run_id: str) -> bool:
        """Whether a run has to be made: it is not there, or failed in a way that is tried again."""
        if run_id in self.running:
            return False
        record = self.records.get(run_id)
        if record is None or run_id in self.again:
            return True
        return record["status"] in RETRIED and record["attempt"] < ATTEMPTS

    def _attempt(self, run: Run) -> Run:
        record = self.records.get(run.id)
        self.running.add(run.id)
        return replace(run, attempt=record["attempt"] + 1) if record else run

    def accept(self, record: dict[str, Any]) -> None:
        """Takes in the record of a run that ended."""
        self.running.discard(record["id"])
        self.again.discard(record["id"])
        self.records[record["id"]] = record
        if record["role"] == "trial" and self.search:
            self.search.tell(record["index"], record["spec"]["hyperparameters"], self.score(record))

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
        runs = (self.ids["trial", index] for index in range(self.experiment.trials))
        return not any(run_id in self.running or self.is_wanted(run_id) for run_id in runs)

    @property
    def best(self) -> dict[str, Any] | None:
        """The record of the trial with the best validation score, the earliest of equals; None without a valid one."""
        valid = [record for record in self.trials if self.score(record) is not None]
        sign = -1 if self.cell.task.direction == "higher" else 1
        return min(valid, key=lambda record: (sign * self.score(record), record["index"]), default=None)

    def total(self) -> int:
        """Runs the cell asks for; without a valid trial there is nothing to make final runs of."""
        return self.experiment.trials + (0 if self.searched and not self.best else self.experiment.seeds)

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
        """Whether a record is the one `run` would make, as far as both are known; False when it was set aside."""
        stored, expected = record["spec"], run.spec
        known = {
            "data.checksum": run.checksum and stored.get("data", {}).get("checksum"),
            "hyperparameters": run.hyperparameters and stored.get("hyperparameters"),
        }
        unknown = tuple(name for name, value in known.items() if not value)
        changed = {name: pair for name, pair in differences(stored, expected).items() if not name.startswith(unknown)}
        if not changed:
            return True
        winner_changed = record["role"] == "final" and all(name.startswith("hyperparameters") for name in changed)
        if not winner_changed and self.redo != "stale":
            raise RequestError(self._refusal(record, changed))
        self.store.set_aside(self.store.path(record["id"]), "winner-changed" if winner_changed else "stale")
        why = "another configuration won the search" if winner_changed else "it was made with other settings"
        self.say(f"{record['id']}: {why}; set aside and run again")
        return False

    def _refusal(self, record: dict[str, Any], changed: dict[str, tuple[Any, Any]]) -> str:
        fields = ", ".join(f"{name} {old!r} -> {new!r}" for name, (old, new) in changed.items())
        return (
            f"'{self.store.root}' holds {record['id']}, made with other settings: {fields}; "
            "add --redo to set such records aside and run them again, or give the experiment file another name"
        )


def read_or_set_aside(store: Store, say: Callable[[str], None]) -> None:
    """Sets what cannot be read aside, so that it is made again."""
    for path, fault in store.unreadable().items():
        aside = store.set_aside(path, "unreadable")
        say(f"{fault}; set aside as '{aside.name}' and made again")
