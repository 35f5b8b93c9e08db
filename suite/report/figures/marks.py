"""Marks: elements that several figures share: points for runs, means with intervals, names on an axis."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from suite.analysis.decisions import FEWEST_RUNS
from suite.report.figures.style import GREY, LINES, Look
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import listed, number

ROOM = 1.5  # factor between the outermost values of a logarithmic axis and its ends


def scored(results: Results, task: str) -> pd.DataFrame:
    """Return the final runs of a task that have a score."""
    return results.finals_of(task).dropna(subset="score")


def levels(results: Results, task: str) -> dict[str, float]:
    """Return the known scores of the two baselines and the ceiling, by their names in LINES."""
    known = scored(results, task)[["baseline", "trained_baseline"]].mean().to_dict()
    known["ceiling"] = results.task(task).ceiling
    return {line: level for line, level in known.items() if level is not None and np.isfinite(level)}


def points(panel: Axes, runs: pd.DataFrame, x: str, style: Look) -> None:
    """Draw one point per run, at its value in column `x` and its score."""
    for name, cell in runs.groupby("architecture", sort=False):
        how = style.of(name, mec="white", mew=0.4, linestyle="")
        panel.plot(cell[x], cell["score"], alpha=0.7, ms=5, **how)


def interval(panel: Axes, x: float, cell: pd.Series, style: Look) -> None:
    """Draw the mean score of a cell at `x` and, if known, its interval."""
    color, marker = style.palette[cell["architecture"]], style.markers[cell["architecture"]]
    if np.isfinite(cell["low"]) and cell["n"] >= FEWEST_RUNS:
        panel.plot([x, x], [cell["low"], cell["high"]], color=color, linewidth=1.5, marker="_", ms=6)
    panel.plot(x, cell["mean"], color=color, marker=marker, mec="black", ms=7)


def curves(panel: Axes, cells: pd.DataFrame, by: str, style: Look) -> None:
    """Draw the means of every architecture with their intervals, a little apart, against a column on a log axis."""
    known = sorted(set(cells[by]))
    panel.set(xscale="log", xlim=(known[0] / ROOM, known[-1] * ROOM), xticks=known)
    for k, name in enumerate(style.palette):
        cell = cells[cells["architecture"] == name]
        cell = cell.assign(place=cell[by] * 1.04 ** (k - (len(style.palette) - 1) / 2))
        panel.plot(cell["place"], cell["mean"], color=style.palette[name], linewidth=1)
        for _, row in cell.iterrows():
            interval(panel, row["place"], row, style)


def baselines(panel: Axes, cells: pd.DataFrame, by: str) -> set[str]:
    """Draw the known baselines against a column, as lines from edge to edge; return their names in LINES."""
    low, high = panel.get_xlim()
    known = cells[["baseline", "trained_baseline"]].dropna(axis="columns", how="all")
    for line in known:
        level = cells.groupby(by)[line].mean()
        panel.plot(level.reindex([low, *level.index, high]).bfill().ffill(), color=GREY, linewidth=1.2, **LINES[line])
    return set(known)


def row_interval(panel: Axes, row: int, estimate: Estimate, how: dict[str, Any]) -> None:
    """Draw an estimate with its horizontal interval in a row of the panel."""
    reach = np.clip([[estimate.centre - estimate.low], [estimate.high - estimate.centre]], 0, None)
    panel.errorbar(estimate.centre, row, xerr=reach, mec="black", capsize=3, **how)


def thin_lines(panel: Axes, runs: pd.DataFrame, color: Any) -> None:
    """Draw each column of `runs` as a thin line against the index."""
    lines = [np.column_stack([run.index, run]) for _, run in runs.items()]
    panel.add_collection(LineCollection(lines, colors=[color], linewidths=0.6, alpha=0.45))


def name_ticks(panel: Axes, names: Sequence[str], room: int) -> None:
    """Label the ticks 0, 1, ... with names; tilt the names if they have more than `room` letters together."""
    tilt: dict[str, Any] = {"rotation": 25, "ha": "right"} if len("".join(names)) > room else {}
    panel.set_xticks(range(len(names)), names, **tilt)


def by_name(values: pd.Series) -> str:
    """Return names and values as text, such as "lstm 0.9 and gru 0.8"."""
    return listed(f"{name} {number(value)}" for name, value in values.items())


def means_in_words(results: Results, task: str, metric: str) -> str:
    """Return the mean test score of each architecture in a metric, as text."""
    found = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == metric)]
    return by_name(found.groupby("architecture", sort=False)["score"].mean().dropna()) or "not known"
