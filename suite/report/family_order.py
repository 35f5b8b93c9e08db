"""Family order: sentences on the order of architectures in a family: on average, reversed on some task, by task."""

from collections.abc import Collection, Sequence

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare, joint_level
from suite.analysis.decisions import PairVerdict
from suite.analysis.shared_test import on_one_split
from suite.report.expected_scores import score_difference
from suite.report.findings import in_points, leading, order, settled
from suite.report.naming import called, capital, titled
from suite.results.results import Results
from suite.tasks.task_budget import TaskBudget
from suite.text import listed, number

MOST_LEADS = 3  # with more leads, the answer names them without their size
MOST_NAMED = 2  # with more tasks, the answer says how many they are
WHOLE_SCALE = 1.0  # a lead above this, from the trivial baseline to perfect, says nothing: it is given as "at least"
LEAST_POINTS = 0.5  # a smaller lead is given in skill, since points are rounded to whole ones

EQUALITIES = (PairVerdict.EQUAL, PairVerdict.EQUAL_IF_SOLVED)

Pair = tuple[str, str]


def family_order(results: Results, tasks: Sequence[str]) -> list[str]:
    """Return sentences on the order of architectures: of the mean over the tasks, then where a task reverses it.

    The verdicts within tasks that agree follow.
    """
    judged = [task for task in tasks if not compare(results, task).undecidable]
    if len(tasks) == 1:
        clauses = _clauses(results, tasks, compare(results, *tasks)) if judged else []
        here = on_one_split(results, *tasks).strip()
        return [_sentence(f"{here}, " if here else "", clauses)] if clauses else []
    reversed_on = _reversals(results, judged, compare(results, *tasks))
    sentences = [
        *_on_average(results, tasks, compare(results, *tasks)),
        *_reversal_sentences(results, reversed_on),
        *_by_task(results, tasks, judged, set(reversed_on)),
    ]
    return [sentence for sentence in sentences if sentence]


def extent(results: Results, where: Collection[str], tasks: Sequence[str]) -> str:
    """Return where a verdict holds, as in " on 3 of 5 tasks" or " on adding-50"; a sweep is one task.

    Return "" if there is only one task. Where it holds for only some lengths or budgets of a sweep, these are counted
    apart.
    """
    if len(tasks) == 1:
        return ""
    sweeps = {name: [task for task in tasks if results.sweep_of(task) == name] for name in map(results.sweep_of, tasks)}
    whole = {name: own for name, own in sweeps.items() if set(own) <= set(where)}
    parts = {name: len(set(own) & set(where)) for name, own in sweeps.items() if name not in whole}
    if len(whole) == len(sweeps):
        return f" on {_all(len(sweeps), 'task') if len(sweeps) > 1 else _all(len(tasks), _noun(tasks))}"
    named = [
        results.title(own[0]) if len(own) == 1 else f"{_all(len(own), _noun(own))} of {results.named(own)}"
        for own in whole.values()
    ]
    if len(named) > MOST_NAMED:
        named = [f"{len(whole)} of {len(sweeps)} tasks"]
    named += [
        f"{count} of {len(own)} {_noun(own)}s of {results.named(own)}"
        for name, count in parts.items()
        if count and (own := sweeps[name])
    ]
    return f" on {listed(named)}"


def _noun(tasks: Sequence[str]) -> str:
    """Return what tells the tasks of a sweep apart: their lengths, their budgets, or both as "setting"."""
    bases, budgets = zip(*map(TaskBudget.split, tasks), strict=True)
    several = {noun for noun, values in {"length": bases, "budget": budgets}.items() if len(set(values)) > 1}
    return several.pop() if len(several) == 1 else "setting"


def _all(count: int, noun: str) -> str:
    return f"both {noun}s" if count == 2 else f"all {count} {noun}s"


def _sentence(beginning: str, clauses: Sequence[str]) -> str:
    return f"{capital(beginning + '; '.join(clauses))}." if clauses else ""


def _clauses(results: Results, tasks: Sequence[str], found: Comparisons) -> list[str]:
    """Return the verdicts on one task or on the mean of several, with the size of each lead if there are few."""
    beaten = [one for one in found.pairs if one.verdict is PairVerdict.BETTER]
    if not found.pairs or not 0 < len(beaten) <= MOST_LEADS:
        return order(results, tasks, found) if found.pairs else []
    sized = [f"{results.the(one.first)} beats {results.the(one.second)} by {_lead(results, one)}" for one in beaten]
    plain = settled(called(results, beaten))
    return [*sized, *(clause for clause in order(results, tasks, found) if clause not in plain)]


