"""Forecast: what an experiment will take, added up from what its cells tasted like: runs, time, memory, disk."""

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil

from suite.runner.cell_plan import CellPlan
from suite.runner.engines.engine import Done
from suite.text import columns, duration

# What an epoch adds to a record.
EPOCH_BYTES = 120
BOUNDS = ("least", "likely", "most")


@dataclass
class CellForecast:
    """What is left in one cell: runs by role, seconds on one worker, bytes; `problem`: why it could not be tasted."""

    cell: str
    left: dict[str, int]
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOUNDS, 0.0))
    bytes: int = 0
    problem: str | None = None


@dataclass
class Forecast:
    """What is left of an experiment, and what it will take.

    `seconds` until the last run is made, where patience ends every training as early as it can ("least"), nowhere
    ("most"), or half way ("likely"), unless earlier runs of the cell tell. `memory` in bytes, of all processes.
    """

    workers: int
    seconds: dict[str, float]
    memory: int
    bytes: int
    adopted: int
    cells: list[CellForecast]

    def left(self, role: str | None = None) -> int:
        """Runs left to make, of a role or of all."""
        return sum(count for cell in self.cells for name, count in cell.left.items() if role in (None, name))

    def plain(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {"runs": self.left()} | asdict(self)


def forecast(
    tasted: Mapping[CellPlan, list[Done]], data: list[Done], start: float, workers: int, adopted: int
) -> Forecast:
    """Adds up what tasting cells, making one seed of every task's data, and starting so many workers took."""
    cells = [of_cell(plan, done) for plan, done in tasted.items()]
    samples = [one.result for done in tasted.values() for one in done if one.result]
    apart = [sample.memory for sample in samples if sample.process != os.getpid()]
    begin = max((sample.begin for sample in samples), default=0.0)
    longest = max((sample.fresh + sample.epoch for sample in samples), default=0.0)
    seeds = max((plan.experiment.seeds for plan in tasted), default=0)
    made = sum(one.result or 0.0 for one in data) * (1 + seeds)
    work = {bound: (made + sum(cell.seconds[bound] for cell in cells)) / workers for bound in BOUNDS}
    return Forecast(
        workers=workers,
        seconds={bound: start + begin + max(seconds, longest) if tasted else 0.0 for bound, seconds in work.items()},
        memory=psutil.Process().memory_info().rss + workers * max(apart, default=0),
        bytes=sum(cell.bytes for cell in cells),
        adopted=adopted,
        cells=cells,
    )


def of_cell(plan: CellPlan, tasted: list[Done]) -> CellForecast:
    """What is left of one cell."""
    epochs = epochs_left(plan)
    found = CellForecast(plan.cell.name, {role: len(budgets) for role, budgets in epochs.items()})
    samples = [one.result for one in tasted if one.result]
    if not samples:
        causes = [f"{one.error or one.death.cause}" for one in tasted]
        found.problem = causes[0] if causes else "its data cannot be made"
        return found
    fresh, reused, epoch, trial_bytes, final_bytes = (
        sum(getattr(sample, name) for sample in samples) / len(samples)
        for name in ("fresh", "reused", "epoch", "trial_bytes", "final_bytes")
    )
    compiled = structures(plan) if epochs["trial"] else 1
    runs = found.left
    outside = compiled * fresh + (sum(runs.values()) - compiled) * reused
    everything = [budget for budgets in epochs.values() for budget in budgets]
    found.seconds = {bound: outside + epoch * sum(lasts(plan, one)[bound] for one in everything) for bound in BOUNDS}
    found.bytes = round(
        (runs["trial"] + runs["control"]) * trial_bytes + runs["final"] * final_bytes + EPOCH_BYTES * sum(everything)
    )
    return found


def epochs_left(plan: CellPlan) -> dict[str, list[int]]:
    """Role -> the most epochs of every run left to make."""
    experiment = plan.experiment
    return {
        role: [
            experiment.trial_budget(index).epochs if role == "trial" else experiment.epochs
            for index in range(count)
            if plan.is_wanted(plan.ids[role, index])
        ]
        for role, count in plan.asked.items()
    }


def lasts(plan: CellPlan, epochs: int) -> dict[str, float]:
    """How many epochs of so many a run may take, with the experiment's patience; as earlier runs of the cell did."""
    least = min(plan.experiment.patience + 1, epochs)
    whole = [record["epochs"] for record in plan.records.values() if record["status"] == "ok"]
    likely = sum(whole) / len(whole) if whole else (least + epochs) / 2
    return {"least": least, "likely": min(likely, epochs), "most": epochs}


def structures(plan: CellPlan) -> int:
    """Models to be compiled for the trials left: those that differ in rates and starts alone share one.

    A guess from the values' types: whole numbers (depth, width, batch size) shape a model, the others seldom do.
    """
    wanted = [index for index in range(plan.asked["trial"]) if plan.is_wanted(plan.ids["trial", index])]
    known = [plan.configurations[index] for index in wanted if index in plan.configurations]
    shapes = Counter(tuple((name, v) for name, v in sorted(one.items()) if isinstance(v, int)) for one in known)
    return len(shapes) + len(wanted) - len(known)


def lines(found: Forecast, hours: float | None = None) -> list[str]:
    """The forecast as text: a line a cell, then runs, time, memory and disk; `hours`: those given."""
    rows: list[tuple[Any, ...]] = [("cell", "trials", "finals", "controls", "time on a worker")]
    for cell in found.cells:
        cost = cell.problem or duration(cell.seconds["likely"])
        rows.append((cell.cell, *(cell.left[role] for role in ("trial", "final", "control")), cost))
    least, likely, most = (found.seconds[bound] for bound in BOUNDS)
    counts = ", ".join(f"{found.left(role)} {role}s" for role in ("trial", "final", "control"))
    adopted = f", {found.adopted} of the others to be adopted" if found.adopted else ""
    told = [
        f"runs: {found.left()} left to make ({counts}){adopted}",
        f"time: about {likely / 3600:.2f} hours ({duration(likely)}) on this machine with {found.workers} at a time; "
        f"{duration(least)} to {duration(most)}, as early as patience ends the trainings; the report comes on top",
        f"memory: about {found.memory / 2**30:.1f} GiB",
        f"disk: about {found.bytes / 2**20:.1f} MiB, without the report",
    ]
    if hours is not None:
        enough = likely <= hours * 3600
        told.append(f"the {hours:g} hours given {'should suffice' if enough else 'will not suffice for all of it'}")
    return columns(rows) + told
