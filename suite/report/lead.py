"""Lead: what the report shows on each task, in one clause, and on all tasks, in a few sentences."""

from collections.abc import Collection, Sequence

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict, Verdict
from suite.analysis.flags import HANDICAPS, share_of_runs, shares
from suite.analysis.recommendations import Choice, candidates, choose
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.analysis.rivals import definite, opponent
from suite.claims.builtin import worth_id
from suite.claims.judge import judge
from suite.claims.statistics.skill import trained_is_better
from suite.report.findings import beats, every_baseline, leads, presented, settled
from suite.report.naming import called, capital, named, titled
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import beat, listed, mutual, several

MOST_NAMED = 3  # with more tasks, a sentence names the first ones and counts the rest
NOR = (" or another network", ", and none is shown to beat another")
NO_NETWORK = ("baseline", "not worth", "behind")  # verdicts on tasks on which no network is worth it


def lead(results: Results) -> list[str]:
    """Return what holds on all tasks, if there are several, and one sentence per group of tasks that agree."""
    return [*overall(results), *(f"{tasks}: {clause}." for tasks, clause in by_verdict(results))]


def judged(results: Results) -> list[str]:
    """Return the tasks that the answer is about: those that count in aggregates or, without any, the controls."""
    return results.counted or presented(results)


def overall(results: Results) -> list[str]:
    """Say which architectures come out ahead over all tasks, and where no network is worth it; [] with one task."""
    if len(judged(results)) < 2:
        return []
    return [*_ahead(results), *_without_network(results)]


def _ahead(results: Results) -> list[str]:
    """Say which architectures are beaten on no task, and on how many they beat others."""
    known = [found for task in results.counted if not (found := compare(results, task)).undecidable]
    took_part = [{one.first for one in found.trivial} for found in known]
    every = [name for name in results.architectures if all(name in compared for compared in took_part)]
    wins = [{(one.first, one.second) for one in found.pairs if one.verdict is PairVerdict.BETTER} for found in known]
    names = [name for name in every if all(name in candidates(found) for found in known)]
    if not known or len(every) < 2:
        return []
    if not any(wins):
        return ["No network is shown to beat another on any task."]
    if not names:
        return ["Which network is better depends on the task: each is beaten on some."]
    own = [{pair for pair in won if pair[0] in names} for won in wins]
    losers = list(dict.fromkeys(loser for won in own for _, loser in sorted(won)))
    alike = all({b for a, b in won if a == name} == {b for _, b in won} for won in own for name in names)
    winners = f"{named(results, names)} {beat(names)}" if alike else _some(results, names)
    tasks = {found.trivial[0].tasks[0]: won for found, won in zip(known, own, strict=True) if won}
    shown = f"{winners} {named(results, losers)} on {_of_tasks(results, [*tasks])}"
    if not alike and len(tasks) < MOST_NAMED:
        shown = "; ".join(_wins_on(results, task, won) for task, won in tasks.items())
    rest = sum(not won for won in wins)
    others = f"; on the other {several(rest, 'task')}, no network is shown to beat another" if rest else ""
    return [f"{capital(shown)}{others}."]


def _wins_on(results: Results, task: str, won: Collection[tuple[str, str]]) -> str:
    pairs = [one for one in compare(results, task).pairs if (one.first, one.second) in won]
    return f"{results.title(task)}: {' and '.join(_leads(results, pairs))}"


def _some(results: Results, names: Sequence[str]) -> str:
    """Return that one or more of these architectures beat others, not everywhere the same."""
    if len(names) == 2:
        return f"{', '.join(map(results.the, names))} or both beat"
    return f"at least one of {named(results, names)} beats"


def _of_tasks(results: Results, tasks: Sequence[str]) -> str:
    """Name some of the judged tasks if they are few, else count them."""
    every = len(judged(results))
    if len(tasks) == every:
        return "both tasks" if every == 2 else f"all {every} tasks"
    return titled(results, tasks) if len(tasks) < MOST_NAMED else f"{len(tasks)} of {every} tasks"


