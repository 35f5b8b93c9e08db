"""Costs: how long the runs of each cell take, and from that how long what is left will take."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from suite.results.record import Record
from suite.runner.cell_plan import CellPlan

PHASES = ("data", "build", "fit", "evaluate")


@dataclass
class Average:
    """An arithmetic mean that grows with every value."""

    total: float = 0.0
    count: int = 0

    def add(self, value: float) -> None:
        """Takes in one more value."""
        self.total += value
        self.count += 1

    @property
    def value(self) -> float | None:
        """The mean; None of nothing."""
        return self.total / self.count if self.count else None


class Costs:
    """Seconds on a worker, by cell: of runs that ended in this session, else as earlier records tell."""

    def __init__(self) -> None:
        self.begun: dict[str, float] = {}
        self.measured: defaultdict[str, Average] = defaultdict(Average)
        self.recorded: defaultdict[str, Average] = defaultdict(Average)
        self.everywhere = Average()

    def recall(self, plans: Iterable[CellPlan]) -> None:
        """Takes note of what runs cost whose records are there already."""
        for plan in plans:
            for record in plan.records.values():
                if record.status == "ok":
                    self._add(self.recorded, plan.cell.name, of_record(record))

    def begin(self, run_id: str) -> None:
        """A run goes to a worker."""
        self.begun[run_id] = time.monotonic()

    def end(self, run_id: str) -> float:
        """A run is back; how long it took."""
        seconds = time.monotonic() - self.begun.pop(run_id, time.monotonic())
        self._add(self.measured, cell_of(run_id), seconds)
        return seconds

    def _add(self, known: defaultdict[str, Average], cell: str, seconds: float) -> None:
        known[cell].add(seconds)
        self.everywhere.add(seconds)

    def expected(self, cell: str) -> float | None:
        """Mean cost of a run of a cell, or of all cells where it has none yet; None while nothing is known."""
        for known in (self.measured, self.recorded):
            if cell in known:
                return known[cell].value
        return self.everywhere.value

    def left(self, runs: Mapping[str, int], workers: int) -> float | None:
        """Seconds until so many runs a cell, those at work included, are done; None while nothing is known."""
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
    """The name of a run's cell."""
    return run_id.rpartition("/")[0]


def of_record(record: Record) -> float:
    """Seconds that a stored run took on its worker."""
    return sum(record.seconds.get(phase) or 0.0 for phase in PHASES)
