"""Spread: where the final runs of a cell lie, and what brings their spread: data, initial weights, the search."""

import numpy as np
import pandas as pd

from suite.analysis import variance
from suite.report.findings import presented
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number, several

STATISTICS = {"mean": "Mean", "median": "Median", "iqm": "Interquartile mean"}


def centres(results: Results) -> Table:
    """A row a cell with final runs: mean, median and interquartile mean of its test scores, with intervals."""
    found = variance.centres(results)
    found = found[found["task"].isin(presented(results)) & (found["n"] > 0)]
    rows = []
    for (task, architecture), cell in found.groupby(["task", "architecture"], sort=False):
        each = {one.statistic: interval(Estimate(one.centre, one.low, one.high, one.n)) for one in cell.itertuples()}
        rows.append([task, architecture, *(each[name] for name in STATISTICS), str(cell["failed"].iloc[0])])
    caption = "Middle of the test scores with 95 % intervals (bootstrap-t for the mean, percentile bootstrap otherwise)"
    return Table("centres", caption, ("Task", "Architecture", *STATISTICS.values(), "Failed runs"), rows)


def noise(results: Results) -> Table:
    """A row a task: standard deviations of skill by what brings them; a dash where that cannot be known."""
    found = variance.noise(results)
    rows = [
        [one.task, str(one.runs), *map(_deviation, (one.spread, one.data, one.seeds, one.search)), str(one.searches)]
        for one in found[found["task"].isin(presented(results))].itertuples()
    ]
    columns = (
        "Task",
        "Seeds",
        "Runs of a cell",
        "Data and order",
        "Initial weights and the rest",
        "Search",
        "Searches",
    )
    return Table("noise", "What brings the spread of final runs, as standard deviations of skill", columns, rows)


def unknown(results: Results) -> list[str]:
    """Which parts of the spread cannot be told, and what they would take."""
    found = variance.noise(results)
    found = found[found["task"].isin(presented(results))]
    data, search = (int(found[name].isna().sum()) for name in ("data", "search"))
    said = []
    if data:
        said.append(f"Data and initial weights are not told apart on {several(data, 'task')}: it takes two seeds that "
                    "two architectures share.")  # fmt: skip
    if search:
        said.append(f"What the search brings is not known on {several(search, 'task')}: it takes a variant of the "
                    "experiment with another search seed, and two seeds in both.")  # fmt: skip
    return said


def _deviation(value: float) -> str:
    return "—" if pd.isna(value) else number(float(np.round(value, 4)))
