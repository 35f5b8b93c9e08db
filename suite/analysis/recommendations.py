"""Recommendations: find the architectures to use for a task or family, or the baseline that is better than all."""

from collections.abc import Sequence
from dataclasses import dataclass

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict, Standing
from suite.analysis.prices import cheapest, prices
from suite.analysis.remedies import to_decide
from suite.analysis.replicates import TRAINED
from suite.analysis.rivals import BEST_RIVAL, definite, opponent
from suite.results.results import Results
from suite.text import beat, listed, number


@dataclass(frozen=True)
class Recommendation:
    """The recommendation for one family on some of its tasks, as text."""

    family: str
    tasks: Sequence[str]
    accurate: str
    cheapest: str


@dataclass(frozen=True)
class Choice:
    """What the comparisons on some tasks leave to choose from.

    `outcome`: "open" (no verdict yet), "baseline" (`baseline` is shown to be better than every architecture), "behind"
    (no architecture is shown to beat every baseline), "undecided" or "chosen". `names`: the chosen architecture and
    those practically equal to it, none of which any other can beat by more than the margin; if undecided, those that
    may be the best.
    """

    outcome: str
    names: tuple[str, ...] = ()
    baseline: str = ""


def undecided(results: Results, names: Sequence[str]) -> str:
    """Return what is undecided, as a phrase, between architectures that may be the best, or about a single one."""
    named = listed(map(results.the, names))
    if len(names) > 1:
        return f"undecided between {named}"
    return f"undecided: {named} leads, but is not shown to beat every baseline"


def recommend(results: Results, tasks: Sequence[str]) -> list[Recommendation]:
    """Recommend architectures for each family that counts in aggregates, from those of its tasks that are given."""
    families = {
        family: [task for task in own if task in tasks and results.task(task).family]
        for family, own in results.by_family.items()
    }
    return [
        Recommendation(family, own, *_advice(results, own, choose(results, own)))
        for family, own in families.items()
        if own
    ]


def choose(results: Results, tasks: Sequence[str]) -> Choice:
    """Choose architectures by their mean skill over some tasks.

    The rivals of the best are all others that have runs on every task. It is chosen if no other can be better by more
    than the margin, and if it is shown to beat every baseline on every task.
    """
    together, each = compare(results, *tasks), [compare(results, task) for task in tasks]
    if together.undecidable or any(one.undecidable for one in each):
        return Choice("open")
    if all(one.winning_baseline for one in each):
        found = zip(tasks, each, strict=True)
        winners = dict.fromkeys(opponent(results, task, one.winning_baseline or "") for task, one in found)
        return Choice("baseline", baseline=listed(winners))
    able = {one.first for one in together.trivial if all(one.first in found.ahead() for found in each)}
    if not able:
        return Choice("behind")
    if safe := [name for name in safest(together) if name in able]:
        return Choice("chosen", tuple(name for name in safe if name == safe[0] or _equal(together, safe[0], name)))
    return Choice("undecided", tuple(candidates(together)))


def safest(found: Comparisons) -> list[str]:
    """Return the architectures that no other can beat by more than the margin.

    The first is the one with the highest lower bound against its closest rival.
    """
    names = [one.first for one in found.trivial]
    lows: dict[str, float] = {}
    for name in names:
        pairs = [pair for other in names if other != name and (pair := found.related(name, other))]
        if len(pairs) == len(names) - 1 and all(map(_is_safe, pairs)):
            lows[name] = min((pair.joint.low for pair in pairs), default=0.0)
    return sorted(lows, key=lambda name: -lows[name])


def candidates(found: Comparisons) -> list[str]:
    """Return the architectures that may be the best: those that no other is shown to beat."""
    beaten = {pair.second for pair in found.pairs if pair.verdict is PairVerdict.BETTER}
    return [one.first for one in found.trivial if one.first not in beaten]


def _is_safe(pair: Comparison) -> bool:
    """Return whether the second cannot be better by more than the margin, whatever the budget."""
    known = pair.standing is not Standing.NONE and pair.verdict is not PairVerdict.AT_THIS_BUDGET
    return known and pair.joint.low > -pair.margin


def _equal(found: Comparisons, best: str, other: str) -> bool:
    pair = found.related(best, other)
    return pair is not None and pair.verdict is PairVerdict.EQUAL


def _advice(results: Results, tasks: Sequence[str], choice: Choice) -> tuple[str, str]:
    """Return two texts: what to use, and the costs of the practically equal, the cheapest first."""
    if choice.outcome == "open":
        return "no verdict yet", "no verdict yet"
    if choice.outcome == "baseline":
        return f"use {definite(choice.baseline)}: it is better than every architecture", "none"
    if choice.outcome == "behind":
        return _beaten_by_none(results, [compare(results, task) for task in tasks]), "none"
    if choice.outcome == "undecided":
        advice = to_decide(results, tasks, choice.names)
        return undecided(results, choice.names) + (f"; {advice}" if advice else ""), "undecided"
    equal = ", practically equal" if len(choice.names) > 1 else ""
    return listed(map(results.the, choice.names)) + equal, _costs(results, tasks, choice.names)


def _costs(results: Results, tasks: Sequence[str], names: Sequence[str]) -> str:
    """Return the CPU time of each architecture, and whether one is shown to be the cheapest."""
    paid = "; ".join(
        f"{results.called(str(name))} {number(value)} s of CPU per run"
        for name, value in prices(results, tasks, names).items()
    )
    if len(names) == 1:
        return paid
    found = cheapest(results, tasks, names)
    return f"{paid}; {f'{results.the(found)} is the cheapest' if found else 'none is shown to be the cheapest'}"


def _beaten_by_none(results: Results, found: Sequence[Comparisons]) -> str:
    """Say which baseline no architecture is shown to beat on every task."""
    where = " on every task" if len(found) > 1 else ""
    able = [name for name in results.architectures if all(name in one.ahead_of_trivial() for one in found)]
    if not able:
        return f"none is shown to beat the trivial baseline{where}"
    rivals = {definite(opponent(results, task, TRAINED)) for one in found for task in one.trivial[0].tasks}
    rival = rivals.pop() if len(rivals) == 1 else f"the {BEST_RIVAL}"
    return f"none is shown to beat {rival}{where}, though {listed(map(results.the, able))} {beat(able)} the trivial one"
