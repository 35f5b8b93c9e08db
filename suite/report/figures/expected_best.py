"""Expected best: the test skill to expect from the best of a given number of random trials."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from suite.analysis import tuning
from suite.analysis.best_of import PERFECT
from suite.report.figures.marks import KNOWN, lines, spread
from suite.report.figures.registry import figure
from suite.report.figures.style import GREY, LINES, architecture_marks, legend, line_marks, look, panels
from suite.results.results import Results
from suite.text import label, number, several

BUDGETS = {"trials": "trials", "seconds": "seconds of training in the search"}
READ: dict[str, Any] = {"color": GREY, "linewidth": 1.0, "linestyle": "-"}


def fits(results: Results, task: str) -> bool:
    """Return whether some architecture has enough trials to show what more than one is worth."""
    curves = tuning.expected_best(results)
    return bool((curves.loc[curves["task"] == task, "trials"] > 1).any())


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the expected test skill of each architecture for one trial and for the most trials."""
    curves = tuning.expected_best(results)
    cells = curves[curves["task"] == task].groupby("architecture", sort=False)["expected"]
    ends = [(name, number(best.iloc[0]), number(best.iloc[-1]), len(best)) for name, best in cells]
    each = [
        f"{results.called(str(name))} {first} with one trial, {last} with {count}" for name, first, last, count in ends
    ]
    read = several(results.experiment.best_of, "trial")
    return f"{results.title(task)}, expected test skill: {'; '.join(each)}. Verdicts are about {read}."


@figure(
    "What n trials are worth",
    "Expected test skill of the best of n random trials, the best chosen on validation data, for n up to a third of "
    "the trials made. The 95 % bands show how other trials would vary, for each n by itself. Left: by the number of "
    "trials; the vertical line marks how many verdicts are about. Right: by their seconds of training on this machine.",
    level="search",
    fits=fits,
    words=in_words,
    file="budgets",
    role="trial",
    together=12,
)
def expected_best(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: the expected test skill by number of trials and by their seconds, with 95 % bands."""
    drawn, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    for row, task in zip(axes, tasks, strict=True):
        for panel, (by, title) in zip(row, BUDGETS.items(), strict=True):
            _panel(panel, results, task, by)
            panel.set(xlabel=title, ylabel="", title=label(results.title(task)))
        row[0].axvline(results.experiment.best_of, **READ)
        row[0].set_ylabel("test skill, higher is better")
        row[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    read = Line2D([], [], **READ, label=f"verdicts are about best of {results.experiment.best_of}")
    legend(drawn, [*architecture_marks(look(results)), *line_marks({"baseline"}), read])
    return drawn


def _panel(panel: Axes, results: Results, task: str, by: str) -> None:
    style, every = look(results), tuning.expected_best(results)
    curves = every[every["task"] == task]
    most = curves.groupby("architecture")["expected"].transform("max").clip(lower=PERFECT)
    shown = spread(curves.assign(high=np.minimum(curves["high"], most)), "expected")
    how: dict[str, Any] = {"err_kws": {"alpha": 0.15, "linewidth": 0}} | KNOWN
    how["markevery"] = max(1, len(curves) // curves["architecture"].nunique() // 8)
    lines(panel, shown, by, "expected", style, **how)
    panel.axhline(0, color=GREY, linewidth=1.0, **LINES["baseline"])
