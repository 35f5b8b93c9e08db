"""Skill by budget: the test skill of every architecture against its number of weights or of training examples."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from suite.analysis.effects import effect
from suite.analysis.replicates import replicates
from suite.report.figures.marks import baselines, curves
from suite.report.figures.registry import figure
from suite.report.figures.style import architecture_marks, legend, line_marks, look, panels, plain_ticks
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import label, listed, number

AXES = {"weights": "trainable weights of the architecture", "examples": "training examples"}
COLUMNS = ("option", "count", "architecture", "mean", "low", "high", "n", "baseline", "trained_baseline")


@remember()
def cells(results: Results, sweep: str) -> pd.DataFrame:
    """Return one row per budget and architecture that has a skill, with the columns COLUMNS.

    `option`, `count`: the budget. `mean`, `low`, `high`, `n`: the expected test skill that verdicts are about, with its
    95 % interval by itself. `trained_baseline`: the mean skill of the best rival; that of the trivial one is 0.
    """
    rows = [
        (*budget, name, *effect(results, [(1.0, task, name)], 0.95), 0.0, replicates(results, task).trained.mean())
        for task in results.over_budget(results.task_names).get(sweep, ())
        if (budget := results.task(task).budget)
        for name in results.architectures
    ]
    return pd.DataFrame(rows, columns=COLUMNS).dropna(subset="mean")


def _title(results: Results, sweep: str) -> str:
    return results.named(results.over_budget(results.task_names)[sweep])


def in_words(results: Results, sweep: str) -> str:
    """Return a sentence with the expected skill of each architecture at each budget."""
    found = cells(results, sweep)
    means = {name: cell.set_index("count")["mean"] for name, cell in found.groupby("architecture", sort=False)}
    each = [
        f"{results.called(str(name))} {listed(f'{number(mean)} at {count}' for count, mean in levels.items())}"
        for name, levels in means.items()
    ]
    return f"{_title(results, sweep)}, expected test skill by number of {found['option'].iloc[0]}: {'; '.join(each)}."


@figure(
    "Skill and budget",
    "Expected test skill that verdicts are about, with its 95 % interval by itself, for each number of weights or of "
    "training examples of a sweep. Skill is 0 for the trivial baseline and 1 for perfect predictions.",
    level="sweep",
    fits=lambda results, sweep: len(cells(results, sweep)) > 0,
    words=in_words,
    role=None,
    sweeps=Results.over_budget,
)
def skill_by_budget(results: Results, sweeps: Sequence[str]) -> Figure:
    """Draw one panel per sweep: the expected test skill with its interval against the budget, and both baselines."""
    drawn, axes = panels(len(sweeps), 2, 2.9)
    style, lines = look(results), set()
    for panel, sweep in zip(axes.flat, sweeps, strict=False):
        found = cells(results, sweep)
        curves(panel, found, "count", style)
        lines |= baselines(panel, found, "count")
        panel.set(
            xlabel=AXES[found["option"].iloc[0]],
            ylabel="test skill, higher is better",
            title=label(_title(results, sweep)),
        )
        plain_ticks(panel.xaxis)
    legend(drawn, [*architecture_marks(style), *line_marks(lines)])
    return drawn
