"""Gradients: statistics of claims about how far back in time gradients reach, before and after training."""

import math
from collections.abc import Mapping
from functools import partial

import numpy as np

from suite import statistics
from suite.architectures.architecture import ARCHITECTURES
from suite.claims.claim import Claim, Part
from suite.claims.evidence import by_task
from suite.claims.scope import Pairs, Scope
from suite.claims.statistic import PAIR, statistic
from suite.results.results import Results
from suite.text import interval, listed

LAG = 50
LEAST_RATIO = 1e-16  # smaller ratios have vanished as well, and their logarithms would dominate every mean
DECADES = " decades"


def without_gradients(results: Results) -> list[str]:
    """Return what the experiment needs if its final runs are from before gradients were measured."""
    made = [record for record in results.records if record.role == "final" and record.ok]
    old = made and not any(record.gradients for record in made)
    return ["a new results folder (--results), since these runs measured no gradients"] if old else []


@statistic("gradients-at-start", lacks=without_gradients, architectures=PAIR)
def gradients_at_start(claim: Claim, scope: Scope) -> list[Part]:
    """Return log10 of the state-gradient ratio at the start of training, as first architecture minus second.

    The lag is the longest one up to 50 that both runs of a pair measured.
    """
    first, second = claim.architectures
    pairs = scope.paired(lambda task: _lag_difference(scope, task, first, second))
    return [
        Part(
            f"log10 ratio of the state gradient at lag {LAG}, or the longest lag measured, {first} minus {second}",
            scope.mean(pairs),
            DECADES,
            claim.margin,
            seen=partial(_by_start, scope, pairs, first, second),
        )
    ]


@statistic("gradients-learned", lacks=without_gradients, architectures=(1, math.inf))
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
        ahead=(name,),
        seen=lambda: [f"{name}, {line}" for line in by_task(changes, DECADES)],
    )


def _lag_difference(scope: Scope, task: str, first: str, second: str) -> list[float]:
    a, b = (_ratios(scope, task, name, "start") for name in (first, second))
    return [_log(a[index][lag]) - _log(b[index][lag]) for index in a if index in b for lag in _lag(a[index], b[index])]


def _change(scope: Scope, task: str, name: str) -> list[float]:
    start, best = (_ratios(scope, task, name, when) for when in ("start", "kept"))
    return [
        _log(best[index][lag]) - _log(start[index][lag])
        for index in start
        if index in best
        for lag in _lag(start[index], best[index])
    ]


def _ratios(scope: Scope, task: str, name: str, when: str) -> dict[int, dict[int, float]]:
    """Return seed -> lag -> ratio for the final runs that measured gradients; `when` is "start" or "kept" (weights)."""
    measured = {
        index: record.gradients.get(when) or {}
        for index, record in scope.results.successes(task, name, "final").items()
    }
    return {
        index: {int(lag): ratio for lag, ratio in ratios.items() if ratio is not None}
        for index, ratios in measured.items()
        if ratios
    }


def _lag(first: Mapping[int, float], second: Mapping[int, float]) -> list[int]:
    """Return the longest lag up to 50 that both runs measured, in a list; the list is empty if they share none."""
    return sorted(lag for lag in first if lag in second and lag <= LAG)[-1:]


def _log(ratio: float) -> float:
    return float(np.log10(max(ratio, LEAST_RATIO)))


def _by_start(scope: Scope, pairs: Pairs, first: str, second: str) -> list[str]:
    """Return one line per compared pair of initialisations, because they affect gradients as much as the cells do."""
    starts: dict[tuple[str, str], list[str]] = {}
    for task in pairs:
        starts.setdefault((_start(scope, task, first), _start(scope, task, second)), []).append(task)
    return [
        f"{first} with {a}, {second} with {b} ({listed(tasks)}): "
        f"{interval(statistics.contrast([pairs[task] for task in tasks]), DECADES)}"
        for (a, b), tasks in starts.items()
    ]


def _start(scope: Scope, task: str, name: str) -> str:
    """Return how a cell's final runs start: the name and value of the hyperparameter that the architecture declares."""
    start = ARCHITECTURES.get(name).start if name in ARCHITECTURES.names() else None
    for record in scope.results.successes(task, name, "final").values():
        if start and start in record.hyperparameters:
            return f"{start} {record.hyperparameters[start]}"
    return "its usual start"
