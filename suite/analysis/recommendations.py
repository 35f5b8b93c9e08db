"""Recommendations: find the most accurate architectures for a task or family, and the cheapest of equals."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from suite.analysis.comparisons import Comparisons
from suite.analysis.decisions import PairVerdict
from suite.results.results import Results
from suite.text import beat, listed, number


@dataclass(frozen=True)
class Recommendation:
    """The recommendation for one family, as text."""

    family: str
    tasks: str
    accurate: str
    cheapest: str


@dataclass(frozen=True)
class Choice:
    """The architectures that the comparisons on some tasks leave to choose from.

    `outcome` is "open" (no verdict yet), "behind" (no architecture is shown to beat every baseline), "undecided" or
    "chosen". `names` lists the most accurate architecture on average, then those practically equal to it. `rivals`
    lists those that may be better or worse than the most accurate one.
    """

    outcome: str
    names: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


def recommend(results: Results, comparisons: dict[str, Comparisons]) -> list[Recommendation]:
    """Recommend architectures for each family that counts in aggregates, from all of its compared tasks."""
    families = {
        family: [task for task in tasks if task in comparisons and results.task(task).family]
        for family, tasks in results.by_family.items()
    }
    return [
        Recommendation(family, listed(tasks), *_advice(results, tasks, comparisons))
        for family, tasks in families.items()
        if tasks
    ]


def choose(results: Results, tasks: Sequence[str], comparisons: dict[str, Comparisons]) -> Choice:
    """Choose the most accurate architectures over some tasks.

    Only those shown to beat every baseline on every task can be chosen.
    """
    found = [comparisons[task] for task in tasks]
    if any(one.undecidable for one in found):
        return Choice("open")
    able = [name for name in results.architectures if all(name in one.ahead() for one in found)]
    if not able:
        return Choice("behind")
    cells = results.cells[results.cells["task"].isin(tasks)]
    best = str(cells.groupby("architecture")["skill"].mean()[able].idxmax())
    verdicts = {name: {_verdict(one, best, name) for one in found} for name in able if name != best}
    equals = (best, *(name for name, each in verdicts.items() if each == {PairVerdict.EQUAL}))
    rivals = tuple(name for name, each in verdicts.items() if each - {PairVerdict.EQUAL, PairVerdict.BETTER})
    return Choice("undecided" if rivals else "chosen", equals, rivals)


def prices(results: Results, tasks: Sequence[str], names: Sequence[str]) -> pd.Series:
    """Return the mean training time in seconds by architecture, the cheapest first."""
    cells = results.cells[results.cells["task"].isin(tasks) & results.cells["architecture"].isin(names)]
    return cells.groupby("architecture")["seconds"].mean().sort_values()


def _verdict(found: Comparisons, best: str, other: str) -> PairVerdict:
    pair = found.related(best, other)
    return pair.verdict if pair else PairVerdict.TOO_FEW


def _advice(results: Results, tasks: Sequence[str], comparisons: dict[str, Comparisons]) -> tuple[str, str]:
    """Return two strings: the practically equal most accurate architectures, and their costs, the cheapest first."""
    choice = choose(results, tasks, comparisons)
    if choice.outcome == "open":
        return "no verdict yet", "no verdict yet"
    if choice.outcome == "behind":
        return _beaten_by_none(results, [comparisons[task] for task in tasks]), "none"
    if choice.outcome == "undecided":
        return f"undecided between {listed([*choice.names, *choice.rivals])}", "undecided"
    seconds = prices(results, tasks, choice.names)
    paid = "; ".join(f"{name} {number(value)} s per run" for name, value in seconds.items())
    return listed(choice.names) + (", practically equal" if len(choice.names) > 1 else ""), paid


def _beaten_by_none(results: Results, found: Sequence[Comparisons]) -> str:
    """Say which baseline no architecture is shown to beat on every task."""
    where = " on every task" if len(found) > 1 else ""
    able = [name for name in results.architectures if all(name in one.ahead_of_trivial() for one in found)]
    if not able:
        return f"none is shown to beat the trivial baseline{where}"
    return f"none is shown to beat the trained baseline{where}, though {listed(able)} {beat(able)} the trivial one"
