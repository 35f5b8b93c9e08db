"""Across: what all tasks together say: aggregate skill, performance profiles, who improves on whom, mean ranks."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite import aggregates, overall
from suite.look import GREY, LINES, THEME, Look, architecture_marks, label, legend, line_marks, look, panels
from suite.results import Results


@mpl.rc_context(THEME)
def aggregate_skill(results: Results, _tasks: Sequence[str] = ()) -> Figure:
    """Interquartile mean of the skill over all tasks, an architecture a row; baselines as lines.

    The thick interval holds for these tasks, the thin one also for others like them.
    """
    found, style = overall.aggregate(results), look(results.architectures)
    figure, ((panel,),) = panels(1, 1, 0.6 + 0.32 * len(found), width=6.4)
    for row, one in enumerate(found.itertuples()):
        color = style.palette[one.architecture]
        panel.plot([one.low_tasks, one.high_tasks], [row, row], color=color, linewidth=1)
        panel.plot([one.low, one.high], [row, row], color=color, linewidth=3.5)
        panel.plot(one.iqm, row, color=color, marker=style.markers[one.architecture], mec="black", ms=7)
    panel.axvline(0, color=GREY, linewidth=1.2, **LINES["baseline"])
    trained = trained_skills(results)
    if trained:
        centre = aggregates.aggregate(trained, resamples=1).centre
        panel.axvline(centre, color=GREY, linewidth=1.2, **LINES["trained_baseline"])
    panel.set_yticks(range(len(found)), [label(name, 30) for name in found["architecture"]])
    panel.set(ylim=(len(found) - 0.5, -0.5), xlabel="interquartile mean of skill, higher is better")
    legend(figure, line_marks({"baseline", "trained_baseline"} if trained else {"baseline"}))
    return figure


@mpl.rc_context(THEME)
def profiles(results: Results, _tasks: Sequence[str] = ()) -> Figure:
    """Share of runs above each skill, a mean over tasks, with 95 % bands; the trained baseline as a line."""
    style, curves = look(results.architectures), overall.profiles(results)
    figure, ((panel,),) = panels(1, 1, 3.2, width=6.4)
    for name, curve in curves.groupby("architecture", sort=False):
        how = {"color": style.palette[name], "marker": style.markers[name], "markevery": 4, "ms": 4}
        panel.plot(curve["threshold"], curve["share"], linewidth=1.5, **how)
        band = {"color": style.palette[name], "alpha": 0.15, "linewidth": 0}
        panel.fill_between(curve["threshold"], curve["low"], curve["high"], **band)
    marks, trained = architecture_marks(style), trained_skills(results)
    if trained:
        share = aggregates.profile(trained, overall.THRESHOLDS, resamples=2)[0]
        panel.plot(overall.THRESHOLDS, share, color=GREY, linewidth=1.2, **LINES["trained_baseline"])
        marks += line_marks({"trained_baseline"})
    panel.axvline(0, color=GREY, linewidth=1.2, **LINES["baseline"])
    panel.set(xlabel="skill", ylabel="share of runs above it", ylim=(-0.02, 1.02), xlim=(-0.02, 1))
    legend(figure, [*marks, *line_marks({"baseline"})])
    return figure


@mpl.rc_context(THEME)
def improvements(results: Results, _tasks: Sequence[str] = ()) -> Figure:
    """Probability that a run of one architecture is better than one of another, a mean over tasks, with intervals."""
    pairs, style = turned(overall.improvements(results)), look(results.architectures)
    figure, ((panel,),) = panels(1, 1, 0.7 + 0.26 * len(pairs), width=6.4)
    for row, one in enumerate(pairs.itertuples()):
        reach = np.clip([[one.probability - one.low], [one.high - one.probability]], 0, None)
        how = {"color": style.palette[one.first], "marker": style.markers[one.first], "mec": "black", "capsize": 3}
        panel.errorbar(one.probability, row, xerr=reach, **how)
    lines = {0.5: {"linestyle": "-", "label": "even"}, 0.75: {"linestyle": ":", "label": "meaningful (0.75)"}}
    for place, line in lines.items():
        panel.axvline(place, color=GREY, linewidth=1.2, **line)
    names = [f"{label(one.first, 24)} over {label(one.second, 24)}" for one in pairs.itertuples()]
    panel.set_yticks(range(len(pairs)), names)
    panel.set(ylim=(len(pairs) - 0.5, -0.5), xlim=(-0.02, 1.02), xlabel="probability of improvement")
    legend(figure, [Line2D([], [], color=GREY, **line) for line in lines.values()])
    return figure


@mpl.rc_context(THEME)
def ranks(results: Results, _tasks: Sequence[str] = ()) -> Figure:
    """A critical-difference diagram: mean ranks of mean skills, a bar over those that no test tells apart."""
    found, style = overall.ranks(results), look(results.architectures)
    figure, ((panel,),) = panels(1, 1, 0.8 + 0.3 * len(found.table) + 0.15 * len(found.groups), width=6.4)
    _marks(panel, found.table, style)
    place = found.table.set_index("architecture")["rank"]
    for k, group in enumerate(found.groups):
        ends = place[list(group)]
        panel.plot([ends.min() - 0.03, ends.max() + 0.03], [-0.7 - 0.35 * k] * 2, color="black", linewidth=3)
    panel.set(xlim=(0.9, len(place) + 0.1), xlabel="mean rank over tasks, lower is better")
    panel.set(ylim=(len(place) - 0.5, -1.0 - 0.35 * len(found.groups)))
    return figure


def turned(pairs: pd.DataFrame) -> pd.DataFrame:
    """Every pair with the likelier winner first."""
    behind = pairs["probability"] < 0.5
    other = pairs.rename(columns={"first": "second", "second": "first", "low": "high", "high": "low"})
    other[["probability", "low", "high"]] = 1 - other[["probability", "low", "high"]]
    return pairs.where(~behind, other[pairs.columns])


def trained_skills(results: Results) -> list[np.ndarray]:
    """Skills of the trained baseline by task, sweeps averaged seed by seed; empty unless every task has one."""
    members: dict[str, list[pd.Series]] = {}
    for task in results.counted:
        runs = results.finals_of(task).drop_duplicates("index").set_index("index")["trained_skill"]
        members.setdefault(results.tasks.get(task, {}).get("sweep") or task, []).append(runs)
    means = [pd.concat(runs, axis=1).mean(axis=1).dropna().to_numpy() for runs in members.values()]
    return means if means and all(map(len, means)) else []


def _marks(panel: Axes, table: pd.DataFrame, style: Look) -> None:
    for row, one in enumerate(table.itertuples()):
        color, marker = style.palette[one.architecture], style.markers[one.architecture]
        panel.plot([one.rank] * 2, [-0.6, row], color=color, linewidth=1)
        panel.plot(one.rank, row, color=color, marker=marker, mec="black", ms=7)
    panel.set_yticks(range(len(table)), [label(name, 30) for name in table["architecture"]])
