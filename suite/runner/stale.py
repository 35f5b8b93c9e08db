"""Outdated: stored records that are not what their runs would make now: refused, or set aside to be made again."""

from collections.abc import Callable
from typing import Any

from suite.errors import RequestError
from suite.experiment.run import Run
from suite.results.record import Record
from suite.results.specs import changes, differences
from suite.results.store import Store


class Outdated:
    """Records of one cell that were made with other settings.

    `redo` is "stale" where they are to be set aside, and `say` is told of each. None is set aside before `settle`, so
    that a request that cannot be right changes nothing.
    """

    def __init__(self, store: Store, redo: str | None, say: Callable[[str], None]):
        self.store = store
        self.redo = redo
        self.say = say
        self._settled = False
        self._aside: list[tuple[str, str, str]] = []

    def discard(self, record: Record, changed: dict[str, tuple[Any, Any]], follows_scores: bool) -> None:
        """Has a record of another spec set aside; raises RequestError where neither the search nor `redo` does that.

        `changed`: field -> (stored, now). `follows_scores`: whether other trials' scores decide on its configuration.
        """
        if follows_scores and all(name.startswith("hyperparameters") for name in changed):
            self._aside.append((record.id, "winner-changed", "another configuration won the search"))
        elif self.redo == "stale":
            self._aside.append((record.id, "stale", "it was made with other settings"))
        else:
            raise RequestError(
                f"'{self.store.root}' holds {record['id']}, made with other settings: {changes(changed)}; "
                "add --redo to set such records aside and run them again, or give the experiment file another name"
            )
        if self._settled:
            self._set_aside()

    def settle(self) -> None:
        """Sets aside what was found until now, and from now on at once."""
        self._settled = True
        self._set_aside()

    def _set_aside(self) -> None:
        for run_id, reason, why in self._aside:
            self.store.set_aside(self.store.path(run_id), reason)
            self.say(f"{run_id}: {why}; set aside, to be run again")
        self._aside.clear()


def changes_since(record: Record, run: Run) -> dict[str, tuple[Any, Any]]:
    """Field of the spec -> (stored, now), where a record differs from what `run` would make, as far as both are known.

    The checksum of data not yet made and a configuration not yet chosen are unknown.
    """
    stored, expected = record.spec, run.spec
    known = {
        "data.checksum": run.checksum and stored.get("data", {}).get("checksum"),
        "hyperparameters": run.hyperparameters and stored.get("hyperparameters"),
    }
    unknown = tuple(name for name, value in known.items() if not value)
    return {name: pair for name, pair in differences(stored, expected).items() if not name.startswith(unknown)}


def set_unreadable_aside(store: Store, say: Callable[[str], None]) -> None:
    """Sets the files that cannot be read aside, so that they are made again."""
    for path, fault in store.unreadable().items():
        aside = store.set_aside(path, "unreadable")
        say(f"{fault}; set aside as '{aside.name}' and made again")
