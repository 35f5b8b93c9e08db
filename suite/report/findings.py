"""Findings: sentences that state what the comparisons within a task show, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from suite import statistics
from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.recommendations import choose
from suite.analysis.remedies import no_verdict
from suite.analysis.replicates import TRAINED, TRIVIAL, own_runs, replicates
from suite.analysis.rivals import definite, has_rival, opponent
from suite.analysis.rules import basis
from suite.analysis.shared_test import on_one_split, shared_test
from suite.report import naming
from suite.report.cautions import failures, handicaps, provisional
from suite.report.shared_test import in_words
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import chance, interval, listed, mutual, number, percent

LEAKS = "leaks"
SKILL = " of skill"
STANDINGS = ("behind", "between", "ahead", "open")


@dataclass(frozen=True)
class Finding:
    """The headline of a task and its evidence, a list of sentences.

    `standing` is "baseline" (a baseline is shown to be better than every architecture), "ahead" (an architecture beats
    every baseline), "between" (an architecture beats the trivial baseline, but none is shown to beat the trained one
    too), "behind" (none is shown to beat the trivial baseline) or "open" (no verdict).
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
def common_basis(results: Results) -> str:
    """Return the sentence on what verdicts are about if it is the same for all tasks with runs, else ""."""
    sentences = {basis(results, task) for task in presented(results) if compare(results, task).trivial}
    return sentences.pop() if len(sentences) == 1 else ""


@remember()
def find(results: Results, task: str) -> Finding:
    """Return the finding on one task."""
    found, here = compare(results, task), on_one_split(results, task)
    standing, headline = _headline(results, task, found)
    evidence = [
        *(_pair_sentence(results, task, pair) for pair in found.pairs),
        *_baseline_sentences(naming.called(results, found.trivial), _opponent(results, task, TRIVIAL), here),
        *_baseline_sentences(naming.called(results, found.trained), _opponent(results, task, TRAINED), here),
        *_no_rival(results, task),
        *_solved(results, task),
        *handicaps(found),
        *failures(results, task),
        *provisional(results, [task], found),
        *_data(results, task, found),
    ]
    return Finding(task, results.family(task), results.scale(task), standing, headline, evidence)


def _headline(results: Results, task: str, found: Comparisons) -> tuple[str, str]:
    """Return the standing of a task and its headline."""
    if found.undecidable:
        return "open", no_verdict(results, task)
    here, ahead, better = on_one_split(results, task), found.ahead(), found.ahead_of_trivial()
    trivial, trained = (_opponent(results, task, name) for name in (TRIVIAL, TRAINED))
    if found.winning_baseline:
        named = _opponent(results, task, found.winning_baseline)
        return "baseline", f"Use {named}: it beats every network{here}."
    if ahead:
        rivals = f"{trained} and {trivial}" if found.trained else trivial
        headline = f"{naming.capital(naming.named(results, ahead))} beat {rivals}{here}. {_order(results, task, found)}"
        return "ahead", headline.strip()
    if better:
        though = f", though {naming.named(results, better)} beat {trivial}"
        return "between", f"No network {beats(found.trained)} {trained}{here}{though}."
    return "behind", f"No network {beats(found.trivial)} {trivial}{here}."


def beats(rivals: Sequence[Comparison]) -> str:
    """Return the verb after "no network": "beats", or "is shown to beat" if that is undecided for some network."""
    return "beats" if all(one.verdict.settled for one in rivals) else "is shown to beat"


def every_baseline(results: Results, task: str, found: Comparisons) -> str:
    """Return what an architecture beats that is ahead: "every baseline" or, where no rival counts, the trivial one."""
    return "every baseline" if found.trained else _opponent(results, task, TRIVIAL)


def _opponent(results: Results, task: str, name: str) -> str:
    return definite(opponent(results, task, name))


def _order(results: Results, task: str, found: Comparisons) -> str:
    return f"{naming.capital('; '.join(order(results, [task], found)))}." if found.pairs else ""


def order(results: Results, tasks: Sequence[str], found: Comparisons) -> list[str]:
    """Return clauses that say which architectures beat which, and which are equal, on a task or on the mean of several.

    If the comparisons leave an order open, a clause says so, or names the architecture that no other can exceed.
    """
    pairs = naming.called(results, found.pairs)
    clauses = [*settled(pairs), *leading(pairs)]
    choice, margin = choose(results, tasks), results.margin
    best = choice.names[0] if choice.outcome == "chosen" else ""
    if any(best in (one.first, one.second) and not one.verdict.settled for one in found.pairs):
        clauses.append(f"no other can be better than {results.the(best)} by more than {margin:g} of skill")
    return clauses or ["it is undecided which architecture is best"]


def settled(pairs: Sequence[Comparison], where: str = "", equal_words: str = "practically equal") -> list[str]:
    """Return one clause per set of architectures that beat the same others or are equal, each ending in `where`."""
    beaten = [one for one in pairs if one.verdict is PairVerdict.BETTER]
    equal, if_solved = (
        mutual((one.first, one.second) for one in pairs if one.verdict is verdict)
        for verdict in (PairVerdict.EQUAL, PairVerdict.EQUAL_IF_SOLVED)
    )
    return [
        *(f"{clause}{where}" for clause in leads(beaten, "beats", "beat")),
        *(f"{listed(group)} are {equal_words}{where}" for group in equal),
        *(f"{listed(group)} are equal among the runs that solve the task{where}" for group in if_solved),
    ]


