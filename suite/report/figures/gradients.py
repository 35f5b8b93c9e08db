"""Gradients: the loss gradient at a recurrent state, by the number of steps from it to the end."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.report.figures.marks import by_name, lines, thin_lines
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, architecture_marks, legend, look, panels, plain_ticks
from suite.report.gradients import WHEN
from suite.results.results import Results
from suite.text import label


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the mean ratio of each architecture at the longest lag, before and after training."""
    found = results.gradients(task)
    last = found[found["lag"] == found["lag"].max()]
    means = last.groupby(["when", "architecture"], sort=False)["ratio"].agg(_geometric)
    each = [f"{words} {by_name(results, means[when])}" for when, words in WHEN.items() if when in means]
    what = f"gradient {found['lag'].max()} steps before the end over that at the end, geometric mean"
    return f"{results.title(task)}, {what}: {'; '.join(each)}."


def _geometric(ratios: pd.Series) -> float:
    """Return the geometric mean of the ratios above 0; return 0 if there are none."""
    left = ratios[ratios > 0]
    return float(np.exp(np.log(left).mean())) if len(left) else 0.0


@figure(
    "How far gradients reach",
    "Norm of the loss gradient at the recurrent state some steps before the end, divided by its norm at the end, on "
    "training examples. Thin lines are single runs; the bold line is the geometric mean of those whose gradient has "
    "not vanished. Where all have vanished, nothing is drawn.",
    level="task",
    fits=lambda results, task: len(results.gradients(task)) > 0,
    words=in_words,
)
def gradients(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: the ratio of state gradients by lag, before training (left) and after it (right)."""
    drawn, axes = panels(2 * len(tasks), 2, 2.7, sharey="row", sharex="row")
    style = look(results)
    for row, task in zip(axes, tasks, strict=True):
        ratios = results.gradients(task)
        ratios = ratios[ratios["ratio"] > 0]
        for panel, (when, title) in zip(row, WHEN.items(), strict=True):
            runs = ratios[ratios["when"] == when].rename(columns={"index": "run"})
            thin_lines(panel, runs, "lag", "ratio", style)
            means = runs.groupby(["architecture", "lag"], sort=False)["ratio"].agg(_geometric).reset_index()
            lines(panel, means, "lag", "ratio", style, estimator=None, linewidth=2)
            _frame(panel, sorted(set(ratios["lag"])))
            panel.set(xlabel="steps before the end", ylabel="", title=label(f"{results.title(task)}: {title}", 60))
        row[0].set_ylabel("gradient over that at the end")
    legend(drawn, architecture_marks(style))
    return drawn


def _frame(panel: Axes, lags: Sequence[int]) -> None:
    panel.axhline(1, color=GREY, linewidth=1)
    panel.set(xscale="log", yscale="log", xticks=lags)
    plain_ticks(panel.xaxis)
    low, high = panel.get_ylim()
    plain_ticks(panel.yaxis, minor=high < 10 * low)  # within a decade, hardly any major tick is left
