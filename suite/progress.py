"""Progress: what the person waiting sees: a bar and a line a cell on a terminal, plain lines elsewhere."""

import time
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table

from suite.plan import CellPlan


class Progress:
    """Writes to standard error. `quiet`: nothing but what was set aside or went wrong."""

    def __init__(self, workers: int = 1, quiet: bool = False):
        self.console = Console(stderr=True, highlight=False)
        self.workers = max(workers, 1)
        self.quiet = quiet
        self.plans: list[CellPlan] = []
        self.seconds: dict[str, list[float]] = {}
        self.live: Live | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        if self.live:
            self.refresh()
            self.live.stop()

    def say(self, text: str) -> None:
        """One line of text."""
        self.console.print(text, markup=False, soft_wrap=True)

    def begin(self, plans: list[CellPlan]) -> None:
        """Starts showing these cells."""
        self.plans = plans
        left = sum(plan.left() for plan in plans)
        if self.quiet:
            return
        self.say(f"{left} of {sum(plan.total() for plan in plans)} runs to do")
        if self.console.is_terminal and left:
            self.live = Live(console=self.console, auto_refresh=False, transient=False)
            self.live.start()

    def finished(self, plan: CellPlan, record: dict[str, Any]) -> None:
        """Takes note of a run that ended."""
        seconds = sum(value for value in record["seconds"].values() if isinstance(value, float))
        self.seconds.setdefault(plan.cell.name, []).append(seconds)
        if not self.quiet and not self.live:
            self.say(f"{time.strftime('%H:%M:%S')} {self.summary()} | {record['id']} {outcome(plan, record)}")

    def refresh(self) -> None:
        """Draws the terminal's view again."""
        if self.live:
            self.live.update(Group(self._bar(), self._cells()), refresh=True)

    def summary(self) -> str:
        """Runs done, failed, and the time left."""
        done, total = sum(plan.done() for plan in self.plans), sum(plan.total() for plan in self.plans)
        failed = sum(plan.failed() for plan in self.plans)
        return f"{done + failed}/{total} runs, {failed} failed, {duration(self.seconds_left())} left"

    def seconds_left(self) -> float | None:
        """From the mean cost of the finished runs of the same cell, or of all where a cell has none yet."""
        everything = [value for values in self.seconds.values() for value in values]
        if not everything:
            return None
        return (
            sum(plan.left() * mean(self.seconds.get(plan.cell.name) or everything) for plan in self.plans)
            / self.workers
        )

    def _bar(self) -> Table:
        line = Table.grid(padding=(0, 1))
        ended = sum(plan.done() + plan.failed() for plan in self.plans)
        line.add_row(
            ProgressBar(total=sum(plan.total() for plan in self.plans), completed=ended, width=40), self.summary()
        )
        return line

    def _cells(self) -> Table:
        table = Table("task", "architecture", "runs", "failed", "best so far", box=None)
        for plan in self.plans:
            cell, failed = plan.cell, plan.failed()
            runs = f"{plan.done() + failed}/{plan.total()}" + (f" +{len(plan.running)}" if plan.running else "")
            table.add_row(cell.task.name, cell.architecture.name, runs, str(failed or ""), best(plan))
        return table


def outcome(plan: CellPlan, record: dict[str, Any]) -> str:
    """What came of a run, in a few words."""
    if record["status"] != "ok":
        return f"{record['status']}: {record['error']}"
    split = "validation" if record["role"] == "trial" else "test"
    metric = plan.cell.task.metric
    return f"{split} {metric} {record['metrics'][split][metric]:.4g} (best so far: {best(plan)})"


def best(plan: CellPlan) -> str:
    """The best validation score of a cell's search."""
    record = plan.best
    return f"{plan.cell.task.metric} {plan.score(record):.4g}" if record else "none"


def duration(seconds: float | None) -> str:
    """Minutes and seconds."""
    return "unknown time" if seconds is None else f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def mean(values: list[float]) -> float:
    """Arithmetic mean."""
    return sum(values) / len(values)
