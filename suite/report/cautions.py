"""Cautions: sentences on what weakens a verdict or prevents one: failed, handicapped or few runs."""

from collections import Counter
from collections.abc import Sequence

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare, difference, joint_level
from suite.analysis.contrasts import FIRM_SEARCH, FIRM_SINGLE, FIRM_TRIALS
from suite.analysis.decisions import PairVerdict, between
from suite.analysis.effects import effect
from suite.analysis.remedies import ROLES
from suite.analysis.replicates import own_runs, replicates
from suite.report.naming import capital
from suite.results.results import Results
from suite.results.statuses import Status
from suite.statistics import Estimate
from suite.text import listed, several

MANY = 0.1  # a larger share of failed runs belongs in the answer


def provisional(results: Results, tasks: Sequence[str], *found: Comparisons) -> list[str]:
    """Say why verdicts are provisional; return [] if none is."""
    counts = [one.plain.n for each in found for one in each.every if one.provisional]
    if not counts:
        return []
    reasons = dict.fromkeys(_why_provisional(results, task, min(counts)) for task in tasks)
    return [f"Provisional: {listed(reason for reason in reasons if reason)}."]


def _why_provisional(results: Results, task: str, count: int) -> str:
    found = replicates(results, task)
    if found.role == "final":
        return "one search" if found.one_search else "a rare failure of single runs may not have occurred yet"
    if found.role == "search" or found.n == 1:
        return f"fewer than {FIRM_SINGLE} {'searches' if found.role == 'search' else 'single trials'}"
    if count < FIRM_TRIALS:
        return f"fewer than {FIRM_TRIALS} trials"
    return f"best of {found.n} is more than a sixth of the {count} trials" if count < FIRM_SEARCH * found.n else ""


def handicaps(found: Comparisons) -> list[str]:
    """Return a sentence for each handicap that the comparisons mention."""
    return [f"{capital(text)}." for text in dict.fromkeys(text for one in found.every for text in one.handicaps)]


def lost(results: Results, task: str, role: str) -> dict[str, tuple[Counter[str], int]]:
    """Return architecture -> number of failed runs by status, and number of all runs, if some failed."""
    runs = results.by_role(task, role)
    cells = runs.groupby("architecture", sort=False)
    failed = {name: (Counter(cell.loc[cell["status"] != Status.OK, "status"]), len(cell)) for name, cell in cells}
    return {str(name): found for name, found in failed.items() if found[0]}


def failures(results: Results, task: str) -> list[str]:
    """Say which runs failed, that they count as the worst outcome, and whether a verdict depends on that."""
    role = own_runs(results, task).role
    sentences = [
        f"{capital(_counted(results.the(name), *found, role))}." for name, found in lost(results, task, role).items()
    ]
    if sentences:
        sentences.append(_without_failures(results, task))
    if role != "final":
        sentences += [
            f"{_counted(results.the(name), *found, 'final')}." for name, found in lost(results, task, "final").items()
        ]
    return sentences


def many_failures(results: Results, task: str) -> list[str]:
    """Return clauses on the architectures of which many runs failed, or whose failed runs decide a verdict."""
    role = own_runs(results, task).role
    decisive = {name for pair in _changed(results, task) for name in (pair.first, pair.second)}
    return [
        _counted(results.the(name), *found, role)
        for name, found in lost(results, task, role).items()
        if found[0].total() > MANY * found[1] or name in decisive
    ]


def _counted(name: str, statuses: Counter[str], made: int, role: str) -> str:
    """Return a clause such as "3 of 24 trials of lstm failed (2 diverged and 1 killed)"."""
    reasons = listed(f"{count} {status}" for status, count in statuses.items())
    return f"{statuses.total()} of {several(made, ROLES[role])} of {name} failed ({reasons})"


def _without_failures(results: Results, task: str) -> str:
    counted = "Failed runs count as the worst outcome"
    changed = _changed(results, task)
    if not changed:
        return f"{counted}; without them, no verdict between architectures would change."
    each = [
        f"{results.the(one.first)} would be {_trained(results, task, one).against(results.the(one.second))}"
        for one in changed
    ]
    return f"{counted}; among the runs that trained, {listed(each)}."


def _changed(results: Results, task: str) -> list[Comparison]:
    """Return the pairs that would have another verdict if failed runs were left out."""
    failed = lost(results, task, own_runs(results, task).role)
    judged = [one for one in compare(results, task).pairs if one.verdict is not PairVerdict.TOO_FEW]
    pairs = [one for one in judged if {one.first, one.second} & set(failed)]
    return [one for one in pairs if _trained(results, task, one) is not between(one.joint, one.margin, *_solved(one))]


def _trained(results: Results, task: str, one: Comparison) -> PairVerdict:
    terms = difference(results, [task], one.first, one.second)
    return between(effect(results, terms, joint_level(results), failed_count=False), one.margin, *_solved(one))


def _solved(one: Comparison) -> list[Estimate]:
    return [one.solved] if one.solved else []