def leading(pairs: Sequence[Comparison], where: str = "") -> list[str]:
    """Return one clause per set of architectures with a lead that a handicap may explain."""
    open_leads = [one for one in pairs if one.verdict is PairVerdict.AT_THIS_BUDGET and one.leads]
    return [f"{clause}{where}, undecided at this budget" for clause in leads(open_leads, "leads", "lead")]


def leads(pairs: Sequence[Comparison], singular: str, plural: str) -> list[str]:
    """Return one clause for each set of winners, such as "a and b beat c and d"."""
    winners: dict[str, list[str]] = {}
    for one in pairs:
        winners.setdefault(one.second, []).append(one.first)
    losers: dict[tuple[str, ...], list[str]] = {}
    for loser, names in winners.items():
        losers.setdefault(tuple(names), []).append(loser)
    return [f"{listed(who)} {singular if len(who) == 1 else plural} {listed(whom)}" for who, whom in losers.items()]


def _pair_sentence(results: Results, task: str, one: Comparison) -> str:
    """Return the verdict on a pair with its effect and probabilities; if a task can be solved, solving comes first."""
    skill, here = interval(one.joint, SKILL), on_one_split(results, task)
    (one,) = naming.called(results, [one])
    verdict = f"{one.verdict.phrase.capitalize()}: on average {one.first} is ahead of {one.second} by {skill}"
    if one.verdict.decided:
        verdict = f"{naming.capital(one.first)} beats {one.second}{here} by {skill}"
    elif one.verdict.settled:
        verdict = f"{naming.capital(one.first)} and {one.second} are {one.verdict.phrase}{here}: they differ by {skill}"
    return f"{_solving(results, task, one)}{verdict}{probabilities(one)}."


def _solving(results: Results, task: str, one: Comparison) -> str:
    if one.solved is None:
        return ""
    found = replicates(results, task)
    what = {"trial": f"the best of {found.n} trials", "final": "a run", "search": "a search"}[found.role]
    points = interval(in_points(one.solved), " points")
    return f"Chance that {what} solves the task, {one.first} minus {one.second}: {points}. "


def in_points(share: Estimate) -> Estimate:
    """Return an estimate of a share, or of a difference of shares, in hundredths."""
    return Estimate(100 * share.centre, 100 * share.low, 100 * share.high, share.n)


def probabilities(one: Comparison) -> str:
    """Return the probabilities for the first as "; better >99 %, equal <1 %, worse <1 %"; "" if unknown."""
    if one.chances is None:
        return ""
    worse, equal, better = map(chance, one.chances)
    return f"; better {better}, equal {equal}, worse {worse}"


def _baseline_sentences(comparisons: Sequence[Comparison], baseline: str, here: str) -> list[str]:
    """Return one sentence per verdict against a baseline, with every architecture that has this verdict."""
    groups = {verdict: [_against(one) for one in comparisons if one.verdict == verdict] for verdict in PairVerdict}
    return [
        f"{naming.capital(verdict.against(baseline))}{here}: {'; '.join(each)}."
        for verdict, each in groups.items()
        if each
    ]


def _against(one: Comparison) -> str:
    """Return an architecture with its lead or, if the baseline leads, its deficit, as in "lstm by 0.1 of skill"."""
    effect = -one.joint if one.verdict is PairVerdict.WORSE else one.joint
    shown = f"{' by ' if one.verdict.decided else ' '}{interval(effect, SKILL)}" if effect.n else ""
    return f"{one.first}{shown}"


def _no_rival(results: Results, task: str) -> list[str]:
    """Say if the trained baseline solves the task by construction."""
    if has_rival(results, task) or not replicates(results, task).trained.notna().any():
        return []
    named = _opponent(results, task, TRAINED)
    return [
        f"{named[:1].upper()}{named[1:]} solves the task by construction: it is drawn, but does not count as a rival."
    ]


def _solved(results: Results, task: str) -> list[str]:
    """Say how many replicates of each architecture reached the task's threshold; a failed run does not reach it."""
    found, threshold = own_runs(results, task), results.task(task).solved
    if found.solved is None or threshold is None:
        return []
    metric, each = results.headline(task), []
    for name in found.solved:
        hits, made = int(found.solved[name].sum()), len(results.by_role(task, found.role, name))
        share = statistics.wilson(hits, made)
        each.append(
            f"{results.the(name)} in {hits} of {made} {found.role}s ({percent(share.low)} to {percent(share.high)})"
        )
    border = "below" if metric.direction == "lower" else "at least"
    return [f"Solved ({metric.name} {border} {number(threshold)}): {'; '.join(each)}."] if each else []


def _data(results: Results, task: str, found: Comparisons) -> list[str]:
    """Return what verdicts are about, unless it is the same for all tasks, and how much test data they rest on."""
    if not found.trivial:
        return []
    shared = shared_test(results, task)
    about = [] if common_basis(results) else [basis(results, task)]
    return [*about, *(in_words(shared) if shared else [])]
