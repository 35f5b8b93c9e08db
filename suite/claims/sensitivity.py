"""Sensitivity: judges a claim again in variants, without each task, and among the runs that trained."""

from collections.abc import Iterator
from dataclasses import replace

from suite.claims.claim import Claim
from suite.claims.decide import Ruling, decide, measure
from suite.claims.scope import Scope, scope_of
from suite.claims.statistic import STATISTICS, mismatch
from suite.results.results import Results
from suite.statistics import Estimate

Check = tuple[str, Ruling, Estimate]


def checks(claim: Claim, results: Results, level: float, place: int) -> list[Check]:
    """Return what is changed, the ruling and an estimate for each other scope in which the verdict should hold.

    `place`: the index of the part that decided the claim; the estimates are those of this part.
    """
    return [(what, *_check(claim, scope, level, place)) for what, scope in _others(claim, results)]


def _others(claim: Claim, results: Results) -> Iterator[tuple[str, Scope]]:
    scope = scope_of(claim, results)
    for name, variant in results.variants.items():
        yield f"variant: {name}", scope_of(claim, variant)
    sweeps = scope.sweeps()
    for members in sweeps.values() if len(sweeps) > 1 else ():
        yield f"without {results.named(members)}", scope.on([task for task in scope.tasks if task not in members])
    if _some_failed(claim, scope):
        yield "among the runs that trained", replace(scope, failed_count=False)


def _some_failed(claim: Claim, scope: Scope) -> bool:
    """Return whether deciding runs failed and count as the worst outcome."""
    if mismatch(claim) or not STATISTICS.get(claim.statistic).counts_failed:
        return False
    return bool(scope.failed(claim.architectures or scope.results.architectures))


def _check(claim: Claim, scope: Scope, level: float, place: int) -> tuple[Ruling, Estimate]:
    parts = measure(claim, scope)
    ruling = decide(claim, scope, level, parts)
    return ruling, parts[place].interval(level) if place < len(parts) else ruling.estimate
