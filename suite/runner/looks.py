"""Looks: after each planned number of trials, let a task stop, or grant all its cells more trials."""

from suite.analysis.looks import Look, look_at
from suite.results.results import Results
from suite.runner.cell_plan import CellPlan
from suite.runner.preparation import Preparation
from suite.runner.progress import Progress
from suite.text import few


class Looks:
    """Takes the planned looks of one execution.

    All cells of a task grow together, so a look needs the trials of all of them, including those that this command does
    not run. A look depends only on the trials stored before it: a command that continues repeats the looks of earlier
    ones and decides the same. `growing`: task -> the plans of its cells, for tasks that may get more trials.
    """

    def __init__(self, preparation: Preparation, progress: Progress):
        self.preparation = preparation
        self.progress = progress
        looking = preparation.tasks if preparation.experiment.looks else []
        self.growing = {task.name: [plan for plan in preparation.every if plan.cell.task is task] for task in looking}

    def take(self) -> bool:
        """Take every look that is due, and return whether there was one."""
        due = [task for task, plans in self.growing.items() if all(plan.tried for plan in plans)]
        for task in due:
            self._take(task, self.growing[task])
        return bool(due)

    def _take(self, task: str, plans: list[CellPlan]) -> None:
        """Take the looks at one task that are due, and store how many trials they granted."""
        known = self.preparation.granted.get(task, 0)
        while task in self.growing and all(plan.tried for plan in plans):
            look = self._look(task, plans[0].expected["trial"])
            self._decide(look, plans)
            if look.trials >= known:  # earlier looks were reported by earlier commands
                self.progress.looked(look)
        self.preparation.grant(task, plans[0].expected["trial"])

    def waiting(self) -> str:
        """Say which tasks wait for trials of cells that this command does not run; "" if none does."""
        own = set(self.preparation.plans)
        tasks = [task for task, plans in self.growing.items() if all(plan.tried for plan in own.intersection(plans))]
        cells = "trials of architectures that this command does not run"
        return f"{few(tasks)}: the next look waits for {cells}; run them, too" if tasks else ""

    def _look(self, task: str, trials: int) -> Look:
        results = Results(self.preparation.store, task)
        results.families = {cell.task.name: cell.task.family for cell in self.preparation.experiment.cells}
        return look_at(results, task, trials)

    def _decide(self, look: Look, plans: list[CellPlan]) -> None:
        """Grant the cells of a task the trials of the next look, or no more."""
        for plan in plans:
            plan.grant(look.following or look.trials, growing=look.following is not None)
        if look.following is None:
            del self.growing[look.task]
