"""Sources: how much of an interval comes from the search, the seeds, the folds, and the test examples."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from suite.analysis.effects import Cell, cells_of, effect_of_replicates, items_reach
from suite.analysis.items import held_out
from suite.analysis.replicates import replicates
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status

COLUMNS = ("task", "first", "second", "trials", "search", "seeds", "folds", "items")
LEVEL = 0.95


@remember()
def sources(results: Results, task: str) -> pd.DataFrame:
    """Return, for every pair of architectures of a task on real data, where the width of its interval comes from.

    The columns are COLUMNS. `trials`, `items`: half-widths of the 95 % intervals for other trials and for other test
    examples, in skill; the wider one decides. `search`, `seeds`, `folds`: shares of the variance between trials. If
    no configuration has two final runs, the share of the seeds is NaN and is included in that of the search. The table
    is empty without independent trials, or if it is not stored what the test examples contributed.
    """
    found = replicates(results, task)
    rows = []
    if found.role == "trial" and held_out(results, task):
        for first, second in combinations(found.architectures, 2):
            cells = cells_of(results, [(1.0, task, first), (-1.0, task, second)])
            if cells and np.isfinite(trials := _half_width(cells)):
                shares = _shares(results, task, first, second)
                rows.append((task, first, second, trials, *shares, items_reach(results, cells, LEVEL)))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(dict.fromkeys(COLUMNS[3:], float))


def _half_width(cells: Sequence[Cell]) -> float:
    found = effect_of_replicates(cells, LEVEL)
    return (found.high - found.low) / 2


def _shares(results: Results, task: str, first: str, second: str) -> tuple[float, float, float]:
    """Return the shares of search, seeds and folds in the variance of a pair's differences between trials."""
    trials, finals = (_differences(results, task, role, first, second) for role in ("trial", "final"))
    folds, within = _components(trials)
    _, seeds = _components(finals)
    total = folds + within
    if not total > 0:
        return np.nan, np.nan, np.nan
    known = 0.0 if np.isnan(seeds) else min(seeds, within)
    return (within - known) / total, np.nan if np.isnan(seeds) else known / total, folds / total


def _differences(results: Results, task: str, role: str, first: str, second: str) -> pd.DataFrame:
    """Return the difference in test skill of each pair of runs with the same number, and their fold."""
    runs = results.by_role(task, role)
    runs = runs[runs["status"] == Status.OK]
    skills = runs.set_index(["index", "architecture"])["test_skill"].unstack()
    if not {first, second} <= set(skills):
        return pd.DataFrame({"difference": [], "fold": []})
    difference = (skills[first] - skills[second]).dropna()
    return pd.DataFrame({"difference": difference, "fold": runs.groupby("index")["fold"].first()[difference.index]})


def _components(table: pd.DataFrame) -> tuple[float, float]:
    """Return the variances between folds and within folds (one-way analysis of variance, method of moments)."""
    groups = table.groupby("fold")["difference"]
    free = len(table) - groups.ngroups
    if free < 1:
        return np.nan, np.nan
    within = float(np.square(table["difference"] - groups.transform("mean")).sum()) / free
    if groups.ngroups == 1:
        return 0.0, within
    sizes, means = groups.size().to_numpy(), groups.mean().to_numpy()
    between = float(sizes @ np.square(means - table["difference"].mean())) / (groups.ngroups - 1)
    typical = (len(table) - float(sizes @ sizes) / len(table)) / (groups.ngroups - 1)
    return max((between - within) / typical, 0.0), within
