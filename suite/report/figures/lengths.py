"""Lengths: scores against the length of sequences in a sweep."""

from collections.abc import Sequence

import matplotlib as mpl
from matplotlib.figure import Figure

from suite.report.figures.marks import interval
from suite.report.figures.style import (
    GREY,
    LINES,
    THEME,
    architecture_marks,
    legend,
    line_marks,
    look,
    panels,
    plain_ticks,
)
from suite.results.results import Results
from suite.text import label


@mpl.rc_context(THEME)
def lengths(results: Results, sweeps: Sequence[str]) -> Figure:
    """A panel a sweep: mean test score with 95 % interval against sequence length, the baselines as lines."""
    figure, axes = panels(len(sweeps), 2, 2.9)
    style, drawn = look(results.architectures), set()
    for panel, sweep in zip(axes.flat, sweeps, strict=False):
        cells = results.sweep(sweep)
        for k, name in enumerate(results.architectures):
            cell = cells[cells["architecture"] == name]
            cell = cell.assign(place=cell["length"] * 1.04 ** (k - (len(results.architectures) - 1) / 2))
            panel.plot(cell["place"], cell["mean"], color=style.palette[name], linewidth=1)
            for _, row in cell.iterrows():
                interval(panel, row["place"], row, style)
        known = sorted(set(cells["length"]))
        edges = (known[0] / 1.5, known[-1] * 1.5)
        for line in cells[["baseline", "trained_baseline"]].dropna(axis="columns", how="all"):
            level = cells.groupby("length")[line].mean().reindex([edges[0], *known, edges[1]]).bfill().ffill()
            panel.plot(level, color=GREY, linewidth=1.2, **LINES[line])
            drawn.add(line)
        panel.set(xscale="log", xlim=edges, xticks=known, title=label(sweep))
        panel.set(xlabel="sequence length (steps)", ylabel=label(results.scale(cells["task"].iloc[0])))
        plain_ticks(panel.xaxis)
    legend(figure, [*architecture_marks(style), *line_marks(drawn)])
    return figure
