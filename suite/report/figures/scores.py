"""Scores: the test scores of the final runs on each task."""

from collections.abc import Sequence

import seaborn as sns
from matplotlib.figure import Figure

from suite.report.figures.hovering import hover
from suite.report.figures.marks import intervals, levels, name_ticks, scored
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, legend, line_marks, look, panels, score_marks
from suite.report.findings import find
from suite.results.results import Results
from suite.text import label, number


@figure(
    "Score of every run",
    "Test score of every final run, with the configuration that one search found (with several test splits, the best "
    "on each): how much seeds matter for the configuration that will be used. Beside them the mean with its 95 % "
    "interval (bootstrap-t). Lines: trivial baseline, best rival (the trained baseline "
    "with the best validation score) and, if known, the best possible score and scores from elsewhere.",
    level="task",
    fits=lambda results, task: len(scored(results, task)) > 0,
    at_once=True,
    words=lambda results, task: f"{results.title(task)}: {find(results, task).headline}",
)
def scores(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one panel per task: the test score of every final run, the means with intervals, and baselines as lines."""
    drawn, axes = panels(len(tasks), 2, 2.9, width=4.2 if len(tasks) > 1 else 7.0)
    style, cells = look(results), results.cells.set_index("task")
    for panel, task in zip(axes.flat, tasks, strict=False):
        runs = scored(results, task)
        shown = [name for name in results.architectures if name in set(runs["architecture"])]
        place = runs["architecture"].map(shown.index) - 0.25 + 0.3 * runs["index"] / max(1, runs["index"].max())
        for name, own in runs.assign(place=place).groupby("architecture", sort=False):
            how = style.of(name, alpha=0.7, size=5, edgecolor="white", linewidth=0.4)
            sns.stripplot(own, x="place", y="score", ax=panel, native_scale=True, jitter=False, **how)
        means = cells.loc[[task]].dropna(subset="mean")
        intervals(panel, means.assign(place=means["architecture"].map(shown.index) + 0.2), "place", style)
        for line, level in levels(results, task).items():
            panel.axhline(level, color=GREY, linewidth=1.2, **LINES[line])
        for source, level in results.task(task).references.items():
            line = panel.axhline(level, color=GREY, linewidth=1.2, **LINES["reference"])
            hover(line, f"{label(source, 60)}: {number(level)}")
            panel.annotate(
                label(source, 24), (1, level), xycoords=panel.get_yaxis_transform(), ha="right", va="bottom", fontsize=7
            )
        name_ticks(panel, [label(style.titles[name], 14) for name in shown], room=50)
        panel.set(
            xlim=(-0.6, len(shown) - 0.4),
            xlabel="",
            ylabel=label(results.scale(task)),
            title=label(results.title(task)),
        )
        panel.grid(axis="x", visible=False)
    lines = {line for task in tasks for line in levels(results, task)}
    lines |= {"reference" for task in tasks if results.task(task).references}
    legend(drawn, [*score_marks(), *line_marks(lines)])
    return drawn
