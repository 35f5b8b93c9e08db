"""Learning curves: training and validation scores by epoch."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from suite.report.figures.marks import by_name, levels, lines, thin_lines
from suite.report.figures.registry import figure
from suite.report.figures.style import (
    GREY,
    LINES,
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


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the best validation score of the median run of each architecture."""
    curves = results.histories(task, "val_").dropna(subset="score")
    best = curves.groupby(["architecture", "run"])["score"].agg(results.headline(task).best)
    medians = by_name(results, pd.Series(best.groupby("architecture").median()))
    return f"{results.title(task)}, best validation {results.task(task).metric} of the median run: {medians}."


@figure(
    "Learning curves",
    "Headline metric of the final runs by epoch: thin lines for single runs, and a bold line for the "
    "median while all runs of its architecture train. Horizontal lines: the baselines' test scores. Failed runs "
    "are not drawn.",
    level="task",
    fits=lambda results, task: len(results.histories(task, "val_").dropna()) > 0,
    at_once=True,
    words=in_words,
)
def learning_curves(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: training and validation score by epoch, with thin lines for runs and a bold median."""
    drawn, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    style, drawn_lines = look(results), set()
    for row, task in zip(axes, tasks, strict=True):
        known = {line: level for line, level in levels(results, task).items() if line != "ceiling"}
        drawn_lines |= set(known)
        for panel, (prefix, split) in zip(row, SPLITS.items(), strict=True):
            curves = results.histories(task, prefix).dropna(subset="score")
            _curves(panel, curves, style)
            for line, level in known.items():
                panel.axhline(level, color=GREY, linewidth=1.0, **LINES[line])
            panel.set(
                xlabel="epoch", ylabel=label(results.scale(task)), title=label(f"{results.title(task)}: {split}", 60)
            )
            if results.headline(task).direction == "lower" and _decades(curves["score"]) > 1:
                logarithmic(panel.yaxis)
    legend(drawn, [*architecture_marks(style), *line_marks(drawn_lines)])
    return drawn


def _curves(panel: Axes, curves: pd.DataFrame, style: Look) -> None:
    """Draw runs and their median; end the median when the first run stops, as a changing set of runs would shift it."""
    thin_lines(panel, curves, "epoch", "score", style)
    runs = curves.groupby("architecture")["run"].transform("nunique")
    together = curves[curves.groupby(["architecture", "epoch"])["run"].transform("nunique") == runs]
    how: dict[str, Any] = {"estimator": "median", "errorbar": None, "linewidth": 2}
    how["markevery"] = max(1, together["epoch"].nunique() // 6)
    lines(panel, together, "epoch", "score", style, **how)
    panel.xaxis.set_major_locator(MaxNLocator(integer=True))


def _decades(values: pd.Series) -> float:
    """Return how many powers of ten the values span; return 0 unless all of them are positive."""
    return float(np.log10(values.max() / values.min())) if len(values) and values.min() > 0 else 0.0
