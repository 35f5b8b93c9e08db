"""Tuning: the statistic of claims about what choosing the best of several configurations gains."""

from collections import Counter
from collections.abc import Sequence

from suite.analysis.comparisons import shares
from suite.analysis.effects import chances, known
from suite.analysis.replicates import replicates
from suite.analysis.skills import gained
from suite.claims.claim import FINAL, SEARCH, Claim, Part
from suite.claims.evidence import SKILL, cell, failures, which_matter
from suite.claims.missing_runs import has_replicates
from suite.claims.scope import Scope, contrast
from suite.claims.statistic import REPLICATE, statistic
from suite.results.results import Results
from suite.text import interval, listed


def untuned(results: Results) -> list[str]:
    """Return what the experiment needs to measure the gain of tuning."""
    if has_replicates(results.experiment):
        return ["best_of=2"] if results.experiment.best_of < 2 else []
    return [] if results.experiment.tuning_control else ["tuning_control=True"]


@statistic("tuning", lacks=untuned, evidence=which_matter, roles=(REPLICATE, "control"), counts_failed=True)
def tuning(claim: Claim, scope: Scope) -> list[Part]:
    """Return the skill of the best of n trials minus that of one trial, averaged over architectures and tasks.

    Without independent trials, return the skill of the final runs minus that of the default configuration.
    """
    names = claim.architectures or tuple(scope.results.architectures)
    searched = scope.on([task for task in scope.tasks if replicates(scope.results, task).n > 1])
    cells = [(task, name) for name in names for task in searched.shared(name)]
    return [_over_one_trial(claim, searched, cells) if cells else _over_default(claim, scope, names)]


def _over_one_trial(claim: Claim, scope: Scope, cells: Sequence[tuple[str, str]]) -> Part:
    tasks, names = (tuple(dict.fromkeys(each)) for each in zip(*cells, strict=True))
    weights = dict(zip(tasks, shares(scope.results, tasks), strict=True))
    counts = Counter(task for task, _ in cells)
    terms = [(weights[task] / counts[task], task, name) for task, name in cells]
    alone = [(-weight, task, name) for weight, task, name in terms]
    return Part(
        "skill of the best of n trials minus that of one trial",
        scope.effect(terms, alone),
        SKILL,
        claim.margin,
        tasks=tasks,
        per=SEARCH,
        chances=lambda: chances(scope.results, terms, claim.margin or 0.0, alone),
        ahead=names,
        seen=lambda: [*(_gains(scope, *cell) for cell in cells), *failures(scope, names)],
    )


def _gains(scope: Scope, task: str, name: str) -> str:
    """Return a sentence on what tuning gains in a cell, over one trial and over the default configuration."""
    from suite.analysis.tuning import gains_of  # imports scikit-learn's forests

    gains = gains_of(scope.results, task, name)
    return f"{cell(scope, task, name)}: " + listed(
        f"{interval(known(gain), SKILL)} over {over}" for over, gain in gains.items()
    )


def _over_default(claim: Claim, scope: Scope, names: Sequence[str]) -> Part:
    tables = {task: gained(scope.results, task, scope.failed_count) for task in scope.tasks}
    tables = {task: table[[name for name in names if name in table]] for task, table in tables.items()}
    # runs with the same seed share their data, so average architectures for each seed; only tasks are independent
    gains = scope.paired(lambda task: tables[task].mean(axis="columns", skipna=False))
    return Part(
        "skill of the chosen configuration minus that of the default",
        scope.mean(gains),
        SKILL,
        claim.margin,
        tasks=tuple(gains),
        per=FINAL,
        ahead=tuple(names),
        seen=lambda: [
            *(
                f"{cell(scope, task, str(name))}: {interval(contrast([tables[task][name].to_numpy()]), SKILL)}"
                for task in gains
                for name in tables[task]
            ),
            *failures(scope, names),
        ],
    )
