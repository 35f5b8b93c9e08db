"""Estimate: what an experiment will take, added up from the pilots of its cells: runs, time, memory, disk."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import fmean
from typing import Any

import psutil

from suite.experiment.expected_runs import ROLES
from suite.runner.cell_plan import CellPlan
from suite.runner.engines.engine import Done
from suite.runner.pilot import Pilot
from suite.text import columns, duration

# What an epoch adds to a record.
EPOCH_BYTES = 120
BOUNDS = ("least", "likely", "most")


@dataclass
class CellEstimate:
    """What is left in one cell: runs by role, seconds on one worker, bytes; `problem`: why it cannot be trained."""

    cell: str
    left: dict[str, int]
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOUNDS, 0.0))
    bytes: int = 0
    problem: str | None = None


@dataclass
class Estimate:
    """What is left of an experiment, and what it will take.

    `seconds` until the last run is made, where patience ends every training as early as it can ("least"), nowhere
    ("most"), or half way ("likely"), unless earlier runs of the cell show it. `memory` in bytes, of all processes.
    """

    workers: int
    seconds: dict[str, float]
    memory: int
    bytes: int
    adopted: int
    cells: list[CellEstimate]

    def left(self, role: str | None = None) -> int:
        """Count the runs left to make, of a role or of all."""
        return sum(count for cell in self.cells for name, count in cell.left.items() if role in (None, name))

    def plain(self) -> dict[str, Any]:
        """Return all fields as plain values."""
        return {"runs": self.left()} | asdict(self)


def add_up(
    pilots: Mapping[CellPlan, Sequence[Done]], data: float, start: float, workers: int, adopted: int
) -> Estimate:
    """Add up the pilots of all cells. `data`: seconds for all tasks and seeds; `start`: until there were workers."""
    cells = [of_cell(plan, done) for plan, done in pilots.items()]
    found: list[Pilot] = [one.result for done in pilots.values() for one in done if one.result]
    apart = [pilot.memory for pilot in found if pilot.process != os.getpid()]
    begin = start + max((pilot.begin for pilot in found), default=0.0)
    longest = max((pilot.fresh + pilot.epoch for pilot in found), default=0.0)
    work = {bound: (data + sum(cell.seconds[bound] for cell in cells)) / workers for bound in BOUNDS}
    return Estimate(
        workers=workers,
        seconds={bound: begin + max(seconds, longest) if pilots else 0.0 for bound, seconds in work.items()},
        memory=psutil.Process().memory_info().rss + workers * max(apart, default=0),
        bytes=sum(cell.bytes for cell in cells),
        adopted=adopted,
        cells=cells,
    )


def of_cell(plan: CellPlan, done: Sequence[Done]) -> CellEstimate:
    """Estimate what is left of one cell; every trial is taken to compile its model, every other run to reuse one."""
    epochs = epochs_left(plan)
    left = {role: len(budgets) for role, budgets in epochs.items()}
    found = CellEstimate(plan.cell.name, left)
    pilots: list[Pilot] = [one.result for one in done if one.result]
    if not pilots:
        found.problem = next(
            (f"{one.death.cause if one.death else one.error}" for one in done), "its data cannot be made"
        )
        return found
    every = [budget for budgets in epochs.values() for budget in budgets]
    compiled = max(left["trial"], 1)
    outside = compiled * average(pilots, "fresh") + (len(every) - compiled) * average(pilots, "reused")
    for bound in BOUNDS:
        spent = sum(lasts(plan, budget)[bound] for budget in every)
        found.seconds[bound] = outside + average(pilots, "epoch") * spent
    scored = left["final"] * average(pilots, "final_bytes")
    others = (left["trial"] + left["control"]) * average(pilots, "trial_bytes")
    found.bytes = round(scored + others + EPOCH_BYTES * sum(every))
    return found


def average(pilots: Sequence[Pilot], name: str) -> float:
    """Return the mean of a field."""
    return fmean(getattr(pilot, name) for pilot in pilots)


def epochs_left(plan: CellPlan) -> dict[str, list[int]]:
    """Return role -> the most epochs of every run left to make."""
    experiment = plan.experiment
    return {
        role: [
            experiment.trial_budget(index).epochs if role == "trial" else experiment.epochs
            for index in range(count)
            if plan.is_wanted(plan.ids[role, index])
        ]
        for role, count in plan.expected.items()
    }


def lasts(plan: CellPlan, epochs: int) -> dict[str, float]:
    """Return how many of its epochs a run may take, with the experiment's patience; as earlier runs of the cell did."""
    least = min(plan.experiment.patience + 1, epochs)
    whole = [record.epochs for record in plan.records.values() if record.ok and record.epochs]
    likely = fmean(whole) if whole else (least + epochs) / 2
    return {"least": least, "likely": min(likely, epochs), "most": epochs}


def lines(found: Estimate, hours: float | None = None) -> list[str]:
    """Return the estimate as text: one line per cell, then runs, time, memory and disk; `hours`: those given."""
    rows: list[tuple[Any, ...]] = [("cell", "trials", "finals", "controls", "time on a worker")]
    for cell in found.cells:
        cost = cell.problem or duration(cell.seconds["likely"])
        rows.append((cell.cell, *(cell.left[role] for role in ROLES), cost))
    least, likely, most = (found.seconds[bound] for bound in BOUNDS)
    counts = ", ".join(f"{found.left(role)} {role}s" for role in ROLES)
    adopted = f", {found.adopted} of the others to be adopted" if found.adopted else ""
    text = [
        f"runs: {found.left()} left to make ({counts}){adopted}",
        f"time: about {likely / 3600:.2f} hours ({duration(likely)}) on this machine with {found.workers} at a time; "
        f"{duration(least)} to {duration(most)}, as early as patience ends the trainings; the report comes on top",
        f"memory: about {found.memory / 2**30:.1f} GiB",
        f"disk: about {found.bytes / 2**20:.1f} MiB, without the report",
    ]
    if hours is not None:
        enough = likely <= hours * 3600
        text.append(f"the {hours:g} hours given {'should suffice' if enough else 'will not suffice for all of it'}")
    return columns(rows) + text
