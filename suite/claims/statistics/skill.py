"""Skill: statistics of claims about the expected test skill of a search, paired by the numbers of the replicates."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from suite.analysis import comparisons
from suite.analysis.effects import Terms, chances, solve_rates
from suite.analysis.replicates import TRAINED, TRIVIAL, replicates
from suite.analysis.rivals import definite, has_rival, opponent
from suite.claims.claim import SEARCH, Claim, Part
from suite.claims.evidence import SKILL, absent, failures, memory_lengths, verdicts_by_task
from suite.claims.scope import Scope
from suite.claims.statistic import PAIR, statistic
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import number

PER_DOUBLING = " of skill per doubling of length"


@statistic("skill-difference", architectures=PAIR, counts_failed=True)
def skill_difference(claim: Claim, scope: Scope) -> list[Part]:
    """Return the first architecture's skill minus the second's, averaged over tasks.

    A difference within the claim's margin counts as equality.
    """
    return [difference(claim, scope)]


@statistic("lead-over-baselines", architectures=(1, 1), counts_failed=True)
def lead_over_baselines(claim: Claim, scope: Scope) -> list[Part]:
    """Return the architecture's lead over the better baseline of every task, averaged over tasks."""
    return [_lead(claim, scope)]


@statistic("skill-and-baselines", architectures=PAIR, counts_failed=True)
def skill_and_baselines(claim: Claim, scope: Scope) -> list[Part]:
    """Return the difference in skill, and the first architecture's lead over the better baseline of every task."""
    return [difference(claim, scope), _lead(claim, scope)]


@statistic("memory", evidence=memory_lengths, architectures=PAIR, counts_failed=True)
def memory(claim: Claim, scope: Scope) -> list[Part]:
    """Return the difference in skill; the evidence says up to which lengths both architectures solve each sweep."""
    return [difference(claim, scope)]


def without_sweep(results: Results) -> list[str]:
    """Return what the experiment needs if none of its known tasks has two lengths."""
    swept = {(facts.sweep, facts.length) for facts in results.tasks.values() if facts.length}
    sweeps = [sweep for sweep, _ in swept]
    return ["a sweep with two lengths"] if results.tasks and len(set(sweeps)) == len(sweeps) else []


@statistic("slope", lacks=without_sweep, architectures=PAIR, counts_failed=True)
def slope(claim: Claim, scope: Scope) -> list[Part]:
    """Return how much the difference in skill grows with each doubling of length.

    The slope is fitted by least squares within each sweep, then averaged over the sweeps.
    """
    first, second = claim.architectures
    results, weights = scope.results, dict[str, float]()
    lengths = {task: length for task in scope.shared(first, second) if (length := results.task(task).length)}
    sweeps = scope.on(tuple(lengths)).sweeps().values()
    sloped = [members for members in sweeps if len({lengths[task] for task in members}) > 1]
    for members in sloped:
        scale = np.log2([lengths[task] for task in members])
        away = scale - scale.mean()
        weights |= dict(zip(members, away / (away**2).sum() / len(sloped), strict=True))
    terms = [
        (sign * weight, task, name) for task, weight in weights.items() for sign, name in ((1, first), (-1, second))
    ]
    what = f"growth of the skill of {results.the(first)} minus that of {results.the(second)} per doubling of length"
    return [_part(claim, scope, what, terms, (first,), (second,), unit=PER_DOUBLING)]


@statistic("predictable", tasks=(1, 1), counts_failed=True, equal="nothing that matters can be predicted")
def predictable(claim: Claim, scope: Scope) -> list[Part]:
    """Return the lead over the trivial baseline of the best architecture.

    Its interval goes from the highest lower to the highest upper bound of all architectures. So it holds for the best
    of them, whichever that is, if the single intervals hold simultaneously.
    """
    names = [name for name in claim.architectures or scope.results.architectures if scope.shared(name)]
    terms = [comparisons.difference(scope.results, scope.tasks, name, TRIVIAL) for name in names]
    trained = {task: replicates(scope.results, task).trained.mean() for task in scope.tasks}
    return [
        replace(
            best_lead(claim, scope, "skill of the best architecture over the trivial baseline", terms),
            ahead=tuple(names),
            seen=lambda: [
                *(
                    f"{definite(opponent(scope.results, task, TRAINED))} has a skill of {number(skill)}"
                    for task, skill in trained.items()
                    if np.isfinite(skill)
                ),
                *failures(scope, names),
            ],
        )
    ]


