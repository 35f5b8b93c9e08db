"""Sensitivity: judges a claim again in variants, without each task, and with failed runs as the worst outcome."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from suite.claims.claim import Claim
from suite.claims.decide import decide, measure
from suite.claims.scope import Scope, scope_of
from suite.claims.statistic import STATISTICS, mismatch
from suite.results.results import Results


def checks(claim: Claim, results: Results, level: float, place: int) -> list[dict[str, Any]]:
    """Return one dict (what, verdict, effect, low, high, n) for each other scope in which the verdict should hold.

    `place`: the index of the part that decided the claim; the dicts contain the estimates of this part.
    """
    return [{"what": what, **_check(claim, scope, level, place)} for what, scope in _others(claim, results)]


def _others(claim: Claim, results: Results) -> Iterator[tuple[str, Scope]]:
    scope = scope_of(claim, results)
    for name, variant in results.variants.items():
        yield f"variant: {name}", scope_of(claim, variant)
    sweeps = scope.sweeps()
    for name, members in sweeps.items() if len(sweeps) > 1 else ():
        yield f"without {name}", scope.on([task for task in scope.tasks if task not in members])
    if _failures_count(claim, scope):
        yield "failed runs as the worst outcome", replace(scope, failed_as_worst=True)


def _failures_count(claim: Claim, scope: Scope) -> bool:
    """Return whether deciding runs failed and may count as the worst outcome instead of being in no pair."""
    if mismatch(claim) or not STATISTICS.get(claim.statistic).counts_failed:
        return False
    names = claim.architectures or scope.results.architectures
    return any(scope.failed(names, role) for role in STATISTICS.get(claim.statistic).roles)


def _check(claim: Claim, scope: Scope, level: float, place: int) -> dict[str, Any]:
    parts = measure(claim, scope)
    ruling = decide(claim, scope, level, parts)
    centre, low, high, n = parts[place].interval(level) if place < len(parts) else ruling.estimate
    return {"verdict": ruling.verdict, "effect": centre, "low": low, "high": high, "n": n}
