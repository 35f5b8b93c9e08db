"""Comparisons: compare architectures with each other and with baselines, each comparison with a verdict."""

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import pandas as pd

from suite.analysis import contrasts
from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.decisions import PairVerdict, Standing, between
from suite.analysis.effects import (
    Cell,
    Terms,
    cells_of,
    chances_of,
    effect,
    effects_of_replicates,
    items_reach,
    solve_rates,
    standing,
    with_items,
)
from suite.analysis.flags import handicaps
from suite.analysis.replicates import TRAINED, TRIVIAL, replicates
from suite.analysis.rivals import BASELINES, has_rival
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.tasks.declaration import FAMILIES_APART


@remember()
def compare(results: Results, *tasks: str) -> Comparisons:
    """Return every comparison that the replicates of a task allow, or those of the mean over several tasks.

    In a mean, all lengths and budgets of a sweep together count as one task. An architecture is compared with the
    trained baseline only if every task has one that does not solve it by construction.
    """
    every = [_comparison(results, tasks, *one) for one in _measured(results, tasks)]
    by_baseline = {name: [one for one in every if one.second == name] for name in BASELINES}
    pairs = [one for one in every if one.second not in BASELINES]
    return Comparisons(
        [one if one.plain.centre >= 0 else one.turned for one in pairs if one.plain.n],
        by_baseline[TRIVIAL],
        [one for one in by_baseline[TRAINED] if one.plain.n],
    )


class Measured(NamedTuple):
    """What is measured of a comparison: the cells, and the effect with its interval for other replicates alone."""

    first: str
    second: str
    cells: list[Cell]
    plain: Estimate
    joint: Estimate


def _measured(results: Results, tasks: tuple[str, ...]) -> list[Measured]:
    """Return what is measured of all comparisons; those on the single tasks of all results are measured at once."""
    if len(tasks) == 1 and (found := _measured_each(results).get(tasks[0])) is not None:
        return found
    statements = _statements(results, tasks)
    return _measure(results, statements, [tasks] * len(statements))


@remember()
def _measured_each(results: Results) -> dict[str, list[Measured]]:
    """Return task -> what is measured of all comparisons on it."""
    statements = [(task, pair) for task in results.task_names for pair in _statements(results, (task,))]
    found = _measure(results, [pair for _, pair in statements], [(task,) for task, _ in statements])
    by_task: dict[str, list[Measured]] = {task: [] for task in results.task_names}
    for (task, _), one in zip(statements, found, strict=True):
        by_task[task].append(one)
    return by_task


def known_effect(results: Results, terms: Terms, level: float) -> Estimate | None:
    """Return an effect that a comparison on a single task has already measured at this level; None if none has."""
    levels = (0.95, joint_level(results))
    own = _by_terms(results).get(tuple(terms)) if level in levels else None
    return with_items(results, own.cells, own.joint if level == levels[1] else own.plain, level) if own else None


@remember()
def _by_terms(results: Results) -> dict[tuple[tuple[float, str, str], ...], Measured]:
    """Return the terms of every comparison on a single task -> what is measured of it."""
    return {
        tuple(difference(results, [task], one.first, one.second)): one
        for task, found in _measured_each(results).items()
        for one in found
    }


def _measure(results: Results, pairs: Sequence[tuple[str, str]], tasks: Sequence[tuple[str, ...]]) -> list[Measured]:
    every = [cells_of(results, difference(results, on, *pair)) for pair, on in zip(pairs, tasks, strict=True)]
    effects = [effects_of_replicates(every, level) for level in (0.95, joint_level(results))]
    return [Measured(*pair, cells, *own) for pair, cells, *own in zip(pairs, every, *effects, strict=True)]


def _statements(results: Results, tasks: tuple[str, ...]) -> list[tuple[str, str]]:
    """Return the two sides of all comparisons on the mean over these tasks."""
    names = [name for name in results.architectures if all(name in _known(results, task) for task in tasks)]
    baselines = [TRIVIAL, *([TRAINED] if all(has_rival(results, task) for task in tasks) else [])]
    return [*combinations(names, 2), *((name, baseline) for baseline in baselines for name in names)]


def contrasted(results: Results, first: str, second: str) -> pd.DataFrame:
    """Compare two architectures on every task on which they share replicates.

    Each row is a task, with columns task, difference (skill of `first` - skill of `second`), low, high, n and verdict
    (from the point of view of `first`). The interval is the one that holds for all that a report states together.
    """
    rows = []
    for task in results.task_names:
        if one := compare(results, task).related(first, second):
            rows.append((task, *one.joint, one.verdict.value))
    return pd.DataFrame(rows, columns=["task", "difference", "low", "high", "n", "verdict"])


