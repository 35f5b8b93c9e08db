"""Search: validation scores of the trials by hyperparameter."""

from collections.abc import Sequence

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from suite.analysis import tuning
from suite.report.figures.marks import name_ticks, points
from suite.report.figures.style import THEME, Look, architecture_marks, legend, logarithmic, look, panels
from suite.results.results import Results
from suite.text import label

LOGARITHMIC = ("hp.learning_rate",)
MOST_CATEGORIES = 6
BUDGETS = {"trials": "trials", "seconds": "seconds of training in the search"}


@mpl.rc_context(THEME)
def hyperparameters(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task, a column a hyperparameter that varied: validation score of every trial; failed ones as x below."""
    trials, names = results.evidence[results.evidence["role"] == "trial"], varied(results)
    figure, axes = panels(len(tasks) * len(names), len(names), 2.0, width=1.7, sharey="row", sharex="col")
    style = look(results.architectures)
    for column, name in zip(axes.T, names, strict=True):
        place, ticks = _places(trials[name], trials["architecture"].map(results.architectures.index))
        for panel, task in zip(column, tasks, strict=True):
            _trials(panel, trials.assign(place=place)[trials["task"] == task], style)
            _mark_places(panel, name, ticks)
            panel.set(xlabel="", ylabel=label(results.scale(task), 30))
        column[-1].set_xlabel(label(name.removeprefix("hp.")))
    for panel, task in zip(axes[:, 0], tasks, strict=True):
        panel.set_title(label(task))
    legend(figure, architecture_marks(style))
    return figure


@mpl.rc_context(THEME)
def expected_best(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: expected best validation score of a search by its trials and by their seconds, with 95 % bands."""
    figure, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    style, curves = look(results.architectures), tuning.expected_best(results)
    for row, task in zip(axes, tasks, strict=True):
        for panel, (by, title) in zip(row, BUDGETS.items(), strict=True):
            for name, curve in curves[curves["task"] == task].groupby("architecture", sort=False):
                how = {"color": style.palette[name], "marker": style.markers[name], "ms": 4}
                panel.plot(curve[by], curve["expected"], markevery=max(1, len(curve) // 8), **how)
                panel.fill_between(curve[by], curve["low"], curve["high"], color=style.palette[name], alpha=0.15, lw=0)
            panel.set(xlabel=title, title=label(task))
        row[0].set_ylabel(label(results.scale(task)))
        row[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(figure, architecture_marks(style))
    return figure


def varied(results: Results) -> list[str]:
    """The columns of the hyperparameters that took more than one value in the search."""
    trials = results.evidence[results.evidence["role"] == "trial"]
    return [name for name in trials if name.startswith("hp.") and trials[name].dropna().astype(str).nunique() > 1]


def _trials(panel: Axes, trials: pd.DataFrame, style: Look) -> None:
    """Trials by score; those that failed as crosses at the foot of the panel."""
    trials = trials.dropna(subset="place")
    points(panel, trials.dropna(subset="score"), "place", style)
    failed = trials[trials["score"].isna()]
    colors = list(failed["architecture"].map(style.palette))
    panel.scatter(failed["place"], [0.04] * len(failed), c=colors, marker="x", transform=panel.get_xaxis_transform())


def _places(values: pd.Series, architecture: pd.Series) -> tuple[pd.Series, list[str]]:
    """Where values lie on an axis, and the names of its ticks when they are few enough to be categories.

    Categories lie at 0, 1, ... with the architectures side by side.
    """
    numbers = pd.to_numeric(values, errors="coerce")
    if values.name in LOGARITHMIC or (numbers.count() == values.count() and numbers.nunique() > MOST_CATEGORIES):
        return numbers, []
    names = values.map(lambda value: label(f"{value:g}" if isinstance(value, float) else value, 10), na_action="ignore")
    known = pd.DataFrame({"number": numbers, "name": names}).dropna(subset="name").sort_values(["number", "name"])
    ticks = list(dict.fromkeys(known["name"]))
    aside = 0.5 * ((architecture + 0.5) / (architecture.max() + 1) - 0.5)
    return names.map({name: k for k, name in enumerate(ticks)}) + aside, ticks


def _mark_places(panel: Axes, name: str, ticks: Sequence[str]) -> None:
    if ticks:
        name_ticks(panel, ticks, room=17)
        panel.set_xlim(-0.5, len(ticks) - 0.5)
    elif name in LOGARITHMIC:
        logarithmic(panel.xaxis)
