"""Expected best: the best validation score to expect from a random search with a given number of trials."""

from collections.abc import Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from suite.analysis import tuning
from suite.report.figures.registry import figure
from suite.report.figures.style import architecture_marks, legend, look, panels
from suite.results.results import Results
from suite.text import label, number

BUDGETS = {"trials": "trials", "seconds": "seconds of training in the search"}


def fits(results: Results, task: str) -> bool:
    """Return whether some architecture was searched with more than one trial."""
    curves = tuning.expected_best(results)
    return bool((curves.loc[curves["task"] == task, "trials"] > 1).any())


def in_words(results: Results, task: str) -> str:
    """Return a sentence with the expected best score of each architecture with one trial and with all trials."""
    curves = tuning.expected_best(results)
    cells = curves[curves["task"] == task].groupby("architecture", sort=False)["expected"]
    ends = [(name, number(best.iloc[0]), number(best.iloc[-1]), len(best)) for name, best in cells]
    each = [f"{name} {first} with one trial, {last} with {count}" for name, first, last, count in ends]
    return f"{task}, expected best validation score: {'; '.join(each)}."


@figure(
    "Expected best score by budget",
    "Expected best validation score of a random search with this many trials, up to the number that ran; the "
    "default configuration is always among them. With 95 % bands over resampled trials (Dodge et al. 2019); on the "
    "left by number of trials, on the right by their seconds of training on this machine. Where two curves cross, the "
    "ranking depends on the budget.",
    level="search",
    fits=fits,
    words=in_words,
    file="budgets",
    role="trial",
    together=12,
)
def expected_best(results: Results, tasks: Sequence[str]) -> Figure:
    """Draw one row per task: the expected best score by trials and by seconds of training, with 95 % bands."""
    drawn, axes = panels(2 * len(tasks), 2, 2.7, sharey="row")
    style, curves = look(results.architectures), tuning.expected_best(results)
    for row, task in zip(axes, tasks, strict=True):
        for panel, (by, title) in zip(row, BUDGETS.items(), strict=True):
            for name, curve in curves[curves["task"] == task].groupby("architecture", sort=False):
                how = style.of(name, ms=4)
                panel.plot(curve[by], curve["expected"], markevery=max(1, len(curve) // 8), **how)
                panel.fill_between(curve[by], curve["low"], curve["high"], color=style.palette[name], alpha=0.15, lw=0)
            panel.set(xlabel=title, title=label(task))
        row[0].set_ylabel(label(results.scale(task)))
        row[0].xaxis.set_major_locator(MaxNLocator(integer=True))
    legend(drawn, architecture_marks(style))
    return drawn
