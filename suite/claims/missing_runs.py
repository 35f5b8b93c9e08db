"""Lacking: the runs that a claim is about and that are not made yet, or failed, and what makes them."""

from itertools import product

from suite.analysis.decisions import FEWEST_PAIRS
from suite.claims.claim import STATISTICS, Claim, misfit
from suite.claims.scope import Scope
from suite.experiment.expected_runs import expected_runs
from suite.results.results import Results
from suite.text import listed, several


def missing(claim: Claim, scope: Scope) -> tuple[str, str | None]:
    """What the experiment has to be given first, in words, and the command that then makes the runs a claim lacks.

    The words are empty where it needs nothing, the command is None where none would help.
    """
    results = scope.results
    absent = [name for name in claim.architectures if name not in results.architectures]
    needs = [f"the architecture {name}" for name in absent]
    if not any(concerns(claim, results, task) for task in results.task_names):
        needs += [f"tasks of the family {listed(claim.families)}"] if claim.families else []
        needs += [f"the task {name} or a length of it" for name in claim.tasks]
    needs += _lacks(claim, results)
    seeds = results.experiment.seeds
    needs += [f"seeds={FEWEST_PAIRS}"] if seeds < FEWEST_PAIRS else []
    if not needs and not unmade(claim, scope):
        return "", None
    return listed(needs), f"suite run {results.file}"


def _lacks(claim: Claim, results: Results) -> list[str]:
    """What the statistic says is lacking, or that it is not there itself."""
    if claim.statistic not in STATISTICS.names():
        return [f"a plugin that registers the statistic '{claim.statistic}'"]
    lacks = STATISTICS.get(claim.statistic).lacks
    return lacks(results) if lacks else []


def unmade(claim: Claim, scope: Scope) -> tuple[str, ...]:
    """How many of the runs that decide are made so far, in a sentence; none where all are."""
    if misfit(claim):
        return ()
    results, roles = scope.results, STATISTICS.get(claim.statistic).roles
    names = [name for name in claim.architectures or results.architectures if name in results.architectures]
    made, asked = 0, 0
    for task, name, role in product(scope.tasks, names, roles):
        if f"{task}/{name}" not in results.does_not_apply:
            wanted = expected_runs(results.experiment, task, name)[role]
            made, asked = made + min(results.made[task, name, role], wanted), asked + wanted
    return (f"{made} of {several(asked, 'run')} made so far",) if made < asked else ()


def fails(claim: Claim, scope: Scope) -> bool:
    """Whether runs that a claim is about failed and may count as the worst outcome instead of in no pair."""
    if misfit(claim) or not STATISTICS.get(claim.statistic).counts_failed:
        return False
    names = claim.architectures or scope.results.architectures
    return any(scope.failed(names, role) for role in STATISTICS.get(claim.statistic).roles)


def concerns(claim: Claim, results: Results, task: str) -> bool:
    """Whether a claim is about a task."""
    facts = results.task(task)
    if claim.tasks and {task, facts.sweep} & set(claim.tasks):
        return True
    if claim.families:
        return results.family(task) in claim.families
    return not claim.tasks and task in results.counted
