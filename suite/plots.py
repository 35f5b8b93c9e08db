"""Plots: results -> figures."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.look import (
    GREY,
    LINES,
    THEME,
    Look,
    architecture_marks,
    label,
    legend,
    line_marks,
    logarithmic,
    look,
    panels,
    plain_ticks,
    score_marks,
)
from suite.results import Results

LOGARITHMIC = ("hp.learning_rate",)
MOST_CATEGORIES = 6


@mpl.rc_context(THEME)
def scores(results: Results, tasks: Sequence[str]) -> Figure:
    """A panel a task: every final run's test score, means with 95 % intervals, baselines and ceiling as lines."""
    figure, axes = panels(len(tasks), 2, 2.9)
    style, cells = look(results.architectures), results.cells.set_index("task")
    for panel, task in zip(axes.flat, tasks, strict=False):
        runs = scored(results, task)
        shown = [name for name in results.architectures if name in set(runs["architecture"])]
        place = runs["architecture"].map(shown.index) - 0.25 + 0.3 * runs["index"] / max(1, runs["index"].max())
        _points(panel, runs.assign(place=place), "place", style)
        for _, cell in cells.loc[[task]].dropna(subset="mean").iterrows():
            _interval(panel, shown.index(cell["architecture"]) + 0.2, cell, style)
        for line, level in _levels(results, task).items():
            panel.axhline(level, color=GREY, linewidth=1.2, **LINES[line])
        _name_ticks(panel, [label(name, 14) for name in shown], room=50)
        panel.set(xlim=(-0.6, len(shown) - 0.4), xlabel="", ylabel=label(results.scale(task)), title=label(task))
        panel.grid(axis="x", visible=False)
    drawn = {line for task in tasks for line in _levels(results, task)}
    legend(figure, [*score_marks(), *line_marks(drawn)])
    return figure


