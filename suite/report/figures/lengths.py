"""Lengths: scores against sequence length in a sweep."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from suite.report.figures.marks import baselines, curves
from suite.report.figures.registry import figure
from suite.report.figures.style import architecture_marks, legend, line_marks, look, panels, plain_ticks
from suite.results.results import Results
from suite.text import label, listed, number


def in_words(results: Results, sweep: str) -> str:
    """Return a sentence with the mean score of each architecture at each length."""
    cells = results.sweep(sweep)
    means = {name: cell.set_index("length")["mean"] for name, cell in cells.groupby("architecture", sort=False)}
    each = [
        f"{results.called(str(name))} {listed(f'{number(mean)} at {length:g} steps' for length, mean in own.items())}"
        for name, own in means.items()
    ]
    return f"{results.named(list(cells['task'].unique()))}, mean {cells['metric'].iloc[0]}: {'; '.join(each)}."


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
    style, lines = look(results), set()
    for panel, sweep in zip(axes.flat, sweeps, strict=False):
        cells = results.sweep(sweep)
        curves(panel, cells, "length", style)
        lines |= baselines(panel, cells, "length")
        scale = label(results.scale(cells["task"].iloc[0]))
        panel.set(
            xlabel="sequence length (steps)", ylabel=scale, title=label(results.named(list(cells["task"].unique())))
        )
        plain_ticks(panel.xaxis)
    legend(drawn, [*architecture_marks(style), *line_marks(lines)])
    return drawn
