"""Costs: the number of weights, the training and CPU time and the prediction time of every cell."""

import numpy as np
import pandas as pd

from suite.report.naming import cells
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.results import Results
from suite.statistics import bootstrap_t
from suite.text import interval, number, whole

COLUMNS = (
    "Task", "Architecture", "Weights", "Training (s)", "CPU time (s)", "Epochs to best", "One prediction (ms)",
    "64 predictions (ms)", "Mean skill", "Pareto front",
)  # fmt: skip


@section("cost", "Cost")
def cost(page: Page) -> Content:
    """Return the figures of cost against score."""
    return {"figures": page.figures("cost")}


def costs(results: Results) -> Table:
    """Return the costs and the mean skill of every cell with a score, one row each."""
    rows: list[list[str]] = []
    for task in results.counted:
        known = results.cells[results.cells["task"] == task].dropna(subset="mean")
        front = set(pareto(known, "seconds")["architecture"])
        rows += [_row(results, cell, cell["architecture"] in front) for _, cell in known.iterrows()]
    caption = (
        "Cost of every cell: skill, training time, CPU time and epochs are means over its final runs, the rest are "
        "medians. Means decide the Pareto front (the cells that no other beats in both skill and training time): where "
        "intervals overlap, other seeds may rank them differently"
    )
    return Table("costs", caption, COLUMNS, rows)


def pareto(cells: pd.DataFrame, cost: str) -> pd.DataFrame:
    """Return the Pareto front of mean skill and `cost`, sorted by cost; leave out cells in which either is unknown."""
    known = cells.dropna(subset=["skill", cost]).sort_values([cost, "skill"], ascending=[True, False])
    best = known["skill"].cummax().shift(fill_value=-np.inf)
    return known[known["skill"] > best]


def _row(results: Results, cell: pd.Series, unbeaten: bool) -> list[str]:
    runs = results.finals_of(cell["task"], cell["architecture"]).dropna(subset="score")
    measured = (pd.to_numeric(runs[f"predict_{size}"], errors="coerce") for size in (1, 64))
    predictions = (number(1000 * seconds.median()) for seconds in measured)
    return [
        *cells(results, cell["task"], cell["architecture"]), whole(cell["weights"]), _mean(runs["seconds"], 0),
        _mean(runs["cpu"], 0), _mean(runs["best_epoch"], 1), *predictions, number(cell["skill"], 0.02),
        "yes" if unbeaten else "no",
    ]  # fmt: skip


def _mean(values: pd.Series, least: float) -> str:
    """Return a mean as text, with its interval if known; raise the lower bound to `least`, the least possible value."""
    estimate = bootstrap_t(values)
    estimate = estimate._replace(low=np.maximum(estimate.low, least))
    return interval(estimate) if np.isfinite(estimate.low) else number(estimate.centre)
