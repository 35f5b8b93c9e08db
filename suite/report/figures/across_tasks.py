"""Across: what all tasks together say: aggregate skill, performance profiles, who improves on whom, mean ranks."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis import aggregates
from suite.analysis.across_tasks import Across, across
from suite.report.figures.style import GREY, LINES, THEME, Look, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import label

THRESHOLDS = np.linspace(-0.2, 1.0, 49)
TRIVIAL = LINES["baseline"]
TRAINED = LINES["trained_baseline"]


@mpl.rc_context(THEME)
def aggregate_skill(results: Results, _tasks: Sequence[str]) -> Figure:
    """Interquartile mean of the skill over all tasks with its interval, an architecture a row; baselines as lines."""
    found, style = across(results), look(results.architectures)
    figure, ((panel,),) = panels(1, 1, 0.6 + 0.32 * len(found.architectures), width=6.4)
    for row, (name, estimate) in enumerate(found.aggregate.items()):
        reach = [[estimate.centre - estimate.low], [estimate.high - estimate.centre]]
        how = {"color": style.palette[name], "marker": style.markers[name], "mec": "black", "ms": 7, "capsize": 3}
        panel.errorbar(estimate.centre, row, xerr=np.clip(reach, 0, None), **how)
    panel.axvline(0, color=GREY, linewidth=1.2, **TRIVIAL)
    drawn = {"baseline"}
    if found.trained:
        panel.axvline(aggregates.aggregate(found.trained, resamples=1).centre, color=GREY, linewidth=1.2, **TRAINED)
        drawn.add("trained_baseline")
    panel.set_yticks(range(len(found.architectures)), [label(name, 30) for name in found.architectures])
    panel.set(ylim=(len(found.architectures) - 0.5, -0.5), xlabel="interquartile mean of skill, higher is better")
    legend(figure, line_marks(drawn))
    return figure


@mpl.rc_context(THEME)
def profiles(results: Results, _tasks: Sequence[str]) -> Figure:
    """Share of runs above each skill, a mean over tasks, with 95 % bands."""
    found, style = across(results), look(results.architectures)
    figure, ((panel,),) = panels(1, 1, 3.2, width=6.4)
    for name in found.architectures:
        share, low, high = aggregates.profile(found.skills[name], THRESHOLDS, resamples=found.resamples)
        how = {"color": style.palette[name], "marker": style.markers[name], "markevery": 6, "ms": 4}
        panel.plot(THRESHOLDS, share, linewidth=1.5, **how)
        panel.fill_between(THRESHOLDS, low, high, color=style.palette[name], alpha=0.15, linewidth=0)
    marks = architecture_marks(style)
    if found.trained:
        share = aggregates.profile(found.trained, THRESHOLDS, resamples=2)[0]
        panel.plot(THRESHOLDS, share, color=GREY, linewidth=1.2, **TRAINED)
        marks += line_marks({"trained_baseline"})
    panel.axvline(0, color=GREY, linewidth=1.2, **TRIVIAL)
    panel.set(xlabel="skill", ylabel="share of runs above it", ylim=(-0.02, 1.02), xlim=(THRESHOLDS[0], THRESHOLDS[-1]))
    legend(figure, [*marks, *line_marks({"baseline"})])
    return figure


@mpl.rc_context(THEME)
def improvements(results: Results, _tasks: Sequence[str]) -> Figure:
    """Probability that a run of one architecture is better than one of another, a mean over tasks, with intervals."""
    found, style = across(results), look(results.architectures)
    pairs = found.improvements
    figure, ((panel,),) = panels(1, 1, 0.7 + 0.26 * len(pairs), width=6.4)
    for row, (first, _, chance) in enumerate(pairs):
        reach = np.clip([[chance.centre - chance.low], [chance.high - chance.centre]], 0, None)
        how = {"color": style.palette[first], "marker": style.markers[first], "mec": "black", "ms": 6, "capsize": 3}
        panel.errorbar(chance.centre, row, xerr=reach, **how)
    for place, line in ((0.5, "-"), (0.75, ":")):
        panel.axvline(place, color=GREY, linewidth=1.2, linestyle=line)
    names = [f"{label(first, 24)} over {label(second, 24)}" for first, second, _ in pairs]
    panel.set_yticks(range(len(pairs)), names)
    panel.set(ylim=(len(pairs) - 0.5, -0.5), xlim=(-0.02, 1.02), xlabel="probability of improvement")
    even = Line2D([], [], color=GREY, label="even")
    legend(figure, [even, Line2D([], [], color=GREY, linestyle=":", label="meaningful (0.75)")])
    return figure


@mpl.rc_context(THEME)
def ranks(results: Results, _tasks: Sequence[str]) -> Figure:
    """A critical-difference diagram: mean ranks of mean skills, a bar over those that no test tells apart."""
    found, style = across(results), look(results.architectures)
    mean = aggregates.mean_ranks(found.means)
    groups = aggregates.cliques(mean, aggregates.signed_ranks(found.means))
    figure, ((panel,),) = panels(1, 1, 0.8 + 0.3 * len(mean) + 0.15 * len(groups), width=6.4)
    _marks(panel, found, mean, style)
    for k, group in enumerate(groups):
        ends = [mean[column] for column in group]
        panel.plot([min(ends) - 0.03, max(ends) + 0.03], [-0.7 - 0.35 * k] * 2, color="black", linewidth=3)
    panel.set(xlim=(0.9, len(mean) + 0.1), xlabel="mean rank over tasks, lower is better")
    panel.set(ylim=(len(mean) - 0.5, -1.0 - 0.35 * len(groups)))
    return figure


def _marks(panel: Axes, found: Across, mean: np.ndarray, style: Look) -> None:
    for row, column in enumerate(np.argsort(mean, kind="stable")):
        name = found.architectures[column]
        panel.plot([mean[column]] * 2, [-0.6, row], color=style.palette[name], linewidth=1)
        panel.plot(mean[column], row, color=style.palette[name], marker=style.markers[name], mec="black", ms=7)
    order = [label(found.architectures[column], 30) for column in np.argsort(mean, kind="stable")]
    panel.set_yticks(range(len(order)), order)
