"""Prices: what a run of an architecture costs in processor time, and which of several is shown to be the cheapest."""

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.replicates import replicates
from suite.results.results import Results
from suite.statistics import Estimate

ERROR = 0.05


def prices(results: Results, tasks: Sequence[str], names: Sequence[str]) -> pd.Series:
    """Return the mean processor time of a run in seconds by architecture, the cheapest first; NaN if unknown.

    It is the mean over tasks of the mean over replicates. Runs made before processor time was measured count with their
    training time.
    """
    known = {name: np.mean([_seconds(results, task, name).mean() for task in tasks]) for name in names}
    return pd.Series(known, dtype=float).sort_values()


def cheapest(results: Results, tasks: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the architecture that is shown to need less processor time than all others; None if there is none."""
    ordered = list(prices(results, tasks, names).dropna().index)
    if len(ordered) < 2:
        return ordered[0] if ordered else None
    first, *others = ordered
    level = 1 - ERROR / len(others)
    return first if all(ratio(results, tasks, other, first, level).low > 0 for other in others) else None


def ratio(results: Results, tasks: Sequence[str], first: str, second: str, level: float) -> Estimate:
    """Return the mean over tasks of log2(seconds of `first` / seconds of `second`), paired by replicate number."""
    logs = [np.log2(_seconds(results, task, first) / _seconds(results, task, second)) for task in tasks]
    return statistics.contrast(logs, level=level)


def training_seconds(results: Results, tasks: Sequence[str], names: Sequence[str]) -> float:
    """Return the seconds that one more trial of each architecture on each task takes, one after the other."""
    return float(sum(_runs(results, task, name)["seconds"].mean() for task, name in product(tasks, names)))


def _seconds(results: Results, task: str, name: str) -> pd.Series:
    """Return replicate number -> processor time of an architecture's successful runs, in seconds."""
    runs = _runs(results, task, name)
    return runs["cpu"].fillna(runs["seconds"]).astype(float)


def _runs(results: Results, task: str, name: str) -> pd.DataFrame:
    runs = results.by_role(task, replicates(results, task).role, name)
    return runs[runs["score"].notna()].set_index("index")
