"""Missing runs: runs that would decide a claim but failed or are not done yet, and the command that runs them."""

from collections.abc import Iterable, Iterator
from itertools import product

from suite.analysis.contrasts import FEWEST_TRIALS, WIDEST_SEARCH
from suite.analysis.decisions import FEWEST_RUNS
from suite.claims.claim import Claim
from suite.claims.scope import Scope
from suite.claims.statistic import REPLICATE, STATISTICS, mismatch
from suite.experiment.expected_runs import expected_runs, trials_are_independent
from suite.results.experiment_info import ExperimentInfo
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import listed, several


def missing(claim: Claim, scope: Scope) -> tuple[str, str | None]:
    """Return what the experiment must be given first, and the command that then does the claim's missing runs.

    The former is "" if the experiment needs nothing; the command is None if no command would help.
    """
    needs, options = listed(_needs(claim, scope)), "".join(_options(claim, scope.results))
    if not needs and not options and not unmade(claim, scope):
        return "", None
    return needs, f"{scope.results.command}{options}"


def unmade(claim: Claim, scope: Scope) -> str:
    """Return how many of the deciding runs are done so far, as in "60 of 80 runs done"; "" if all are done."""
    if mismatch(claim):
        return ""
    results = scope.results
    names = [name for name in claim.architectures or results.architectures if name in results.architectures]
    cells = [cell for cell in product(scope.tasks, names) if "/".join(cell) not in results.does_not_apply]
    known = _expected(results)
    expected = {(*cell, role): known[cell][role] for cell in cells for role in _roles(claim, results, cell)}
    missing = sum(max(count - results.made[run], 0) for run, count in expected.items())
    return f"{sum(expected.values()) - missing} of {several(sum(expected.values()), 'run')} done" if missing else ""


@remember()
def _expected(results: Results) -> dict[tuple[str, str], dict[str, int]]:
    """Return the number of runs of each role that every cell needs."""
    cells = product(results.task_names, results.architectures)
    return {cell: expected_runs(results.experiment, *cell) for cell in cells}


@remember()
def _replicate(results: Results) -> dict[tuple[str, str], str]:
    """Return the role of the runs that are the replicates of each cell."""
    searched = has_replicates(results.experiment)
    return {cell: "trial" if searched and runs["trial"] else "final" for cell, runs in _expected(results).items()}


def _roles(claim: Claim, results: Results, cell: tuple[str, str]) -> set[str]:
    """Return the roles of the runs of a cell that decide a claim."""
    roles = STATISTICS.get(claim.statistic).roles
    return {_replicate(results)[cell] if role == REPLICATE else role for role in roles}


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


def _options(claim: Claim, results: Results) -> Iterator[str]:
    """Yield the options for the trials, and the seeds, that a verdict takes if the experiment has fewer."""
    experiment = results.experiment
    cells = [] if mismatch(claim) else product(experiment.tasks, experiment.architectures)
    roles = {role for cell in _unlike(results, cells) for role in _roles(claim, results, cell)}
    trials = max(FEWEST_TRIALS, WIDEST_SEARCH * experiment.best_of)
    if "trial" in roles and experiment.trials < trials:
        yield f" --trials {trials}"
    if "final" in roles and experiment.seeds < FEWEST_RUNS:
        yield f" --seeds {FEWEST_RUNS}"


def _unlike(results: Results, cells: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return one cell of each kind of replicates."""
    return list({_replicate(results)[cell]: cell for cell in cells}.values())
