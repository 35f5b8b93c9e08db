"""Stale records: refuse, or set aside and repeat, records whose settings differ from those of their runs today."""

from collections.abc import Callable
from typing import Any

from suite.errors import RequestError
from suite.experiment.run import Run
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.store import Store

Changes = dict[str, tuple[Any, Any]]


class StaleRecords:
    """Collects the records of an experiment whose settings have changed.

    With `redo`, the records are set aside, and `say` reports each of them. Nothing is set aside before `settle` is
    called, so that a wrong request changes nothing.
    """

    def __init__(self, store: Store, redo: bool, say: Callable[[str], None]):
        self.store = store
        self.redo = redo
        self.say = say
        self._settled = False
        self._found: list[tuple[str, str, str]] = []

    def discard(self, record: Record, changed: Changes, follows_scores: bool) -> None:
        """Set a record aside; raise RequestError unless the search chose another configuration or `redo` is set.

        `changed`: field -> (stored, now). `follows_scores`: whether the scores of trials decide its configuration.
        """
        if follows_scores and all(name.startswith("hyperparameters") for name in changed):
            self._found.append((record.id, "winner-changed", "another configuration won the search"))
        elif self.redo:
            self._found.append((record.id, "stale", "it was made with other settings"))
        else:
            raise RequestError(
                f"'{self.store.root}' holds {record.id}, made with other settings: {changes(changed)}; "
                "add --redo to run such records again, or give the experiment file another name"
            )
        if self._settled:
            self.settle()

    def settle(self) -> None:
        """Set aside all records collected so far; from now on, set records aside immediately."""
        self._settled = True
        for run_id, reason, why in self._found:
            self.store.set_aside(self.store.path(run_id), reason)
            self.say(f"{run_id}: {why}; set aside, to be run again")
        self._found.clear()


def changes_since(record: Record, run: Run) -> Changes:
    """Return field -> (stored, now) for every field in which the spec of a record differs from that of `run`.

    Ignore the data checksum and the configuration if the record or the run does not know them yet.
    """
    stored = record.spec
    known = {
        "data.checksum": run.checksum and stored.get("data", {}).get("checksum"),
        "hyperparameters": run.hyperparameters and stored.get("hyperparameters"),
    }
    unknown = tuple(name for name, value in known.items() if not value)
    return {name: pair for name, pair in differences(stored, run.spec).items() if not name.startswith(unknown)}


def set_unreadable_aside(store: Store, say: Callable[[str], None]) -> None:
    """Set aside the files that cannot be read, and runs whose other files are truncated, so that all are made again."""
    for path, fault in (store.truncated() | store.unreadable()).items():
        aside = store.set_aside(path, "unreadable")
        say(f"{fault}; set aside as '{aside.name}', to be made again")
