"""Over time: series with stored predictions -> how much a comparison depends on the days of the test data.

Final runs on real series share their test data, so intervals over seeds do not cover other days. These intervals do:
losses are averaged over the runs of an architecture, then over the series of a date, and dates are resampled in blocks.
The unit is skill, with the baseline's mean loss taken as known.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from suite.analysis import block_bootstrap
from suite.analysis.predictions import RunPredictions, by_architecture, fixed_targets, stored_predictions
from suite.results.results import Results
from suite.tasks.metrics import Metric

COLUMNS = ("task", "first", "second", "difference", "low", "high", "dates")


def by_dates(results: Results, tasks: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the skill of the first architecture minus that of the second, with an interval over dates.

    Columns task, first, second, difference, low, high, dates; for those of `tasks` (by default all) whose final runs
    share their test data, whose times are stored and whose metric is a mean over examples.
    """
    rows = [row for task in tasks or results.task_names for row in _differences(results, task)]
    return pd.DataFrame(rows, columns=COLUMNS)


def superior(results: Results, tasks: Sequence[str] | None = None) -> pd.DataFrame:
    """Test whether any architecture beats the trivial baseline over dates, all of them together (Hansen 2005).

    Columns task, models, p; for those of `tasks` (by default all) whose dates can be compared and whose trivial
    baseline is zero, a number, the mean or the last value.
    """
    rows = []
    for task in tasks or results.task_names:
        runs = _comparable(results, task)
        trivial = _trivial(results, task, runs[0]) if runs else None
        if trivial is not None:
            losses, benchmark = _losses(results, task, runs), _daily(results.headline(task), [trivial])
            p = block_bootstrap.superior_ability(benchmark, np.column_stack([*losses.values()]))
            rows.append((task, len(losses), p))
    return pd.DataFrame(rows, columns=["task", "models", "p"])


def _differences(results: Results, task: str) -> Iterator[tuple]:
    runs = _comparable(results, task)
    if not runs:
        return
    finals = results.finals_of(task)
    room = abs(results.headline(task).perfect - finals["baseline"].mean())
    losses = _losses(results, task, runs)
    for first, second in combinations(losses, 2):
        found = block_bootstrap.block_bootstrap((losses[second] - losses[first]) / room)
        yield (task, first, second, *found)


def _comparable(results: Results, task: str) -> list[RunPredictions]:
    """The stored predictions of a task's final runs; empty if dates cannot be compared."""
    if not results.headline(task).loss:
        return []
    runs = [run for run in stored_predictions(results, task) if len(run.arrays.get("times", ())) == len(run.target)]
    return runs if fixed_targets(runs) and len(runs[0].target) else []


def _losses(results: Results, task: str, runs: list[RunPredictions]) -> dict[str, np.ndarray]:
    """The mean loss of each architecture at each date, in order of dates."""
    return {name: _daily(results.headline(task), own) for name, own in by_architecture(results, runs).items()}


def _daily(metric: Metric, runs: list[RunPredictions]) -> np.ndarray:
    """The mean loss of runs that share their test data at each date, in order of dates."""
    assert metric.loss is not None  # `_comparable` has seen to it
    losses = [metric.loss(run.target, run.prediction).reshape(len(run.target), -1).mean(axis=1) for run in runs]
    return block_bootstrap.by_date(np.mean(losses, axis=0), runs[0].arrays["times"])


def _trivial(results: Results, task: str, run: RunPredictions) -> RunPredictions | None:
    """The trivial baseline's predictions; None if they do not follow from what is stored."""
    baseline = results.task(task).baseline
    known = {"zero": 0.0, "mean": run.arrays.get("preparation/target_mean"), "last-value": run.arrays.get("last_value")}
    value = baseline if isinstance(baseline, (int, float)) else known.get(baseline)
    if value is None:
        return None
    return RunPredictions(str(baseline), 0, run.target, np.broadcast_to(value, run.target.shape), run.arrays)
