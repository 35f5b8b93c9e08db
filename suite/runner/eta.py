"""ETA: measure how long the runs of each cell take, and estimate the time left."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suite.runner.cell_plan import CellPlan


@dataclass
class Average:
    """An arithmetic mean that is updated one value at a time."""

    total: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Add a value."""
        self.total += value
        self.count += 1

    @property
    def value(self) -> float | None:
        """The mean; None if there are no values."""
        return self.total / self.count if self.count else None


class Costs:
    """Mean seconds per run of each cell, from runs that ended in this session or, without any, from stored records."""

    def __init__(self) -> None:
        self.begun: dict[str, float] = {}
        self.measured: defaultdict[str, Average] = defaultdict(Average)
        self.recorded: defaultdict[str, Average] = defaultdict(Average)
        self.everywhere = Average()

    def recall(self, plans: Iterable[CellPlan]) -> None:
        """Add the durations of the stored runs."""
        for plan in plans:
            for record in plan.records.values():
                if record.ok:
                    self._add(self.recorded, plan.cell.name, record.worked)

    def begin(self, run_id: str) -> None:
        """Record that a run was sent to a worker."""
        self.begun[run_id] = time.monotonic()

    def end(self, run_id: str) -> float:
        """Record that a run has ended, and return its duration (seconds)."""
        seconds = time.monotonic() - self.begun.pop(run_id, time.monotonic())
        self._add(self.measured, cell_of(run_id), seconds)
        return seconds

    def _add(self, known: defaultdict[str, Average], cell: str, seconds: float) -> None:
        known[cell].add(seconds)
        self.everywhere.add(seconds)

    def expected(self, cell: str) -> float | None:
        """Return the mean seconds of a cell's runs, or of all runs if it has none; None if no run has ended yet."""
        for known in (self.measured, self.recorded):
            if cell in known:
                return known[cell].value
        return self.everywhere.value

    def left(self, runs: Mapping[str, int], workers: int) -> float | None:
        """Return the seconds until all these runs (cell -> number left, running ones included) end; None if unknown."""
        cells = [cell for cell, count in runs.items() if count]
        costs = {cell: cost for cell in cells if (cost := self.expected(cell)) is not None}
        if len(costs) < len(cells):
            return None
        now = time.monotonic()
        over: defaultdict[str, list[float]] = defaultdict(list)
        for run_id, since in self.begun.items():
            cell = cell_of(run_id)
            over[cell].append(min(now - since, costs.get(cell, 0.0)))
        work = sum(runs[cell] * cost - sum(over[cell]) for cell, cost in costs.items())
        waits = {cell: runs[cell] > len(over[cell]) for cell in costs}
        longest = max((cost - (0.0 if waits[cell] else min(over[cell])) for cell, cost in costs.items()), default=0.0)
        return max(work / workers, longest)


def cell_of(run_id: str) -> str:
    """Return the name of the cell that a run belongs to."""
    return run_id.rpartition("/")[0]
