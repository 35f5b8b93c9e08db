"""Costs: how long the runs of each cell take, and from that how long what is left will take."""

import time
from collections.abc import Iterable
from typing import Any

from suite.plan import CellPlan

PHASES = ("data", "build", "fit", "evaluate")


class Costs:
    """Seconds on a worker, by cell: of runs that ended in this session, else as earlier records tell."""

    def __init__(self) -> None:
        self.begun: dict[str, float] = {}
        self.measured: dict[str, list[float]] = {}
        self.recorded: dict[str, list[float]] = {}

    def recall(self, plans: Iterable[CellPlan]) -> None:
        """Takes note of what runs cost whose records are there already."""
        for plan in plans:
            known = [of_record(record) for record in plan.records.values() if record["status"] == "ok"]
            self.recorded[plan.cell.name] = known

    def begin(self, run_id: str) -> None:
        """A run goes to a worker."""
        self.begun[run_id] = time.monotonic()

    def end(self, run_id: str) -> float:
        """A run is back; how long it took."""
        seconds = time.monotonic() - self.begun.pop(run_id, time.monotonic())
        self.measured.setdefault(run_id.rpartition("/")[0], []).append(seconds)
        return seconds

    def expected(self, cell: str) -> float | None:
        """Mean cost of a run of a cell, or of all cells where it has none yet; None while nothing is known."""
        for known in (self.measured, self.recorded):
            if known.get(cell):
                return mean(known[cell])
        everything = [
            seconds for known in (self.measured, self.recorded) for runs in known.values() for seconds in runs
        ]
        return mean(everything) if everything else None

    def left(self, plans: Iterable[CellPlan], workers: int) -> float | None:
        """Seconds until everything is done; None while nothing is known."""
        each = [(plan, self.expected(plan.cell.name)) for plan in plans]
        if any(cost is None for _, cost in each):
            return None
        now = time.monotonic()
        over = {plan: [min(now - self.begun.get(run, now), cost) for run in plan.running] for plan, cost in each}
        work = sum(plan.left() * cost - sum(over[plan]) for plan, cost in each)
        longest = max((cost - min(over[plan], default=0.0) for plan, cost in each if plan.left()), default=0.0)
        return max(work / workers, longest)


def of_record(record: dict[str, Any]) -> float:
    """Seconds that a stored run took on its worker."""
    return sum(record["seconds"].get(phase) or 0.0 for phase in PHASES)


def mean(values: list[float]) -> float:
    """Arithmetic mean."""
    return sum(values) / len(values)
