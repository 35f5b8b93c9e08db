"""Progress: show a bar and a table of cells on a terminal or in a notebook, or plain lines elsewhere; write events."""

import time
from collections.abc import Sequence
from typing import NamedTuple, Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from suite.analysis.looks import Look, in_words
from suite.errors import shortened
from suite.experiment.run import Run
from suite.results.record import Record
from suite.runner.cell_plan import CellPlan, done, failed, total
from suite.runner.eta import Costs
from suite.runner.events import Events, described
from suite.runner.notebook_view import NotebookView
from suite.text import duration, printable, several

COLUMNS = ("task", "architecture", "best validation", "running", "done", "failed")
# Lines besides the cells: the bar, the header, the note on hidden cells, and the cursor.
OTHER_LINES = 4


class Tally(NamedTuple):
    """The number of runs that a cell needs, and how many of them succeeded or finally failed."""

    runs: int
    done: int
    failed: int

    @property
    def left(self) -> int:
        """The number of runs that are still to be executed."""
        return self.runs - self.done - self.failed


class Progress:
    """Shows progress on standard error and writes `events`; with `quiet`, shows only notices and set-aside records.

    In a notebook, it shows progress in the cell.
    """

    def __init__(self, workers: int = 1, quiet: bool = False, events: Events | None = None):
        self.in_notebook = Console().is_jupyter
        # in a notebook, rich would show each line as an output of its own, and standard error as an error
        self.console = Console(stderr=not self.in_notebook, highlight=False, force_jupyter=False)
        self.workers = max(workers, 1)
        self.quiet = quiet
        self.events = events or Events(None)
        self.plans: list[CellPlan] = []
        self.tallies: dict[str, Tally] = {}
        self.costs = Costs()
        self.live: Live | NotebookView | None = None
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
        """Print one line, preceded by the time unless the output is a terminal or a notebook."""
        stamp = "" if self.console.is_terminal or self.in_notebook else time.strftime("%H:%M:%S ")
        self.console.print(stamp + shortened(printable(" ".join(text.split()))), markup=False, soft_wrap=True)

    def data_sheet(self, task: str, lines: Sequence[str]) -> None:
        """Show the data sheet of a task, which task.json contains."""
        for line in () if self.quiet else lines:
            self.console.print(f"{task}: {line}", markup=False, soft_wrap=True)

    def set_aside(self, text: str) -> None:
        """Report that a record was set aside, and why."""
        self.events.write("set-aside", message=text)
        self.say(text)

    def notice(self, text: str) -> None:
        """Report a message both to the user and as an event."""
        self.events.write("notice", message=text)
        self.say(text)

    def begin(self, plans: list[CellPlan], experiment: str, folder: str) -> None:
        """Start showing the progress of these cells."""
        self.watch(plans)
        self.costs.recall(plans)
        facts = {"experiment": experiment, "folder": folder, "workers": self.workers, "cells": list(self.tallies)}
        counts = self._counts()
        self.events.write("started", **facts, **counts)
        if self.quiet:
            return
        looking = any(plan.growing for plan in plans)
        self.say(f"{counts['left']} of {counts['runs']} runs to do{' up to the next look' * looking}")
        if counts["left"]:
            self._start_view()

    def _start_view(self) -> None:
        if self.in_notebook:
            self.live = NotebookView()
        elif self.console.is_terminal and not self.console.is_dumb_terminal:
            self.live = Live(console=self.console, auto_refresh=False, transient=False)
        if self.live:
            self.live.start()

    def watch(self, plans: list[CellPlan]) -> None:
        """Take these cells and count their runs."""
        self.plans = plans
        for plan in plans:
            self._tally(plan)

    def submitted(self, plan: CellPlan, run: Run) -> None:
        """Record that a run has begun."""
        self.costs.begin(run.id)
        self._tally(plan)
        self.refresh()

    def finished(self, plan: CellPlan, record: Record) -> None:
        """Report a run that ended."""
        seconds = self.costs.end(record.id)
        self._tally(plan)
        counts, left = self._counts(), self.seconds_left()
        name, facts = described(plan, record)
        self.events.write(name, **facts, seconds=seconds, seconds_left=left, **counts)
        if not self.quiet and not self.live:
            self.say(f"{summary(counts, left)} | {record.id} {outcome(plan, record)}")

    def looked(self, look: Look) -> None:
        """Report a look at the verdicts on a task, after which its cells may need more trials."""
        for plan in self.plans:
            if plan.cell.task.name == look.task:
                self._tally(plan)
        self.events.write(
            "look",
            task=look.task,
            look=look.number,
            looks=len(look.planned),
            trials=look.trials,
            comparisons=len(look.statements),
            open=[[one.first, one.second] for one in look.open],
            next=look.following,
            **self._counts(),
        )
        self.say(in_words(look))

    def explaining(self, count: int) -> None:
        """Report that some final runs are being explained."""
        self.events.write("explaining", runs=count)
        if not self.quiet:
            self.say(f"explaining the predictions of {several(count, 'final run')}")

    def adopted(self, plan: CellPlan, record: Record) -> None:
        """Report that a record was adopted from another folder."""
        self._tally(plan)
        self.events.write("run-adopted", id=record.id, **self._counts())

    def refresh(self) -> None:
        """Redraw the terminal's view."""
        if self.live:
            self.live.update(self.view(), refresh=True)

    def view(self) -> Group:
        """Return the bar and as many cells as fit on the terminal; prefer cells that are running."""
        return Group(self._bar(), *self._cells(max(self.console.size.height - OTHER_LINES, 1)))

    def seconds_left(self) -> float | None:
        """Return the estimated seconds left; None if nothing is known yet."""
        return self.costs.left({cell: tally.left for cell, tally in self.tallies.items()}, self.workers)

    def _tally(self, plan: CellPlan) -> None:
        # count only the cell that changed: counting all of many cells would take most of the runner's time
        self.tallies[plan.cell.name] = Tally(total(plan), done(plan), failed(plan))

    def _counts(self) -> dict[str, int]:
        fields = ("runs", "done", "failed", "left")
        return {name: sum(getattr(tally, name) for tally in self.tallies.values()) for name in fields}

    def _bar(self) -> Table:
        line = Table.grid(Column(), Column(no_wrap=True), padding=(0, 1))
        counts, width = self._counts(), max(min(40, self.console.size.width // 3), 1)
        bar = ProgressBar(total=counts["runs"], completed=counts["done"] + counts["failed"], width=width)
        line.add_row(bar, summary(counts, self.seconds_left()))
        return line

    def _cells(self, lines: int) -> list[Table | Text]:
        shown = self.plans
        if len(shown) > lines:
            urgent = set(sorted(self.plans, key=self._urgency)[:lines])
            shown = [plan for plan in self.plans if plan in urgent]
        table = Table(*(Column(name, no_wrap=True) for name in COLUMNS), box=None)
        for plan in shown:
            cell, tally = plan.cell, self.tallies[plan.cell.name]
            counts = (str(len(plan.running) or ""), f"{tally.done}/{tally.runs}", str(tally.failed or ""))
            table.add_row(cell.task.name, cell.architecture.name, best(plan), *counts)
        hidden = {plan.cell.name for plan in self.plans} - {plan.cell.name for plan in shown}
        finished = sum(not self.tallies[name].left for name in hidden)
        more = f" and {len(hidden)} more cells, {finished} of them finished"
        return [table, Text(more, no_wrap=True, overflow="ellipsis")] if hidden else [table]

    def _urgency(self, plan: CellPlan) -> int:
        """Return a sort key: 0 for running cells, 1 for begun ones, 2 for waiting ones, 3 for finished ones."""
        if plan.running:
            return 0
        if not self.tallies[plan.cell.name].left:
            return 3
        return 1 if plan.records else 2


def summary(counts: dict[str, int], seconds_left: float | None) -> str:
    """Return the numbers of ended and failed runs and the time left, as text."""
    ended = counts["done"] + counts["failed"]
    return f"{ended}/{counts['runs']} runs, {counts['failed']} failed, {duration(seconds_left)} left"


def outcome(plan: CellPlan, record: Record) -> str:
    """Describe the outcome of a run in a short phrase."""
    if not record.ok:
        return f"{record.status}: {record.error}"
    metric = plan.cell.task.metric
    return f"{record.split} {metric} {shown(record.score(metric))} (best so far: {best(plan)})"


def best(plan: CellPlan) -> str:
    """Return the metric and the best validation score of a cell as text; "none" without a valid trial."""
    metric = plan.cell.task.metric
    return f"{metric} {shown(plan.best.score(metric))}" if plan.best else "none"


def shown(score: float | None) -> str:
    """Return a score as text with four significant digits; "none" if it is None."""
    return "none" if score is None else f"{score:.4g}"
