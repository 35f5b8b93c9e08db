"""Cost: the statistic of claims that one architecture needs less CPU time than another on long sequences."""

from suite.analysis.prices import ratio
from suite.claims.claim import RUN, Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import PAIR, statistic
from suite.claims.statistics.pace import DOUBLINGS, FEWER, as_ratio
from suite.claims.statistics.skill import difference, without_sweep
from suite.results.results import Results


@statistic("cheaper-when-longer", lacks=without_sweep, architectures=PAIR, counts_failed=True)
def cheaper_when_longer(claim: Claim, scope: Scope) -> list[Part]:
    """Return two parts: skill worse by no more than the margin, and under 0.8 of the second's CPU time per run.

    Both are about the longest length of every sweep that both architectures share. The evidence gives the ratio at
    every length, and the length from which the first architecture is cheaper.
    """
    first, second = claim.architectures
    a, b = map(scope.results.called, (first, second))
    sweeps = _sweeps(scope.results, scope.shared(first, second))
    longest = tuple(members[-1] for members in sweeps.values())
    return [
        difference(claim, scope.on(longest), border=-(claim.margin or 0.0)),
        Part(
            f"log2 of the ratio of CPU time per run at the longest length, {b} over {a}",
            lambda level: -ratio(scope.results, longest, first, second, level),
            DOUBLINGS,
            FEWER,
            tasks=longest,
            per=RUN,
            ahead=(first,),
            behind=(second,),
            seen=lambda: [line for members in sweeps.values() for line in _by_length(scope.results, members, claim)],
        ),
    ]


def _sweeps(results: Results, tasks: tuple[str, ...]) -> dict[str, list[str]]:
    """Return name -> tasks, in ascending order of their lengths, of every sweep with at least two lengths."""
    found = results.over_length(tasks)
    lengths = {task: results.task(task).length or 0 for task in tasks}
    return {
        name: sorted(members, key=lengths.__getitem__)
        for name, members in found.items()
        if len({lengths[task] for task in members}) > 1
    }


def _by_length(results: Results, members: list[str], claim: Claim) -> list[str]:
    """Return the ratio of CPU times at every length of a sweep, and from which length on the first is cheaper."""
    first, second = claim.architectures
    found = {task: ratio(results, (task,), first, second, 0.95) for task in members}
    cheaper: list[str] = []
    for task in reversed(members):
        if not found[task].high < 0:
            break
        cheaper = [task, *cheaper]
    since = f"from {results.task(cheaper[0]).length:g} steps on" if cheaper else "at no length up to the longest"
    a, b = map(results.called, (first, second))
    return [
        *(f"{results.title(task)}: CPU time of a run, {a} over {b}: {as_ratio(-one)}" for task, one in found.items()),
        f"{results.named(members)}: {results.the(first)} is cheaper than {results.the(second)} {since}",
    ]
