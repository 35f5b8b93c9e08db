"""Fading: the loss gradient at a recurrent state against the steps to the end."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from suite.report.figures.style import GREY, THEME, architecture_marks, legend, look, panels, plain_ticks
from suite.results.results import Results
from suite.text import label

WHEN = {"start": "at the start", "kept": "with the kept weights"}


@mpl.rc_context(THEME)
def gradients(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: ratio of state gradients by lag, before and after training; runs thin, geometric means bold."""
    figure, axes = panels(2 * len(tasks), 2, 2.7, sharey="row", sharex="row")
    style = look(results.architectures)
    for row, task in zip(axes, tasks, strict=True):
        ratios = results.gradients(task)
        ratios = ratios[ratios["ratio"] > 0]
        for panel, (when, title) in zip(row, WHEN.items(), strict=True):
            for name, cell in ratios[ratios["when"] == when].groupby("architecture", sort=False):
                runs = np.log10(cell.pivot(index="lag", columns="index", values="ratio"))
                lines = [np.column_stack([runs.index, 10**run]) for _, run in runs.items()]
                color = style.palette[name]
                panel.add_collection(LineCollection(lines, colors=[color], linewidths=0.6, alpha=0.45))
                panel.plot(10 ** runs.mean(axis=1), color=color, marker=style.markers[name], linewidth=2, ms=4)
            _frame(panel, sorted(set(ratios["lag"])))
            panel.set(xlabel="steps before the end", title=f"{label(task)}: {title}")
        row[0].set_ylabel("gradient over that at the end")
    legend(figure, architecture_marks(style))
    return figure


def _frame(panel: Axes, lags: Sequence[int]) -> None:
    panel.axhline(1, color=GREY, linewidth=1)
    panel.set(xscale="log", yscale="log", xticks=lags)
    plain_ticks(panel.xaxis)
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:g}")