def _without_network(results: Results) -> list[str]:
    """Say on which tasks no network is worth it, and why, if they are few."""
    tasks = [task for task in judged(results) if verdict(results, task)[0] in NO_NETWORK]
    if len(tasks) > 2:
        return [f"On {len(tasks)} of {len(judged(results))} tasks, no network is shown to be worth its cost."]
    clauses = [(task, verdict(results, task)[1]) for task in tasks]
    return [f"{results.title(task)}: {clause.removesuffix(NOR[0]).removesuffix(NOR[1])}." for task, clause in clauses]


def by_verdict(results: Results) -> list[tuple[str, str]]:
    """Return (tasks, clause) for each group of tasks on which the runs show the same, in the order of the tasks."""
    groups = tasks_by_clause(results).items()
    return [(_named([shown_title(results, task) for task in tasks]), clause) for clause, tasks in groups]


def tasks_by_clause(results: Results) -> dict[str, list[str]]:
    """Return the tasks on which the runs show the same, by the clause that says what, in the order of the tasks."""
    groups: dict[str, list[str]] = {}
    for task in judged(results):
        groups.setdefault(verdict(results, task)[1], []).append(task)
    return groups


def shown_title(results: Results, task: str) -> str:
    """Return the title of a task; if others are on real data, say of a generated one that it is synthetic."""
    mixed = results.task(task).generated and any(not results.task(other).generated for other in judged(results))
    return f"{results.title(task)}{' (synthetic)' * mixed}"


@remember()
def verdict(results: Results, task: str) -> tuple[str, str]:
    """Return what the runs show on a task: a word, and a clause such as "LSTM beats the simple RNN".

    The word is the outcome of `choose`, or "not worth" if a rival is practically as good as the best network.
    """
    found, choice = compare(results, task), choose(results, [task])
    if choice.outcome == "open":
        return "open", "no verdict yet"
    if choice.outcome == "baseline":
        return "baseline", f"use {definite(choice.baseline)}, which beats every network"
    if note := not_worth(results, task):
        return "not worth", note
    clauses = {"behind": _behind, "chosen": _chosen, "undecided": _undecided}
    return choice.outcome, clauses[choice.outcome](results, task, found, choice)


def brief(results: Results, task: str) -> str:
    """Return the verdict on the architectures of a task in a few words, such as "★ LSTM" or "undecided"."""
    word, _ = verdict(results, task)
    found, choice = compare(results, task), choose(results, [task])
    names = [results.called(name) for name in choice.names]
    shown = [one for one in found.pairs if one.verdict is PairVerdict.BETTER]
    return {
        "open": "no verdict yet",
        "baseline": "the black bar is best",
        "not worth": "the black bar is as good",
        "behind": "none shown to beat the black bar",
        "chosen": f"★ {' ≈ '.join(names)}",
        "undecided": "; ".join(settled(called(results, shown, results.called))) or _in_short(results, found, choice),
    }[word]


def _in_short(results: Results, found: Comparisons, choice: Choice) -> str:
    """Return what is shown about architectures none of which is shown to beat another, in a few words."""
    equal = mutual((one.first, one.second) for one in found.pairs if one.verdict is PairVerdict.EQUAL)
    rest = [results.called(name) for name in choice.names if not any(name in group for group in equal)]
    if equal:
        groups = [" ≈ ".join(map(results.called, group)) for group in equal]
        return "; ".join([*groups, *([f"{listed(rest)} undecided"] if rest else [])])
    return "a lead that longer training may change" if any(one.leads for one in found.pairs) else "undecided"


def not_worth(results: Results, task: str) -> str:
    """Return a clause if a rival is shown to be practically as good as the best network, else ""."""
    found = {one.id: one for one in judge(results)}.get(worth_id(task))
    if not found or found.verdict is not Verdict.EQUAL or not trained_is_better(results, task):
        return ""
    rival, weak = definite(opponent(results, task, TRAINED)), " (provisional)" * found.provisional
    return f"a network is not worth its cost, because {rival} is practically as good as the best one{weak}"