@remember()
def joint_level(results: Results) -> float:
    """Return the level at which each interval of a report must hold so that all hold simultaneously with 95 %.

    The correction (Bonferroni) counts what the declared experiment will state, not only what is known so far, at every
    look at it.
    """
    tasks = {*results.experiment.tasks, *results.task_names}
    families = Counter(results.families.get(task) for task in tasks)
    several = sum(count > 1 for family, count in families.items() if family not in FAMILIES_APART)
    count = contrasts.statements(len(tasks), len(results.architectures), several, results.experiment.claims)
    return contrasts.joint_level(count, looks=results.experiment.looks_counted)


def _known(results: Results, task: str) -> list[str]:
    return replicates(results, task).architectures


def _comparison(
    results: Results, tasks: tuple[str, ...], first: str, second: str, cells: list[Cell], own: Estimate, joint: Estimate
) -> Comparison:
    plain, joint = with_items(results, cells, own, 0.95), with_items(results, cells, joint, joint_level(results))
    solved = _solved(results, tasks, first, second)
    verdict = _by_interval(results, tasks, joint, solved)
    return Comparison(
        tasks,
        first,
        second,
        plain,
        joint,
        results.margin,
        _lowered(results, tasks, first, second, verdict),
        standing(results, tasks, plain.n),
        _handicaps(results, tasks, *_architectures(first, second)),
        solved[0] if solved and len(tasks) == 1 else None,
        chances_of(results, cells, own, results.margin) if cells else None,
        items_reach(results, cells, joint_level(results)),
    )


def _architectures(*names: str) -> list[str]:
    return [name for name in names if name not in BASELINES]


def _lowered(results: Results, tasks: Sequence[str], first: str, second: str, verdict: PairVerdict) -> PairVerdict:
    """Return AT_THIS_BUDGET in place of a verdict that a handicap on some task may explain.

    The verdict stands if the other tasks by themselves give the same one. If one side leads, only a handicap of the
    side behind counts; if no side leads, a handicap of either side does.
    """
    sides = {PairVerdict.BETTER: (second,), PairVerdict.WORSE: (first,), PairVerdict.TOO_FEW: ()}
    suspects = _architectures(*sides.get(verdict, (first, second)))
    rest = [task for task in tasks if not handicaps(results, task, *suspects)]
    if len(rest) == len(tasks):
        return verdict
    if not rest or not verdict.settled:
        return PairVerdict.AT_THIS_BUDGET
    joint = effect(results, difference(results, rest, first, second), joint_level(results))
    alone = _by_interval(results, rest, joint, _solved(results, rest, first, second))
    return verdict if alone is verdict else PairVerdict.AT_THIS_BUDGET


def _by_interval(results: Results, tasks: Sequence[str], joint: Estimate, solved: list[Estimate]) -> PairVerdict:
    """Return the verdict by the intervals alone: TOO_FEW without enough replicates."""
    if standing(results, tasks, joint.n) is Standing.NONE:
        return PairVerdict.TOO_FEW
    return between(joint, results.margin, *solved)


def _solved(results: Results, tasks: Sequence[str], first: str, second: str) -> list[Estimate]:
    """Return the difference in the chance of solving each task that has a threshold; [] against a baseline."""
    if second in BASELINES:
        return []
    level = joint_level(results)
    return [found for task in tasks if (found := solve_rates(results, task, first, second, level))]


def _handicaps(results: Results, tasks: Sequence[str], *names: str) -> tuple[str, ...]:
    """Return the handicaps of these architectures, each with its task if there are several."""
    where = [f" (on {results.title(task)})" if len(tasks) > 1 else "" for task in tasks]
    found = zip(tasks, where, strict=True)
    return tuple(f"{phrase}{place}" for task, place in found for phrase in handicaps(results, task, *names))


def difference(results: Results, tasks: Sequence[str], first: str, second: str) -> Terms:
    """Return the terms of a mean difference in skill over tasks, in which a sweep counts as one task."""
    signed = [(1, first), (-1, second)] if second != TRIVIAL else [(1, first)]
    shared = zip(tasks, shares(results, tasks), strict=True)
    return [(sign * share, task, name) for task, share in shared for sign, name in signed]


def shares(results: Results, tasks: Sequence[str]) -> list[float]:
    """Return the weight of each task in a mean in which all lengths and budgets of a sweep are one task."""
    sweeps = [results.sweep_of(task) for task in tasks]
    return [1 / (len(set(sweeps)) * sweeps.count(sweep)) for sweep in sweeps]
