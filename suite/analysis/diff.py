"""Diff: compare two result sets, before and after a change, cell by cell and run by run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis import contrasts
from suite.analysis.decisions import PairVerdict, Standing, Verdict, between
from suite.analysis.effects import estimate
from suite.analysis.replicates import Replicates, own_runs, replicates
from suite.results.agreement import shared_scores
from suite.results.record import Record
from suite.results.results import Results
from suite.results.specs import differences as fields_that_differ
from suite.results.statuses import Status
from suite.statistics import Estimate
from suite.text import interval, listed, several

Records = Mapping[str, Record]  # id -> record

SHOWN = 5


@dataclass(frozen=True)
class CellDifference:
    """The change in expected test skill (after - before) of a cell, paired by the numbers of its replicates.

    `plain` has a 95 % interval. `joint` has the interval that holds for all cells together; this one decides, unless
    all paired runs are `unchanged`. `failed` lists final runs that succeeded before but fail or are missing after; a
    single such run makes the cell worse.
    """

    task: str
    architecture: str
    plain: Estimate
    joint: Estimate
    verdict: PairVerdict
    failed: list[str]
    unchanged: bool

    @property
    def worse(self) -> bool:
        """Whether the cell got worse by more than the margin, or lost runs."""
        return self.verdict is PairVerdict.WORSE or bool(self.failed)


@dataclass(frozen=True)
class Differences:
    """The differences between two result sets.

    `only_before` and `only_after` list the ids of runs that only one side has. `specs` maps each field that differs to
    {"runs", "before", "after"}: the number of runs in which it differs, and its values in the first of them. `changed`
    counts the runs, of the `runs` on both sides, that differ in status or scores. `margin` is in units of skill.
    """

    cells: list[CellDifference]
    only_before: list[str]
    only_after: list[str]
    specs: dict[str, dict[str, Any]]
    changed: int
    runs: int
    margin: float

    @property
    def identical(self) -> bool:
        """Whether both sides have the same runs with the same specs, statuses and scores."""
        return not (self.only_before or self.only_after or self.specs or self.changed)

    @property
    def worse(self) -> list[CellDifference]:
        """The cells that got worse."""
        return [cell for cell in self.cells if cell.worse]

    def plain(self) -> dict[str, Any]:
        """Return all fields as plain values, for JSON."""
        named = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {"identical": self.identical} | named | {"cells": [_plain(cell) for cell in self.cells]}


def _plain(cell: CellDifference) -> dict[str, Any]:
    verdict = Verdict.EQUAL if cell.verdict is PairVerdict.EQUAL else cell.verdict
    intervals = {"plain": cell.plain._asdict(), "joint": cell.joint._asdict()}
    return asdict(cell) | intervals | {"verdict": verdict.value, "worse": cell.worse}


def diff(before: Results, after: Results) -> Differences:
    """Compare two result sets run by run, using the margin of the first."""
    old, new = ({record.id: record for record in results.records} for results in (before, after))
    both = [name for name in old if name in new]
    return Differences(
        cells=_cells(before, after, old, new),
        only_before=sorted(set(old) - set(new)),
        only_after=sorted(set(new) - set(old)),
        specs=_specs(old, new, both),
        changed=sum(not _same_outcome(old[name], new[name]) for name in both),
        runs=len(both),
        margin=before.margin,
    )


def _cells(before: Results, after: Results, old: Records, new: Records) -> list[CellDifference]:
    """Return the differences of every cell that has replicates on both sides or lost final runs."""
    lost: dict[tuple[str, str], list[str]] = {}
    for name, record in sorted(old.items()):
        if record.role == "final" and record.ok and _is_lost(record, new.get(name)):
            lost.setdefault(record.cell, []).append(name)
    pairings = [
        _paired(task, name, *sides, old, new)
        for task in before.task_names
        for sides in [_sides(before, after, task)]
        for name in before.architectures
    ]
    shown = [one for one in pairings if len(one.numbers) or one.cell in lost]
    level = contrasts.joint_level(len(shown))
    return [
        CellDifference(
            *one.cell,
            one.change(0.95),
            one.change(level),
            one.verdict(level, before.margin),
            lost.get(one.cell, []),
            one.unchanged,
        )
        for one in shown
    ]


def _is_lost(before: Record, after: Record | None) -> bool:
    """Return whether a run that succeeded is missing or fails now; a different run that diverges is no loss."""
    if after is None or after.ok:
        return after is None
    return after.status != Status.DIVERGED or after.spec == before.spec


def _sides(before: Results, after: Results, task: str) -> tuple[Replicates, Replicates]:
    """Return the replicates of both sides: trials if both have them for searches of the same size, else final runs."""
    first, second = (own_runs(results, task) for results in (before, after))
    if (first.role, first.n) == (second.role, second.n):
        return first, second
    return replicates(before, task, finals=True), replicates(after, task, finals=True)


@dataclass(frozen=True)
class _Paired:
    """The replicates of a cell that both sides have, and their records as pairs."""

    cell: tuple[str, str]
    before: Replicates
    after: Replicates
    numbers: pd.Index
    records: list[tuple[Record, Record]]

    @property
    def unchanged(self) -> bool:
        """Whether every run has the same outcome on both sides."""
        return bool(self.records) and all(_same_outcome(*pair) for pair in self.records)

    def change(self, level: float) -> Estimate:
        """Return the change in expected test skill; without an interval if there are fewer than five replicates."""
        if len(self.numbers) <= self.before.n:
            return Estimate(np.nan, np.nan, np.nan, len(self.numbers))
        first, second = (side.searched(self.cell[1], self.numbers) for side in (self.before, self.after))
        return estimate([(1, second), (-1, first)], level)

    def verdict(self, level: float, margin: float) -> PairVerdict:
        """Return the verdict on the change.

        If two searches found different configurations, luck may explain any change in their final runs.
        """
        if self.unchanged:
            return PairVerdict.EQUAL
        if self.before.standing(len(self.numbers)) is Standing.NONE:
            return PairVerdict.TOO_FEW
        if self.before.one_search and not all(map(_are_alike, *zip(*self.records, strict=True))):
            return PairVerdict.UNDECIDED
        return between(self.change(level), margin, *self._solved(level))

    def _solved(self, level: float) -> list[Estimate]:
        """Return the change in the chance of solving the task, if it has a threshold."""
        name, sides = self.cell[1], [side.solved for side in (self.after, self.before)]
        counts = [int(solved.loc[self.numbers, name].sum()) for solved in sides if solved is not None]
        if len(counts) < len(sides):
            return []
        bounds = contrasts.solved_difference(*counts, len(self.numbers), self.before.n, level)
        return [Estimate(*map(float, bounds), len(self.numbers))]


def _are_alike(before: Record, after: Record) -> bool:
    """Return whether two runs have the same value of every hyperparameter that both have."""
    first, second = before.hyperparameters, after.hyperparameters
    return all(first[name] == second[name] for name in first.keys() & second.keys())


def _paired(task: str, name: str, before: Replicates, after: Replicates, old: Records, new: Records) -> _Paired:
    numbers = before.numbers(name).intersection(after.numbers(name))
    ids = [f"{task}/{name}/{before.role}-{number:03d}" for number in numbers]
    return _Paired((task, name), before, after, numbers, [(old[one], new[one]) for one in ids])


def _same_outcome(old: Record, new: Record) -> bool:
    """Return whether a run has the same status and, in all metrics that both records have, the same scores."""
    scores = shared_scores(old.metrics, new.metrics), shared_scores(old.baseline, new.baseline)
    return old.status == new.status and all(one == other for one, other in scores)


def _specs(old: Records, new: Records, both: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name in both:
        for field, (first, second) in fields_that_differ(old[name].spec, new[name].spec).items():
            found.setdefault(field, {"runs": 0, "before": first, "after": second})["runs"] += 1
    return found


def lines(found: Differences) -> Iterator[str]:
    """Yield the differences as sentences. Identical result sets give a single line."""
    if found.identical:
        yield f"identical: {several(found.runs, 'run')} with the same specs and scores"
        return
    yield f"{several(found.runs, 'run')} on both sides, {found.changed} with another outcome"
    for side, names in (("before", found.only_before), ("after", found.only_after)):
        if names:
            more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            yield f"only {side}: {listed(names[:SHOWN]) if not more else ', '.join(names[:SHOWN]) + more}"
    for field, one in found.specs.items():
        yield f"specs differ in {field}: {one['before']!r} -> {one['after']!r} ({several(one['runs'], 'run')})"
    for cell in found.cells:
        failed = f"; failed or missing now: {listed(cell.failed)}" if cell.failed else ""
        change = f"{cell.verdict.phrase}, {interval(cell.joint, ' of skill')}"
        if cell.unchanged:
            change = f"unchanged in {several(cell.joint.n, 'run')}"
        yield f"{cell.task}/{cell.architecture}: {change}{failed}"
    yield f"{len(found.worse)} of {several(len(found.cells), 'cell')} got worse by more than {found.margin:g} of skill"
