"""Ranks: a critical-difference diagram of mean ranks over tasks."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from suite.analysis import aggregates
from suite.analysis.across_tasks import Across, across
from suite.report.figures.aggregate_skill import comparable
from suite.report.figures.registry import figure
from suite.report.figures.style import Look, look, panels
from suite.results.results import Results
from suite.text import listed, number


def fits(results: Results, subject: str) -> bool:
    """Return whether there are enough tasks and architectures and Friedman's test finds a difference in ranks."""
    found = across(results)
    enough = len(found.tasks) >= aggregates.FEWEST_TASKS and len(found.architectures) > 2
    return comparable(results, subject) and enough and aggregates.friedman(found.means) < aggregates.SIGNIFICANT


def in_words(results: Results, _subject: str) -> str:
    """Return sentences with the mean ranks and the architectures that no test separates."""
    found = across(results)
    mean = aggregates.mean_ranks(found.means)
    each = listed(
        f"{results.called(name)} {number(rank)}" for name, rank in zip(found.architectures, mean, strict=True)
    )
    groups = aggregates.cliques(mean, aggregates.signed_ranks(found.means))
    alike = "; ".join(listed(results.called(found.architectures[column]) for column in group) for group in groups)
    separated = f"Not separated by Wilcoxon's test with Holm's correction: {alike or 'none'}"
    return f"Mean ranks, lower is better: {each}. {separated}."


@figure(
    "Critical differences",
    "Mean rank of the mean skill over tasks. A bar joins architectures that no signed-rank test (Wilcoxon, "
    "with Holm's correction) separates.",
    level="overall",
    fits=fits,
    words=in_words,
)
def ranks(results: Results, _subjects: Sequence[str]) -> Figure:
    """Draw the mean rank of each architecture by mean skill, with a bar over each group that no test separates."""
    found, style = across(results), look(results)
    mean = aggregates.mean_ranks(found.means)
    groups = aggregates.cliques(mean, aggregates.signed_ranks(found.means))
    drawn, ((panel,),) = panels(1, 1, 0.8 + 0.3 * len(mean) + 0.15 * len(groups), width=6.4)
    _marks(panel, found, mean, style)
    for k, group in enumerate(groups):
        ends = [mean[column] for column in group]
        panel.plot([min(ends) - 0.03, max(ends) + 0.03], [-0.7 - 0.35 * k] * 2, color="black", linewidth=3)
    panel.set(xlim=(0.9, len(mean) + 0.1), xlabel="mean rank over tasks, lower is better")
    panel.set(ylim=(len(mean) - 0.5, -1.0 - 0.35 * len(groups)))
    return drawn


def _marks(panel: Axes, found: Across, mean: np.ndarray, style: Look) -> None:
    for row, column in enumerate(np.argsort(mean, kind="stable")):
        name = found.architectures[column]
        panel.plot([mean[column]] * 2, [-0.6, row], color=style.palette[name], linewidth=1)
        panel.plot(mean[column], row, **style.of(name), mec="black", ms=7)
    order = [style.titles[found.architectures[column]] for column in np.argsort(mean, kind="stable")]
    panel.set_yticks(range(len(order)), order)
