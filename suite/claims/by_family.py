"""Family sentences: the claims that the records support on the tasks of one family."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from suite.analysis.comparisons import joint_level
from suite.analysis.decisions import Standing, Verdict
from suite.claims.claim import Claim
from suite.claims.decide import decide
from suite.claims.declared import declared_claims, with_margin
from suite.claims.scope import Scope, concerns
from suite.claims.statistic import STATISTICS, mismatch
from suite.results.results import Results


def family_sentences(results: Results, tasks: Sequence[str]) -> list[str]:
    """Return one sentence per claim that the records support on `tasks`, the tasks of one family.

    A claim must be about all these tasks, and its statistic must have `by_family`. The intervals hold
    simultaneously with everything else that the report states.
    """
    claims = [claim for claim in declared_claims(results.experiment) if not mismatch(claim)]
    claims = [with_margin(claim, results) for claim in claims if STATISTICS.get(claim.statistic).by_family]
    return [sentence for claim in claims for sentence in _sentence(claim, Scope(results, tuple(tasks)))]


def _sentence(claim: Claim, scope: Scope) -> Iterator[str]:
    statistic, level = STATISTICS.get(claim.statistic), joint_level(scope.results)
    if not all(concerns(claim, scope.results, task) for task in scope.tasks):
        return
    parts = statistic.parts(claim, scope)
    ruling = decide(claim, scope, level, parts)
    if statistic.by_family and ruling.verdict is Verdict.SUPPORTED:
        weak = "" if ruling.standing is Standing.FIRM else "Provisionally, "
        named = replace(claim, architectures=tuple(map(scope.results.the, claim.architectures)))
        yield weak + statistic.by_family(named, parts, level)
