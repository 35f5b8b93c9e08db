"""Trials: all trials of a search as a table, for `suite trials`."""

from typing import Any

import pandas as pd

from suite.results.results import Results
from suite.text import columns

COLUMNS = ("id", "task", "architecture", "index", "status", "metric", "score", "best_epoch", "epochs", "seconds")
HEADING = ("trial", "status", "metric", "score", "epochs", "seconds", "values")


def table(results: Results) -> pd.DataFrame:
    """Return one row per trial, in the order of the experiment.

    Columns: id, task, architecture, index, status, metric, score (on validation data), best_epoch, epochs, seconds (of
    training), and hp.<name> for every hyperparameter that some trial has.
    """
    trials = results.runs[results.runs["role"] == "trial"]
    order = {
        "task": pd.Categorical(trials["task"], results.task_names),
        "architecture": pd.Categorical(trials["architecture"], results.architectures),
    }
    order = trials.assign(**order).sort_values(["task", "architecture", "index"]).index
    values = [name for name in trials if name.startswith("hp.") and trials[name].notna().any()]
    return trials.loc[order, [*COLUMNS, *values]]


def lines(trials: pd.DataFrame) -> list[str]:
    """Return the table as aligned lines of text."""
    return columns([HEADING, *map(_line, trials.to_dict("records"))])


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    values = {name.removeprefix("hp."): value for name, value in row.items() if name.startswith("hp.")}
    numbers = (_text(row[name]) for name in ("score", "epochs", "seconds"))
    named = " ".join(f"{name}={_text(value)}" for name, value in values.items() if pd.notna(value))
    return (row["id"], row["status"], row["metric"] or "unknown", *numbers, named)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "-" if pd.isna(value) else f"{value:.4g}"
