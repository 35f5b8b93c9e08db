"""Exports: the report's tables as files to include elsewhere."""

from collections.abc import Sequence

from suite.comparisons import Comparisons
from suite.recommendations import recommend
from suite.report.costs import costs
from suite.report.differences import differences
from suite.report.matrix import Row
from suite.report.searched import configurations, importances, tuned
from suite.report.spread import middles, origins
from suite.report.tables import Table
from suite.results import Results

MARKS = {"best": " ★", "equal": " ≈"}


def tables(results: Results, comparisons: dict[str, Comparisons], rows: Sequence[Row]) -> list[Table]:
    """Every table to include elsewhere but that of the claims; those without a row are left out."""
    found = [
        _scores(results, rows),
        _recommendations(results, comparisons),
        _comparisons(results, comparisons),
        costs(results),
        configurations(results, [*comparisons]),
        importances(results, [*comparisons]),
        tuned(results, [*comparisons]),
        middles(results, [*comparisons]),
        origins(results, [*comparisons]),
    ]
    return [table for table in found if table.rows]


def _scores(results: Results, rows: Sequence[Row]) -> Table:
    caption = "Mean test scores with 95 % intervals; ★ has the highest mean skill of its task, ≈ is practically equal"
    columns = (
        "Task", "Metric", "Trivial baseline", "Trained baseline", "Best possible", "Beats the trained baseline",
        *results.architectures,
    )  # fmt: skip
    shown = [
        [row.task, row.scale, row.baseline, row.trained, row.ceiling, row.beats_trained]
        + [f"{entry.score}{MARKS.get(entry.mark, '')}" for entry in row.entries]
        for row in rows
    ]
    return Table("scores", caption, columns, shown)


def _recommendations(results: Results, comparisons: dict[str, Comparisons]) -> Table:
    columns = ("Family", "Decided on", "Most accurate", "Cheapest of the practically equal")
    shown = [[one.family, one.tasks, one.accurate, one.cheapest] for one in recommend(results, comparisons)]
    return Table("recommendations", "What to use, by family", columns, shown)


def _comparisons(results: Results, comparisons: dict[str, Comparisons]) -> Table:
    columns = ("Task", "Skill of", "minus skill of", "95 % interval", "Joint interval", "p", "Verdict")
    shown = [[*row.values()] for row in differences(results, comparisons)]
    return Table("comparisons", "Comparisons inside a task, paired by seed; p: sign flip with Holm", columns, shown)
