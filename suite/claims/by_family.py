"""Family sentences: the claims that the records support on the tasks of one family."""

from collections.abc import Iterator, Sequence

from suite.analysis.decisions import Verdict
from suite.claims.claim import Claim
from suite.claims.decide import rule
from suite.claims.declared import declared_claims, with_margin
from suite.claims.judge import ERROR
from suite.claims.scope import Scope, concerns
from suite.claims.statistic import STATISTICS, mismatch
from suite.results.results import Results


def family_sentences(results: Results, tasks: Sequence[str], families: int) -> list[str]:
    """Return one sentence per claim that the records support on `tasks`, the tasks of one family.

    A claim must be about all these tasks, and its statistic must have `by_family`. The intervals hold simultaneously
    for all such claims and all families (`families` is their number). A claim is left out if most runs of one of its
    architectures carry a flag.
    """
    claims = [claim for claim in declared_claims(results.experiment) if not mismatch(claim)]
    claims = [with_margin(claim, results) for claim in claims if STATISTICS.get(claim.statistic).by_family]
    level = 1 - ERROR / (families * max(len(claims), 1))
    return [sentence for claim in claims for sentence in _sentence(claim, Scope(results, tuple(tasks)), level)]


def _sentence(claim: Claim, scope: Scope, level: float) -> Iterator[str]:
    statistic = STATISTICS.get(claim.statistic)
    about = all(concerns(claim, scope.results, task) for task in scope.tasks)
    if not about or scope.handicaps([(name, "final") for name in claim.architectures]):
        return
    parts = statistic.parts(claim, scope)
    if statistic.by_family and rule(parts, level).verdict is Verdict.SUPPORTED:
        yield statistic.by_family(claim, parts, level)
