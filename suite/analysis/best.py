"""Best: recommend the architecture and configuration for a task, with reasons that only cite the comparisons."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.analysis.comparison import Comparison, Comparisons
from suite.analysis.comparisons import compare
from suite.analysis.decisions import PairVerdict
from suite.analysis.prices import cheapest, prices
from suite.analysis.recommendations import Choice, choose, undecided
from suite.analysis.remedies import no_verdict, to_decide
from suite.analysis.rivals import BASELINES, definite, opponent
from suite.analysis.rules import basis
from suite.analysis.shared_test import on_one_split
from suite.errors import RequestError, closest
from suite.results.ranking import ranked
from suite.results.record import Record
from suite.results.remember import remember
from suite.results.results import Results
from suite.text import interval, listed, number


@dataclass(frozen=True)
class Best:
    """The recommendation for one task.

    `standing` is "chosen", "undecided" (`between` lists the candidates), "baseline" (`baseline` is shown to be better
    than every architecture), "behind" (nothing is shown to beat every baseline) or "open" (no verdict yet); `verdict`
    puts it into a short phrase. `architecture`, `hyperparameters` and `weights` are None unless an architecture is
    chosen. `provisional` says whether a verdict behind the recommendation is not firm. `reason` gives the evidence in
    sentences.
    """

    task: str
    standing: str
    architecture: str | None
    hyperparameters: dict[str, Any] | None
    weights: float | None
    between: list[str]
    provisional: bool
    reason: str
    baseline: str = ""
    verdict: str = ""


def lines(results: Results, found: Best) -> Iterator[str]:
    """Yield a recommendation in words, with the names by which commands know the task and the architecture."""
    provisional = " (provisional)" if found.provisional else ""
    yield f"{results.title(found.task)}: {found.verdict}{provisional}"
    yield f"  {'/'.join(filter(None, (found.task, found.architecture)))}"
    if found.hyperparameters:
        yield f"  {', '.join(f'{name}={value}' for name, value in found.hyperparameters.items())}"
    yield f"  {found.reason}"


def best(results: Results, task: str) -> Best:
    """Return the recommendation for a task. Raise RequestError if the task is not among the results."""
    if task not in results.task_names:
        raise RequestError(f"'{results.store.root}' has no task '{task}': {closest(task, results.task_names)}")
    found, choice = compare(results, task), choose(results, [task])
    winner = _winner(results, task, choice) if choice.outcome == "chosen" else None
    record = _final(results, task, winner) if winner else None
    candidates = [winner] if winner else [*choice.names]
    advice = to_decide(results, [task], choice.names) if choice.outcome == "undecided" else ""
    open_ = [no_verdict(results, task)] if choice.outcome == "open" else []
    reasons = [*open_, *_reasons(results, task, found, candidates), *_price(results, task, choice)]
    return Best(
        task=task,
        standing=choice.outcome,
        verdict=_verdict(results, choice, winner),
        architecture=winner,
        hyperparameters=dict(record.hyperparameters) if record else None,
        weights=record.weights if record else None,
        between=[] if winner else candidates,
        provisional=any(one.provisional for one in _decisive(found, candidates)),
        reason=" ".join([*reasons, *([f"{advice[0].upper()}{advice[1:]}."] if advice else []), basis(results, task)]),
        baseline=choice.baseline,
    )


def _verdict(results: Results, choice: Choice, winner: str | None) -> str:
    """Return a recommendation as a short phrase."""
    return {
        "chosen": results.called(winner or ""),
        "undecided": undecided(results, choice.names),
        "baseline": f"use {definite(choice.baseline)}, which is better than every architecture",
        "behind": "nothing is shown to beat every baseline",
        "open": "no verdict yet",
    }[choice.outcome]


def _final(results: Results, task: str, architecture: str) -> Record | None:
    """Return a final run with the configuration of the best trial, else the first one; None without final runs.

    With several test splits, final runs have the configurations that are best on each.
    """
    made = finals(results, task, architecture)
    trials = ranked(results.successes(task, architecture, "trial").values(), results.headline(task))
    chosen = trials[0].spec.get("hyperparameters") if trials else None
    return next((one for one in made if one.spec.get("hyperparameters") == chosen), next(iter(made), None))


def finals(results: Results, task: str, architecture: str) -> list[Record]:
    """Return the records of the successful final runs of a cell, in the order of their seeds."""
    return list(results.successes(task, architecture, "final").values())


def runs_to_use(results: Results) -> set[str]:
    """Return the id of one final run per task: of the recommended architecture, else of the best on validation data."""
    found = set()
    for task in results.task_names:
        name = to_use(results, task)
        if name and (record := _final(results, task, name)):
            found.add(record.id)
    return found


@remember()
def to_use(results: Results, task: str) -> str | None:
    """Return the recommended architecture of a task, else the best on validation data; None without final runs."""
    choice = choose(results, [task])
    return _winner(results, task, choice) if choice.outcome == "chosen" else by_validation(results, task)


def by_validation(results: Results, task: str) -> str | None:
    """Return the architecture whose final runs have the best mean validation score, or None without runs.

    This is not a recommendation: only the comparisons on test data decide.
    """
    metric = results.headline(task)
    known: dict[str, float] = {}
    for name in results.architectures:
        scores = [record.score(metric.name, "validation") for record in finals(results, task, name)]
        if present := [score for score in scores if score is not None]:
            known[name] = metric.sign * float(np.mean(present))
    return max(known, key=lambda name: known[name], default=None)


def _winner(results: Results, task: str, choice: Choice) -> str:
    """Return the architecture shown to be the cheapest of the practically equal, else the first of `choice.names`."""
    return cheapest(results, [task], choice.names) or choice.names[0]


def _decisive(found: Comparisons, candidates: list[str]) -> list[Comparison]:
    """Return the comparisons that involve the candidates; without candidates, all comparisons with a baseline."""
    pairs = [one for one in found.pairs if {one.first, one.second} & set(candidates)]
    against = [one for one in (*found.trivial, *found.trained) if one.first in candidates or not candidates]
    return [*against, *pairs]


def _reasons(results: Results, task: str, found: Comparisons, candidates: list[str]) -> list[str]:
    """Return a sentence per architecture with its verdicts.

    The verdicts are against baselines and, for candidates, against other architectures. One more sentence follows for
    each handicap that these comparisons mention.
    """
    clauses: dict[str, list[str]] = {}
    decisive = [one for one in _decisive(found, candidates) if one.joint.n]
    for one in decisive:
        # describe a pair from its leading member, unless only the other one is a candidate
        read = one.turned if one.second in candidates and one.first not in candidates else one
        named = definite(opponent(results, task, read.second)) if read.second in BASELINES else results.the(read.second)
        effect = -read.joint if read.verdict is PairVerdict.WORSE else read.joint
        by = " by " if read.verdict.decided else ": "
        clause = f"{read.verdict.against(named)}{by}{interval(effect, ' of skill')}"
        clauses.setdefault(read.first, []).append(clause)
    handicaps, here = dict.fromkeys(text for one in decisive for text in one.handicaps), on_one_split(results, task)
    said = [f"{results.called(name)}: {'; '.join(each)}{here}." for name, each in clauses.items()]
    return said + [f"{text}." for text in handicaps]


def _price(results: Results, task: str, choice: Choice) -> list[str]:
    """Return a sentence on what the practically equal architectures cost; empty unless there are several."""
    if choice.outcome != "chosen" or len(choice.names) < 2:
        return []
    paid = prices(results, [task], choice.names)
    each = (f"{results.called(str(name))} {number(value)}" for name, value in paid.items())
    found = cheapest(results, [task], choice.names)
    shown = f"{results.the(found)} is the cheapest" if found else "none is shown to be the cheapest"
    return [f"Of the practically equal, {shown}, in seconds of CPU time per run: {listed(each)}."]
