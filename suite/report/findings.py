"""Findings: sentences that state what the comparisons within a task show, and no more."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from suite import statistics
from suite.analysis.comparisons import TRAINED, TRIVIAL, Comparison, Comparisons, compare, opponent
from suite.analysis.decisions import PairVerdict
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status
from suite.text import interval, listed, mutual, number, percent, several

LEAKS = "leaks"
SKILL = " of skill"
PROVISIONAL = "Provisional: fewer than ten pairs of runs."
STANDINGS = {
    "behind": "Nothing tried here is shown to beat even the trivial baseline on {}.",
    "between": "The trivial baseline is beaten, but nothing is shown to beat the trained one, on {}.",
    "ahead": "At least one architecture predicts better than every measured baseline on {}.",
    "open": "There is no verdict yet on {}.",
}


@dataclass(frozen=True)
class Finding:
    """The headline of a task and its evidence, a list of sentences.

    `standing` is "ahead" (an architecture beats every baseline), "between" (an architecture beats the trivial baseline,
    but none is shown to beat the trained one too), "behind" (none is shown to beat the trivial baseline) or "open" (no
    verdict).
    """

    task: str
    family: str
    scale: str
    standing: str
    headline: str
    evidence: list[str]


def presented(results: Results) -> list[str]:
    """Return all tasks except those that demonstrate leaks."""
    leaks = results.apart(LEAKS)
    return [task for task in results.task_names if task not in leaks]


def of_presented(results: Results, found: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `found` whose task is presented."""
    return found[found["task"].isin(presented(results))]


@remember()
def find(results: Results, task: str) -> Finding:
    """Return the finding on one task."""
    found = compare(results, task)
    standing, headline = _headline(results, task, found)
    evidence = [
        *map(_pair_sentence, found.pairs),
        *_baseline_sentences(found.trivial, opponent(results, task, TRIVIAL)),
        *_baseline_sentences(found.trained, opponent(results, task, TRAINED)),
        *_solved(results, task),
        *_reservations(results, task, found),
    ]
    return Finding(task, results.family(task), results.scale(task), standing, headline, evidence)


def _headline(results: Results, task: str, found: Comparisons) -> tuple[str, str]:
    """Return the standing of a task and its headline."""
    if found.undecidable:
        return "open", _no_verdict(results, task, found)
    ahead = found.ahead()
    trivial, trained = opponent(results, task, TRIVIAL), opponent(results, task, TRAINED)
    if ahead:
        rivals = f"the {trivial} and the {trained}" if found.trained else f"the {trivial}"
        return "ahead", f"{_predict(ahead)} better than {rivals}. {_order(found.pairs)}".strip()
    better = found.ahead_of_trivial()
    if better:
        return "between", f"{_predict(better)} better than the {trivial}, but nothing is shown to beat the {trained}."
    settled = all(one.verdict in (PairVerdict.EQUAL, PairVerdict.WORSE) for one in found.trivial)
    return "behind", f"Nothing here {'predicts' if settled else 'is shown to predict'} better than the {trivial}."


def _no_verdict(results: Results, task: str, found: Comparisons) -> str:
    finals = results.finals_of(task)
    if finals.empty:
        return "No final run yet: no conclusion is possible."
    if not (finals["status"] == Status.OK).any():
        return f"All of {several(len(finals), 'final run')} failed: no conclusion is possible."
    if not found.trivial:
        return "The scores of the runs or of the baseline are not known: no conclusion is possible."
    return "No verdict: at least five final runs of an architecture are needed."


def _predict(names: Sequence[str]) -> str:
    return f"{listed(names)} {'predicts' if len(names) == 1 else 'predict'}"


def _order(pairs: Sequence[Comparison]) -> str:
    """Say which architectures beat which, which lead but are undecided, and which are practically equal."""
    firm = [one for one in pairs if one.verdict is PairVerdict.BETTER]
    open_leads = [one for one in pairs if one.verdict is PairVerdict.AT_THIS_BUDGET and one.leads]
    equal = mutual((one.first, one.second) for one in pairs if one.verdict is PairVerdict.EQUAL)
    clauses = [
        *_leads(firm, "beats", "beat"),
        *(f"{clause}, undecided at this budget" for clause in _leads(open_leads, "leads", "lead")),
        *(f"{listed(group)} are practically equal" for group in equal),
    ]
    return f"{'; '.join(clauses or ['Which architecture is best is undecided'])}." if pairs else ""


def _leads(pairs: Sequence[Comparison], singular: str, plural: str) -> list[str]:
    """Return one clause for each set of winners, such as "a and b beat c and d"."""
    winners: dict[str, list[str]] = {}
    for one in pairs:
        winners.setdefault(one.second, []).append(one.first)
    losers: dict[tuple[str, ...], list[str]] = {}
    for loser, names in winners.items():
        losers.setdefault(tuple(names), []).append(loser)
    return [f"{listed(who)} {singular if len(who) == 1 else plural} {listed(whom)}" for who, whom in losers.items()]


def _pair_sentence(one: Comparison) -> str:
    skill = interval(one.joint, SKILL)
    if one.verdict.decided:
        return f"{one.first} beats {one.second} by {skill}."
    if one.verdict is PairVerdict.EQUAL:
        return f"{one.first} and {one.second} are practically equal: they differ by {skill}."
    return f"{one.verdict.phrase.capitalize()}: on average {one.first} is ahead of {one.second} by {skill}."


def _baseline_sentences(comparisons: Sequence[Comparison], baseline: str) -> list[str]:
    """Return one sentence per verdict against a baseline, with every architecture that has this verdict."""
    groups = {
        verdict: [f"{one.first} by {interval(one.joint, SKILL)}" for one in comparisons if one.verdict == verdict]
        for verdict in PairVerdict
    }
    return [
        f"{verdict.phrase.capitalize()} {verdict.preposition} the {baseline}: {'; '.join(each)}."
        for verdict, each in groups.items()
        if each
    ]


def _solved(results: Results, task: str) -> list[str]:
    """Say how many final runs of each architecture reached the task's threshold; a failed run does not reach it."""
    threshold = results.task(task).solved
    if threshold is None or results.finals_of(task).empty:
        return []
    metric, each = results.headline(task), []
    for name in results.architectures:
        cell = results.finals_of(task, name)
        hits = metric.solved(cell["score"], threshold)
        share = statistics.wilson(int(hits.sum()), len(cell))
        if share.n:
            each.append(f"{name} in {hits.sum()} of {share.n} runs ({percent(share.low)} to {percent(share.high)})")
    border = "below" if metric.direction == "lower" else "at least"
    return [f"Solved ({metric.name} {border} {number(threshold)}): {'; '.join(each)}."]


def _reservations(results: Results, task: str, found: Comparisons) -> list[str]:
    """Return sentences on what weakens the finding: flagged, failed or few runs, and test data that never change."""
    handicaps = dict.fromkeys(text for one in [*found.pairs, *found.trivial] for text in one.handicaps)
    lost = results.finals_of(task)[lambda runs: runs["score"].isna()]
    sentences = [f"{text}." for text in handicaps]
    for name, cell in lost.groupby("architecture"):
        reasons = listed(f"{count} {status}" for status, count in Counter(cell["status"]).items())
        sentences.append(f"{several(len(cell), 'final run')} of {name} without a score ({reasons}).")
    if any(one.provisional for one in found.every):
        sentences.append(PROVISIONAL)
    if found.trivial and not results.task(task).generated:
        sentences.append("Real data: the intervals do not cover how results would vary with other test data.")
    return sentences
