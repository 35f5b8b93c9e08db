"""Differences: every comparison inside a task, and of every cell what the verdicts say of it."""

from suite.analysis.comparisons import Comparison, Comparisons, opponent
from suite.report.tables import Table
from suite.results.results import Results
from suite.text import interval, number

COLUMNS = ("Task", "Skill of", "minus skill of", "95 % interval", "Joint interval", "p", "Verdict")


def differences(results: Results, comparisons: dict[str, Comparisons]) -> Table:
    """A row a comparison, columns as in COLUMNS."""
    rows = [
        [
            task, one.first, opponent(results, task, one.second), interval(one.plain), interval(one.joint),
            number(one.p), _verdict(one),
        ]
        for task, found in comparisons.items()
        for one in (*found.pairs, *found.trivial, *found.trained)
    ]  # fmt: skip
    return Table("comparisons", "Comparisons inside a task, paired by seed; p: sign flip with Holm", COLUMNS, rows)


def _verdict(one: Comparison) -> str:
    return one.verdict.phrase + (", provisional" if one.provisional else "")
