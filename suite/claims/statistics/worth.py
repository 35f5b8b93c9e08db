"""Worth: the statistic of claims that a network is worth its cost, against what a practitioner would fit first."""

from dataclasses import replace
from statistics import fmean

from suite.analysis import comparisons
from suite.analysis.prices import prices
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.analysis.rivals import definite, opponent
from suite.claims.claim import Claim, Part
from suite.claims.evidence import failures
from suite.claims.scope import Scope
from suite.claims.statistic import statistic
from suite.claims.statistics.skill import best_lead, trained_is_better
from suite.text import number


@statistic("worth-a-network", tasks=(1, 1), counts_failed=True, equal="the baseline is as good, and costs less")
def worth_a_network(claim: Claim, scope: Scope) -> list[Part]:
    """Return the lead of the best architecture over the better baseline of a task: the best rival or the trivial one.

    As in "predictable", its interval holds for the best architecture, whichever that is. So the claim is supported if
    any architecture is shown to be better, practically equal if the best one may not be better by more than the margin
    nor worse, and contradicted only if all are worse.
    """
    names = [name for name in claim.architectures or scope.results.architectures if scope.shared(name)]
    rival = TRAINED if all(trained_is_better(scope.results, task) for task in scope.tasks) else TRIVIAL
    terms = [comparisons.difference(scope.results, scope.tasks, name, rival) for name in names]
    called = " or ".join(definite(opponent(scope.results, task, rival)) for task in scope.tasks)
    return [
        replace(
            best_lead(claim, scope, f"skill of the best network minus that of {called}", terms),
            ahead=tuple(names),
            seen=lambda: [*_costs(scope, names), *failures(scope, names)],
        )
    ]


def _costs(scope: Scope, names: list[str]) -> list[str]:
    """Return what the best rival and a training run of each architecture cost, if both are known."""
    sentences = []
    for task in scope.tasks:
        draws = [one for one in scope.results.task(task).baselines.values() if one.get("best_rival")]
        seconds = [one["rivals"][one["best_rival"]]["seconds"] for one in draws]
        paid = prices(scope.results, [task], names) if seconds else {}
        if len(paid):
            runs = ", ".join(f"{number(value)} s of {scope.results.the(str(name))}" for name, value in paid.items())
            own = number(float(f"{fmean(seconds):.2g}"))
            sentences.append(f"CPU time: {own} s for the best rival with its tuning; for each training run, {runs}")
    return sentences
