"""Hyperparameters: the validation score of every trial against each hyperparameter that varied."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.report.figures.marks import name_ticks, points
from suite.report.figures.registry import figure
from suite.report.figures.style import Look, architecture_marks, legend, logarithmic, look, panels
from suite.results.ranking import ranked
from suite.results.results import Results
from suite.text import label, listed, number

LOGARITHMIC = ("hp.learning_rate",)
MOST_CATEGORIES = 6


def _trials(results: Results, tasks: Sequence[str]) -> pd.DataFrame:
    runs = results.evidence
    return runs[(runs["role"] == "trial") & runs["task"].isin(tasks)]


def _varied(results: Results, tasks: Sequence[str]) -> list[str]:
    """Return the columns of the hyperparameters that took two or more values in the search."""
    trials = _trials(results, tasks)
    return [name for name in trials if name.startswith("hp.") and trials[name].dropna().astype(str).nunique() > 1]


def fits(results: Results, task: str) -> bool:
    """Return whether some hyperparameter varied and some trial has a score."""
    return bool(_varied(results, [task])) and bool(_trials(results, [task])["score"].notna().any())


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the best trial of each architecture and, if known, its learning rate."""
    metric, each = results.headline(task), []
    for name in results.architectures:
        for best in ranked(results.successes(task, name, "trial").values(), metric)[:1]:
            rate = best.hyperparameters.get("learning_rate")
            found = f" with learning rate {number(rate)}" if rate is not None else ""
            each.append(f"{results.called(name)} {number(best.score(metric.name))}{found}")
    return f"{results.title(task)}, best trials: {listed(each) or 'none with a score'}."


@figure(
    "Hyperparameters and validation score",
    "Validation score of every trial by each hyperparameter that varied. A cross at the foot of a panel is a trial "
    "without a score.",
    level="search",
    fits=fits,
    words=in_words,
    role="trial",
)
def hyperparameters(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw the score of every trial, with one row per task and one column per hyperparameter that varied."""
    trials, names = _trials(results, tasks), _varied(results, tasks)
    drawn, axes = panels(len(tasks) * len(names), len(names), 2.0, width=1.7, sharey="row", sharex="col")
    style = look(results)
    for column, name in zip(axes.T, names, strict=True):
        place, ticks = _places(trials[name], trials["architecture"].map(results.architectures.index))
        for panel, task in zip(column, tasks, strict=True):
            _draw(panel, trials.assign(place=place)[trials["task"] == task], style)
            _mark_places(panel, name, ticks)
            panel.set(xlabel="", ylabel=label(results.scale(task)).replace(", ", "\n"))
        column[-1].set_xlabel(label(name.removeprefix("hp.")))
    for panel, task in zip(axes[:, 0], tasks, strict=True):
        panel.set_title(label(results.title(task)))
    legend(drawn, architecture_marks(style))
    return drawn


def _draw(panel: Axes, trials: pd.DataFrame, style: Look) -> None:
    """Draw the trials by score; draw those without a score as crosses at the foot of the panel."""
    trials = trials.dropna(subset="place")
    points(panel, trials.dropna(subset="score"), "place", style)
    failed = trials[trials["score"].isna()]
    colors = list(failed["architecture"].map(style.palette))
    panel.scatter(failed["place"], [0.04] * len(failed), c=colors, marker="x", transform=panel.get_xaxis_transform())


def _places(values: pd.Series, architecture: pd.Series) -> tuple[pd.Series, list[str]]:
    """Return the position of each value on an axis, and the names of the ticks.

    Learning rates and numbers with many values keep their value and have no tick names. Other values are categories at
    0, 1, ..., with the architectures side by side.
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
