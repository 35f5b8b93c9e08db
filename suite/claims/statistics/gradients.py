"""Gradients: statistics of claims about how far back in time gradients reach, before and after training."""

import math
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from suite.analysis.decisions import FEWEST_RUNS
from suite.architectures.architecture import ARCHITECTURES
from suite.claims.claim import FINAL, Claim, Part
from suite.claims.evidence import by_task
from suite.claims.scope import Scope, contrast
from suite.claims.statistic import PAIR, statistic
from suite.results.record import Record
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval, listed

Starts = tuple[str, str]
Groups = dict[str, tuple[np.ndarray, ...]]  # task -> log10 ratios of the first architecture's runs, of the second's

LAG = 50
LEAST_RATIO = 1e-16  # smaller ratios have vanished as well, and their logarithms would dominate every mean
DECADES = " decades"


def without_gradients(results: Results) -> list[str]:
    """Return what the experiment needs if its runs are from before gradients were measured."""
    made = [record for record in results.records if record.ok]
    old = made and not any(record.gradients for record in made)
    return ["a new results folder (--results), since these runs measured no gradients"] if old else []


@statistic("gradients-at-start", lacks=without_gradients, architectures=PAIR)
def gradients_at_start(claim: Claim, scope: Scope) -> list[Part]:
    """Return log10 of the state-gradient ratio before training, as first architecture minus second.

    The lag is the longest one up to 50 that both measured. How an architecture starts decides this ratio as much as its
    cells do, so every pair of starts with at least five runs each is compared by itself. The interval goes from the
    lowest lower to the highest upper bound of these pairs: a verdict holds for each of them, whichever a search picks.
    `n` is the number of runs with all starts together.
    """
    first, second = claim.architectures
    pairs = _pairs_of_starts(scope, first, second)
    compared = {starts: enough for starts, groups in pairs.items() if (enough := _enough(groups))} or pairs
    tasks = tuple(dict.fromkeys(task for groups in compared.values() for task in groups))
    return [
        Part(
            f"log10 ratio of the state gradient at lag {LAG}, or the longest lag measured, {first} minus {second}",
            lambda level: _envelope(scope, compared, _runs(scope, tasks, first, second), level),
            DECADES,
            claim.margin,
            tasks=tasks,
            seen=lambda: _table(scope, pairs, first, second),
        )
    ]


def _pairs_of_starts(scope: Scope, first: str, second: str) -> dict[Starts, Groups]:
    """Return (start of first, start of second) -> task -> log10 ratios of the first's runs, and of the second's."""
    pairs: dict[Starts, Groups] = {}
    for task in scope.tasks:
        a, b = (_by_start(scope, task, name) for name in (first, second))
        for (start, one), (other_start, other) in product(a.items(), b.items()):
            lags = _lag(*(_shared_lags(runs) for runs in (one, other)))
            for lag in lags:
                logs = tuple(np.array([_log(ratios[lag]) for ratios in runs]) for runs in (one, other))
                pairs.setdefault((start, other_start), {})[task] = logs
    return pairs


def _by_start(scope: Scope, task: str, name: str) -> dict[str, list[dict[int, float]]]:
    """Return start -> ratios before training, by lag, of each run; of the trials, or of other runs if none has any."""
    hyperparameter = ARCHITECTURES.get(name).start if name in ARCHITECTURES.names() else None
    found: dict[str, list[dict[int, float]]] = {}
    for record in _measured(scope, task, name):
        value = record.hyperparameters.get(hyperparameter or "")
        start = "its usual start" if value is None else f"{hyperparameter} {value}"
        found.setdefault(start, []).append(_ratios(record, "start"))
    return found


def _measured(scope: Scope, task: str, name: str) -> list[Record]:
    """Return the runs whose gradients were measured: trials, or final and control runs if no trial has any."""
    for roles in (("trial",), ("final", "control")):
        runs = [record for role in roles for record in scope.results.successes(task, name, role).values()]
        if found := [record for record in runs if _ratios(record, "start")]:
            return found
    return []


