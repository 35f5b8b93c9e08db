"""Searched: which configuration every cell's search chose."""

from collections.abc import Sequence

import pandas as pd

from suite.report.tables import Table
from suite.results import Results
from suite.wording import number


def configurations(results: Results, tasks: Sequence[str]) -> Table:
    """A row a cell: its best trial, and the hyperparameters that its final runs have."""
    names = [name for name in results.evidence if name.startswith("hp.")]
    rows = [
        _row(results, task, architecture, names)
        for task in tasks
        for architecture in results.architectures
        if not results.finals_of(task, architecture).empty
    ]
    shown = ("Task", "Architecture", "Best trial", "Validation score", *(name.removeprefix("hp.") for name in names))
    caption = "The configurations that the search chose, with which the final runs trained"
    return Table("configurations", caption, shown, rows)


def _row(results: Results, task: str, architecture: str, names: list[str]) -> list[str]:
    trials = results.trials_of(task, architecture).dropna(subset="score")
    best, lower = ["—", "—"], results.tasks.get(task, {}).get("direction") == "lower"
    if len(trials):
        trial = trials.sort_values(["budget", "score"], ascending=[False, lower], kind="stable").iloc[0]
        best = [f"{trial['index']} of {len(trials)}", number(trial["score"])]
    final = results.finals_of(task, architecture).iloc[-1]
    return [task, architecture, *best, *(_value(final.get(name)) for name in names)]


def _value(value: object) -> str:
    if isinstance(value, float):
        return "" if pd.isna(value) else number(value)
    return "" if value is None else str(value)
