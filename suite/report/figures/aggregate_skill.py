"""Aggregate skill: the interquartile mean of skill over all tasks, by architecture."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from suite.analysis import aggregates
from suite.analysis.across_tasks import across
from suite.report.figures.marks import row_intervals
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import interval


def comparable(results: Results, _subject: str) -> bool:
    """Return whether there are at least two tasks on which the same architectures have scored runs."""
    found = across(results)
    return len(found.tasks) > 1 and bool(found.architectures)


def in_words(results: Results, _subject: str) -> str:
    """Return a sentence with the interquartile mean of every architecture."""
    each = [f"{results.called(name)} {interval(estimate)}" for name, estimate in across(results).aggregate.items()]
    return f"Interquartile mean of skill with 95 % interval (n counts tasks): {'; '.join(each)}."


@figure(
    "Aggregate skill",
    "Interquartile mean of the skill of all final runs with its 95 % interval (stratified bootstrap: runs are "
    "resampled within each task; the tasks are taken as given). Final runs have the configurations that one search "
    "found; no verdict rests on this aggregate.",
    level="overall",
    fits=comparable,
    words=in_words,
    file="aggregate",
)
def aggregate_skill(results: Results, _subjects: Sequence[str]) -> Figure:
    """Draw one row per architecture: its interquartile mean with its interval; draw the baselines as lines."""
    found, style = across(results), look(results)
    drawn, ((panel,),) = panels(1, 1, 0.6 + 0.32 * len(found.architectures), width=6.4)
    row_intervals(panel, found.aggregate.items(), [style.titles[name] for name in found.aggregate], style)
    panel.axvline(0, color=GREY, linewidth=1.2, **LINES["baseline"])
    lines = {"baseline"}
    if found.trained:
        trained = aggregates.aggregate(found.trained, resamples=1).centre
        panel.axvline(trained, color=GREY, linewidth=1.2, **LINES["trained_baseline"])
        lines.add("trained_baseline")
    panel.set(xlabel="interquartile mean of skill, higher is better")
    legend(drawn, line_marks(lines))
    return drawn
