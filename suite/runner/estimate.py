"""Estimate: add up the runs, time, memory and disk space of an experiment from short pilots of its cells."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from statistics import fmean
from typing import Any

import psutil

from suite.experiment.expected_runs import ROLES
from suite.runner.cell_plan import CellPlan
from suite.text import columns, duration, several

# Bytes that one epoch adds to a record.
EPOCH_BYTES = 120
BOUNDS = ("least", "likely", "most")


@dataclass(frozen=True)
class Cost:
    """The measured cost of one configuration on a worker.

    `fresh`: seconds of a run outside its epochs if it compiles its model; `reused`: the same with a model that is
    already compiled. `epoch`: seconds per epoch. `trial_bytes`, `final_bytes`: bytes that a trial or final run stores.
    """

    fresh: float
    reused: float
    epoch: float
    trial_bytes: int
    final_bytes: int


@dataclass
class CellEstimate:
    """The work left in one cell: runs by role, seconds on one worker, bytes; `problem`: why it cannot be trained."""

    cell: str
    left: dict[str, int]
    seconds: dict[str, float] = field(default_factory=lambda: dict.fromkeys(BOUNDS, 0.0))
    bytes: int = 0
    problem: str | None = None


@dataclass(frozen=True)
class LookEstimate:
    """The runs left, and the seconds until the last of them ends, if every open task goes on to the look."""

    trials: int
    runs: int
    seconds: dict[str, float]


@dataclass
class Estimate:
    """The work left in an experiment, and its cost.

    `seconds`: time until the last run ends, if patience ends every training as early as possible ("least"), if it ends
    none ("most"), and if runs last as long as the cell's earlier ones or, without any, halfway between ("likely").
    `memory`: bytes used by all processes together. `bytes`: disk space. `adopted`: runs copied from another folder.
    With planned looks, all of this is up to the next look, and `looks` has the cost up to each look.
    """

    workers: int
    seconds: dict[str, float]
    memory: int
    bytes: int
    adopted: int
    cells: list[CellEstimate]
    looks: list[LookEstimate] = field(default_factory=list)

    def left(self, role: str | None = None) -> int:
        """Count the runs that are still to be executed, of one role or of all roles."""
        return sum(count for cell in self.cells for name, count in cell.left.items() if role in (None, name))

    def plain(self) -> dict[str, Any]:
        """Return all fields, and the total number of runs, as plain values."""
        return {"runs": self.left()} | asdict(self)


def add_up(
    costs: Mapping[CellPlan, Sequence[Cost | str]], data: float, start: float, workers: int, adopted: int
) -> Estimate:
    """Return the estimate of an experiment from the pilots of its cells.

    `costs`: for each cell, the cost of each pilot, or the reason why it could not be trained. `data`: seconds to load
    the data of all runs. `start`: seconds until everything is prepared. `adopted`: number of adopted runs.
    """
    known = {plan: [one for one in found if isinstance(one, Cost)] for plan, found in costs.items()}
    cells = [of_cell(plan, known[plan], found) for plan, found in costs.items()]
    longest = max((one.fresh + one.epoch for found in known.values() for one in found), default=0.0)
    work = {bound: (data + sum(cell.seconds[bound] for cell in cells)) / workers for bound in BOUNDS}
    return Estimate(
        workers=workers,
        seconds={bound: start + max(seconds, longest) if cells else 0.0 for bound, seconds in work.items()},
        memory=memory(workers),
        bytes=sum(cell.bytes for cell in cells),
        adopted=adopted,
        cells=cells,
    )


def memory(workers: int) -> int:
    """Return the bytes of this process plus `workers` times the bytes of its largest child process."""
    process = psutil.Process()
    apart = [child.memory_info().rss for child in process.children(recursive=True)]
    return process.memory_info().rss + workers * max(apart, default=0)


def of_cell(plan: CellPlan, costs: Sequence[Cost], found: Sequence[Cost | str]) -> CellEstimate:
    """Estimate the work left in one cell, assuming that every trial compiles its model and other runs reuse one."""
    epochs = epochs_left(plan)
    left = {role: len(budgets) for role, budgets in epochs.items()}
    cell = CellEstimate(plan.cell.name, left)
    if not costs:
        cell.problem = next((str(why) for why in found), "its data cannot be loaded")
        return cell
    fresh, reused, epoch, trial_bytes, final_bytes = map(fmean, zip(*map(astuple, costs), strict=True))
    every = [budget for budgets in epochs.values() for budget in budgets]
    compiled = max(left["trial"], 1)
    outside = compiled * fresh + (len(every) - compiled) * reused
    cell.seconds = {bound: outside + epoch * sum(lasts(plan, one)[bound] for one in every) for bound in BOUNDS}
    files = (left["trial"] + left["control"]) * trial_bytes + left["final"] * final_bytes
    cell.bytes = round(files + EPOCH_BYTES * sum(every))
    return cell


def epochs_left(plan: CellPlan) -> dict[str, list[int]]:
    """Return role -> the maximum number of epochs of every run that is still to be executed."""
    experiment = plan.experiment
    return {role: [experiment.epochs_of(role, index) for index in plan.wanted(role)] for role in plan.expected}


def lasts(plan: CellPlan, epochs: int) -> dict[str, float]:
    """Return how many epochs a run takes: at least, likely (as in the cell's earlier runs, if any) and at most."""
    least = min(plan.experiment.patience + 1, epochs)
    whole = [record.epochs for record in plan.records.values() if record.ok and record.epochs]
    likely = fmean(whole) if whole else (least + epochs) / 2
    return {"least": least, "likely": min(likely, epochs), "most": epochs}


def lines(found: Estimate, hours: float | None = None) -> list[str]:
    """Return the estimate as lines: one per cell, then totals; `hours`: the user's time limit, if there is one."""
    rows: list[tuple[Any, ...]] = [("cell", "trials", "finals", "controls", "time on a worker")]
    for cell in found.cells:
        cost = cell.problem or duration(cell.seconds["likely"])
        rows.append((cell.cell, *(cell.left[role] for role in ROLES), cost))
    least, likely, most = (found.seconds[bound] for bound in BOUNDS)
    counts = ", ".join(several(found.left(role), role) for role in ROLES)
    adopted = f"; {found.adopted} more to be adopted" if found.adopted else ""
    text = [
        f"runs: {found.left()} left to do{' up to the next look' * bool(found.looks)} ({counts}){adopted}",
        f"time: about {likely / 3600:.2f} hours ({duration(likely)}) on this machine with "
        f"{several(found.workers, 'worker')}; {duration(least)} to {duration(most)}, "
        "depending on how early patience ends each run, plus the report",
        f"memory: about {found.memory / 2**30:.1f} GiB",
        f"disk: about {found.bytes / 2**20:.1f} MiB, without the report",
    ]
    text += [
        f"up to the look after {look.trials} trials, if every open task goes on to it: "
        f"{several(look.runs, 'run')}, about {duration(look.seconds['likely'])}"
        for look in found.looks
    ]
    if hours is not None:
        enough = max([likely, *(look.seconds["likely"] for look in found.looks)]) <= hours * 3600
        text.append(f"the limit of {hours:g} hours {'should suffice' if enough else 'will not suffice for all of it'}")
    return columns(rows) + text
