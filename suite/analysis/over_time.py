"""Over time: measure how much a comparison depends on the days of the test data, from stored predictions on series.

Final runs on real series share their test data, so intervals over seeds say nothing about other days. The intervals
here do: average the losses over the runs of an architecture, then over all series at each date, and resample the dates
in blocks. The unit is skill, with the baseline's mean loss taken as known.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from suite.analysis import block_bootstrap
from suite.analysis.predictions import RunPredictions, by_architecture, fixed_targets, stored_predictions
from suite.results.results import Results
from suite.tasks.metrics import Metric, item_scores

COLUMNS = ("task", "first", "second", "difference", "low", "high", "dates")


def by_dates(results: Results, tasks: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the difference in skill of each pair of architectures, with an interval over dates.

    The columns are task, first, second, difference (first - second), low, high and dates. A task of `tasks` (by default
    all) is included if its final runs share their test data, the times are stored and the metric is a mean over
    examples.
    """
    rows = [row for task in tasks or results.task_names for row in _differences(results, task)]
    return pd.DataFrame(rows, columns=COLUMNS)


def superior(results: Results, tasks: Sequence[str] | None = None) -> pd.DataFrame:
    """Test over dates whether any architecture beats the trivial baseline, in one test over all of them (Hansen 2005).

    The columns are task, models and p. A task of `tasks` (by default all) is included if its dates can be compared and
    its trivial baseline is zero, a number, the mean or the last value.
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
    """Return the stored predictions of a task's final runs; empty if dates cannot be compared."""
    metric = results.headline(task)
    if metric.items is None or metric.needs:
        return []
    runs = [run for run in stored_predictions(results, task) if len(run.arrays.get("times", ())) == len(run.target)]
    return runs if fixed_targets(runs) and len(runs[0].target) else []


def _losses(results: Results, task: str, runs: list[RunPredictions]) -> dict[str, np.ndarray]:
    """Return the mean loss of each architecture at each date, in the order of the dates."""
    return {name: _daily(results.headline(task), own) for name, own in by_architecture(results, runs).items()}


def _daily(metric: Metric, runs: list[RunPredictions]) -> np.ndarray:
    """Return the mean loss at each date over runs that share their test data, in the order of the dates."""
    (kind,) = metric.kinds
    scores = [item_scores(metric.name, kind, run.target, run.prediction) for run in runs]
    losses = -metric.sign * np.mean(np.array(scores), axis=0)
    return block_bootstrap.by_date(losses, runs[0].arrays["times"])


def _trivial(results: Results, task: str, run: RunPredictions) -> RunPredictions | None:
    """Return the trivial baseline's predictions, or None if the stored arrays do not determine them."""
    baseline = results.task(task).baseline
    known = {"zero": 0.0, "mean": run.arrays.get("preparation/target_mean"), "last-value": run.arrays.get("last_value")}
    value = baseline if isinstance(baseline, (int, float)) else known.get(baseline)
    if value is None:
        return None
    return RunPredictions(str(baseline), 0, run.target, np.broadcast_to(value, run.target.shape), run.arrays)
