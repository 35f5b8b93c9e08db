"""Costs: scores against weights and seconds, with the Pareto front."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.report.figures.marks import interval, levels, points, scored
from suite.report.figures.style import GREY, LINES, THEME, Look, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import label

COSTS = {"weights": "trainable weights", "seconds": "training time of a run (seconds)"}
FRONT = {"color": GREY, "linewidth": 1.2, "linestyle": (0, (1, 1)), "drawstyle": "steps-post"}


@mpl.rc_context(THEME)
def costs(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: test scores of runs and cells against weights and seconds of training, both from 0.

    The step line joins the cells that no other cell of the task beats in both mean score and mean cost.
    """
    figure, axes = panels(2 * len(tasks), 2, 2.4, sharey="row", sharex="col")
    style, drawn = look(results.architectures), set()
    for row, task in zip(axes, tasks, strict=True):
        drawn |= set(levels(results, task))
        for panel, cost in zip(row, COSTS, strict=True):
            _panel(panel, results, task, cost, style)
            panel.set(xlabel="", ylabel=label(results.scale(task)), title=label(task))
    most = results.finals[results.finals["task"].isin(tasks)][[*COSTS]].max().fillna(1)
    for panel, (cost, words) in zip(axes[-1], COSTS.items(), strict=True):
        panel.set(xlabel=words, xlim=(0, 1.05 * most[cost]))
    front = Line2D([], [], **FRONT, label="not beaten in both means (Pareto front)")
    legend(figure, [*architecture_marks(style), *line_marks(drawn), front])
    return figure


@mpl.rc_context(THEME)
def overall_costs(results: Results, tasks: Sequence[str]) -> Figure:
    """Mean skill of every architecture over all the tasks against its mean weights and seconds, for very many tasks."""
    figure, ((left, right),) = panels(2, 2, 3.0, sharey="row")
    style, means = look(results.architectures), mean_cells(results, tasks)
    known = {"baseline": 0.0, "trained_baseline": results.finals["trained_skill"].mean()}
    known = {line: skill for line, skill in known.items() if np.isfinite(skill)}
    for panel, (cost, words) in zip((left, right), COSTS.items(), strict=True):
        for one in means.itertuples():
            how = {"color": style.palette[one.architecture], "marker": style.markers[one.architecture]}
            panel.plot(getattr(one, cost), one.skill, mec="black", ms=8, **how)
        front = pareto(means, cost)
        panel.plot(front[cost], front["skill"], **FRONT)
        for line, skill in known.items():
            panel.axhline(skill, color=GREY, linewidth=1.0, **LINES[line])
        panel.set(xlabel=words, ylabel="mean skill, higher is better", xlim=(0, 1.05 * means[cost].max()))
    front = Line2D([], [], **FRONT, label="not beaten in both means (Pareto front)")
    legend(figure, [*architecture_marks(style), *line_marks(known), front])
    return figure


def mean_cells(results: Results, tasks: Sequence[str]) -> pd.DataFrame:
    """Mean skill, weights and seconds by architecture over those of the tasks where every one of them has a skill.

    Columns architecture, skill, weights, seconds.
    """
    cells = results.cells[results.cells["task"].isin(tasks)]
    complete = cells.groupby("task")["skill"].transform(lambda skills: skills.notna().all())
    means = cells[complete.astype(bool)].groupby("architecture", sort=False)[["skill", *COSTS]].mean()
    return means.reset_index()


def pareto(cells: pd.DataFrame, cost: str) -> pd.DataFrame:
    """The cells, by cost, that no other beats in both mean skill and `cost`; those with an unknown one are left out."""
    known = cells.dropna(subset=["skill", cost]).sort_values([cost, "skill"], ascending=[True, False])
    best = known["skill"].cummax().shift(fill_value=-np.inf)
    return known[known["skill"] > best]


def _panel(panel: Axes, results: Results, task: str, cost: str, style: Look) -> None:
    points(panel, scored(results, task).dropna(subset=cost), cost, style)
    cells = results.cells[results.cells["task"] == task].dropna(subset=["mean", cost])
    for _, cell in cells.iterrows():
        interval(panel, cell[cost], cell, style)
    front = pareto(cells, cost)
    panel.plot(front[cost], front["mean"], **FRONT)
    for line, level in levels(results, task).items():
        panel.axhline(level, color=GREY, linewidth=1.0, **LINES[line])
