"""Recommendations: which architecture is most accurate, and which of the equally good is cheapest; task or family."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from suite.analysis.comparisons import Comparisons
from suite.analysis.decisions import PairVerdict
from suite.results.results import Results
from suite.tasks.task import FAMILIES_APART
from suite.text import beat, listed, number


@dataclass(frozen=True)
class Recommendation:
    """One family's advice, in words."""

    family: str
    tasks: str
    accurate: str
    cheapest: str


@dataclass(frozen=True)
class Choice:
    """What the comparisons of some tasks leave to choose from.

    `standing`: "open" (no verdict yet), "behind" (none is shown to beat every baseline), "undecided" or "chosen".
    `names`: the most accurate on average, then those practically equal to it. `rivals`: those of which it is not
    decided how they stand to it.
    """

    standing: str
    names: tuple[str, ...] = ()
    rivals: tuple[str, ...] = ()


def recommend(results: Results, comparisons: dict[str, Comparisons]) -> list[Recommendation]:
    """One for each family that counts in aggregates, from all of its tasks."""
    families: dict[str, list[str]] = {}
    for task in comparisons:
        family = results.task(task).family
        if family and family not in FAMILIES_APART:
            families.setdefault(family, []).append(task)
    return [
        Recommendation(family, listed(tasks), *_advice(results, tasks, comparisons))
        for family, tasks in families.items()
    ]


def choose(results: Results, tasks: Sequence[str], comparisons: dict[str, Comparisons]) -> Choice:
    """The most accurate architectures over some tasks.

    Only architectures shown to beat every baseline on every task can be recommended.
    """
    found = [comparisons[task] for task in tasks]
    if any(all(pair.verdict is PairVerdict.TOO_FEW for pair in one.trivial) for one in found):
        return Choice("open")
    able = [name for name in results.architectures if all(name in one.ahead() for one in found)]
    if not able:
        return Choice("behind")
    cells = results.cells[results.cells["task"].isin(tasks)]
    best = str(cells.groupby("architecture")["skill"].mean()[able].idxmax())
    relation = {name: {_relation(best, name, one) for one in found} for name in able if name != best}
    equals = (best, *(name for name, verdicts in relation.items() if verdicts == {"equal"}))
    rivals = tuple(name for name, verdicts in relation.items() if verdicts & {"open", "behind"})
    return Choice("undecided" if rivals else "chosen", equals, rivals)


def prices(results: Results, tasks: Sequence[str], names: Sequence[str]) -> pd.Series:
    """Mean seconds of a training by architecture, the cheapest first."""
    cells = results.cells[results.cells["task"].isin(tasks) & results.cells["architecture"].isin(names)]
    return cells.groupby("architecture")["seconds"].mean().sort_values()


def _advice(results: Results, tasks: Sequence[str], comparisons: dict[str, Comparisons]) -> tuple[str, str]:
    """Most accurate, and cheapest among those practically equal to it on every task, in words."""
    choice = choose(results, tasks, comparisons)
    if choice.standing == "open":
        return "no verdict yet", "no verdict yet"
    if choice.standing == "behind":
        return _beaten_by_none(results, [comparisons[task] for task in tasks]), "none"
    if choice.standing == "undecided":
        return f"undecided between {listed([*choice.names, *choice.rivals])}", "undecided"
    seconds = prices(results, tasks, choice.names)
    paid = "; ".join(f"{name} {number(value)} s a run" for name, value in seconds.items())
    return listed(choice.names) + (", practically equal" if len(choice.names) > 1 else ""), paid


def _beaten_by_none(results: Results, found: Sequence[Comparisons]) -> str:
    """Which baseline no architecture is shown to beat, or which not all along."""
    where = " on every task" if len(found) > 1 else ""
    able = [name for name in results.architectures if all(one.beats(name, one.trivial) == "yes" for one in found)]
    if not able:
        return f"none is shown to beat the trivial baseline{where}"
    return f"none is shown to beat the trained baseline{where}, though {listed(able)} {beat(able)} the trivial one"


def _relation(best: str, other: str, found: Comparisons) -> str:
    """How `other` stands to the best: "equal", "beaten", "behind" it on average yet ahead here, or "open"."""
    pair = found.related(best, other)
    if pair is None or pair.verdict not in (PairVerdict.EQUAL, PairVerdict.BETTER):
        return "open"
    if pair.verdict is PairVerdict.EQUAL:
        return "equal"
    return "beaten" if pair.first == best else "behind"