def _lead(results: Results, pair: Comparison) -> str:
    """Return the joint interval of a lead: on one task in points of accuracy if that is at least 0.5, else in skill."""
    metric = results.headline(pair.tasks[0])
    if metric.in_points and len(pair.tasks) == 1:
        found = score_difference(results, *pair.tasks, pair.first, pair.second, joint_level(results))
        _, low, high, _ = in_points(found)
        if low >= LEAST_POINTS:
            return f"{low:.0f} to {high:.0f} points of {metric.name.replace('_', ' ')}"
    step = min((pair.joint.high - pair.joint.low) / 2, 2 * pair.joint.low)
    if pair.joint.high > WHOLE_SCALE:
        return f"at least {number(pair.joint.low, step)} of skill"
    return f"{number(pair.joint.low, step)} to {number(pair.joint.high, step)} of skill"


def _on_average(results: Results, tasks: Sequence[str], found: Comparisons) -> list[str]:
    clauses = [] if found.undecidable else _clauses(results, tasks, found)
    count = len({results.sweep_of(task) for task in tasks})
    over = f"{count} tasks" if count > 1 else f"{len(tasks)} {_noun(tasks)}s"
    return [_sentence(f"on average over the {over}{on_one_split(results, *tasks)}, ", clauses)] if clauses else []


def _reversals(results: Results, judged: Sequence[str], together: Comparisons) -> dict[Pair, list[str]]:
    """Return (winner, loser) -> tasks, for verdicts that contradict the verdict of the family or of another task."""
    won = _won(results, judged)
    ahead = {(one.first, one.second) for one in together.pairs if one.verdict is PairVerdict.BETTER}
    equal = {frozenset((one.first, one.second)) for one in together.pairs if one.verdict in EQUALITIES}
    return {
        pair: where
        for pair, where in won.items()
        if pair not in ahead and (pair[::-1] in won or pair[::-1] in ahead or frozenset(pair) in equal)
    }


def _won(results: Results, judged: Sequence[str]) -> dict[Pair, list[str]]:
    """Return (winner, loser) -> the tasks on which the first beats the second."""
    won: dict[Pair, list[str]] = {}
    for task in judged:
        for one in compare(results, task).pairs:
            if one.verdict is PairVerdict.BETTER:
                won.setdefault((one.first, one.second), []).append(task)
    return won


def _reversal_sentences(results: Results, found: dict[Pair, list[str]]) -> list[str]:
    """Return a sentence on the pairs with contradicting tasks, and one on those that contradict only the average."""
    split = {pair: where for pair, where in found.items() if pair[::-1] in found}
    odd = {pair: where for pair, where in found.items() if pair not in split}
    parts = (("The tasks disagree", split), ("Unlike the average", odd))
    return [f"{words}: {'; '.join(_beaten_on(results, pairs))}." for words, pairs in parts if pairs]


def _beaten_on(results: Results, found: dict[Pair, list[str]]) -> list[str]:
    """Return clauses such as "a and b beat c on task-1"; found: (winner, loser) -> tasks."""
    by_tasks: dict[tuple[str, ...], list[Comparison]] = {}
    for pair, where in found.items():
        related = compare(results, where[0]).related(*pair)
        by_tasks.setdefault(tuple(where), []).extend([related] if related else [])
    return [
        clause
        for where, pairs in by_tasks.items()
        for clause in settled(called(results, pairs), f"{on_one_split(results, *where)} on {titled(results, where)}")
    ]


def _by_task(results: Results, tasks: Sequence[str], judged: Sequence[str], named: set[Pair]) -> list[str]:
    """Return a sentence with the verdicts within tasks, the most frequent first; leave out the pairs `named`."""
    where: dict[tuple[Pair, PairVerdict], list[str]] = {}
    stated: dict[tuple[Pair, PairVerdict], Comparison] = {}
    for task in judged:
        for one in compare(results, task).pairs:
            pair = (one.first, one.second)
            if pair in named or not (one.verdict.settled or (one.verdict is PairVerdict.AT_THIS_BUDGET and one.leads)):
                continue
            key = (pair if one.verdict not in EQUALITIES else (min(pair), max(pair)), one.verdict)
            where.setdefault(key, []).append(task)
            stated.setdefault(key, one)
    shared: dict[tuple[str, ...], list[Comparison]] = {}
    for key, found in where.items():
        shared.setdefault(tuple(found), []).append(stated[key])
    by_count = sorted(shared.items(), key=lambda one: -len(one[0]))
    return [_sentence("", [clause for found, pairs in by_count for clause in _shared(results, pairs, found, tasks)])]


def _shared(results: Results, pairs: Sequence[Comparison], where: Sequence[str], tasks: Sequence[str]) -> list[str]:
    place = f"{on_one_split(results, *where)}{extent(results, where, tasks)}"
    pairs = called(results, pairs)
    return [*settled(pairs, place), *leading(pairs, place)]
