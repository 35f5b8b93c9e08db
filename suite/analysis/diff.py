"""Diff: compare two result sets, before and after a change, cell by cell and run by run."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis import contrasts
from suite.analysis.decisions import FEWEST_RUNS, PairVerdict, Verdict, between
from suite.analysis.replicates import Replicates, replicates
from suite.results.record import Record
from suite.results.results import Results
from suite.results.specs import differences as fields_that_differ
from suite.statistics import Estimate
from suite.text import interval, listed, several

Records = Mapping[str, Record]  # id -> record

SHOWN = 5


@dataclass(frozen=True)
class CellDifference:
    """The change in expected test skill (after - before) of a cell, paired by the numbers of its replicates.

    `plain` has a 95 % interval. `joint` has the interval that holds for all cells together; this one decides. `failed`
    lists final runs that succeeded before but fail or are missing after; a single such run makes the cell worse.
    """

    task: str
    architecture: str
    plain: Estimate
    joint: Estimate
    verdict: PairVerdict
    failed: list[str]

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
        changed=sum(_outcome(old[name]) != _outcome(new[name]) for name in both),
        runs=len(both),
        margin=before.margin,
    )


def _cells(before: Results, after: Results, old: Records, new: Records) -> list[CellDifference]:
    """Return the differences of every cell that has replicates on both sides or lost final runs."""
    lost: dict[tuple[str, str], list[str]] = {}
    for name, record in sorted(old.items()):
        if record.role == "final" and record.ok and not (name in new and new[name].ok):
            lost.setdefault(record.cell, []).append(name)
    both = [
        (task, name)
        for task in before.task_names
        for name in before.architectures
        if len(_numbers(before, after, task, name)) or (task, name) in lost
    ]
    found = []
    for task, name in both:
        plain, joint = (_change(before, after, task, name, contrasts.joint_level(count)) for count in (1, len(both)))
        verdict = between(joint, before.margin)
        found.append(CellDifference(task, name, plain, joint, verdict, lost.get((task, name), [])))
    return found


def _sides(before: Results, after: Results, task: str) -> list[Replicates]:
    """Return the replicates of both sides: trials if both have them for searches of the same size, else final runs."""
    found = [replicates(results, task) for results in (before, after)]
    same = len({(one.role, one.n) for one in found}) == 1
    return found if same else [replicates(results, task, finals=True) for results in (before, after)]


def _numbers(before: Results, after: Results, task: str, name: str) -> pd.Index:
    first, second = _sides(before, after, task)
    return first.numbers(name).intersection(second.numbers(name))


def _change(before: Results, after: Results, task: str, name: str, level: float) -> Estimate:
    """Return the change in expected test skill; without an interval below five replicates."""
    (first, second), numbers = _sides(before, after, task), _numbers(before, after, task, name)
    if len(numbers) <= first.n:
        return Estimate(np.nan, np.nan, np.nan, len(numbers))
    cells = [(1, second.searched(name, numbers)), (-1, first.searched(name, numbers))]
    centre = float(cells[0][1].expected - cells[1][1].expected)
    if len(numbers) < FEWEST_RUNS:
        return Estimate(centre, np.nan, np.nan, len(numbers))
    return Estimate(*map(float, contrasts.contrast(cells, level)), len(numbers))


def _outcome(record: Record) -> tuple[Any, ...]:
    """Return everything that a run's skill depends on."""
    return record.status, record.metrics, record.baseline


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
        yield f"{cell.task}/{cell.architecture}: {cell.verdict.phrase}, {interval(cell.joint, ' of skill')}{failed}"
    yield f"{len(found.worse)} of {several(len(found.cells), 'cell')} got worse beyond {found.margin:g} of skill"
