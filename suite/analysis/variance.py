"""Variance: find where the spread of final runs comes from, and where their centre lies."""

import numpy as np
import pandas as pd

from suite import statistics
from suite.results.results import Results


def noise(results: Results) -> pd.DataFrame:
    """Return the sources of the spread of skills on each task, as standard deviations.

    The columns are task, runs, searches, spread, data, seeds and search. `data` is what runs with the same seed share
    across architectures: their data and, if they have the same batch size, the order of the batches. `seeds` is the
    rest: mainly the initial weights, and their interaction with the data. `search` is what changes with another search:
    it compares this experiment with its variants that have another search seed. A value is NaN without two values to
    compare. The method is a two-way analysis of variance by the method of moments.
    """
    other = [one for one in results.variants.values() if one.experiment.search_seed != results.experiment.search_seed]
    rows = []
    for task in results.task_names:
        table = results.by_seed(task, "skill")
        if table.empty:
            continue
        data, seeds = statistics.shared_variance(table)
        search, searches = _search_variance([results, *other], task)
        spread = table.std().pow(2).mean()
        parts = np.sqrt([spread, data, seeds, search])
        rows.append((task, len(table), searches, *parts))
    return pd.DataFrame(rows, columns=["task", "runs", "searches", "spread", "data", "seeds", "search"])


def centres(results: Results) -> pd.DataFrame:
    """Return the mean, median and interquartile mean of the test scores of every cell with their 95 % intervals.

    The columns are task, architecture, statistic, centre, low, high, n (runs used) and failed. The interval is a
    bootstrap-t interval for the mean and a percentile bootstrap interval for the others.
    """
    rows = []
    for _, cell in results.cells.iterrows():
        scores = results.finals_of(cell["task"], cell["architecture"])["score"]
        metric = results.headline(cell["task"])
        found = {
            "mean": cell[["mean", "low", "high", "n"]],
            "median": statistics.bootstrap(scores, np.median),
            "iqm": statistics.bootstrap(scores, statistics.interquartile_means),
        }
        for name, (centre, low, high, n) in found.items():
            bounds = metric.within_range(low, high)
            rows.append((cell["task"], cell["architecture"], name, centre, *bounds, n, cell["failed"]))
    return pd.DataFrame(rows, columns=["task", "architecture", "statistic", "centre", "low", "high", "n", "failed"])


def _search_variance(searches: list[Results], task: str) -> tuple[float, int]:
    """Return the variance between searches, averaged over architectures, and the number of searches for the task."""
    tables = [one.by_seed(task, "skill") for one in searches if len(one.finals_of(task))]
    if len(tables) < 2:
        return np.nan, len(tables)
    names = [name for name in tables[0] if all(name in table for table in tables)]
    found = [
        statistics.shared_variance(pd.concat([table[name] for table in tables], axis=1).dropna().to_numpy().T)[0]
        for name in names
    ]
    known = statistics.present(found)
    return float(known.mean()) if len(known) else np.nan, len(tables)
