"""Variance: the central score of each cell's final runs, and the sources of their spread: data, weights, search."""

from typing import Any

import numpy as np

from suite.analysis import variance
from suite.report.findings import of_presented
from suite.report.naming import cells, task_cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, number, several

SOURCES = {
    "spread": "Runs per cell",
    "data": "Data and order",
    "seeds": "Initial weights and the rest",
    "search": "Search",
}
STATISTICS = {"mean": "Mean", "median": "Median", "iqm": "Interquartile mean"}


def centres(results: Results) -> Table:
    """Return the mean, median and interquartile mean of the scores of every cell with final runs, with intervals."""
    found = of_presented(results, variance.centres(results))
    rows = []
    for (task, name), own in found[found["n"] > 0].groupby(["task", "architecture"], sort=False):
        each = {one["statistic"]: _interval(one) for one in own.to_dict("records")}
        rows.append(
            [*cells(results, str(task), str(name)), *(each[name] for name in STATISTICS), str(own["failed"].iloc[0])]
        )
    caption = (
        "Middle of the test scores of the final runs, which have the configuration that one search found (with several "
        "test splits, the best on each), with 95 % intervals over their seeds (bootstrap-t for the mean, percentile "
        "bootstrap otherwise)"
    )
    return Table("centres", caption, ("Task", "Architecture", *STATISTICS.values(), "Failed runs"), rows, per_task=True)


def _interval(one: dict[Any, Any]) -> str:
    return interval(Estimate(one["centre"], one["low"], one["high"], one["n"]))


def noise(results: Results) -> Table:
    """Return one row per task: the standard deviation of skill from each source, a dash if it cannot be known."""
    rows = [
        [
            task_cell(results, one["task"]),
            str(one["runs"]),
            *(number(np.round(one[source], 4)) for source in SOURCES),
            str(one["searches"]),
        ]
        for one in of_presented(results, variance.noise(results)).to_dict("records")
    ]
    columns = ("Task", "Seeds", *SOURCES.values(), "Searches")
    caption = (
        "How much seeds matter for the configuration that will be used: where the spread of final runs comes from, as "
        "standard deviations of skill. Several test splits are part of the data"
    )
    return Table("noise", caption, columns, rows)


def unknown(results: Results) -> list[str]:
    """Say which parts of the spread are unknown and which runs would reveal them."""
    found = of_presented(results, variance.noise(results))
    data, search = (int(found[name].isna().sum()) for name in ("data", "search"))
    apart = (
        f"Data and initial weights cannot be separated on {several(data, 'task')}: this requires two seeds that "
        "two architectures share."
    )
    searched = (
        f"The share of the search is unknown on {several(search, 'task')}: this requires a variant of the experiment "
        "with another search seed, and two seeds in both. Verdicts from independent trials include it."
    )
    return [sentence for count, sentence in ((data, apart), (search, searched)) if count]
