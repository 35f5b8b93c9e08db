"""Confusions: which class each architecture takes for which other class."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.analysis.predictions import by_architecture, confusion, has_predictions, stored_predictions
from suite.report.figures.registry import figure
from suite.report.figures.style import panels
from suite.results.results import Results
from suite.results.task_info import TaskInfo
from suite.tasks.kinds import CLASSIFICATION
from suite.text import label, percent

MOST_NUMBERS = 12  # classes; shares are not written into a larger confusion matrix
MOST_CLASSES = 60
LONGEST_NAME = 14  # characters of a class name beside a confusion matrix
LEAST_SHARE = 0.005  # smaller shares are not written into a confusion matrix


def classified(results: Results, task: str) -> bool:
    """Return whether the task is a classification whose predictions are stored."""
    return results.task(task).kind == CLASSIFICATION and has_predictions(results, task)


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the commonest confusion of each architecture, unless it is too rare to be drawn."""
    each, facts = [], results.task(task)
    for name, own in by_architecture(results, stored_predictions(results, task)).items():
        shares = np.nan_to_num(confusion(own))
        np.fill_diagonal(shares, 0)
        true, taken = np.unravel_index(shares.argmax(), shares.shape)
        true_name, taken_name = (label(facts.class_name(int(number))) for number in (true, taken))
        worst = f"{true_name} taken for {taken_name} ({percent(shares[true, taken])} of {true_name})"
        each.append(f"{results.called(name)} {worst if shares[true, taken] >= LEAST_SHARE else 'none above 0.5 %'}")
    return f"{results.title(task)}, commonest confusion: {'; '.join(each)}."


@figure(
    "Which class is mistaken for which",
    "Share of each true class by predicted class, in per cent, all final runs of an architecture together; shares "
    "below 0.5 % are left blank.",
    level="task",
    fits=classified,
    at_once=True,
    words=in_words,
    file="confusion",
)
def confusions(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task and one panel per architecture: how each true class is spread over predicted classes."""
    drawn, axes = panels(len(tasks) * len(results.architectures), len(results.architectures), 2.6, width=2.7)
    for row, task in zip(axes, tasks, strict=True):
        runs = by_architecture(results, stored_predictions(results, task))
        for panel, name in zip(row, results.architectures, strict=True):
            own = runs.get(name)
            if own and own[0].prediction.shape[-1] <= MOST_CLASSES:
                _confusion(panel, confusion(own), results.task(task))
                panel.set(title=label(results.called(name), 30), xlabel="predicted class", ylabel="true class")
            else:
                panel.set_axis_off()
    return drawn


def _confusion(panel: Axes, shares: np.ndarray, facts: TaskInfo) -> None:
    """Draw the shares as a heatmap; with few classes, write them into it and name the classes beside it."""
    few = len(shares) <= MOST_NUMBERS
    written = np.array([f"{100 * share:.0f}" if share >= LEAST_SHARE else "" for share in shares.flat])
    classes = range(len(shares))
    names = [label(facts.class_name(one), LONGEST_NAME) if facts.classes else str(one) for one in classes]
    sns.heatmap(
        shares, ax=panel, cmap="Blues", vmin=0, vmax=1, square=True, cbar=False, rasterized=not few,
        annot=written.reshape(shares.shape) if few else None, fmt="", xticklabels=names if few else False,
        yticklabels=names if few else False,
        annot_kws={"fontsize": 9 if len(shares) < 6 else 6},
    )  # fmt: skip
    for text in panel.texts:  # seaborn's white and near-black, in colours that a dark page leaves as they are
        text.set_color("#fefefe" if text.get_color() == "w" else "#111111")
    if few:
        tilt: dict[str, Any] = {"rotation": 45, "ha": "right", "rotation_mode": "anchor"} if facts.classes else {}
        panel.set_xticklabels(names, **tilt)
        panel.set_yticklabels(names, rotation=0)
