"""Horizons: how well each of several horizons of a series is predicted."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis.predictions import RunPredictions, by_architecture, stored_predictions, trivial_prediction
from suite.results.remember import remember
from suite.results.results import Results
from suite.tasks.kinds import REGRESSION
from suite.tasks.metrics import headline

TRIVIAL = "trivial"
HORIZONS = "preparation/reader_horizons"


@remember()
def by_horizon(results: Results, task: str) -> pd.DataFrame:
    """Return the mean test score of the final runs at every horizon, in the headline metric.

    There is one row for the trivial baseline ("trivial"), if its predictions are known, and one for each architecture;
    a column is a horizon, in rows. The table is empty unless the task predicts several horizons of a series.
    """
    runs = [run for run in stored_predictions(results, task) if run.target.ndim == 2 and HORIZONS in run.arrays]
    if results.task(task).kind != REGRESSION or not runs:
        return pd.DataFrame()
    horizons = runs[0].arrays[HORIZONS].tolist()
    rows = dict(_rows(results, task, runs))
    return pd.DataFrame.from_dict(rows, orient="index", columns=horizons)


def _rows(results: Results, task: str, runs: list[RunPredictions]) -> Iterator[tuple[str, np.ndarray]]:
    """Yield each predictor's name and its scores (horizons,)."""
    known = [run for run in runs if trivial_prediction(results, task, run) is not None]
    if known:
        yield (
            TRIVIAL,
            np.mean([_scores(results, task, run, trivial_prediction(results, task, run)) for run in known], axis=0),
        )
    for name, own in by_architecture(results, runs).items():
        yield name, np.mean([_scores(results, task, run, run.prediction) for run in own], axis=0)


def _scores(results: Results, task: str, run: RunPredictions, prediction: Any) -> list[float]:
    """Return the score of predictions (examples, horizons) at each horizon; NaN if what the metric needs is unknown."""
    metric, trivial = results.headline(task), trivial_prediction(results, task, run)
    scores = []
    for place, target in enumerate(run.target.T):
        known = {"trivial": None if trivial is None else trivial[:, place], "trivial_scale": _unit(results, task, run)}
        lacking = metric.needs and known[metric.needs] is None
        scores.append(np.nan if lacking else headline(metric.name, REGRESSION, target, prediction[:, place], **known))
    return scores


def _unit(results: Results, task: str, run: RunPredictions) -> float | None:
    """Return the trivial baseline's mean absolute error in training, from a run's MAE and MASE; None if unknown."""
    record = results.successes(task, run.architecture, "final").get(run.index)
    scores = (record.metrics.get("test") or {}) if record else {}
    mae, mase = scores.get("mae"), scores.get("mase")
    return mae / mase if mae and mase else None
