"""Comparisons: compare architectures with each other and with baselines, each comparison with a verdict."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

from suite.analysis import contrasts
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
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.tasks.declaration import FAMILIES_APART

BASELINES = {TRIVIAL: "baseline", TRAINED: "trained_baseline"}  # name -> field of task.json with its kind
BEST_RIVAL = "best rival"


@dataclass(frozen=True)
class Comparison:
    """The difference in expected test skill `first` - `second`; `second` is an architecture or one of the BASELINES.

    `tasks`: the difference is the mean over these tasks. `plain` has a 95 % interval. `joint` has a wider interval that
    holds for everything that a report states together; this one decides. Differences up to `margin` count as none.
    `items`: how far the joint interval reaches at least because of the test examples (`suite.analysis.items`).
    `solved`: the difference in the chance of solving the task, if it has a threshold. `chances`: the probabilities that
    the first is worse, equal and better; None with too few runs. `handicaps`: phrases about runs that may explain the
    verdict. `standing`: how firm a verdict can be.
    """

    tasks: tuple[str, ...]
    first: str
    second: str
    plain: Estimate
    joint: Estimate
    margin: float
    verdict: PairVerdict
    standing: Standing
    handicaps: tuple[str, ...] = ()
    solved: Estimate | None = None
    chances: tuple[float, float, float] | None = None
    items: float = 0.0

    @property
    def needs_examples(self) -> bool:
        """Whether it is undecided and more trials would leave it so: only more test examples would narrow it."""
        if self.verdict is not PairVerdict.UNDECIDED or not self.items:
            return False
        centre, *_, n = self.joint
        return between(Estimate(centre, centre - self.items, centre + self.items, n), self.margin) is self.verdict

    @property
    def provisional(self) -> bool:
        """Whether a stated verdict is not firm."""
        return self.verdict.settled and self.standing is not Standing.FIRM

    @property
    def leads(self) -> bool:
        """Whether the interval alone, ignoring handicaps, shows that the first is better."""
        return between(self.joint, self.margin) is PairVerdict.BETTER

    @property
    def turned(self) -> "Comparison":
        """The same comparison from the point of view of the second."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            plain=-self.plain,
            joint=-self.joint,
            verdict=self.verdict.turned,
            solved=-self.solved if self.solved else None,
            chances=self.chances[::-1] if self.chances else None,
        )


@dataclass(frozen=True)
class Comparisons:
    """All comparisons on one task, or on the mean of several tasks.

    `trained` is empty without a trained baseline, or if the trained baseline solves the task by construction.
    """

    pairs: list[Comparison]
    trivial: list[Comparison]
    trained: list[Comparison]

    @property
    def every(self) -> list[Comparison]:
        """All comparisons: first between two architectures, then with the trivial and the trained baseline."""
        return [*self.pairs, *self.trivial, *self.trained]

    @property
    def undecidable(self) -> bool:
        """Whether no architecture has enough runs for a verdict."""
        return all(one.verdict is PairVerdict.TOO_FEW for one in self.trivial)

    def ahead(self) -> list[str]:
        """Return the architectures shown to be better than every baseline that has scores on this task."""
        beaten = [one.first for one in self.trained if one.verdict is PairVerdict.BETTER]
        return [name for name in self.ahead_of_trivial() if name in beaten or not self.trained]

    def ahead_of_trivial(self) -> list[str]:
        """Return the architectures shown to be better than the trivial baseline."""
        return [one.first for one in self.trivial if one.verdict is PairVerdict.BETTER]

    @property
    def winning_baseline(self) -> str | None:
        """The baseline that is shown to be better than every architecture; None if there is none."""
        for name, rivals in ((TRAINED, self.trained), (TRIVIAL, self.trivial)):
            if rivals and all(one.verdict is PairVerdict.WORSE for one in rivals):
                return name
        return None

    def beats(self, name: str, baseline: str) -> str:
        """Say whether an architecture beats one of the BASELINES: "yes", "no", "undecided" or "—" (not compared)."""
        rivals = self.trivial if baseline == TRIVIAL else self.trained
        verdict = next((one.verdict for one in rivals if one.first == name), None)
        if verdict is None:
            return "—"
        if verdict is PairVerdict.BETTER:
            return "yes"
        return "no" if verdict in (PairVerdict.WORSE, PairVerdict.EQUAL) else "undecided"

    def related(self, first: str, second: str) -> Comparison | None:
        """Return the comparison of two architectures as seen from `first`, or None if they share no replicates."""
        found = next((one for one in self.pairs if {one.first, one.second} == {first, second}), None)
        return found.turned if found and found.first != first else found


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
    if len(tasks) == 1 and tasks[0] in results.task_names:
        return _measured_each(results)[tasks[0]]
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


def opponent(results: Results, task: str, name: str) -> str:
    """Return the name of an architecture unchanged; for a baseline, say which one it is.

    Older results know the name of a trained baseline only: "trained baseline (lags)". Others say what the best rival
    is: "gradient boosting on lags", or "best rival (...)" if it differs between data draws.
    """
    rivals = list(results.task(task).best_rivals.values()) if name == TRAINED else []
    if rivals:
        return rivals[0] if len(rivals) == 1 else f"{BEST_RIVAL} ({' or '.join(rivals)})"
    kind = getattr(results.task(task), BASELINES[name]) if name in BASELINES else None
    return name if kind is None else f"{name} ({kind})"


def definite(opponent: str) -> str:
    """Return an opponent with an article, unless it is called by its own words, such as "gradient boosting on lags"."""
    return f"the {opponent}" if opponent.startswith((*BASELINES, BEST_RIVAL)) else opponent


def has_rival(results: Results, task: str) -> bool:
    """Return whether the task has a trained baseline that leaves room for an architecture to be better.

    A baseline that solves a generated task, which its construction allows, is drawn in the report but is not a rival:
    equality with it is success. On real data it is a rival, because then no network is needed.
    """
    skill, facts = replicates(results, task).trained.mean(), results.task(task)
    real = facts.source and not facts.generated
    return bool(skill < 1 - results.margin or (real and np.isfinite(skill)))


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
