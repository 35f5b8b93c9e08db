"""Marks: elements that several figures share: points for runs, means with intervals, curves, names on an axis."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from suite.analysis.decisions import FEWEST_RUNS
from suite.report.figures.style import GREY, LINES, Look
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import listed, number

ROOM = 1.5  # factor between the outermost values of a logarithmic axis and its ends
# seaborn finds known intervals again: of a lower bound, a centre and an upper bound, it draws the middle and the range
KNOWN: dict[str, Any] = {"estimator": "median", "errorbar": ("pi", 100)}


def scored(results: Results, task: str) -> pd.DataFrame:
    """Return the final runs of a task that have a score."""
    return results.finals_of(task).dropna(subset="score")


def levels(results: Results, task: str) -> dict[str, float]:
    """Return the known scores of the two baselines and the ceiling, by their names in LINES."""
    known = scored(results, task)[["baseline", "trained_baseline"]].mean().to_dict()
    known["ceiling"] = results.task(task).ceiling
    return {line: level for line, level in known.items() if level is not None and np.isfinite(level)}


def lines(panel: Axes, table: pd.DataFrame, x: str, y: str, style: Look, **how: Any) -> None:
    """Draw a line for every architecture in a table, in its colour and with its marker."""
    if table.empty:
        return
    looks = {"hue": "architecture", "style": "architecture", "palette": style.palette, "markers": style.markers}
    drawn: dict[str, Any] = {"legend": False, "dashes": False, "markeredgewidth": 0, "markersize": 5} | looks | how
    sns.lineplot(table, x=x, y=y, ax=panel, **drawn)


def points(panel: Axes, runs: pd.DataFrame, x: str, style: Look, y: str = "score", **how: Any) -> None:
    """Draw one point per row, in the colour and with the marker of its architecture.

    Each architecture is drawn by itself, because matplotlib repeats the outline of every point of several markers.
    """
    looks = {"alpha": 0.7, "s": 28, "edgecolor": "white", "linewidth": 0.4, "legend": False} | how
    for name, own in runs.groupby("architecture", sort=False):
        sns.scatterplot(own, x=x, y=y, ax=panel, **style.of(name, **looks))


def spread(cells: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return three rows per cell, with its lower bound, centre and upper bound in the column `value`, for KNOWN.

    Without an interval, all three are the centre; so they are with fewer than FEWEST_RUNS runs `n`.
    """
    known = cells["low"].notna() & (cells["n"] >= FEWEST_RUNS if "n" in cells else True)
    low, high = (cells[bound].where(known, cells[value]) for bound in ("low", "high"))
    bounds = (np.minimum(low, cells[value]), cells[value], np.maximum(high, cells[value]))
    return pd.concat([cells.assign(**{value: each}) for each in bounds])


def intervals(panel: Axes, cells: pd.DataFrame, x: str, style: Look, y: str = "mean", **how: Any) -> None:
    """Draw the centres of cells (column `y`) with their intervals (low, high) at the places in column `x`.

    With orient="y" in `how`, x holds the values, and y the names of rows.
    """
    value = x if how.get("orient") == "y" else y
    shown = [name for name in style.palette if name in set(cells["architecture"])]
    if not shown:
        return
    drawn: dict[str, Any] = {"linestyle": "none", "markersize": 6.5, "markeredgecolor": "black", "markeredgewidth": 1}
    drawn |= {"err_kws": {"linewidth": 1.5}, "capsize": 0, "legend": False, "native_scale": True} | KNOWN | how
    sns.pointplot(
        spread(cells, value), x=x, y=y, ax=panel, hue="architecture", hue_order=shown, palette=style.palette,
        markers=[style.markers[name] for name in shown], **drawn,
    )  # fmt: skip


def curves(panel: Axes, cells: pd.DataFrame, by: str, style: Look) -> None:
    """Draw the means of every architecture with their intervals, a little apart, against a column on a log axis."""
    known = sorted(set(cells[by]))
    panel.set(xscale="log", xlim=(known[0] / ROOM, known[-1] * ROOM), xticks=known)
    apart = {name: 1.04 ** (k - (len(style.palette) - 1) / 2) for k, name in enumerate(style.palette)}
    placed = cells.assign(place=cells[by] * cells["architecture"].map(apart))
    for _, cell in placed.groupby("architecture", sort=False):  # together, they would have gaps at the others' places
        intervals(panel, cell, "place", style, linestyle="-", linewidth=1)
    panel.set(xlim=(known[0] / ROOM, known[-1] * ROOM))


def baselines(panel: Axes, cells: pd.DataFrame, by: str) -> set[str]:
    """Draw the known baselines against a column, as lines from edge to edge; return their names in LINES."""
    low, high = panel.get_xlim()
    known = cells[["baseline", "trained_baseline"]].dropna(axis="columns", how="all")
    for line in known:
        level = cells.groupby(by)[line].mean()
        panel.plot(level.reindex([low, *level.index, high]).bfill().ffill(), color=GREY, linewidth=1.2, **LINES[line])
    return set(known)


def row_intervals(panel: Axes, rows: Iterable[tuple[Hashable, Estimate]], names: Sequence[str], style: Look) -> None:
    """Draw estimates, each of an architecture, with their horizontal intervals in rows with these names."""
    cells = [(row, name, estimate.centre, estimate.low, estimate.high) for row, (name, estimate) in enumerate(rows)]
    table = pd.DataFrame(cells, columns=["row", "architecture", "value", "low", "high"])
    intervals(panel, table, "value", style, "row", orient="y", capsize=0.2)
    panel.set_yticks(range(len(names)), names)
    panel.set(ylim=(len(names) - 0.5, -0.5), ylabel="")


def thin_lines(panel: Axes, runs: pd.DataFrame, x: str, y: str, style: Look) -> None:
    """Draw the values of each run, told apart by the column `run`, as a thin line in the colour of its architecture."""
    if runs.empty:
        return
    how: dict[str, Any] = {"units": "run", "estimator": None, "linewidth": 0.6, "alpha": 0.45, "legend": False}
    sns.lineplot(runs, x=x, y=y, ax=panel, hue="architecture", palette=style.palette, **how)


def name_ticks(panel: Axes, names: Sequence[str], room: int) -> None:
    """Label the ticks 0, 1, ... with names; tilt the names if they have more than `room` letters together."""
    tilt: dict[str, Any] = {"rotation": 25, "ha": "right"} if len("".join(names)) > room else {}
    panel.set_xticks(range(len(names)), names, **tilt)


def by_name(results: Results, values: pd.Series) -> str:
    """Return the titles of architectures with values as text, such as "LSTM 0.9 and GRU 0.8"."""
    return listed(f"{results.called(str(name))} {number(value)}" for name, value in values.items())


def means_in_words(results: Results, task: str, metric: str) -> str:
    """Return the mean test score of each architecture in a metric, as text."""
    found = results.metrics[(results.metrics["task"] == task) & (results.metrics["metric"] == metric)]
    return by_name(results, found.groupby("architecture", sort=False)["score"].mean().dropna()) or "not known"
