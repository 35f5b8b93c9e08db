"""Overview: scores and learning curves of a task in one light figure, for reports of very many tasks."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from suite.report.figures.learning_curves import draw_curves
from suite.report.figures.marks import interval, levels, points, scored
from suite.report.figures.style import GREY, LINES, THEME, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import label


@mpl.rc_context(THEME)
def overview(results: Results, tasks: Sequence[str]) -> Figure:
    """A row a task: test scores of all final runs, means with intervals, and validation curves; baselines as lines."""
    figure, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    style, drawn = look(results.architectures), set()
    for (left, right), task in zip(axes, tasks, strict=True):
        runs, place = scored(results, task), {name: k for k, name in enumerate(results.architectures)}
        points(left, runs.assign(place=runs["architecture"].map(place) - 0.2), "place", style)
        for _, cell in results.cells[results.cells["task"] == task].dropna(subset="mean").iterrows():
            interval(left, place[cell["architecture"]] + 0.2, cell, style)
        draw_curves(right, results.histories(task, "val_").dropna(subset="score"), style)
        left.set(xticks=[], ylabel=label(results.scale(task)), title=f"{label(task)}: test")
        right.set(xlabel="epoch", title="validation")
        drawn |= set(levels(results, task))
        for panel in (left, right):
            for line, level in levels(results, task).items():
                panel.axhline(level, color=GREY, linewidth=1.0, **LINES[line])
    rows = legend(figure, [*architecture_marks(style), *line_marks(drawn)])
    top = 1 - (0.36 + 0.2 * rows) / figure.get_figheight()
    figure.set_layout_engine(None)  # looking for the best places takes longer than drawing
    figure.subplots_adjust(
        left=0.12, right=0.985, bottom=0.5 / figure.get_figheight(), top=top, wspace=0.08, hspace=0.4
    )
    return figure
