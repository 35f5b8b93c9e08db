"""Progress: what the person waiting sees: a bar and a line a cell on a terminal, plain lines elsewhere; events."""

import time
from typing import Any, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from suite.costs import Costs
from suite.events import Events
from suite.experiment import Run
from suite.plan import CellPlan

COLUMNS = ("task", "architecture", "best validation", "running", "done", "failed")
# The bar, the header, the line on the cells that do not fit, and the cursor's own.
OTHER_LINES = 4


class Progress:
    """Writes to standard error, and to `events`. `quiet`: nothing but what was set aside or went wrong."""

    def __init__(self, workers: int = 1, quiet: bool = False, events: Events | None = None):
        self.console = Console(stderr=True, highlight=False)
        self.workers = max(workers, 1)
        self.quiet = quiet
        self.events = events or Events(None)
        self.plans: list[CellPlan] = []
        self.costs = Costs()
        self.live: Live | None = None
        self.reason = "complete"
        self.started = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if self.live:
            self.refresh()
            self.live.stop()
        if kind is KeyboardInterrupt or self.reason == "interrupted":
            self.events.write("interrupted", **self._counts())
        elif error:
            self.events.write("stopped", error=f"{error}", **self._counts())
        else:
            seconds = time.monotonic() - self.started
            self.events.write("finished", reason=self.reason, seconds=seconds, **self._counts())
        self.events.close()

    def say(self, text: str) -> None:
        """One line of text, with the time where it is not a terminal."""
        stamp = "" if self.console.is_terminal else time.strftime("%H:%M:%S ")
        self.console.print(stamp + text, markup=False, soft_wrap=True)

    def set_aside(self, text: str) -> None:
        """Says that a record was set aside, and why."""
        self.events.write("set-aside", message=text)
        self.say(text)

    def notice(self, text: str) -> None:
        """Says what a person and a program should both know."""
        self.events.write("notice", message=text)
        self.say(text)

    def begin(self, plans: list[CellPlan], experiment: str, folder: str) -> None:
        """Starts showing these cells of an experiment."""
        self.plans = plans
        self.costs.recall(plans)
        cells = [plan.cell.name for plan in plans]
        facts = {"experiment": experiment, "folder": folder, "workers": self.workers, "cells": cells}
        self.events.write("started", **facts, **self._counts())
        if self.quiet:
            return
        left = sum(plan.left() for plan in plans)
        self.say(f"{left} of {sum(plan.total() for plan in plans)} runs to do")
        if self.console.is_terminal and not self.console.is_dumb_terminal and left:
            self.live = Live(console=self.console, auto_refresh=False, transient=False)
            self.live.start()

    def submitted(self, run: Run) -> None:
        """Takes note of a run that begins."""
        self.costs.begin(run.id)
        self.refresh()

    def finished(self, plan: CellPlan, record: dict[str, Any]) -> None:
        """Takes note of a run that ended."""
        seconds = self.costs.end(record["id"])
        name, facts = described(plan, record)
        self.events.write(name, **facts, seconds=seconds, seconds_left=self.seconds_left(), **self._counts())
        if not self.quiet and not self.live:
            self.say(f"{self.summary()} | {record['id']} {outcome(plan, record)}")

    def adopted(self, record: dict[str, Any]) -> None:
        """Takes note of a record that came from another folder."""
        self.events.write("run-adopted", id=record["id"], **self._counts())

    def refresh(self) -> None:
        """Draws the terminal's view again."""
        if self.live:
            self.live.update(self.view(), refresh=True)

    def view(self) -> Group:
        """The bar, and as many cells as the terminal has lines for, those at work first."""
        return Group(self._bar(), *self._cells(max(self.console.size.height - OTHER_LINES, 1)))

    def summary(self) -> str:
        """Runs done, failed, and the time left."""
        counts = self._counts()
        of_all = f"{counts['done'] + counts['failed']}/{counts['runs']} runs, {counts['failed']} failed"
        return f"{of_all}, {duration(self.seconds_left())} left"

    def seconds_left(self) -> float | None:
        """From the cost of the finished runs of the same cell, or of all where a cell has none yet."""
        return self.costs.left(self.plans, self.workers)

    def _counts(self) -> dict[str, int]:
        names = {"runs": CellPlan.total, "done": CellPlan.done, "failed": CellPlan.failed, "left": CellPlan.left}
        return {name: sum(count(plan) for plan in self.plans) for name, count in names.items()}

    def _bar(self) -> Table:
        line = Table.grid(Column(), Column(no_wrap=True), padding=(0, 1))
        counts = self._counts()
        width = max(min(40, self.console.size.width // 3), 1)
        bar = ProgressBar(total=counts["runs"], completed=counts["done"] + counts["failed"], width=width)
        line.add_row(bar, self.summary())
        return line

    def _cells(self, lines: int) -> list[Table | Text]:
        shown = self.plans
        if len(shown) > lines:
            urgent = sorted(self.plans, key=urgency)[:lines]
            shown = [plan for plan in self.plans if plan in urgent]
        table = Table(*(Column(name, no_wrap=True) for name in COLUMNS), box=None)
        for plan in shown:
            cell, done = plan.cell, f"{plan.done()}/{plan.total()}"
            counts = (str(len(plan.running) or ""), done, str(plan.failed() or ""))
            table.add_row(cell.task.name, cell.architecture.name, best(plan), *counts)
        rest = [plan for plan in self.plans if plan not in shown]
        finished = sum(not plan.left() for plan in rest)
        more = f" and {len(rest)} more cells, {finished} of them finished"
        return [table, Text(more, no_wrap=True, overflow="ellipsis")] if rest else [table]


def urgency(plan: CellPlan) -> int:
    """Cells at work come first, then those begun, then those that wait, then those that are finished."""
    if plan.running:
        return 0
    if not plan.left():
        return 3
    return 1 if plan.records else 2


def described(plan: CellPlan, record: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name of the event of a run that ended, and what it says of the run."""
    keys = ("id", "task", "architecture", "role", "index", "seed", "attempt", "status")
    facts = {key: record[key] for key in keys}
    if record["status"] != "ok":
        return "run-failed", facts | {"error": record["error"]}
    split, metric, leader = split_of(record), plan.cell.task.metric, plan.best
    score = {"metric": metric, "split": split, "score": record["metrics"][split][metric]}
    return "run-finished", facts | score | {"best": leader and plan.score(leader)}


def outcome(plan: CellPlan, record: dict[str, Any]) -> str:
    """What came of a run, in a few words."""
    if record["status"] != "ok":
        return f"{record['status']}: {record['error']}"
    split, metric = split_of(record), plan.cell.task.metric
    return f"{split} {metric} {shown(record['metrics'][split][metric])} (best so far: {best(plan)})"


def split_of(record: dict[str, Any]) -> str:
    """The split whose score counts for a run."""
    return "validation" if record["role"] == "trial" else "test"


def best(plan: CellPlan) -> str:
    """The best validation score of a cell's search."""
    record = plan.best
    return f"{plan.cell.task.metric} {plan.score(record):.4g}" if record else "none"


def shown(score: float | None) -> str:
    """A score to four digits."""
    return "none" if score is None else f"{score:.4g}"


def duration(seconds: float | None) -> str:
    """Hours where there are any, minutes and seconds."""
    if seconds is None:
        return "unknown time"
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if minutes >= 60 else f"{minutes}:{rest:02d}"
