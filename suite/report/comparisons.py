"""Comparisons: tables of the comparisons within tasks, and whether a baseline is beaten on other days."""

from collections.abc import Iterable

from suite.analysis.blocks import RESAMPLES
from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.over_time import superior
from suite.analysis.rivals import opponent
from suite.report.findings import in_points, presented
from suite.report.naming import cell, task_cell
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import chance, interval, number, several

COLUMNS = (
    "Task", "Skill of", "minus skill of", "95 % interval", "Joint interval", "Better, equal, worse",
    "Chance of solving, difference in points", "Verdict", "How firm",
)  # fmt: skip
ALONE = 2  # the place in a row of the interval that holds for one comparison by itself
CAPTION = (
    "Comparisons within tasks, of the best of n trials (or of final runs), paired by trial number (or seed). The joint "
    "interval decides. The probabilities are those of each comparison by itself (Bayesian bootstrap)"
)


def comparisons(results: Results) -> Table:
    """Return the comparisons of all tasks, one row each."""
    rows = [[task_cell(results, task), *row] for task in presented(results) for row in _rows(results, task)]
    return Table("comparisons", CAPTION, COLUMNS, rows)


def comparisons_of(results: Results, task: str) -> Table:
    """Return the comparisons of one task, one row each, with the one interval that decides."""
    rows = [[*row[:ALONE], *row[ALONE + 1 :]] for row in _rows(results, task)]
    return Table("comparisons", CAPTION, [name for name in COLUMNS[1:] if name != COLUMNS[ALONE + 1]], rows)


def _rows(results: Results, task: str) -> Iterable[list[str]]:
    for one in compare(results, task).every:
        pair = one.first, opponent(results, task, one.second)
        yield [
            *(cell(results, name) for name in pair), interval(one.plain), interval(one.joint), _probabilities(one),
            interval(in_points(one.solved)) if one.solved else "—", one.verdict.phrase,
            one.standing.value if one.verdict.settled else "—",
        ]  # fmt: skip


def _probabilities(one: Comparison) -> str:
    return ", ".join(map(chance, reversed(one.chances))) if one.chances else "—"


def other_days(results: Results, task: str) -> list[str]:
    """Say whether any architecture beats the trivial baseline on other days, for a series that all runs share."""
    sentences = []
    for one in superior(results, [task]).dropna(subset="p").to_dict("records"):
        p = f"p = {number(one['p'])}" if one["p"] > 0 else f"p < {number(1 / RESAMPLES)}"
        sentences.append(
            f"Whether any of {several(one['models'], 'architecture')} beats the trivial baseline on other days, all "
            f"tested together: {p} (superior predictive ability, Hansen 2005)."
        )
    return sentences
