"""Prices: what a run of an architecture costs in CPU time, and which of several is shown to be the cheapest."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.comparisons import joint_level
from suite.analysis.effects import known
from suite.analysis.replicates import own_runs
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.tasks.task_budget import without_budget


def prices(results: Results, tasks: Sequence[str], names: Sequence[str]) -> pd.Series:
    """Return the mean CPU time of a run in seconds by architecture, the cheapest first; NaN if unknown.

    It is the mean over tasks of the mean over replicates. On a task with runs made before CPU time was measured, the
    training time of every run counts instead.
    """
    known = {name: np.mean([_seconds(results, task, name).mean() for task in tasks]) for name in names}
    return pd.Series(known, dtype=float).sort_values()


def cheapest(results: Results, tasks: Sequence[str], names: Sequence[str]) -> str | None:
    """Return the architecture that is shown to need less CPU time than all others; None if there is none."""
    ordered = list(prices(results, tasks, names).dropna().index)
    if len(ordered) < 2:
        return ordered[0] if ordered else None
    first, *others = ordered
    level = joint_level(results)
    return first if all(ratio(results, tasks, other, first, level).low > 0 for other in others) else None


def ratio(results: Results, tasks: Sequence[str], first: str, second: str, level: float) -> Estimate:
    """Return the mean over tasks of log2(seconds of `first` / seconds of `second`), paired by replicate number.

    There is no interval with fewer than five runs on a task, or if all ratios are equal.
    """
    logs = [np.log2(_seconds(results, task, first) / _seconds(results, task, second)) for task in tasks]
    return known(statistics.contrast(logs, level=level, together=list(map(without_budget, tasks))))


def training_seconds(results: Results, tasks: Sequence[str], names: Sequence[str]) -> float:
    """Return the seconds that one more trial of each architecture on each task takes, one after the other."""
    runs = [_runs(results, task) for task in tasks]
    return float(sum(each.loc[each["architecture"] == name, "seconds"].mean() for each in runs for name in names))


@remember()
def _seconds(results: Results, task: str, name: str) -> pd.Series:
    """Return replicate number -> CPU time of an architecture's successful runs, in seconds."""
    runs = _runs(results, task)
    measure = "cpu" if runs["cpu"].notna().all() else "seconds"
    own = runs[runs["architecture"] == name].set_index("index")[measure]
    return own.where(own > 0)


@remember()
def _runs(results: Results, task: str) -> pd.DataFrame:
    """Return the successful replicates of all architectures."""
    runs = results.by_role(task, own_runs(results, task).role)
    return runs[runs["score"].notna()]