def _behind(results: Results, task: str, found: Comparisons, choice: Choice) -> str:
    """Say which baseline no network beats."""
    better = found.ahead_of_trivial()
    name, rivals = (TRAINED, found.trained) if better and found.trained else (TRIVIAL, found.trivial)
    apart = any(one.verdict is PairVerdict.BETTER for one in found.pairs)
    verb = beats(rivals)
    nor = "" if apart or len(found.trivial) < 2 else NOR[verb == "beats" != beats(found.pairs)]
    return f"no network {verb} {definite(opponent(results, task, name))}{nor}"


def _chosen(results: Results, task: str, found: Comparisons, choice: Choice) -> str:
    beaten = [one.first for one in found.trivial if _wins(found, choice.names, one.first)]
    over = f"{beat(choice.names)} {_all(results, beaten, found)}"
    names = named(results, choice.names)
    if len(choice.names) > 1:
        some = [one for one in found.pairs if one.verdict is PairVerdict.BETTER and one.second not in beaten]
        return "; ".join([f"{names} are {_within(results)}" + f", and {over}" * bool(beaten), *_leads(results, some)])
    if len(beaten) == len(found.trivial) - 1 and beaten:
        return f"{names} {over}"
    return f"{names} is the best choice: no other can be ahead by more than {results.margin:g} of skill"


def _undecided(results: Results, task: str, found: Comparisons, choice: Choice) -> str:
    """Say what is shown about the order, and what is not."""
    clauses = settled(called(results, found.pairs), equal_words=_within(results)) or _leading(results, task, found)
    if not clauses:
        able = found.ahead()
        clauses = [f"{_all(results, able, found)} {beat(able)} {every_baseline(results, task, found)}"]
    equal = {name for one in found.pairs if one.verdict is PairVerdict.EQUAL for name in (one.first, one.second)}
    rest = [name for name in choice.names if name not in equal]
    question = "which is best"
    two = next((names for names in (choice.names, found.ahead()) if len(names) == 2), [])
    if two and (two == choice.names or not equal):
        question = f"whether {named(results, two, 'or')} is better"
    elif equal and len(rest) == 1:
        question = f"whether {results.the(rest[0])} is worse"
    return f"{'; '.join(clauses)}; {question} is undecided"


def _leads(results: Results, pairs: Sequence[Comparison]) -> list[str]:
    """Return one clause per set of architectures that beat the same others."""
    return leads(called(results, pairs), "beats", "beat")


def _within(results: Results) -> str:
    return f"practically equal (within {results.margin:g} of skill)"


def _leading(results: Results, task: str, found: Comparisons) -> list[str]:
    """Return leads that do not count because a handicap of those behind may explain them, with that handicap."""
    open_leads = [one for one in found.pairs if one.verdict is PairVerdict.AT_THIS_BUDGET and one.leads]
    clauses = leads(called(results, open_leads), "scored higher than", "scored higher than")
    behind = dict.fromkeys(one.second for one in open_leads)
    why = [f"{results.the(name)} {phrase}" for name in behind if (phrase := _handicap(results, task, name))]
    if not clauses:
        return []
    return [
        f"{' and '.join(clauses)}, which does not count as a win: {listed(why)}, and longer training may change that"
    ]


def _handicap(results: Results, task: str, name: str) -> str:
    """Return the handicap that most of an architecture's chosen runs share, with how many."""
    found = ((flag, share) for flag, share in shares(results, task, name).items() if share > 0.5)
    return next((f"{HANDICAPS[flag].phrase} in {share_of_runs(results, task, share)}" for flag, share in found), "")


def _wins(found: Comparisons, names: Sequence[str], loser: str) -> bool:
    """Return whether all these architectures are shown to beat another."""
    pairs = [found.related(name, loser) for name in names]
    return loser not in names and all(one and one.verdict is PairVerdict.BETTER for one in pairs)


def _all(results: Results, names: Sequence[str], found: Comparisons) -> str:
    """Name some architectures; "all networks" if they are more than two and all there are."""
    return "all networks" if len(names) == len(found.trivial) > 2 else named(results, names)


def _named(titles: Sequence[str]) -> str:
    more = len(titles) - MOST_NAMED
    return listed(titles if more <= 1 else [*titles[:MOST_NAMED], f"{more} more tasks"])
