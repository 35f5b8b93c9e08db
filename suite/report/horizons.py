"""Horizons: a table of the scores at each of several horizons of a series."""

from suite.analysis.horizons import TRIVIAL, by_horizon
from suite.report.naming import cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import number

CAPTION = "Scores by horizon on {task} ({scale}), means of the final runs; a horizon is a number of rows"


def horizons(results: Results, task: str) -> Table:
    """Return one row per horizon: the score of the trivial baseline, if known, and of each architecture."""
    found = by_horizon(results, task)
    names = ["trivial baseline" if name == TRIVIAL else cell(results, str(name)) for name in found.index]
    rows = [[str(step), *(number(score) for score in found[step])] for step in found.columns]
    caption = CAPTION.format(task=results.title(task), scale=results.scale(task))
    return Table("by-horizon", caption, ["Horizon", *names], rows)
