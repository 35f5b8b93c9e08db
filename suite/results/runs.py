"""Runs: a data frame with one row per run, with the columns of runs.csv and those that only verdicts need."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from suite.results.record import Record
from suite.results.task_info import TaskInfo

COLUMNS = (
    "id", "task", "architecture", "role", "index", "seed", "status",
    "metric", "score", "skill", "weights", "best_epoch", "epochs", "seconds",
)  # fmt: skip
BESIDE = (
    "baseline", "trained_baseline", "trained_skill", "flags", "error", "budget", "clipped", "predict_1", "predict_64",
)  # fmt: skip
NUMBERS = (
    "score", "skill", "weights", "best_epoch", "epochs", "seconds",
    "baseline", "trained_baseline", "trained_skill", "budget", "clipped", "predict_1", "predict_64",
)  # fmt: skip
# columns that equal a field of the record
FIELDS = (
    "id", "task", "architecture", "role", "index", "seed", "status", "weights", "best_epoch", "epochs", "error",
    "clipped",
)  # fmt: skip


def frame(records: Iterable[Record], task: Callable[[str], TaskInfo]) -> pd.DataFrame:
    """Return a data frame with one row per record; `task` maps the name of a task to its description.

    Columns: COLUMNS, BESIDE, and `hp.<name>` for every hyperparameter that some run has.
    """
    rows = [_row(record, task(record.task)) for record in records]
    hyperparameters = sorted({key for row in rows for key in row} - {*COLUMNS, *BESIDE})
    return pd.DataFrame(rows, columns=[*COLUMNS, *BESIDE, *hyperparameters]).astype(dict.fromkeys(NUMBERS, float))


def _row(record: Record, task: TaskInfo) -> dict[str, Any]:
    score, (baseline, trained) = record.score(task.metric), record.baseline_scores(task.metric)
    row = {name: getattr(record, name) for name in FIELDS}
    row |= {"metric": task.metric, "score": score, "skill": skill(score, baseline, task.perfect)}
    row |= {"baseline": baseline, "trained_baseline": trained}
    row |= {"trained_skill": skill(trained, baseline, task.perfect), "flags": tuple(record.flags)}
    row |= {"budget": (record.spec.get("budget") or {}).get("epochs"), "seconds": record.seconds.get("fit")}
    row |= {name: record.seconds.get(name) for name in ("predict_1", "predict_64")}
    return row | {f"hp.{name}": value for name, value in record.hyperparameters.items()}


def skill(score: float | None, baseline: float | None, perfect: float | None) -> float:
    """Return (score - baseline) / (perfect - baseline): 0 is the baseline, 1 is perfect; NaN if undefined."""
    if score is None or baseline is None or perfect is None or baseline == perfect:
        return np.nan
    return (score - baseline) / (perfect - baseline)
