"""Recommendations: per family, which architecture is most accurate and which of the equally good is cheapest."""

from collections.abc import Sequence
from dataclasses import dataclass

from suite.comparisons import Comparisons
from suite.results import Results
from suite.task import FAMILIES_APART
from suite.wording import listed, number


@dataclass(frozen=True)
class Recommendation:
    """One family's advice, in words."""

    family: str
    tasks: str
    accurate: str
    cheapest: str


def recommend(results: Results, comparisons: dict[str, Comparisons]) -> list[Recommendation]:
    """One for each family that counts in aggregates, from all of its tasks."""
    families: dict[str, list[str]] = {}
    for task in comparisons:
        family = results.tasks.get(task, {}).get("family")
        if family and family not in FAMILIES_APART:
            families.setdefault(family, []).append(task)
    return [
        Recommendation(family, listed(tasks), *_advice(results, tasks, comparisons))
        for family, tasks in families.items()
    ]


def _advice(results: Results, tasks: Sequence[str], comparisons: dict[str, Comparisons]) -> tuple[str, str]:
    """Most accurate, and cheapest among those practically equal to it on every task.

    Only architectures shown to beat every baseline on every task can be recommended.
    """
    found = [comparisons[task] for task in tasks]
    if any(all(pair.verdict == "too few" for pair in one.trivial) for one in found):
        return "no verdict yet", "no verdict yet"
    able = [name for name in results.architectures if all(name in one.ahead() for one in found)]
    if not able:
        return "none is shown to beat every baseline", "none"
    cells = results.cells[results.cells["task"].isin(tasks)]
    best = str(cells.groupby("architecture")["skill"].mean()[able].idxmax())
    relation = {name: {_relation(best, name, one) for one in found} for name in able if name != best}
    equals = [best, *(name for name, verdicts in relation.items() if verdicts == {"equal"})]
    rivals = [name for name, verdicts in relation.items() if verdicts & {"open", "behind"}]
    if rivals:
        return f"undecided between {listed([*equals, *rivals])}", "undecided"
    seconds = cells[cells["architecture"].isin(equals)].groupby("architecture")["seconds"].mean()
    prices = "; ".join(f"{name} {number(value)} s a run" for name, value in seconds.sort_values().items())
    return listed(equals) + (", practically equal" if len(equals) > 1 else ""), prices


def _relation(best: str, other: str, found: Comparisons) -> str:
    """How `other` stands to the best: "equal", "beaten", "behind" it on average yet ahead here, or "open"."""
    pair = found.related(best, other)
    if pair is None or pair.verdict not in ("equal", "better"):
        return "open"
    if pair.verdict == "equal":
        return "equal"
    return "beaten" if pair.first == best else "behind"
