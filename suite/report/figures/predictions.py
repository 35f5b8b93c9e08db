"""Predictions: what final runs answered: confusion, calibration, predicted against true."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.predictions import Answered, answered, calibration, confusion
from suite.report.figures.style import GREY, THEME, Look, architecture_marks, legend, look, panels
from suite.results.results import Results
from suite.text import label

MOST_NUMBERS = 12  # classes whose shares are written into a confusion matrix
MOST_CLASSES = 60
LEAST_SHARE = 0.005  # that is written into a confusion matrix
STEPS_SHOWN = 120
POINTS_SHOWN = 400
LAST_VALUE = {"color": GREY, "linewidth": 1.2, "linestyle": "--", "label": "last value"}


@mpl.rc_context(THEME)
def confusions(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task, a panel an architecture: shares of each true class by answer, all final runs together."""
    figure, axes = panels(len(tasks) * len(results.architectures), len(results.architectures), 2.6, width=2.7)
    for row, task in zip(axes, tasks, strict=True):
        runs = answered(results, task)
        for panel, name in zip(row, results.architectures, strict=True):
            own = [run for run in runs if run.architecture == name]
            if own and own[0].prediction.shape[-1] <= MOST_CLASSES:
                _confusion(panel, confusion(own))
                panel.set(title=label(name, 30), xlabel="answer", ylabel="true class")
            else:
                panel.set_axis_off()
    return figure


@mpl.rc_context(THEME)
def calibrations(results: Results, tasks: Sequence[str]) -> Figure:
    """A panel a task: accuracy against confidence of the answers, all final runs together, with the diagonal."""
    figure, axes = panels(len(tasks), 2, 3.2)
    style = look(results.architectures)
    for panel, task in zip(axes.flat, tasks, strict=False):
        runs = answered(results, task)
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        for name in results.architectures:
            if own := [run for run in runs if run.architecture == name]:
                found = calibration(own)
                panel.plot(found["confidence"], found["accuracy"], color=style.palette[name], linewidth=1)
                how = {"color": style.palette[name], "marker": style.markers[name], "edgecolor": "black"}
                panel.scatter(found["confidence"], found["accuracy"], s=12 + 90 * found["share"], **how)
        panel.set(xlabel="confidence of the answer", ylabel="share of right answers", title=label(task))
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    calibrated = Line2D([], [], color=GREY, linewidth=1, linestyle="--", label="as sure as right")
    legend(figure, [*architecture_marks(style), calibrated])
    return figure


@mpl.rc_context(THEME)
def predicted(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: predicted against true values of the first final runs, and for a series its end day by day.

    The line at the right is the mean prediction of all final runs of an architecture where they share their test
    data; the dashed line is the last value before the forecast, where it was stored.
    """
    figure, axes = panels(2 * len(tasks), 2, 3.0)
    style, last = look(results.architectures), False
    for (left, right), task in zip(axes, tasks, strict=True):
        runs = answered(results, task)
        _scatter(left, runs, style)
        left.set(title=label(task), xlabel="true value", ylabel="predicted value")
        if is_series(results, task):
            last |= _course(right, runs, style)
            right.set(title=f"{label(task)}: the end of the test split", xlabel="step", ylabel="value")
        else:
            right.set_axis_off()
    true = Line2D([], [], color="black", linewidth=1.2, label="true value")
    legend(figure, [*architecture_marks(style), true, *([Line2D([], [], **LAST_VALUE)] if last else [])])
    return figure


def is_series(results: Results, task: str) -> bool:
    """Whether the answers of a task follow each other in time."""
    return "series" in results.task(task).tags


def _confusion(panel: Axes, shares: np.ndarray) -> None:
    panel.imshow(shares, cmap="Blues", vmin=0, vmax=1, interpolation="nearest", aspect="equal")
    panel.grid(visible=False)
    if len(shares) > MOST_NUMBERS:
        return
    panel.set(xticks=range(len(shares)), yticks=range(len(shares)))
    for (row, column), share in np.ndenumerate(shares):
        if share >= LEAST_SHARE:
            color = "white" if share > 0.6 else "black"
            size = 9 if len(shares) < 6 else 6
            panel.text(column, row, f"{100 * share:.0f}", ha="center", va="center", color=color, fontsize=size)


def _scatter(panel: Axes, runs: list[Answered], style: Look) -> None:
    for name, marker in style.markers.items():
        own = next((run for run in runs if run.architecture == name), None)
        if own is not None:
            true, said = (values.ravel()[:POINTS_SHOWN] for values in (own.target, own.prediction))
            panel.scatter(true, said, s=7, alpha=0.5, color=style.palette[name], marker=marker, linewidth=0)
    ends = [value for run in runs for value in (run.target.min(), run.target.max())]
    panel.plot([min(ends), max(ends)], [min(ends), max(ends)], color="black", linewidth=1)


def _course(panel: Axes, runs: list[Answered], style: Look) -> bool:
    """True values, mean predictions and the last values; gives back whether the latter are known."""
    first = runs[0]
    for name in style.palette:
        own = [run for run in runs if run.architecture == name and np.array_equal(run.target, first.target)]
        if own:
            mean = np.mean([run.prediction.ravel() for run in own], axis=0)[-STEPS_SHOWN:]
            how = {"color": style.palette[name], "marker": style.markers[name], "markevery": 15, "ms": 4}
            panel.plot(mean, linewidth=1.3, **how)
    panel.plot(first.target.ravel()[-STEPS_SHOWN:], color="black", linewidth=1)
    if "last_value" not in first.beside:
        return False
    panel.plot(first.beside["last_value"].ravel()[-STEPS_SHOWN:], **LAST_VALUE)
    return True
