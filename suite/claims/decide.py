"""Ruling: the parts of a claim -> a verdict, lowered where flags of the runs may explain it."""

from dataclasses import dataclass, replace
from functools import partial

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS, Verdict, beyond, superiority
from suite.claims.claim import STATISTICS, Claim, Part, misfit
from suite.claims.scope import Scope
from suite.statistics import Estimate
from suite.text import listed, several

SHOWN = 3


@dataclass(frozen=True)
class Ruling:
    """A verdict with the part that decided it; `reasons`: why it is undecided in spite of its interval.

    `cells`: architectures with the role of their runs, whose flags may explain the verdict. `pairs`: the fewest that
    stand behind a part that the verdict needs.
    """

    verdict: Verdict
    part: Part
    estimate: Estimate
    reasons: tuple[str, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()
    pairs: int = 0


def measure(claim: Claim, scope: Scope) -> list[Part]:
    """The parts of a claim in a scope; one without runs where its statistic is not here, or cannot decide it."""
    said = misfit(claim)
    if not said:
        return STATISTICS.get(claim.statistic).content(claim, scope)
    return [Part("effect", partial(statistics.contrast, []), "", claim.margin, seen=lambda: [said])]


def decide(claim: Claim, scope: Scope, level: float, parts: list[Part]) -> Ruling:
    """The verdict on a claim by its parts in a scope, lowered where flags on most runs of a task may explain it.

    It stands where the tasks without such flags say the same.
    """
    ruling = rule(parts, level)
    doubts = scope.doubts(ruling.cells) if ruling.estimate.n >= FEWEST_PAIRS else {}
    rest = scope.on([task for task in scope.tasks if task not in doubts])
    if not doubts or (rest.tasks and rule(measure(claim, rest), level).verdict == ruling.verdict != Verdict.UNDECIDED):
        return ruling
    said = [f"at this budget: {task}: {listed(phrases)}" for task, phrases in doubts.items()]
    more = [f"and likewise on {several(len(said) - SHOWN, 'more task')}"] if len(said) > SHOWN else []
    return replace(ruling, verdict=Verdict.UNDECIDED, reasons=(*ruling.reasons, *said[:SHOWN], *more))


def rule(parts: list[Part], level: float) -> Ruling:
    """The verdict on parts all of which a supported claim needs, by their intervals alone.

    Equality comes first, of the main part or of all. Then one part suffices to contradict. Of several, one that is
    practically equal leaves a claim undecided, neither supported nor contradicted.
    """
    rulings = [_rule_part(part, level) for part in parts]
    equal = [ruling for ruling in rulings if ruling.verdict is Verdict.EQUAL]
    for ruling in equal:
        if ruling.part.main or len(equal) == len(rulings):
            return ruling
    for verdict in (Verdict.CONTRADICTED, Verdict.UNDECIDED):
        for ruling in rulings:
            if ruling.verdict == verdict:
                return ruling
    if equal:
        return replace(
            equal[0], verdict=Verdict.UNDECIDED, reasons=("practically equal in this, not in all that is claimed",)
        )
    cells = tuple(cell for ruling in rulings for cell in ruling.cells)
    return replace(rulings[0], cells=cells, pairs=min(ruling.pairs for ruling in rulings))


def _rule_part(part: Part, level: float) -> Ruling:
    """A part's verdict by its interval; a lead in spite of a handicap stands, so only the other side's flags matter."""
    estimate = part.interval(level)
    verdict = superiority(estimate, part.margin) if part.border is None else beyond(estimate, part.border)
    ahead = tuple((name, "final") for name in part.ahead)
    behind = tuple((name, part.role_behind) for name in part.behind)
    cells = {Verdict.SUPPORTED: behind, Verdict.CONTRADICTED: ahead}.get(verdict, ahead + behind)
    few = ("fewer than five pairs of runs",) if 0 < estimate.n < FEWEST_PAIRS else ()
    return Ruling(verdict, part, estimate, few, cells, estimate.n)
