"""Profiles: performance profiles, the share of runs whose skill exceeds each value, averaged over tasks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.analysis import aggregates
from suite.analysis.across_tasks import across
from suite.report.figures.aggregate_skill import comparable
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.statistics import present
from suite.text import listed

THRESHOLDS = np.linspace(-0.2, 1.0, 49)


def in_words(results: Results, _subject: str) -> str:
    """Return a sentence with the share of runs of each architecture whose skill exceeds 0.5."""
    skills = across(results).skills
    shares = {name: aggregates.profile(runs, [0.5], resamples=2)[0, 0] for name, runs in skills.items()}
    each = listed(f"{results.called(name)} {100 * share:.0f} %" for name, share in shares.items())
    return f"Share of runs with a skill above 0.5, averaged over tasks: {each}."


@figure(
    "Performance profiles",
    "Share of final runs with a skill above each value, averaged over tasks, with 95 % bands (stratified "
    "bootstrap). A curve that lies above another everywhere has more such runs at every level.",
    level="overall",
    fits=comparable,
    words=in_words,
)
def profiles(results: Results, _subjects: Sequence[str]) -> Figure:
    """Draw the share of runs whose skill exceeds each value, averaged over tasks, with 95 % bands."""
    found, style = across(results), look(results)
    drawn, ((panel,),) = panels(1, 1, 3.2, width=6.4)
    for name in found.architectures:
        _, low, high = aggregates.profile(found.skills[name], THRESHOLDS, resamples=found.resamples)
        _curve(panel, found.skills[name], linewidth=1.5, color=style.palette[name])
        panel.fill_between(THRESHOLDS, low, high, color=style.palette[name], alpha=0.15, linewidth=0)
    marks = architecture_marks(style)
    if found.trained:
        _curve(panel, found.trained, color=GREY, linewidth=1.2, **LINES["trained_baseline"])
        marks += line_marks({"trained_baseline"})
    panel.axvline(0, color=GREY, linewidth=1.2, **LINES["baseline"])
    panel.set(xlabel="skill", ylabel="share of runs above it", ylim=(-0.02, 1.02), xlim=(THRESHOLDS[0], THRESHOLDS[-1]))
    legend(drawn, [*marks, *line_marks({"baseline"})])
    return drawn


def _curve(panel: Axes, skills: Sequence[np.ndarray], **how: Any) -> None:
    """Draw the share of runs above each skill; every task has the same weight, however many runs it has."""
    known = [present(runs) for runs in skills]
    weights = np.concatenate([np.full(len(runs), 1 / len(runs)) for runs in known])
    sns.ecdfplot(x=np.concatenate(known), weights=weights, complementary=True, ax=panel, **how)
    curve = panel.lines[-1]
    curve.set_xdata(np.maximum(curve.get_xdata(), THRESHOLDS[0]))  # it begins at minus infinity
