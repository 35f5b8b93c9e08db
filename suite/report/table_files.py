"""Exports: the report's tables as files to include elsewhere."""

from collections.abc import Sequence

from suite.analysis.comparisons import Comparisons
from suite.analysis.recommendations import recommend
from suite.report.comparisons import differences
from suite.report.costs import costs
from suite.report.scores import Row
from suite.report.tables import Table
from suite.report.tuning import configurations, importances, tuned
from suite.report.variance import middles, origins
from suite.results.results import Results

MARKS = {"best": " ★", "equal": " ≈"}


def tables(results: Results, comparisons: dict[str, Comparisons], rows: Sequence[Row]) -> list[Table]:
    """Every table to include elsewhere but that of the claims; those without a row are left out."""
    found = [
        _scores(results, rows),
        _recommendations(results, comparisons),
        differences(results, comparisons),
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
    columns = ("Family", "Decided on", "Most accurate", "Cheapest of the practically equal, by mean training time")
    shown = [[one.family, one.tasks, one.accurate, one.cheapest] for one in recommend(results, comparisons)]
    caption = (
        "What to use, by family. The cheapest goes by means: where times overlap, other seeds may order them otherwise"
    )
    return Table("recommendations", caption, columns, shown)
