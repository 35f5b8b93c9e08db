"""Schedule: choose the cell that a free worker serves next, within the time limit."""

import math
import time
from collections.abc import Iterator

from suite.runner.cell_plan import CellPlan, distinct_tasks, left
from suite.runner.eta import Costs

# The share of the time limit that is reserved for the report, and its upper bound in seconds.
REPORT_SHARE = 0.05
REPORT_SECONDS = 60.0

# Which data: the name of the task and the data seed.
Key = tuple[str, int]


class Deadline:
    """The end of the time limit, `hours` from now less a reserve for the report; without hours there is no end."""

    def __init__(self, hours: float | None = None):
        self.hours = hours
        seconds = math.inf if hours is None else hours * 3600
        self.end = time.monotonic() + seconds - min(seconds * REPORT_SHARE, REPORT_SECONDS)

    @property
    def over(self) -> bool:
        """Whether the time limit has passed."""
        return time.monotonic() >= self.end

    def allows(self, seconds: float | None) -> bool:
        """Return whether work that takes `seconds` would finish in time; allow work of unknown length."""
        return time.monotonic() + (seconds or 0.0) < self.end


class Order:
    """The order in which the cells offer work to a free worker.

    Without a deadline, a worker stays with its task, whose data it has in memory; then it goes to a task without a
    worker. The cells of a task take turns, so that runs with the same number, which are compared, are made at about the
    same time, and a busy machine cannot make one architecture dear. A worker keeps the compiled models of several
    cells, so turns cost hardly any compilation. With a deadline, all cells take turns: one trial per cell until all
    cells are searched, then one final run per cell. No cell begins a round before every other cell could begin the
    previous round, so their numbers of runs differ by at most one; a cell with slower runs gets more of the time.
    """

    def __init__(self, plans: list[CellPlan], deadline: Deadline, costs: Costs):
        self.plans = plans
        self.deadline = deadline
        self.costs = costs
        self.held: dict[str, Key] = {}  # worker -> the data that it used last
        self._position = {task.name: position for position, task in enumerate(distinct_tasks(plans))}

    def cells(self, worker: str) -> Iterator[CellPlan]:
        """Yield the cells in this order; the worker takes the first cell that has work."""
        turns = {plan: turn_of(plan) for plan in self.plans if not plan.is_over}
        own, busy = self.held.get(worker, ("", 0))[0], {plan.cell.task.name for plan in turns if plan.running}

        def use(plan: CellPlan) -> tuple[bool, bool, int]:
            task = plan.cell.task.name
            return task != own, task in busy, self._position[task]

        by_use = sorted(turns, key=lambda plan: (use(plan), turns[plan]))
        if self.deadline.hours is None:
            yield from by_use
            return
        stuck: tuple[int, int] | None = None
        for plan in sorted(by_use, key=lambda plan: turns[plan]):
            turn = turns[plan]
            if stuck is not None and turn > stuck:
                return
            if self.deadline.allows(self.costs.expected(plan.cell.name)):
                yield plan
            elif left(plan) > len(plan.running):
                stuck = turn

    def took(self, worker: str, data: Key) -> None:
        """Record which data a worker is using."""
        self.held[worker] = data

    def distance(self, worker: str, data: Key) -> int:
        """Return how far data are from a worker: 0 if it used them last, 1 if nobody did, 2 if another worker did.

        A worker that begins with the nearest data trains all architectures on them, so that they are loaded once.
        """
        if self.held.get(worker) == data:
            return 0
        return 2 if data in self.held.values() else 1

    def left_out(self) -> str:
        """Return a sentence about the runs that the time limit left out; return "" if all runs are done."""
        unfinished = [plan for plan in self.plans if left(plan)]
        if all(plan.growing and plan.tried for plan in unfinished):  # these wait for cells of other commands
            return ""
        runs = sum(left(plan) for plan in unfinished)
        unsearched = [plan for plan in self.plans if not plan.searched]
        what = f"the time limit of {self.deadline.hours:g} hours ran out: {runs} runs are not done"
        if unsearched:
            trials = min(len(plan.trials) for plan in unsearched)
            what += f", {len(unsearched)} searches are unfinished (every cell has {trials} trials or more)"
        return f"{what}; run the same command to continue"


def turn_of(plan: CellPlan) -> tuple[int, int]:
    """Return the sort key of a cell's turn: unfinished searches first, then those with fewer begun runs."""
    begun = {*plan.records, *plan.running}
    trials = sum(run_id.rpartition("/")[2].startswith("trial-") for run_id in begun)
    return (1, len(begun) - trials) if plan.searched else (0, trials)
