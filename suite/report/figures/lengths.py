"""Lengths: scores against sequence length in a sweep."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from suite.report.figures.marks import interval
from suite.report.figures.registry import figure
from suite.report.figures.style import (
    GREY,
    LINES,
    architecture_marks,
    legend,
    line_marks,
    look,
    panels,
    plain_ticks,
)
from suite.results.results import Results
from suite.text import label, listed, number


def in_words(results: Results, sweep: str) -> str:
    """Return a sentence with the mean score of each architecture at each length."""
    cells = results.sweep(sweep)
    means = {name: cell.set_index("length")["mean"] for name, cell in cells.groupby("architecture", sort=False)}
    each = [
        f"{name} {listed(f'{number(mean)} at {length:g} steps' for length, mean in levels.items())}"
        for name, levels in means.items()
    ]
    return f"{sweep}, mean {cells['metric'].iloc[0]}: {'; '.join(each)}."


@figure(
    "Score and sequence length",
    "Mean test score of the final runs with its 95 % interval for each length of a sweep.",
    level="sweep",
    fits=lambda results, sweep: len(results.sweep(sweep)) > 0,
    words=in_words,
)
def lengths(results: Results, sweeps: Sequence[str]) -> Figure:
    """Draw one panel per sweep: the mean test score with its interval against length; draw the baselines as lines."""
    drawn, axes = panels(len(sweeps), 2, 2.9)
    style, lines = look(results.architectures), set()
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
            lines.add(line)
        panel.set(xscale="log", xlim=edges, xticks=known, title=label(sweep))
        panel.set(xlabel="sequence length (steps)", ylabel=label(results.scale(cells["task"].iloc[0])))
        plain_ticks(panel.xaxis)
    legend(drawn, [*architecture_marks(style), *line_marks(lines)])
    return drawn
