"""Differences: every comparison inside a task, and of every cell what the verdicts say of it."""

from suite.comparisons import Comparison, Comparisons
from suite.report.findings import baseline_name
from suite.results import Results
from suite.wording import interval, number


def differences(results: Results, comparisons: dict[str, Comparisons]) -> list[dict[str, str]]:
    """A row a comparison: task, first, second, plain and joint interval, p, n, verdict."""
    return [
        {
            "task": task,
            "first": one.first,
            "second": _opponent(results, task, one.second),
            "plain": interval(one.plain),
            "joint": interval(one.joint),
            "p": number(one.p),
            "verdict": _verdict(one),
        }
        for task, found in comparisons.items()
        for one in (*found.pairs, *found.trivial, *found.trained)
    ]


def _verdict(one: Comparison) -> str:
    words = {"equal": "practically equal", "at this budget": "undecided at this budget", "too few": "too few pairs"}
    return words.get(one.verdict, one.verdict) + (", provisional" if one.provisional else "")


def _opponent(results: Results, task: str, name: str) -> str:
    keys = {"trivial baseline": "baseline", "trained baseline": "trained_baseline"}
    return baseline_name(results.tasks.get(task, {}), keys[name]) if name in keys else name
