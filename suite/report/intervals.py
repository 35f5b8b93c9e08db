"""Intervals: a table of how often 90 % prediction intervals or sets contain the test targets."""

from typing import Any

from suite.analysis.intervals import coverages
from suite.report.naming import cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.tasks.intervals import LEVEL
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.text import number

CAPTION = (
    "{what} of {level:g} % on {task}, means of the final runs. Their width is from the errors on the validation split. "
    "By chance: where the shares of all runs lie in 99 % of cases if test targets are independent and like validation "
    "targets"
)
NAMES = {CLASSIFICATION: ("Prediction sets", "Classes per set"), MULTI_LABEL: ("Prediction sets", "Labels per set")}


def intervals(results: Results, task: str) -> Table:
    """Return one row per architecture: the shares of test targets within, their range by chance, and the mean width."""
    rows = [[cell(results, one["architecture"]), *_row(one)] for one in coverages(results, task).to_dict("records")]
    what, size = NAMES.get(results.task(task).kind or "", ("Prediction intervals", "Mean width"))
    columns = ("Architecture", "Test targets within", "Of any run", "By chance", size, "Runs")
    return Table("intervals", CAPTION.format(what=what, level=100 * LEVEL, task=results.title(task)), columns, rows)


def _row(one: dict[Any, Any]) -> list[str]:
    coverage, *ends = (f"{100 * one[name]:.1f}" for name in ("coverage", "lowest", "highest", "low", "high"))
    off, width = f" ({one['off']})" if one["off"] else "", number(one["width"])
    of_runs, by_chance = (f"{low} to {high} %" for low, high in (ends[:2], ends[2:]))
    return [f"{coverage} %{off}", of_runs, by_chance, width, str(one["runs"])]
