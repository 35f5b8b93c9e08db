"""Missing runs: runs that would decide a claim but failed or are not done yet, and the command that runs them."""

from collections.abc import Iterator
from itertools import product

from suite.analysis.contrasts import FEWEST_TRIALS, WIDEST_SEARCH
from suite.analysis.decisions import FEWEST_RUNS
from suite.claims.claim import Claim
from suite.claims.scope import Scope
from suite.claims.statistic import REPLICATE, STATISTICS, mismatch
from suite.experiment.expected_runs import expected_runs, missing_runs, trials_are_independent
from suite.results.experiment_info import ExperimentInfo
from suite.text import listed, several


def missing(claim: Claim, scope: Scope) -> tuple[str, str | None]:
    """Return what the experiment must be given first, and the command that then does the claim's missing runs.

    The former is "" if the experiment needs nothing; the command is None if no command would help.
    """
    needs = listed(_needs(claim, scope))
    if not needs and not unmade(claim, scope):
        return "", None
    return needs, scope.results.command


def unmade(claim: Claim, scope: Scope) -> str:
    """Return how many of the deciding runs are done so far, as in "60 of 80 runs done"; "" if all are done."""
    if mismatch(claim):
        return ""
    results = scope.results
    names = [name for name in claim.architectures or results.architectures if name in results.architectures]
    cells = [cell for cell in product(scope.tasks, names) if "/".join(cell) not in results.does_not_apply]
    roles = [(cell, role) for cell in cells for role in _roles(claim, results.experiment, cell)]
    expected = sum(expected_runs(results.experiment, *cell)[role] for cell, role in roles)
    missing = sum(missing_runs(results.experiment, *cell, results.made)[role] for cell, role in roles)
    return f"{expected - missing} of {several(expected, 'run')} done" if missing else ""


def _roles(claim: Claim, experiment: ExperimentInfo, cell: tuple[str, str]) -> list[str]:
    """Return the roles of the runs of a cell that decide a claim."""
    searched = expected_runs(experiment, *cell)["trial"] and has_replicates(experiment)
    replicate = "trial" if searched else "final"
    return [replicate if role == REPLICATE else role for role in STATISTICS.get(claim.statistic).roles]


def has_replicates(experiment: ExperimentInfo) -> bool:
    """Return whether the trials of a search are independent and scored on test data."""
    return bool(trials_are_independent(experiment) and experiment.best_of)


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
    yield from _counts(claim, results.experiment)


def _counts(claim: Claim, experiment: ExperimentInfo) -> Iterator[str]:
    """Yield the number of trials, and of seeds, that a verdict takes if the experiment has fewer."""
    cells = list(product(experiment.tasks, experiment.architectures))
    roles = {role for cell in cells for role in _roles(claim, experiment, cell)} if not mismatch(claim) else set()
    trials = max(FEWEST_TRIALS, WIDEST_SEARCH * experiment.best_of)
    if "trial" in roles and experiment.trials < trials:
        yield f"trials={trials}"
    if "final" in roles and experiment.seeds < FEWEST_RUNS:
        yield f"seeds={FEWEST_RUNS}"
