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
    "cpu", "validation_skill", "test_score", "test_skill", "trained_test_skill", "late_gain", "left_start",
    "fold",
)  # fmt: skip
NUMBERS = (
    "score", "skill", "weights", "best_epoch", "epochs", "seconds",
    "baseline", "trained_baseline", "trained_skill", "budget", "clipped", "predict_1", "predict_64",
    "cpu", "validation_skill", "test_score", "test_skill", "trained_test_skill", "late_gain",
)  # fmt: skip
LAST_PART = 0.2  # of the epochs; a run that gains there may gain more with a larger budget
LEFT = 0.98  # a training loss below this share of the trivial loss shows that learning began
# columns that equal a field of the record
FIELDS = (
    "id", "task", "architecture", "role", "index", "seed", "status", "weights", "best_epoch", "epochs", "error",
    "clipped",
)  # fmt: skip


def frame(records: Iterable[Record], task: Callable[[str], TaskInfo]) -> pd.DataFrame:
    """Return a data frame with one row per record; `task` maps the name of a task to its description.

    Columns: COLUMNS, BESIDE, and `hp.<name>` for every hyperparameter that some run has. Among BESIDE,
    `validation_skill`, `test_skill` and `trained_test_skill` name their split, while `score` and `skill` are on the
    split that counts. `late_gain`: the validation skill gained in the last fifth of the epochs, NaN if the run ended
    before its budget. `left_start`: whether the training loss fell below that of a constant prediction.
    `fold`: which of several test splits.
    """
    rows = [_row(record, task(record.task)) for record in records]
    if not rows:
        return pd.DataFrame(columns=[*COLUMNS, *BESIDE]).astype(dict.fromkeys(NUMBERS, float))
    names = [*COLUMNS, *BESIDE, *sorted({key for row in rows for key in row} - {*COLUMNS, *BESIDE})]
    columns = {name: [row.get(name, np.nan) for row in rows] for name in names}
    return pd.DataFrame(columns | {name: np.array(columns[name], dtype=float) for name in NUMBERS})


def _row(record: Record, task: TaskInfo) -> dict[str, Any]:
    score, (baseline, trained) = record.score(task.metric), record.baseline_scores(task.metric)
    row = {name: getattr(record, name) for name in FIELDS}
    row |= {"metric": task.metric, "score": score, "skill": skill(score, baseline, task.perfect)}
    row |= {"baseline": baseline, "trained_baseline": trained}
    row |= {"trained_skill": skill(trained, baseline, task.perfect), "flags": tuple(record.flags)}
    row |= {"budget": (record.spec.get("budget") or {}).get("epochs"), "seconds": record.seconds.get("fit")}
    row |= {name: record.seconds.get(name) for name in ("predict_1", "predict_64", "cpu")}
    for split in ("validation", "test"):
        own, (trivial, rival) = record.score(task.metric, split), record.baseline_scores(task.metric, split)
        row[f"{split}_skill"] = skill(own, trivial, task.perfect)
    row |= {"test_score": own, "trained_test_skill": skill(rival, trivial, task.perfect)}
    row |= {"late_gain": _late_gain(record, task), "left_start": _left_start(record, task)}
    row |= {"fold": ((record.spec.get("data") or {}).get("fold") or [0])[0]}
    return row | {f"hp.{name}": value for name, value in record.hyperparameters.items()}


def _late_gain(record: Record, task: TaskInfo) -> float:
    """Return the validation skill gained in the last fifth of the epochs; NaN if the run ended before its budget.

    It is also NaN if the budget is unknown.
    """
    curve = np.array(record.history.get(f"val_{task.metric}") or [], dtype=float)
    granted = (record.spec.get("budget") or {}).get("epochs")
    early = int(np.ceil(len(curve) * (1 - LAST_PART)))
    if not granted or len(curve) < max(granted, early + 1) or not np.isfinite(curve).all():
        return np.nan
    trivial, _ = record.baseline_scores(task.metric, "validation")
    best = task.headline.best
    return skill(best(curve), trivial, task.perfect) - skill(best(curve[:early]), trivial, task.perfect)


def _left_start(record: Record, task: TaskInfo) -> bool:
    """Return whether the training loss fell clearly below that of a constant prediction; True if that is unknown."""
    losses = [loss for loss in record.history.get("loss") or () if loss is not None]
    trivial = record.trivial_loss
    return not losses or trivial is None or min(losses) < LEFT * trivial


def skill(score: float | None, baseline: float | None, perfect: float | None) -> float:
    """Return (score - baseline) / (perfect - baseline): 0 is the baseline, 1 is perfect; NaN if undefined."""
    if score is None or baseline is None or perfect is None or baseline == perfect:
        return np.nan
    return (score - baseline) / (perfect - baseline)
