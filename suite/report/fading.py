"""Fading: how much of the loss gradient reaches a recurrent state some steps before the end, in numbers."""

import numpy as np
import pandas as pd

from suite import statistics
from suite.plots.fading import WHEN
from suite.report.tables import Table
from suite.results import Results
from suite.retention import decay_per_step, half_life
from suite.statistics import Estimate
from suite.wording import interval, number, percent

COLUMNS = (
    "Architecture",
    *(f"{what} {when}" for when in WHEN.values() for what in ("Factor a step", "Half-life in steps")),
    "Clipped steps",
)


def fading(results: Results, task: str) -> Table:
    """A row an architecture with measured gradients, columns as in COLUMNS; factors are geometric means over runs."""
    ratios, finals = results.gradients(task), results.finals_of(task)
    rows = []
    for name, cell in ratios.groupby("architecture", sort=False):
        clipped = finals.loc[finals["architecture"] == name, "clipped"].mean()
        cells = [words for when in WHEN for words in _in_words(cell[cell["when"] == when])]
        rows.append([name, *cells, "—" if np.isnan(clipped) else percent(clipped)])
    caption = (
        "The factor by which the gradient changes with each further step back (below 1 it vanishes, above 1 it "
        "explodes; a line through the logarithms), with its 95 % interval over runs, and the steps that halve "
        "it, by the same interval"
    )
    return Table("fading", caption, COLUMNS, rows)


def _in_words(ratios: pd.DataFrame) -> tuple[str, str]:
    """Factor and half-life of one architecture at one time."""
    runs = [decay_per_step(run["lag"], run["ratio"]) for _, run in ratios.groupby("index")]
    centre, low, high, n = statistics.student_t(np.log(statistics.present(runs)))
    if not n:
        return "—", "—"
    factor = Estimate(*np.exp([centre, low, high]), n)
    return interval(factor), _lives(factor)


def _lives(factor: Estimate) -> str:
    """The half-lives that the interval of a factor allows."""
    shortest, longest = (half_life(bound) for bound in (factor.low, factor.high))
    if np.isnan(shortest):
        return number(half_life(factor.centre)) if factor.centre < 1 else "none"
    if np.isinf(longest):
        return "none" if np.isinf(shortest) else f"{shortest:.2g} or more"
    return f"{shortest:.2g}" if shortest == longest else f"{shortest:.2g} to {longest:.2g}"
