"""Headline: for each family of tasks, a short answer from the verdicts within its tasks, and what to use."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from suite import statistics
from suite.analysis.comparisons import TRAINED, TRIVIAL, Comparison, Comparisons, compare, opponent
from suite.analysis.decisions import PairVerdict
from suite.analysis.recommendations import Recommendation, recommend
from suite.claims.by_family import family_sentences
from suite.report.findings import PROVISIONAL, STANDINGS, find, presented
from suite.report.page import Content, Page, section
from suite.report.tables import Table
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import beat, listed, mutual, number

MOST_CLAUSES = 4


@dataclass(frozen=True)
class Answer:
    """The answer for one family; `standing` is as in `Finding`, but "ahead" only if every task is "ahead"."""

    family: str
    tasks: list[str]
    standing: str
    sentences: list[str]


@section("answer", "Answer")
def answer(page: Page) -> Content:
    """Return the answer for the whole experiment and for each family, and the findings on the control tasks."""
    results = page.results
    return {
        "lead": lead(results),
        "answers": answers(results),
        "controls": [find(results, task) for task in results.apart("controls")],
    }


def recommendations(results: Results) -> Table:
    """Return one row per family with the architectures to use."""
    columns = ("Family", "Decided on", "Most accurate", "Cheapest of the practically equal, by mean training time")
    rows = [[one.family, one.tasks, one.accurate, one.cheapest] for one in advice(results)]
    caption = (
        "What to use, by family. The cheapest is chosen by mean time: where times overlap, other seeds may rank them "
        "differently"
    )
    return Table("recommendations", caption, columns, rows)


def advice(results: Results) -> list[Recommendation]:
    """Return a recommendation for each family."""
    return recommend(results, {task: compare(results, task) for task in presented(results)})


@remember()
def answers(results: Results) -> list[Answer]:
    """Return one answer for each family that counts in aggregates."""
    return [_answer(results, family, tasks) for family, tasks in results.by_family.items()]


def _answer(results: Results, family: str, tasks: list[str]) -> Answer:
    standings = {find(results, task).standing for task in tasks}
    standing = next((name for name in ("open", "behind", "between") if name in standings), "ahead")
    found = {task: compare(results, task) for task in tasks}
    sentences = [*_against_baselines(results, found), *_order(results, found)]
    if any(pair.provisional for one in found.values() for pair in one.every):
        sentences.append(PROVISIONAL)
    sentences += family_sentences(results, tasks)
    return Answer(family, tasks, standing, sentences)


def _against_baselines(results: Results, found: dict[str, Comparisons]) -> list[str]:
    """Return one sentence for each result against the baselines, with the tasks that have this result."""
    standings: dict[str, list[str]] = {}
    for task, one in found.items():
        standings.setdefault(_standing(results, task, one), []).append(task)
    if len(standings) == 1:
        (words,) = standings
        return [f"{_capital(words)}{_extent(found, len(found))}."]
    return [f"{_capital(words)} on {listed(tasks)}." for words, tasks in standings.items()]


def _standing(results: Results, task: str, found: Comparisons) -> str:
    if found.undecidable:
        return "there is no verdict yet"
    ahead = found.ahead()
    if ahead:
        rival = "every baseline" if found.trained else f"the {opponent(results, task, TRIVIAL)}"
        return f"{listed(ahead)} {beat(ahead)} {rival}"
    better = found.ahead_of_trivial()
    if better:
        trained = opponent(results, task, TRAINED)
        return f"nothing is shown to beat the {trained}, though {listed(better)} {beat(better)} the trivial one"
    return f"nothing is shown to beat the {opponent(results, task, TRIVIAL)}"


def _order(results: Results, found: dict[str, Comparisons]) -> list[str]:
    """Say which pairs of architectures are settled, and on how many of the tasks."""
    if not any(one.pairs for one in found.values()):
        return []
    better, equal = _settled(found, PairVerdict.BETTER), _settled(found, PairVerdict.EQUAL)
    alike: dict[tuple[str, ...], list[tuple[str, str]]] = {}
    for pair, where in equal.items():
        alike.setdefault(tuple(where), []).append(pair)
    clauses = [(len(where), _beats(results, *pair, where, len(found))) for pair, where in better.items()]
    clauses += [
        (len(where), f"{listed(group)} are practically equal{_extent(where, len(found))}")
        for where, pairs in alike.items()
        for group in mutual(pairs)
    ]
    if not clauses:
        return ["Which architecture is best is undecided."]
    clauses_shown = [clause for _, clause in sorted(clauses, key=lambda one: -one[0])]
    more = "; more is settled below" if clauses_shown[MOST_CLAUSES:] else ""
    return [f"{_capital('; '.join(clauses_shown[:MOST_CLAUSES]))}{more}."]


def _settled(found: dict[str, Comparisons], verdict: PairVerdict) -> dict[tuple[str, str], dict[str, Comparison]]:
    """Return each pair that has this verdict, with the tasks on which it does; sort the names of an equal pair."""
    pairs: dict[tuple[str, str], dict[str, Comparison]] = {}
    for task, one in found.items():
        for pair in one.pairs:
            if pair.verdict is verdict:
                first, second = pair.first, pair.second
                names = (first, second) if verdict.decided or first < second else (second, first)
                pairs.setdefault(names, {})[task] = pair
    return pairs


def _extent(where: Collection[str], tasks: int) -> str:
    """Return " on both tasks" or " on 2 of 5 tasks"; return "" if there is only one task."""
    every = "both" if tasks == 2 else f"all {tasks}"
    part = every if len(where) == tasks else f"{len(where)} of {tasks}"
    return f" on {part} tasks" if tasks > 1 else ""


def _beats(results: Results, first: str, second: str, where: dict[str, Comparison], tasks: int) -> str:
    lead = f" by {_lead(results, *next(iter(where.items())))}" if tasks == 1 else ""
    return f"{first} beats {second}{lead}{_extent(where, tasks)}"


def _lead(results: Results, task: str, pair: Comparison) -> str:
    """Return the joint interval of a lead: in points of accuracy if that is at least 0.5 points, else in skill."""
    metric = results.headline(task)
    if metric.in_points:
        scores = [results.finals_of(task, name).set_index("index")["score"] for name in (pair.first, pair.second)]
        level = 1 - 0.05 / len(compare(results, task).pairs)
        low, high = (100 * bound for bound in statistics.student_t(scores[0] - scores[1], level)[1:3])
        if low >= 0.5:
            return f"{low:.0f} to {high:.0f} points of {metric.name.replace('_', ' ')}"
    step = (pair.joint.high - pair.joint.low) / 2
    return f"{number(pair.joint.low, min(step, 2 * pair.joint.low))} to {number(pair.joint.high, step)} of skill"


def lead(results: Results) -> list[str]:
    """Summarise the whole experiment; begin with the tasks on which nothing is shown to beat the baselines."""
    findings = [find(results, task) for task in results.counted]
    tasks = {key: [finding.task for finding in findings if finding.standing == key] for key in STANDINGS}
    sentences = [STANDINGS[key].format(_named(names, len(findings))) for key, names in tasks.items() if names]
    if tasks["ahead"] or len(tasks["open"]) == len(findings):
        return sentences
    if not tasks["between"]:
        return [STANDINGS["behind"].format("any task that could be judged")]
    return ["Nothing tried here is shown to beat every baseline on any task that could be judged.", *sentences]


def _named(tasks: Sequence[str], of: int) -> str:
    return listed(tasks) if len(tasks) <= 12 else f"{len(tasks)} of {of} tasks"


def _capital(text: str) -> str:
    """Capitalise the first letter unless the text begins with the name of an architecture."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first in ("nothing", "there") else text
