"""Statistic: registers the functions that measure what a claim says."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from suite.claims.claim import Claim, Part
from suite.claims.scope import Scope
from suite.errors import closest_keyword
from suite.registry import Named, Registry
from suite.results.results import Results
from suite.text import several

PAIR = (2, 2)
REPLICATE = "replicate"  # the trials of a cell if they are independent, else its final runs
Parts = Callable[[Claim, Scope], list[Part]]
Evidence = Callable[[Claim, Scope], list[str]]


@dataclass(frozen=True)
class Statistic(Named):
    """A registered statistic; see `statistic` for the meaning of the fields."""

    place: str
    parts: Parts
    lacks: Callable[[Results], list[str]] | None
    evidence: Evidence | None
    by_family: Callable[[Claim, list[Part], float], str] | None
    architectures: tuple[int, float]
    tasks: tuple[int, float]
    roles: tuple[str, ...]
    counts_failed: bool
    equal: str


STATISTICS: Registry[Statistic] = Registry("statistic", "suite.claims", "suite.claims.statistics")


@closest_keyword
def statistic(
    name: str,
    lacks: Callable[[Results], list[str]] | None = None,
    evidence: Evidence | None = None,
    by_family: Callable[[Claim, list[Part], float], str] | None = None,
    architectures: tuple[int, float] = (0, math.inf),
    tasks: tuple[int, float] = (0, math.inf),
    roles: tuple[str, ...] = (REPLICATE,),
    counts_failed: bool = False,
    equal: str = "",
) -> Callable[[Parts], Parts]:
    """Register the decorated function, which maps (claim, scope) to parts; a supported claim needs every part.

    A part without records has n = 0. `lacks` maps results to phrases that name what the experiment needs for such
    records, besides tasks and architectures. `evidence` maps (claim, scope) to further sentences; it is called for the
    verdict but not for its sensitivity. `by_family` maps (claim, parts, level) to the sentence that the report shows
    for each family of tasks on which all parts are supported at that level. `architectures`, `tasks`: the smallest and
    the largest number that a claim may name. `roles`: the roles of the runs that decide; "replicate" is the trials of
    a cell if they are independent, else its final runs. `counts_failed`: whether failed runs count as the worst
    outcome, unless the scope leaves them out. `equal`: what the verdict "practically equal" means for such a claim.
    """
    declared = {key: value for key, value in locals().items() if key != "name"}
    return STATISTICS.register(lambda function, place: Statistic(name, place, function, **declared))


def mismatch(claim: Claim) -> str:
    """Explain why a claim's statistic cannot decide the claim; return "" if it can."""
    if claim.statistic not in STATISTICS.names():
        return f"the statistic '{claim.statistic}' is not registered here; available: {', '.join(STATISTICS.names())}"
    entry = STATISTICS.get(claim.statistic)
    for noun, (least, most) in (("architecture", entry.architectures), ("task", entry.tasks)):
        named = len(getattr(claim, f"{noun}s"))
        if not least <= named <= most:
            wanted = f"{'' if least == most else 'at least '}{several(least, noun)}"
            return f"the statistic '{claim.statistic}' takes {wanted}; the claim '{claim.id}' names {named}"
    return ""
