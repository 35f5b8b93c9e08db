"""Curves: training and validation score by epoch."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from suite.report.figures.marks import levels
from suite.report.figures.style import (
    GREY,
    LINES,
    THEME,
    Look,
    architecture_marks,
    legend,
    line_marks,
    logarithmic,
    look,
    panels,
)
from suite.results.results import Results
from suite.text import label

SPLITS = {"": "training", "val_": "validation"}


@mpl.rc_context(THEME)
def learning_curves(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: training and validation score by epoch, every final run thin, the median of a cell bold."""
    figure, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    style, drawn = look(results.architectures), set()
    for row, task in zip(axes, tasks, strict=True):
        known = {line: level for line, level in levels(results, task).items() if line != "ceiling"}
        drawn |= set(known)
        for panel, (prefix, split) in zip(row, SPLITS.items(), strict=True):
            curves = results.histories(task, prefix).dropna(subset="score")
            draw_curves(panel, curves, style)
            for line, level in known.items():
                panel.axhline(level, color=GREY, linewidth=1.0, **LINES[line])
            panel.set(xlabel="epoch", ylabel=label(results.scale(task)), title=f"{label(task)}: {split}")
            if results.headline(task).direction == "lower" and _decades(curves["score"]) > 1:
                logarithmic(panel.yaxis)
    legend(figure, [*architecture_marks(style), *line_marks(drawn)])
    return figure


def draw_curves(panel: Axes, curves: pd.DataFrame, style: Look) -> None:
    """The median is drawn while all runs of its cell train, so that no curve moves because another run stopped."""
    for name, cell in curves.groupby("architecture", sort=False):
        runs = cell.pivot(index="epoch", columns="run", values="score")
        lines = [np.column_stack([column.index, column]) for _, column in runs.items()]
        panel.add_collection(LineCollection(lines, colors=[style.palette[name]], linewidths=0.6, alpha=0.45))
        together = runs.dropna()
        how = {"color": style.palette[name], "marker": style.markers[name], "markevery": max(1, len(together) // 6)}
        panel.plot(together.index, together.median(axis=1), linewidth=2, ms=4, **how)
    panel.autoscale_view()
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))


def _decades(values: pd.Series) -> float:
    """How many powers of ten positive values span; 0 where there are others."""
    return float(np.log10(values.max() / values.min())) if len(values) and values.min() > 0 else 0.0
