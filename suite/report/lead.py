"""Lead: what the report shows on each task, in one clause, and on all tasks, in a few sentences."""

from collections.abc import Sequence

from suite.analysis.comparisons import TRAINED, TRIVIAL, Comparisons, compare, definite, opponent
from suite.analysis.decisions import PairVerdict, Verdict
from suite.analysis.recommendations import Choice, candidates, choose
from suite.claims.builtin import worth_id
from suite.claims.judge import judge
from suite.claims.statistics.skill import trained_is_better
from suite.report.findings import clearly, presented, settled
from suite.report.naming import called, capital, named
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import beat, listed

MOST_NAMED = 3  # with more tasks, a sentence names the first ones and counts the rest
ORDER = ("baseline", "not worth", "behind", "chosen", "undecided", "open")  # where no network is worth it comes first


def lead(results: Results) -> list[str]:
    """Return what holds on all tasks, if there are several, and one sentence per group of tasks that agree."""
    return [*unbeaten(results), *(f"{tasks}: {clause}." for tasks, clause in by_verdict(results))]


def judged(results: Results) -> list[str]:
    """Return the tasks that the answer is about: those that count in aggregates or, without any, the controls."""
    return results.counted or presented(results)


def unbeaten(results: Results) -> list[str]:
    """Say which architectures no other is shown to beat on any task; [] with one task, or if none has a verdict."""
    known = [found for task in results.counted if not (found := compare(results, task)).undecidable]
    every = [name for name in results.architectures if all(_took_part(found, name) for found in known)]
    if len(results.counted) < 2 or not known or len(every) < 2:
        return []
    names = [name for name in every if all(name in candidates(found) for found in known)]
    who = " or ".join(map(results.the, names)) if len(names) < 3 else named(results, names)
    if not names:
        return ["No network is unbeaten: which one is better depends on the task."]
    if len(names) == len(every):
        return ["No network is shown to beat another on any task."]
    them = "it" if len(names) == 1 else "either" if len(names) == 2 else "any of them"
    return [f"{capital(who)}: no other network is shown to beat {them} on any task."]


def _took_part(found: Comparisons, name: str) -> bool:
    return any(one.first == name for one in found.trivial)


def by_verdict(results: Results) -> list[tuple[str, str]]:
    """Return (tasks, clause) for each group of tasks on which the runs show the same."""
    groups: dict[tuple[str, str], list[str]] = {}
    for task in judged(results):
        groups.setdefault(verdict(results, task), []).append(results.title(task))
    ordered = sorted(groups.items(), key=lambda one: ORDER.index(one[0][0]))
    return [(_named(tasks), clause) for (_, clause), tasks in ordered]


@remember()
def verdict(results: Results, task: str) -> tuple[str, str]:
    """Return what the runs show on a task: a word of ORDER, and a clause such as "LSTM beats the simple RNN"."""
    found, choice = compare(results, task), choose(results, [task])
    if choice.outcome == "open":
        return "open", "no verdict yet"
    if choice.outcome == "baseline":
        return "baseline", f"use {definite(choice.baseline)}, which beat every network"
    if note := not_worth(results, task):
        return "not worth", note
    if choice.outcome == "behind":
        return "behind", _behind(results, task, found)
    return choice.outcome, _chosen(results, found, choice) if choice.outcome == "chosen" else _open(
        results, found, choice
    )


def brief(results: Results, task: str) -> str:
    """Return the verdict on the architectures of a task in a few words, such as "★ LSTM" or "LSTM or GRU"."""
    word, _ = verdict(results, task)
    found, choice = compare(results, task), choose(results, [task])
    names = [results.called(name) for name in choice.names]
    shown = [one for one in found.pairs if one.verdict is PairVerdict.BETTER]
    rival = opponent(results, task, TRAINED if found.trained and found.ahead_of_trivial() else TRIVIAL)
    return {
        "open": "no verdict yet",
        "baseline": f"use {choice.baseline}",
        "not worth": f"no better than {rival}",
        "behind": f"none clearly beats {rival}",
        "chosen": f"★ {' ≈ '.join(names)}",
        "undecided": "; ".join(settled(called(results, shown, results.called))) or "open which is best",
    }[word]


def not_worth(results: Results, task: str) -> str:
    """Return a clause if a rival is shown to be practically as good as the best network, else ""."""
    found = {one.id: one for one in judge(results)}.get(worth_id(task))
    if not found or found.verdict is not Verdict.EQUAL or not trained_is_better(results, task):
        return ""
    rival, weak = definite(opponent(results, task, TRAINED)), " (provisional)" * found.provisional
    return f"a network is not worth its cost, because {rival} is practically as good as the best one{weak}"


def _behind(results: Results, task: str, found: Comparisons) -> str:
    """Say which baseline no network beats."""
    better = found.ahead_of_trivial()
    name, rivals = (TRAINED, found.trained) if better and found.trained else (TRIVIAL, found.trivial)
    return f"no network {clearly(rivals)}beat {definite(opponent(results, task, name))}"


def _chosen(results: Results, found: Comparisons, choice: Choice) -> str:
    beaten = [one.first for one in found.trivial if _wins(found, choice.names, one.first)]
    over = f"{beat(choice.names)} {_all(results, beaten, found)}"
    names = named(results, choice.names)
    if len(choice.names) > 1:
        return f"{names} are equally good" + (f", and {over}" if beaten else "")
    if len(beaten) == len(found.trivial) - 1 and beaten:
        return f"{names} {over}"
    return f"{names} is the best choice: no other can be ahead by more than {results.margin:g} of skill"


def _open(results: Results, found: Comparisons, choice: Choice) -> str:
    able, shown = found.ahead(), settled(called(results, found.pairs))
    clauses = shown or [f"{_all(results, able, found)} {beat(able)} every baseline"]
    question = "which of the two is better" if len(choice.names) == 2 else "which network is best"
    return f"{'; '.join(clauses)}; {question} is open"


def _wins(found: Comparisons, names: Sequence[str], loser: str) -> bool:
    """Return whether all these architectures are shown to beat another."""
    pairs = [found.related(name, loser) for name in names]
    return loser not in names and all(one and one.verdict is PairVerdict.BETTER for one in pairs)


def _all(results: Results, names: Sequence[str], found: Comparisons) -> str:
    """Name some architectures; "every network" if they are all."""
    every = len(names) == len(found.trivial) > 2
    return "all networks" if every else named(results, names)


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - MOST_NAMED
    return listed(titles if more <= 1 else [*titles[:MOST_NAMED], f"{more} more tasks"])
