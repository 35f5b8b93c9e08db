"""Costs: scores against the number of weights and the training time, with the Pareto front."""

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.report.costs import pareto
from suite.report.figures.marks import by_name, intervals, levels, points, scored
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, Look, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import label, listed

COSTS = {"weights": "trainable weights", "seconds": "training time of a run (seconds)"}
FRONT: dict[str, Any] = {"color": GREY, "linewidth": 1.2, "linestyle": (0, (1, 1)), "drawstyle": "steps-post"}


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the mean training time of each architecture and those that form the Pareto front."""
    cells = results.cells[results.cells["task"] == task]
    seconds = by_name(results, cells.set_index("architecture")["seconds"].dropna())
    front = listed(map(results.the, pareto(cells, "seconds")["architecture"]))
    best = f"; no other has both a better mean score and a lower mean time than {front}" if front else ""
    return f"{results.title(task)}, mean seconds of training per run: {seconds or 'not known'}{best}."


@figure(
    "Cost and score",
    "Test score of every final run and the means with 95 % intervals against the trainable weights of the whole "
    "model and the seconds its training took on this machine. The dotted steps join the cells that no other cell beats "
    "in both mean score and mean cost; where intervals overlap, other seeds may rank them differently.",
    level="cost",
    fits=lambda results, task: bool(scored(results, task)[[*COSTS]].notna().any(axis=None)),
    words=in_words,
    together=12,
)
def costs(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: the test scores of runs and cells against weights (left) and training time (right).

    Both x-axes start at 0. The step line joins the cells that no other cell beats in both mean score and mean cost.
    """
    drawn, axes = panels(2 * len(tasks), 2, 2.4, sharey="row", sharex="col")
    style, lines = look(results), set()
    for row, task in zip(axes, tasks, strict=True):
        lines |= set(levels(results, task))
        for panel, cost in zip(row, COSTS, strict=True):
            _panel(panel, results, task, cost, style)
            panel.set(xlabel="", ylabel=label(results.scale(task)), title=label(results.title(task)))
    most = results.finals[results.finals["task"].isin(tasks)][[*COSTS]].max().fillna(1)
    for panel, (cost, words) in zip(axes[-1], COSTS.items(), strict=True):
        panel.set(xlabel=words, xlim=(0, 1.05 * most[cost]))
    front = Line2D([], [], **FRONT, label="Pareto front of the means")
    legend(drawn, [*architecture_marks(style), *line_marks(lines), front])
    return drawn


def _panel(panel: Axes, results: Results, task: str, cost: str, style: Look) -> None:
    points(panel, scored(results, task).dropna(subset=cost), cost, style)
    cells = results.cells[results.cells["task"] == task].dropna(subset=["mean", cost])
    intervals(panel, cells, cost, style)
    front = pareto(cells, cost)
    panel.plot(front[cost], front["mean"], **FRONT)
    for line, level in levels(results, task).items():
        panel.axhline(level, color=GREY, linewidth=1.0, **LINES[line])
