"""Decide: turns the parts of a claim into a verdict, and lowers the verdict if flags of the runs may explain it."""

from dataclasses import dataclass, replace
from functools import partial

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS, Verdict, beyond, superiority
from suite.claims.claim import Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import STATISTICS, mismatch
from suite.statistics import Estimate
from suite.text import listed, several

SHOWN = 3


@dataclass(frozen=True)
class Ruling:
    """A verdict and the part that decided it.

    `reasons`: why the verdict is undecided in spite of its interval. `cells`: pairs (architecture, role) of the runs
    whose flags may explain the verdict. `pairs`: the smallest number of pairs behind any part that the verdict needs.
    """

    verdict: Verdict
    part: Part
    estimate: Estimate
    reasons: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    pairs: int = 0


def measure(claim: Claim, scope: Scope) -> list[Part]:
    """Return the parts of a claim in a scope, or one part without runs if the claim's statistic cannot decide it."""
    problem = mismatch(claim)
    if not problem:
        return STATISTICS.get(claim.statistic).parts(claim, scope)
    return [Part("effect", partial(statistics.contrast, []), "", claim.margin, seen=lambda: [problem])]


def decide(claim: Claim, scope: Scope, level: float, parts: list[Part]) -> Ruling:
    """Decide a claim in a scope by its parts; the claim is undecided if flags on most runs may explain the verdict.

    The verdict stands, however, if the tasks without such flags give the same verdict by themselves.
    """
    ruling = rule(parts, level)
    handicaps = scope.handicaps(ruling.cells) if ruling.estimate.n >= FEWEST_PAIRS else {}
    rest = scope.on([task for task in scope.tasks if task not in handicaps])
    if not handicaps or (
        rest.tasks and rule(measure(claim, rest), level).verdict == ruling.verdict != Verdict.UNDECIDED
    ):
        return ruling
    reasons = [f"at this budget: {task}: {listed(phrases)}" for task, phrases in handicaps.items()]
    more = [f"and likewise on {several(len(reasons) - SHOWN, 'more task')}"] if len(reasons) > SHOWN else []
    return replace(ruling, verdict=Verdict.UNDECIDED, reasons=(*ruling.reasons, *reasons[:SHOWN], *more))


def rule(parts: list[Part], level: float) -> Ruling:
    """Decide a claim by the intervals of its parts alone; a supported claim needs all parts supported.

    First, the claim is equal if its main part or all parts are practically equal. Next, one contradicted part
    contradicts the claim. After that, one undecided part leaves it undecided, and so does equality of only some parts.
    """
    rulings = [_rule_part(part, level) for part in parts]
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
    cells = tuple(cell for ruling in rulings for cell in ruling.cells)
    return replace(rulings[0], cells=cells, pairs=min(ruling.pairs for ruling in rulings))


def _rule_part(part: Part, level: float) -> Ruling:
    """Decide one part by its interval. A side leads despite its own flags, so only the other side's flags matter."""
    estimate = part.interval(level)
    verdict = superiority(estimate, part.margin or 0.0) if part.border is None else beyond(estimate, part.border)
    ahead = tuple((name, "final") for name in part.ahead)
    behind = tuple((name, part.role_behind) for name in part.behind)
    cells = {Verdict.SUPPORTED: behind, Verdict.CONTRADICTED: ahead}.get(verdict, ahead + behind)
    few = ("fewer than five pairs of runs",) if 0 < estimate.n < FEWEST_PAIRS else ()
    return Ruling(verdict, part, estimate, few, cells, estimate.n)
