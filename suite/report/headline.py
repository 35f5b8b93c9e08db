"""Headline: for each family, a short answer from the verdicts on its mean and on its tasks, and what to use."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from suite.analysis.comparison import Comparison
from suite.analysis.comparisons import compare
from suite.analysis.decisions import Standing
from suite.analysis.recommendations import Recommendation, recommend
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.analysis.rivals import definite, opponent
from suite.analysis.shared_test import on_one_split
from suite.claims.by_family import family_sentences
from suite.report.cautions import many_failures, provisional
from suite.report.family_order import extent, family_order
from suite.report.findings import STANDINGS, beats, common_basis, every_baseline, find, presented
from suite.report.naming import capital, named, titled
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import number


@dataclass(frozen=True)
class Answer:
    """The answer for one family; `standing` is as in `Finding`, but "ahead" only if every task is "ahead"."""

    family: str
    tasks: list[str]
    standing: str
    sentences: list[str]


@section("answer", "By family")
def answer(page: Page) -> Content:
    """Return the answer for the whole experiment and for each family, and the findings on the control tasks."""
    results = page.results
    return {
        "answers": answers(results),
        "basis": common_basis(results),
        "power": power(results),
        "controls": [find(results, task) for task in results.apart("controls")],
    }


def recommendations(results: Results) -> Table:
    """Return one row per family with the architectures, or the baseline, to use."""
    columns = ("Family", "Decided on", "What to use", "Cheapest of the practically equal, by CPU time")
    rows = [[one.family, titled(results, one.tasks), one.accurate, one.cheapest] for one in advice(results)]
    caption = (
        "What to use, by family. An architecture is named if no other can beat it by more than the margin and it is "
        "shown to beat every baseline; the cheapest is named if its CPU time is shown to be the lowest"
    )
    return Table("recommendations", caption, columns, rows)


def advice(results: Results) -> list[Recommendation]:
    """Return a recommendation for each family."""
    return recommend(results, presented(results))


@remember()
def answers(results: Results) -> list[Answer]:
    """Return one answer for each family that counts in aggregates."""
    return [_answer(results, family, tasks) for family, tasks in results.by_family.items()]


def _answer(results: Results, family: str, tasks: list[str]) -> Answer:
    standings = {find(results, task).standing for task in tasks}
    standing = next(name for name in ("open", "baseline", *STANDINGS) if name in standings)
    sentences = [
        *_against_baselines(results, tasks),
        *family_order(results, tasks),
        *_unjudged(results, tasks),
        *_failures(results, tasks),
        *provisional(results, tasks, compare(results, *tasks), *(compare(results, task) for task in tasks)),
        *map(capital, family_sentences(results, tasks)),
    ]
    return Answer(family, tasks, standing, sentences)


def _against_baselines(results: Results, tasks: Sequence[str]) -> list[str]:
    """Return one sentence per result against the baselines, with its tasks; those won by a baseline come first."""
    found: dict[tuple[str, str], list[str]] = {}
    for task in sorted(tasks, key=lambda task: find(results, task).standing != "baseline"):
        if find(results, task).standing != "open":
            found.setdefault(_against(results, task), []).append(task)

    def place(where: list[str]) -> str:
        return f" on {titled(results, where)}" if len(found) > 1 else extent(results, where, tasks)

    return [f"{capital(before)}{place(where)}{after}." for (before, after), where in found.items()]


def _against(results: Results, task: str) -> tuple[str, str]:
    """Return the result against the baselines of a task as two parts of a clause, with room for the task between."""
    found, here = compare(results, task), on_one_split(results, task)
    if found.winning_baseline:
        winner = definite(opponent(results, task, found.winning_baseline))
        return f"use {winner}", f": it beats every network{here}"
    ahead, better = found.ahead(), found.ahead_of_trivial()
    if ahead:
        return f"{named(results, ahead)} beat {every_baseline(results, task, found)}{here}", ""
    if better:
        trained = definite(opponent(results, task, TRAINED))
        though = f", though {named(results, better)} beat the trivial baseline{here}"
        return f"no network {beats(found.trained)} {trained}", though
    return f"no network {beats(found.trivial)} {definite(opponent(results, task, TRIVIAL))}{here}", ""


def _unjudged(results: Results, tasks: Sequence[str]) -> list[str]:
    """Say on which tasks there is no verdict, and why."""
    reasons: dict[str, list[str]] = {}
    for task in tasks:
        if find(results, task).standing == "open":
            reasons.setdefault(find(results, task).headline, []).append(task)
    if len(tasks) == 1 or [*map(len, reasons.values())] == [len(tasks)]:
        return [*reasons]
    return [f"On {titled(results, where)}: {reason}" for reason, where in reasons.items()]


def _failures(results: Results, tasks: Sequence[str]) -> list[str]:
    """Say where many runs failed, or where failed runs decide a verdict."""
    where = {task: f" on {results.title(task)}" if len(tasks) > 1 else "" for task in tasks}
    each = [f"{clause}{where[task]}" for task in tasks for clause in many_failures(results, task)]
    return [f"{'; '.join(each)}. They count as the worst outcome."] if each else []


def smallest(results: Results) -> float | None:
    """Return the smallest difference in skill between architectures that this study can find; None if it finds none.

    A difference is found if its joint interval lies beyond the margin, so the middle reach of all pairs counts.
    """
    reaches = [(pair.joint.high - pair.joint.low) / 2 for pair in _judged(results)]
    least = float(np.median(reaches)) + results.margin if reaches else np.inf
    return float(f"{least:.1g}") if np.isfinite(least) else None


def _judged(results: Results) -> list[Comparison]:
    pairs = [pair for task in results.counted for pair in compare(results, task).pairs]
    return [pair for pair in pairs if pair.standing is not Standing.NONE]


def power(results: Results) -> str:
    """Say how large a difference between architectures must be for this study to find it; "" without verdicts."""
    pairs = _judged(results)
    if not pairs:
        return ""
    least = smallest(results)
    if least is None:
        return "This study cannot find differences between architectures yet: on most tasks its runs do not vary."
    examples = " or test examples" if any(pair.needs_examples for pair in pairs) else ""
    return (
        f"This study can find differences between two architectures above about {number(least)} of "
        f"skill on a task. Smaller ones may exist and stay undecided; more trials{examples} would find them."
    )