def difference(claim: Claim, scope: Scope, border: float | None = None) -> Part:
    """Return the difference in skill of the claim's two architectures as a part; a sweep counts as one task."""
    first, second = claim.architectures
    results, tasks = scope.results, scope.shared(first, second)
    terms = comparisons.difference(results, tasks, first, second)
    what = f"skill of {results.the(first)} minus that of {results.the(second)}"
    part = _part(claim, scope, what, terms, (first,), (second,), border)
    seen = part.seen
    return replace(
        part,
        main=True,
        solved=lambda level: _solved(scope, tasks, first, second, level),
        seen=lambda: [*verdicts_by_task(scope, tasks, first, second), *seen(), *absent(scope, tasks)],
    )


def _part(
    claim: Claim,
    scope: Scope,
    what: str,
    terms: Terms,
    ahead: tuple[str, ...],
    behind: tuple[str, ...] = (),
    border: float | None = None,
    unit: str = SKILL,
) -> Part:
    """Return a weighted sum of expected test skills as a part."""
    return Part(
        what,
        scope.effect(terms),
        unit,
        claim.margin,
        border,
        tuple(dict.fromkeys(task for _, task, _ in terms)),
        SEARCH,
        chances=lambda: chances(scope.results, terms, claim.margin or 0.0),
        ahead=ahead,
        behind=behind,
        seen=lambda: failures(scope, [*ahead, *behind]),
        limit=scope.limit(terms),
    )


def _solved(scope: Scope, tasks: Sequence[str], first: str, second: str, level: float) -> list[Estimate]:
    """Return the difference in the chance of solving each task that has a threshold, as comparisons do."""
    found = (solve_rates(scope.results, task, first, second, level, scope.failed_count) for task in tasks)
    return [one for one in found if one]


def _lead(claim: Claim, scope: Scope) -> Part:
    """Return the first architecture's skill minus that of the better baseline of each task, averaged over tasks."""
    first = claim.architectures[0]
    alone = comparisons.difference(scope.results, scope.shared(first), first, TRIVIAL)
    rivals = [(-weight, task, TRAINED) for weight, task, _ in alone if trained_is_better(scope.results, task)]
    return _part(
        claim,
        scope,
        f"skill of {scope.results.the(first)} minus that of the better baseline",
        [*alone, *rivals],
        (first,),
    )


def trained_is_better(results: Results, task: str) -> bool:
    """Return whether the trained baseline of a task is a rival, and better than the trivial one."""
    return has_rival(results, task) and bool(replicates(results, task).trained.mean() > 0)


def best_lead(claim: Claim, scope: Scope, what: str, terms: Sequence[Terms]) -> Part:
    """Return the highest of several effects, those of one architecture each, as a part."""
    leads, limits = [scope.effect(each) for each in terms], [scope.limit(each) for each in terms]
    return Part(
        what,
        lambda level: highest([lead(level) for lead in leads]),
        SKILL,
        claim.margin,
        per=SEARCH,
        limit=lambda level: highest([limit(level) for limit in limits]),
    )


def highest(found: list[Estimate]) -> Estimate:
    """Return an estimate of the highest of several effects; `n` is that of the effect with the highest lower bound."""
    found = [one for one in found if one.n]
    if not found:
        return Estimate(np.nan, np.nan, np.nan, 0)
    centres, _, highs, _ = zip(*found, strict=True)
    bounded = [one for one in found if np.isfinite(one.low)] or found
    n = max(bounded, key=lambda one: (one.low, one.centre)).n
    low = max(one.low for one in bounded)
    return Estimate(max(centres), low, float(np.max(highs)), n)
