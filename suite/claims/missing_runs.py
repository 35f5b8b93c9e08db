"""Missing runs: runs that would decide a claim but failed or are not done yet, and the command that runs them."""

from collections.abc import Iterator
from itertools import product

from suite.analysis.decisions import FEWEST_PAIRS
from suite.claims.claim import Claim
from suite.claims.scope import Scope
from suite.claims.statistic import STATISTICS, mismatch
from suite.experiment.expected_runs import expected_runs, missing_runs
from suite.text import listed, several


def missing(claim: Claim, scope: Scope) -> tuple[str, str | None]:
    """Return what the experiment must be given first, and the command that then does the claim's missing runs.

    The former is "" if the experiment needs nothing; the command is None if no command would help.
    """
    needs = listed(_needs(claim, scope))
    if not needs and not unmade(claim, scope):
        return "", None
    return needs, f"suite run {scope.results.file}"


def unmade(claim: Claim, scope: Scope) -> tuple[str, ...]:
    """Return a tuple with one sentence on how many of the deciding runs are done so far; () if all are done."""
    if mismatch(claim):
        return ()
    results, roles = scope.results, STATISTICS.get(claim.statistic).roles
    names = [name for name in claim.architectures or results.architectures if name in results.architectures]
    cells = [cell for cell in product(scope.tasks, names) if "/".join(cell) not in results.does_not_apply]
    expected = sum(expected_runs(results.experiment, *cell)[role] for cell in cells for role in roles)
    missing = sum(missing_runs(results.experiment, *cell, results.made)[role] for cell in cells for role in roles)
    return (f"{expected - missing} of {several(expected, 'run')} done so far",) if missing else ()


def _needs(claim: Claim, scope: Scope) -> Iterator[str]:
    """Yield phrases that name what the experiment lacks to decide a claim."""
    results = scope.results
    yield from (f"the architecture {name}" for name in claim.architectures if name not in results.architectures)
    if not scope.tasks:
        if claim.families:
            yield f"tasks of the family {listed(claim.families)}"
        yield from (f"the task {name} or a length of it" for name in claim.tasks)
    if claim.statistic not in STATISTICS.names():
        yield f"a plugin that registers the statistic '{claim.statistic}'"
    elif lacks := STATISTICS.get(claim.statistic).lacks:
        yield from lacks(results)
    if results.experiment.seeds < FEWEST_PAIRS:
        yield f"seeds={FEWEST_PAIRS}"