def _shared_lags(runs: list[dict[int, float]]) -> dict[int, float]:
    """Return the ratios of the first run at the lags that all runs measured."""
    return {lag: ratio for lag, ratio in runs[0].items() if all(lag in ratios for ratios in runs)}


def _enough(groups: Groups) -> Groups:
    """Return the groups on the tasks on which both have at least five runs."""
    return {task: pair for task, pair in groups.items() if min(map(len, pair)) >= FEWEST_RUNS}


def _runs(scope: Scope, tasks: Sequence[str], *names: str) -> int:
    """Return how many runs of each architecture measured gradients on every task."""
    return min((len(_measured(scope, task, name)) for task in tasks for name in names), default=0)


def _envelope(scope: Scope, pairs: Mapping[Starts, Groups], runs: int, level: float) -> Estimate:
    """Return the mean effect, with bounds that hold for the effect of every pair of starts."""
    found = [_difference(scope, groups, level) for groups in pairs.values()]
    if not found:
        return Estimate(np.nan, np.nan, np.nan, 0)
    centres, lows, highs, _ = zip(*found, strict=True)
    return Estimate(float(np.mean(centres)), float(np.min(lows)), float(np.max(highs)), runs)


def _difference(scope: Scope, groups: Groups, level: float) -> Estimate:
    """Return the mean over tasks of the first's log10 ratio minus the second's; the runs are not paired."""
    weights = [sign * weight for weight in scope.weights(list(groups)) for sign in (1, -1)]
    return contrast([logs for pair in groups.values() for logs in pair], weights, level)


def _table(scope: Scope, pairs: Mapping[Starts, Groups], first: str, second: str) -> list[str]:
    """Return one line per pair of starts."""
    return [
        f"{first} with {a}, {second} with {b} ({listed(groups)}): {interval(_difference(scope, groups, 0.95), DECADES)}"
        for (a, b), groups in pairs.items()
    ]


@statistic("gradients-learned", lacks=without_gradients, architectures=(1, math.inf), roles=("final",))
def gradients_learned(claim: Claim, scope: Scope) -> list[Part]:
    """Return one part per architecture: the change in log10 of the state-gradient ratio up to the best epoch."""
    parts = [_change_of(name, claim, scope) for name in claim.architectures]
    return [part for part in parts if part.interval(0.95).n] or parts[:1]


def _change_of(name: str, claim: Claim, scope: Scope) -> Part:
    changes = scope.paired(lambda task: _change(scope, task, name))
    return Part(
        f"change of the log10 ratio of {name} in training",
        scope.mean(changes),
        DECADES,
        claim.margin,
        tasks=tuple(changes),
        per=FINAL,
        ahead=(name,),
        seen=lambda: [f"{name}, {line}" for line in by_task(changes, DECADES)],
    )


def _change(scope: Scope, task: str, name: str) -> list[float]:
    """Return the change of the log10 ratio of each final run that measured gradients before and after training."""
    runs = scope.results.successes(task, name, "final").values()
    measured = [(_ratios(record, "start"), _ratios(record, "kept")) for record in runs]
    return [_log(best[lag]) - _log(start[lag]) for start, best in measured for lag in _lag(start, best)]


def _ratios(record: Record, when: str) -> dict[int, float]:
    """Return lag -> ratio of a run; `when` is "start" or "kept" (weights)."""
    ratios = record.gradients.get(when) or {}
    return {int(lag): ratio for lag, ratio in ratios.items() if ratio is not None}


def _lag(first: Mapping[int, float], second: Mapping[int, float]) -> list[int]:
    """Return the longest lag up to 50 that both runs measured, in a list; the list is empty if they share none."""
    return sorted(lag for lag in first if lag in second and lag <= LAG)[-1:]


def _log(ratio: float) -> float:
    return float(np.log10(max(ratio, LEAST_RATIO)))
