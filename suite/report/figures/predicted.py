"""Predicted: predicted against true values of a regression, and the last steps of a time series."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.predictions import RunPredictions, has_predictions, stored_predictions
from suite.report.figures.marks import means_in_words, points
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, Look, architecture_marks, legend, look, panels
from suite.results.results import Results
from suite.tasks.kinds import REGRESSION
from suite.text import label

STEPS_SHOWN = 120
POINTS_SHOWN = 300
LAST_VALUE: dict[str, Any] = {"color": GREY, "linewidth": 1.2, "linestyle": "--", "label": "last value"}


def fits(results: Results, task: str) -> bool:
    """Return whether the task is a regression whose predictions are stored."""
    return results.task(task).kind == REGRESSION and has_predictions(results, task)


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the mean R2 of each architecture."""
    means = means_in_words(results, task, "r2")
    return f"{results.title(task)}, mean R2 against the trivial baseline (higher is better): {means}."


@figure(
    "Predicted against true values",
    "Left: values of one final run of each architecture, true ones on the line. Right, for a series: the last steps "
    "of the test split, the mean of the final runs.",
    level="task",
    fits=fits,
    at_once=True,
    words=in_words,
    file="predictions",
)
def predicted(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: predicted against true values (left) and the last steps of a time series (right).

    The left panel shows the first final run of each architecture. The right panel shows the mean prediction over the
    final runs that share test data and, dashed, the last value before the forecast if it is stored.
    """
    drawn, axes = panels(2 * len(tasks), 2, 3.0)
    style, last = look(results), False
    for (left, right), task in zip(axes, tasks, strict=True):
        runs = stored_predictions(results, task)
        _scatter(left, runs, style)
        left.set(title=label(results.title(task)), xlabel="true value", ylabel="predicted value")
        if "series" in results.task(task).tags:
            last |= _series(right, runs, style)
            right.set(
                title=label(f"{results.title(task)}: the end of the test split", 60), xlabel="step", ylabel="value"
            )
        else:
            right.set_axis_off()
    true = Line2D([], [], color="black", linewidth=1.2, label="true value")
    legend(drawn, [*architecture_marks(style), true, *([Line2D([], [], **LAST_VALUE)] if last else [])])
    return drawn


def _scatter(panel: Axes, runs: list[RunPredictions], style: Look) -> None:
    first = {run.architecture: run for run in reversed(runs)}
    found = [
        pd.DataFrame({
            "true": own.target.ravel()[:POINTS_SHOWN], "predicted": own.prediction.ravel()[:POINTS_SHOWN],
            "architecture": name,
        })
        for name in style.markers if (own := first.get(name))
    ]  # fmt: skip
    every = pd.concat(found, ignore_index=True)
    points(panel, every, "true", style, "predicted", s=9, alpha=0.5, linewidth=0)
    ends = [value for run in runs for value in (run.target.min(), run.target.max())]
    panel.plot([min(ends), max(ends)], [min(ends), max(ends)], color="black", linewidth=1)


def _series(panel: Axes, runs: list[RunPredictions], style: Look) -> bool:
    """Draw the true values, the mean predictions and, if stored, the last values; return whether they are stored."""
    first = runs[0]
    for name in style.palette:
        own = [run for run in runs if run.architecture == name and np.array_equal(run.target, first.target)]
        if own:
            mean = np.mean([run.prediction.ravel() for run in own], axis=0)[-STEPS_SHOWN:]
            how = style.of(name, markevery=15, ms=4)
            panel.plot(mean, linewidth=1.3, **how)
    panel.plot(first.target.ravel()[-STEPS_SHOWN:], color="black", linewidth=1)
    if "last_value" not in first.arrays:
        return False
    panel.plot(first.arrays["last_value"].ravel()[-STEPS_SHOWN:], **LAST_VALUE)
    return True
