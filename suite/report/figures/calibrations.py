"""Calibrations: how often predictions are right, by the probability that the model gave them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.predictions import by_architecture, calibration, stored_predictions
from suite.report.figures.confusions import classified
from suite.report.figures.marks import means_in_words, points
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, architecture_marks, legend, look, panels
from suite.results.results import Results
from suite.text import label


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the mean calibration error of each architecture."""
    means = means_in_words(results, task, "calibration_error")
    return f"{results.title(task)}, mean calibration error (lower is better): {means}."


@figure(
    "Calibration",
    "How often predictions are right, by the probability that the model gives them, all final runs of an architecture "
    "together; larger marks stand for more predictions.",
    level="task",
    fits=classified,
    words=in_words,
    file="calibration",
)
def calibrations(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one panel per task: accuracy against confidence over all final runs, and the diagonal."""
    drawn, axes = panels(len(tasks), 2, 3.2, width=4.2 if len(tasks) > 1 else 7.0)
    style = look(results)
    for panel, task in zip(axes.flat, tasks, strict=False):
        panel.plot([0, 1], [0, 1], color=GREY, linewidth=1, linestyle="--")
        runs = by_architecture(results, stored_predictions(results, task)).items()
        found = pd.concat([calibration(own).assign(architecture=name) for name, own in runs], ignore_index=True)
        how: dict[str, Any] = {"hue": "architecture", "palette": style.palette, "estimator": None, "legend": False}
        sns.lineplot(found, x="confidence", y="accuracy", ax=panel, linewidth=1, **how)
        sized: dict[str, Any] = {"s": None, "size": "share", "sizes": (12, 102), "size_norm": (0, 1)}
        points(panel, found, "confidence", style, "accuracy", alpha=1, edgecolor="black", linewidth=1, **sized)
        panel.set(
            xlabel="confidence of the prediction",
            ylabel="share of correct predictions",
            title=label(results.title(task)),
        )
        panel.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    calibrated = Line2D([], [], color=GREY, linewidth=1, linestyle="--", label="perfectly calibrated")
    legend(drawn, [*architecture_marks(style), calibrated])
    return drawn