@mpl.rc_context(THEME)
def learning_curves(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: training and validation score by epoch of the final runs."""
    figure, axes = panels(2 * len(tasks), 2, 2.4, sharey="row")
    style = look(results.architectures)
    for row, task in zip(axes, tasks, strict=True):
        for panel, prefix, split in zip(row, ("", "val_"), ("training", "validation"), strict=True):
            curves = results.histories(task, prefix).dropna(subset="score")
            _curves(panel, curves, style)
            panel.set(xlabel="epoch", ylabel=label(results.scale(task)), title=f"{label(task)}: {split}")
            if results.tasks[task].get("direction") == "lower" and _decades(curves["score"]) > 1:
                logarithmic(panel.yaxis)
    legend(figure, architecture_marks(style))
    return figure


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
def lengths(results: Results, sweeps: Sequence[str]) -> Figure:
    """A panel a sweep: mean test score with 95 % interval against sequence length, the baselines as lines."""
    figure, axes = panels(len(sweeps), 2, 2.9)
    style, drawn = look(results.architectures), set()
    for panel, sweep in zip(axes.flat, sweeps, strict=False):
        cells = results.sweep(sweep)
        for k, name in enumerate(results.architectures):
            cell = cells[cells["architecture"] == name]
            cell = cell.assign(place=cell["length"] * 1.04 ** (k - (len(results.architectures) - 1) / 2))
            panel.plot(cell["place"], cell["mean"], color=style.palette[name], linewidth=1)
            for _, row in cell.iterrows():
                _interval(panel, row["place"], row, style)
        known = sorted(set(cells["length"]))
        edges = (known[0] / 1.5, known[-1] * 1.5)
        for line in cells[["baseline", "trained_baseline"]].dropna(axis="columns", how="all"):
            level = cells.groupby("length")[line].mean().reindex([edges[0], *known, edges[1]]).bfill().ffill()
            panel.plot(level, color=GREY, linewidth=1.2, **LINES[line])
            drawn.add(line)
        panel.set(xscale="log", xlim=edges, xticks=known, title=label(sweep))
        panel.set(xlabel="sequence length (steps)", ylabel=label(results.scale(cells["task"].iloc[0])))
        plain_ticks(panel.xaxis)
    legend(figure, [*architecture_marks(style), *line_marks(drawn)])
    return figure


@mpl.rc_context(THEME)
def costs(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: test score of every final run against its weights and its seconds of training, both from 0."""
    figure, axes = panels(2 * len(tasks), 2, 2.4, sharey="row", sharex="col")
    style = look(results.architectures)
    for row, task in zip(axes, tasks, strict=True):
        for panel, cost in zip(row, ("weights", "seconds"), strict=True):
            _points(panel, scored(results, task).dropna(subset=cost), cost, style)
            panel.set(xlabel="", ylabel=label(results.scale(task)), title=label(task))
    most = results.finals[["weights", "seconds"]].max().fillna(1)
    axes[-1, 0].set(xlabel="trainable weights", xlim=(0, 1.05 * most["weights"]))
    axes[-1, 1].set(xlabel="training time of a run (seconds)", xlim=(0, 1.05 * most["seconds"]))
    legend(figure, architecture_marks(style))
    return figure


def scored(results: Results, task: str) -> pd.DataFrame:
    """The evidence of a task's final runs that have a score."""
    return results.finals_of(task).dropna(subset="score")


def varied(results: Results) -> list[str]:
    """The columns of the hyperparameters that took more than one value in the search."""
    trials = results.evidence[results.evidence["role"] == "trial"]
    return [name for name in trials if name.startswith("hp.") and trials[name].dropna().astype(str).nunique() > 1]


def _points(panel: Axes, runs: pd.DataFrame, x: str, style: Look) -> None:
    if runs.empty:  # seaborn would warn of colours without data
        return
    names = {"hue": "architecture", "style": "architecture", "palette": style.palette, "markers": style.markers}
    sns.scatterplot(runs, x=x, y="score", ax=panel, legend=False, alpha=0.7, s=26, **names)


def _interval(panel: Axes, x: float, cell: pd.Series, style: Look) -> None:
    """A cell's mean, with its interval where it has one."""
    reach = np.array([[cell["mean"] - cell["low"]], [cell["high"] - cell["mean"]]])
    drawn = {"color": style.palette[cell["architecture"]], "marker": style.markers[cell["architecture"]]}
    panel.errorbar(x, cell["mean"], yerr=np.nan_to_num(reach).clip(0), **drawn, mec="black", ms=7, capsize=3)


def _levels(results: Results, task: str) -> dict[str, float]:
    """The known scores among baselines and ceiling: which of the LINES -> score."""
    levels = scored(results, task)[["baseline", "trained_baseline"]].mean().to_dict()
    levels["ceiling"] = results.tasks[task].get("ceiling")
    return {line: level for line, level in levels.items() if level is not None and np.isfinite(level)}


def _curves(panel: Axes, curves: pd.DataFrame, style: Look) -> None:
    """Median and quartiles while all runs of a cell train; beyond, each run that trains on as a thin line.

    So no curve moves because another run stopped.
    """
    if curves.empty:
        return
    end = curves.groupby("run")["epoch"].transform("max")
    together = end.groupby(curves["architecture"]).transform("min")
    how = {"x": "epoch", "y": "score", "hue": "architecture", "palette": style.palette, "ax": panel, "legend": False}
    marked = {"style": "architecture", "markers": style.markers, "dashes": False, "ms": 4}
    sns.lineplot(curves[curves["epoch"] <= together], estimator="median", errorbar=("pi", 50), **how, **marked)
    sns.lineplot(curves[curves["epoch"] >= together], units="run", estimator=None, lw=0.7, alpha=0.6, **how)


def _decades(values: pd.Series) -> float:
    """How many powers of ten positive values span; 0 where there are others."""
    return float(np.log10(values.max() / values.min())) if len(values) and values.min() > 0 else 0.0


def _trials(panel: Axes, trials: pd.DataFrame, style: Look) -> None:
    """Trials by score; those that failed as crosses at the foot of the panel."""
    trials = trials.dropna(subset="place")
    _points(panel, trials.dropna(subset="score"), "place", style)
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


def _name_ticks(panel: Axes, names: Sequence[str], room: int) -> None:
    """Names at 0, 1, ..., tilted when they have more letters than there is room for."""
    tilt = {"rotation": 25, "ha": "right"} if len("".join(names)) > room else {}
    panel.set_xticks(range(len(names)), names, **tilt)


def _mark_places(panel: Axes, name: str, ticks: Sequence[str]) -> None:
    if ticks:
        _name_ticks(panel, ticks, room=17)
        panel.set_xlim(-0.5, len(ticks) - 0.5)
    elif name in LOGARITHMIC:
        logarithmic(panel.xaxis)
