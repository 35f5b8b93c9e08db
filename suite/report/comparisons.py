"""Comparisons: every comparison inside a task as a table."""

from collections.abc import Iterable

from suite.analysis.comparisons import Comparison, compare, opponent
from suite.report.findings import presented
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import interval, number

COLUMNS = ("Task", "Skill of", "minus skill of", "95 % interval", "Joint interval", "p", "Verdict")
CAPTION = "Comparisons inside a task, paired by seed; p: sign flip with Holm"


def comparisons(results: Results) -> Table:
    """Return one row per comparison of every task."""
    rows = [[task, *row] for task in presented(results) for row in _rows(results, task)]
    return Table("comparisons", CAPTION, COLUMNS, rows)


def comparisons_of(results: Results, task: str) -> Table:
    """Return one row per comparison of one task."""
    return Table("comparisons", CAPTION, COLUMNS[1:], list(_rows(results, task)))


def _rows(results: Results, task: str) -> Iterable[list[str]]:
    found = compare(results, task)
    for one in (*found.pairs, *found.trivial, *found.trained):
        second = opponent(results, task, one.second)
        yield [one.first, second, interval(one.plain), interval(one.joint), number(one.p), _verdict(one)]


def _verdict(one: Comparison) -> str:
    return one.verdict.phrase + (", provisional" if one.provisional else "")
