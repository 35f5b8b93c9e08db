"""Improvements: the probability that a run of one architecture is better than a run of another."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from suite.analysis.across_tasks import across
from suite.report.figures.aggregate_skill import comparable
from suite.report.figures.marks import row_intervals
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, legend, look, panels
from suite.results.results import Results
from suite.text import interval


def in_words(results: Results, _subject: str) -> str:
    """Return a sentence with the first eight probabilities of improvement."""
    found = across(results).improvements[:8]
    names = [f"{results.called(first)} over {results.called(second)}" for first, second, _ in found]
    each = [f"{name} {interval(chance)}" for name, (*_, chance) in zip(names, found, strict=True)]
    return f"Probability of improvement with 95 % interval (n counts tasks): {'; '.join(each)}."


@figure(
    "Probability of improvement",
    "Probability that a random final run of one architecture is better than one of another on the same task, a mean "
    "over tasks, with 95 % intervals (stratified bootstrap); not corrected for the number of pairs.",
    level="overall",
    fits=lambda results, subject: comparable(results, subject) and len(across(results).architectures) > 1,
    words=in_words,
)
def improvements(results: Results, _subjects: Sequence[str]) -> Figure:
    """Draw one row per pair of architectures: the probability of improvement with its interval."""
    pairs, style = across(results).improvements, look(results)
    drawn, ((panel,),) = panels(1, 1, 0.7 + 0.26 * len(pairs), width=6.4)
    names = [f"{style.titles[first]} over {style.titles[second]}" for first, second, _ in pairs]
    row_intervals(panel, [(first, chance) for first, _, chance in pairs], names, style)
    for place, line in ((0.5, "-"), (0.75, ":")):
        panel.axvline(place, color=GREY, linewidth=1.2, linestyle=line)
    panel.set(xlim=(-0.02, 1.02), xlabel="probability of improvement")
    even = Line2D([], [], color=GREY, label="even")
    legend(drawn, [even, Line2D([], [], color=GREY, linestyle=":", label="meaningful (0.75)")])
    return drawn
