"""Capacity: the statistic of claims that equal numbers of weights give architectures the same skill."""

import math
from collections.abc import Iterator, Sequence
from itertools import combinations, product

from suite.analysis import comparisons
from suite.analysis.effects import solve_rates
from suite.claims.claim import SEARCH, Claim, Part
from suite.claims.evidence import SKILL, failures, verdicts_by_task
from suite.claims.scope import Scope
from suite.claims.statistic import statistic
from suite.claims.statistics.skill import highest
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import listed


def without_weights(results: Results) -> list[str]:
    """Return what the experiment needs if it has no task with several numbers of weights."""
    return [] if sweeps_over_weights(results, results.counted) else ["several numbers of weights (weights=[...])"]


def has_weights(results: Results, task: str) -> bool:
    """Return whether a task has a number of weights of its own."""
    budget = results.task(task).budget
    return budget is not None and budget.option == "weights"


def sweeps_over_weights(results: Results, tasks: Sequence[str]) -> list[str]:
    """Return those of the tasks that have a number of weights of their own, if there are several of the same task."""
    weighed = [task for task in tasks if has_weights(results, task)]
    return [task for members in results.over_budget(weighed).values() for task in members if len(members) > 1]


@statistic("equal-per-weight", lacks=without_weights, architectures=(2, math.inf), counts_failed=True)
def equal_per_weight(claim: Claim, scope: Scope) -> list[Part]:
    """Return minus the largest difference in skill, in either direction, of two architectures at a number of weights.

    The largest is taken over all pairs of the claim's architectures and all numbers of weights of a sweep. The interval
    goes from the highest lower to the highest upper bound of the absolute differences: it holds for the largest of
    them, whichever that is, if the single intervals hold simultaneously, as all that a report states do. The effect is
    never above 0. So the claim is practically equal if no difference can exceed the margin, contradicted if one does,
    and never supported.
    """
    names, results = claim.architectures, scope.results
    tasks = tuple(sweeps_over_weights(results, scope.shared(*names)))
    pairs = list(product(tasks, combinations(names, 2)))
    found = [scope.effect(comparisons.difference(results, [task], *pair)) for task, pair in pairs]
    return [
        Part(
            f"minus the largest difference in skill between two of {listed(map(results.the, names))} at an equal "
            "number of weights",
            lambda level: -_largest([one(level) for one in found]),
            SKILL,
            claim.margin,
            tasks=tasks,
            per=SEARCH,
            solved=lambda level: _solved(scope, pairs, level),
            ahead=tuple(names),
            seen=lambda: [*_by_pair(scope, tasks, names), *failures(scope.on(tasks), names)],
        )
    ]


def _largest(found: Sequence[Estimate]) -> Estimate:
    """Return the largest absolute effect; `n` is the smallest number of runs behind one of them."""
    sizes = [Estimate(abs(one.centre), max(one.low, -one.high, 0.0), max(one.high, -one.low), one.n) for one in found]
    return highest(sizes)._replace(n=min((one.n for one in found), default=0))


def _solved(scope: Scope, pairs: Sequence[tuple[str, tuple[str, str]]], level: float) -> list[Estimate]:
    """Return the difference of every pair in the chance of solving a task that has a threshold."""
    rates = (solve_rates(scope.results, task, *pair, level, scope.failed_count) for task, pair in pairs)
    return [one for one in rates if one]


def _by_pair(scope: Scope, tasks: Sequence[str], names: Sequence[str]) -> Iterator[str]:
    for first, second in combinations(names, 2):
        pair = " minus ".join(map(scope.results.called, (first, second)))
        yield from (f"{pair}, {line}" for line in verdicts_by_task(scope, tasks, first, second))
