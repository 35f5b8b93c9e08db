"""Decide: turns the parts of a claim into a verdict, and lowers the verdict if handicaps of the runs may explain it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from suite import statistics
from suite.analysis.decisions import Standing, Verdict, beyond, superiority
from suite.claims.claim import Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import STATISTICS, mismatch
from suite.statistics import Estimate
from suite.text import listed, several

SHOWN = 3
ONLY_SOLVED = "equal only among the runs that solve the task"


@dataclass(frozen=True)
class Ruling:
    """A verdict and the part that decided it.

    `reasons`: why the verdict is undecided in spite of its interval. `suspects`: architectures whose handicaps may
    explain the verdict. `standing`: how firm the verdict can be, by the weakest part that it needs. `cures`: what would
    remove the handicaps that leave it undecided.
    """

    verdict: Verdict
    part: Part
    estimate: Estimate
    standing: Standing
    reasons: tuple[str, ...] = ()
    suspects: tuple[str, ...] = ()
    cures: tuple[str, ...] = ()


def measure(claim: Claim, scope: Scope) -> list[Part]:
    """Return the parts of a claim in a scope, or one part without runs if the claim's statistic cannot decide it."""
    problem = mismatch(claim)
    if not problem:
        return STATISTICS.get(claim.statistic).parts(claim, scope)
    return [Part("effect", partial(statistics.contrast, []), "", claim.margin, seen=lambda: [problem])]


def decide(claim: Claim, scope: Scope, level: float, parts: list[Part]) -> Ruling:
    """Decide a claim in a scope by its parts; the claim is undecided if handicaps may explain the verdict.

    The verdict stands, however, if the tasks without such handicaps give the same verdict by themselves.
    """
    ruling = rule(parts, scope, level)
    measured = scope.on(ruling.part.tasks or scope.tasks)
    handicaps = measured.handicaps(ruling.suspects) if ruling.standing is not Standing.NONE else {}
    rest = measured.on([task for task in measured.tasks if task not in handicaps])
    if not handicaps or (
        rest.tasks and rule(measure(claim, rest), rest, level).verdict == ruling.verdict != Verdict.UNDECIDED
    ):
        return ruling
    reasons = [f"at this budget: {scope.results.title(task)}: {listed(phrases)}" for task, phrases in handicaps.items()]
    more = [f"and likewise on {several(len(reasons) - SHOWN, 'more task')}"] if len(reasons) > SHOWN else []
    return replace(
        ruling,
        verdict=Verdict.UNDECIDED,
        reasons=(*ruling.reasons, *reasons[:SHOWN], *more),
        cures=measured.cures(ruling.suspects),
    )


def rule(parts: list[Part], scope: Scope, level: float) -> Ruling:
    """Decide a claim by the intervals of its parts alone; a supported claim needs all parts supported.

    First, the claim is equal if its main part or all parts are practically equal. Next, one contradicted part
    contradicts the claim. After that, one undecided part leaves it undecided, and so does equality of only some parts.
    """
    rulings = [_rule_part(part, scope, level) for part in parts]
    equal = [ruling for ruling in rulings if ruling.verdict is Verdict.EQUAL]
    for ruling in equal:
        if ruling.part.main or len(equal) == len(rulings):
            return ruling
    for verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED):
        for ruling in rulings:
            if ruling.verdict is verdict:
                return ruling
    if equal:
        partly = "only a part of the claim is practically equal"
        return replace(equal[0], verdict=Verdict.UNDECIDED, reasons=(partly,))
    suspects = tuple(name for ruling in rulings for name in ruling.suspects)
    weakest = min((ruling.standing for ruling in rulings), key=list(Standing).index)
    return replace(rulings[0], suspects=suspects, standing=weakest)


def _rule_part(part: Part, scope: Scope, level: float) -> Ruling:
    """Decide one part by its interval.

    A side leads despite its own handicaps, so only those of the other side matter.
    """
    estimate = part.interval(level)
    standing = scope.standing(part, estimate.n)
    if standing is Standing.NONE:
        reasons = (scope.too_few(part),) if estimate.n else ()
        return Ruling(Verdict.UNDECIDED, part, estimate, standing, reasons)
    verdict = verdict_on(part, estimate, part.solved(level))
    unsolved = verdict is Verdict.UNDECIDED and verdict_on(part, estimate) is Verdict.EQUAL
    reasons = (ONLY_SOLVED,) if unsolved else ()
    suspects = {Verdict.SUPPORTED: part.behind, Verdict.CONTRADICTED: part.ahead}
    return Ruling(verdict, part, estimate, standing, reasons, suspects.get(verdict, part.ahead + part.behind))


def verdict_on(part: Part, estimate: Estimate, solved: Sequence[Estimate] = ()) -> Verdict:
    """Return the verdict on a part, given its effect and the differences in the chance of solving its tasks."""
    if part.border is not None:
        return beyond(estimate, part.border)
    return superiority(estimate, part.margin or 0.0, *solved)
