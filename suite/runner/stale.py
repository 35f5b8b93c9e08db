"""Stale records: those that differ from what their runs would make now; refused, or set aside and remade."""

from collections.abc import Callable
from typing import Any

from suite.errors import RequestError
from suite.experiment.run import Run
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.store import Store

Changes = dict[str, tuple[Any, Any]]


class StaleRecords:
    """The records of an experiment that were made with other settings.

    With `redo` they are set aside, and `say` is called for each of them. Nothing is set aside before `settle`, so that
    a wrong request changes nothing.
    """

    def __init__(self, store: Store, redo: bool, say: Callable[[str], None]):
        self.store = store
        self.redo = redo
        self.say = say
        self._settled = False
        self._found: list[tuple[str, str, str]] = []

    def discard(self, record: Record, changed: Changes, follows_scores: bool) -> None:
        """Set a record aside; raise RequestError if neither the search nor `redo` allows it.

        `changed`: field -> (stored, now). `follows_scores`: whether other trials' scores decide on its configuration.
        """
        if follows_scores and all(name.startswith("hyperparameters") for name in changed):
            self._found.append((record.id, "winner-changed", "another configuration won the search"))
        elif self.redo:
            self._found.append((record.id, "stale", "it was made with other settings"))
        else:
            raise RequestError(
                f"'{self.store.root}' holds {record.id}, made with other settings: {changes(changed)}; "
                "add --redo to set such records aside and run them again, or give the experiment file another name"
            )
        if self._settled:
            self.settle()

    def settle(self) -> None:
        """Set aside what was found so far; from now on, set records aside immediately."""
        self._settled = True
        for run_id, reason, why in self._found:
            self.store.set_aside(self.store.path(run_id), reason)
            self.say(f"{run_id}: {why}; set aside, to be run again")
        self._found.clear()


def changes_since(record: Record, run: Run) -> Changes:
    """Return field of the spec -> (stored, now) where a record differs from what `run` would make.

    A checksum of data that are not loaded yet and a configuration that is not chosen yet differ from nothing.
    """
    stored = record.spec
    known = {
        "data.checksum": run.checksum and stored.get("data", {}).get("checksum"),
        "hyperparameters": run.hyperparameters and stored.get("hyperparameters"),
    }
    unknown = tuple(name for name, value in known.items() if not value)
    return {name: pair for name, pair in differences(stored, run.spec).items() if not name.startswith(unknown)}


def set_unreadable_aside(store: Store, say: Callable[[str], None]) -> None:
    """Set aside the files that cannot be read, so that they are made again."""
    for path, fault in store.unreadable().items():
        aside = store.set_aside(path, "unreadable")
        say(f"{fault}; set aside as '{aside.name}' and made again")
