"""Targets: what is asked of each window of a series: values, a direction, or a state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.own.readers import CLASSES
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.series.settings import Settings
from suite.tasks.sheet import Sheet

Ends = dict[str, np.ndarray]
MANY = 0.5  # with more states than this share of the training windows, most states occur once
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Targets:
    """The windows that have targets, and the targets, by split. `ends`: their last rows. `of(ends)`: their targets.

    `preparation`: the classes, if any. `sheet`: what was left out.
    """

    ends: Ends
    of: Callable[[np.ndarray], np.ndarray]
    preparation: Mapping[str, Any] = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)

    @property
    def y(self) -> Ends:
        """The targets of each split."""
        return {split: self.of(own) for split, own in self.ends.items()}

    def at(self, ends: Ends) -> Self:
        """Return the targets of other windows."""
        return replace(self, ends=ends)


def targets(settings: Settings, rows: Rows, ends: Ends) -> Targets:
    """Return the targets of windows; windows whose target was filled in are left out.

    Raise RequestError if no window of a split is left, or if the training split has just one class.
    """
    ends, filled = _observed(settings, rows, ends)
    sheet = Sheet().plus(windows_without_an_observed_target=filled)
    if settings.ask == "change" and not (rows.values[:, 0] > 0).all():
        raise RequestError(f"{rows.table.name}: a relative change needs a target above 0 in every row: say ask='value'")
    if settings.ask in ("value", "change"):
        of = _values if settings.ask == "value" else _changes
        return Targets(ends, lambda own: of(settings, rows, own), sheet=sheet)
    found = _directions(settings, rows, ends) if settings.ask == "direction" else _states(settings, rows, ends)
    return replace(found, sheet=sheet.plus(*found.sheet.notices, **found.sheet.facts))


def _observed(settings: Settings, rows: Rows, ends: Ends) -> tuple[Ends, dict[str, int]]:
    """Leave out windows whose target was filled in, and return how many of each split they are."""
    if not rows.filled.any():
        return ends, {}
    ahead = (0, *settings.steps) if settings.ask in ("change", "direction") else settings.steps
    kept = {split: own[~rows.filled[own[:, None] + np.array(ahead)].any(axis=1)] for split, own in ends.items()}
    for split in (split for split, own in kept.items() if not len(own)):
        raise RequestError(
            f"{rows.table.name}: every target of the {split} split was filled in, so that nothing can be scored there: "
            "give observed values, or say missing='drop'"
        )
    return kept, {split: len(ends[split]) - len(own) for split, own in kept.items() if len(own) < len(ends[split])}


def _values(settings: Settings, rows: Rows, ends: np.ndarray) -> np.ndarray:
    """Return the target at each horizon as float32: (windows,), or (windows, horizons) if there are several."""
    return rows.values[_ahead(settings, ends), 0].astype(np.float32)


def _ahead(settings: Settings, ends: np.ndarray) -> np.ndarray:
    """Return the rows of the targets of windows: (windows,), or (windows, horizons) if there are several."""
    if settings.horizons:
        return ends[:, None] + np.array(settings.horizons)
    return ends + settings.horizon


def _changes(settings: Settings, rows: Rows, ends: np.ndarray) -> np.ndarray:
    """Return the relative change of the target from the last row of the window to each horizon, as `_values` does."""
    values = rows.values[:, 0]
    now = values[ends][:, None] if settings.horizons else values[ends]
    return (values[_ahead(settings, ends)] / now - 1).astype(np.float32)


def _directions(settings: Settings, rows: Rows, ends: Ends) -> Targets:
    """Ask whether the target is higher `horizon` rows later than at the last step of the window, or not."""
    values = rows.values[:, 0]

    def change(own: np.ndarray) -> np.ndarray:
        return values[own + settings.horizon] - values[own]

    ties = sum(int((change(own) == 0).sum()) for own in ends.values())
    for fault in np.unique([change(ends["train"]) > 0]) if len(np.unique(change(ends["train"]) > 0)) == 1 else ():
        never = DOWN if fault else UP
        raise RequestError(f"{rows.table.name}: the target never goes {never} in the training split: say ask='value'")
    sheet = Sheet().plus(ties_counted_as_down=ties or None)
    return Targets(ends, lambda own: (change(own) > 0).astype(np.int64), {CLASSES: np.array([DOWN, UP])}, sheet)


def _states(settings: Settings, rows: Rows, ends: Ends) -> Targets:
    """Ask for the state `horizon` rows later; windows whose state is never a training target are left out."""
    states = rows.states
    assert states is not None  # for the type checker: it is read whenever a state is asked for
    classes = np.unique(states[ends["train"] + settings.horizon])
    if len(classes) < 2:
        raise RequestError(f"{rows.table.name}: the target has only one state in the training split: nothing to tell")
    if len(classes) > MANY * len(ends["train"]):
        raise RequestError(
            f"{rows.table.name}: {len(classes):,} different states in {len(ends['train']):,} training windows are too "
            "many to learn: name a column of states as target=, or say ask='value' for numbers"
        )
    known = {split: np.isin(states[own + settings.horizon], classes) for split, own in ends.items()}
    strange = {split: np.unique(states[own + settings.horizon][~known[split]]) for split, own in ends.items()}
    names = sorted({str(name) for own in strange.values() for name in own})
    left = sum(int((~own).sum()) for own in known.values())
    fault = f"{left:,} windows are left out, because their states never occur in training ({names_of(names)})"
    notice = f"{fault}: say split= to choose the splits" if names else ""
    kept = {split: own[known[split]] for split, own in ends.items()}
    for split in (split for split, own in kept.items() if not len(own)):
        raise RequestError(f"{rows.table.name}: no state of the {split} split occurs in training: choose split=")

    def labels(own: np.ndarray) -> np.ndarray:
        return np.searchsorted(classes, states[own + settings.horizon])

    return Targets(kept, labels, {CLASSES: classes}, Sheet().plus(notice, classes=classes.tolist()))
