"""Over time: test on stored predictions whether any architecture beats the trivial baseline on other days.

Average the losses over the runs of an architecture, then over all series at each date, and resample the dates in
blocks.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from suite.analysis import blocks
from suite.analysis.predictions import (
    RunPredictions,
    by_architecture,
    fixed_targets,
    stored_predictions,
    trivial_prediction,
)
from suite.results.results import Results
from suite.tasks.metrics import Metric, item_scores


def superior(results: Results, tasks: Sequence[str] | None = None) -> pd.DataFrame:
    """Test over dates whether any architecture beats the trivial baseline, in one test over all of them (Hansen 2005).

    The columns are task, models and p. A task of `tasks` (by default all) is included if its dates can be compared and
    its trivial baseline is zero, a number, the mean or the last value.
    """
    rows = []
    for task in tasks or results.task_names:
        runs = _comparable(results, task)
        trivial = trivial_prediction(results, task, runs[0]) if runs else None
        if trivial is not None:
            benchmark = _daily(results.headline(task), [replace(runs[0], prediction=trivial)])
            losses = _losses(results, task, runs)
            p = blocks.superior_ability(benchmark, np.column_stack([*losses.values()]))
            rows.append((task, len(losses), p))
    return pd.DataFrame(rows, columns=["task", "models", "p"])


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
    return blocks.by_date(losses, runs[0].arrays["times"])
