"""Schedule: which cell a free worker works on next, and whether the time allows it."""

import math
import time
from collections.abc import Iterator

from suite.runner.cell_plan import CellPlan, left
from suite.runner.eta import Costs

# The part of the given time that is reserved for the report.
REPORT_SHARE = 0.05
REPORT_SECONDS = 60.0


class Deadline:
    """The end of the given hours, counted from now; without hours there is no end."""

    def __init__(self, hours: float | None = None):
        self.hours = hours
        seconds = math.inf if hours is None else hours * 3600
        self.end = time.monotonic() + seconds - min(seconds * REPORT_SHARE, REPORT_SECONDS)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.end

    def allows(self, seconds: float | None) -> bool:
        """Whether work of this length would finish in time; work of unknown length is allowed."""
        return time.monotonic() + (seconds or 0.0) < self.end


class Order:
    """The order in which the cells offer work to a free worker.

    Without a deadline a worker stays with its cell, whose runs share the models that it has compiled, then goes to a
    cell without a worker. With a deadline the cells take turns: one trial each until all are searched, then one final
    run each. No cell begins a round before every other cell could begin the previous one, so that their numbers of runs
    differ by one at most; a cell whose runs take longer gets more of the time.
    """

    def __init__(self, plans: list[CellPlan], deadline: Deadline, costs: Costs):
        self.plans = plans
        self.deadline = deadline
        self.costs = costs
        self.last: dict[str, CellPlan] = {}

    def cells(self, worker: str) -> Iterator[CellPlan]:
        """Yield the cells in this order, for a worker to take the first that has work."""
        last = self.last.get(worker)
        others = {
            plan for name, plan in self.last.items() if name != worker and plan.running
        }  # a dead worker is at no cell
        by_use = sorted(self.plans, key=lambda plan: (plan is not last, plan in others))
        if self.deadline.hours is None:
            yield from by_use
            return
        stuck: tuple[int, int] | None = None
        for turn, plan in sorted(((turn_of(plan), plan) for plan in by_use), key=lambda pair: pair[0]):
            if stuck is not None and turn > stuck:
                return
            if self.deadline.allows(self.costs.expected(plan.cell.name)):
                yield plan
            elif left(plan) > len(plan.running):
                stuck = turn

    def took(self, worker: str, plan: CellPlan) -> None:
        """Note which cell a worker is working on."""
        self.last[worker] = plan

    def left_out(self) -> str:
        """Describe what there was no time for; return "" if everything is done."""
        runs = sum(left(plan) for plan in self.plans)
        if not runs:
            return ""
        unsearched = [plan for plan in self.plans if not plan.searched]
        what = f"the {self.deadline.hours:g} hours given ran out: {runs} runs were not made"
        if unsearched:
            trials = min(len(plan.trials) for plan in unsearched)
            what += f", {len(unsearched)} searches are unfinished (every cell has {trials} trials or more)"
        return f"{what}; run the same command to continue"


def turn_of(plan: CellPlan) -> tuple[int, int]:
    """Return a cell's place in the turns: searches come first, then cells with fewer runs of that kind begun."""
    begun = {*plan.records, *plan.running}
    trials = sum(run_id.rpartition("/")[2].startswith("trial-") for run_id in begun)
    return (1, len(begun) - trials) if plan.searched else (0, trials)
