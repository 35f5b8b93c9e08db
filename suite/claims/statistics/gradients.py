"""Gradients: statistics of claims about how far back in time gradients reach, before and after training."""

import math
from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from suite.analysis.comparisons import shares
from suite.analysis.decisions import FEWEST_RUNS
from suite.architectures.architecture import ARCHITECTURES
from suite.claims.claim import FINAL, UNTRAINED, Claim, Part
from suite.claims.evidence import by_task
from suite.claims.scope import Scope, contrast
from suite.claims.statistic import PAIR, statistic
from suite.results.record import Record
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.tasks.task_budget import without_budget
from suite.text import interval, listed

Starts = tuple[str, str]
Groups = dict[str, tuple[np.ndarray, ...]]  # task -> log10 ratios of the first, of the second

LAG = 50
LEAST_RATIO = 1e-16  # smaller ratios have vanished as well, and their logarithms would dominate every mean
DECADES = " decades"


def without_gradients(results: Results) -> list[str]:
    """Return what the experiment needs if its runs are from before gradients were measured."""
    made = [record for record in results.records if record.ok]
    old = made and not any(record.gradients for record in made)
    return ["a new results folder (--results), since these runs measured no gradients"] if old else []


@statistic("gradients-at-start", lacks=without_gradients, architectures=PAIR, roles=("final", "control"))
def gradients_at_start(claim: Claim, scope: Scope) -> list[Part]:
    """Return log10 of the state-gradient ratio of untrained networks, as first architecture minus second.

    The lag is the longest one up to 50 that both measured. How an architecture starts decides this ratio as much as its
    cells do, so every pair of starts with at least five networks each is compared by itself. The interval goes from the
    lowest lower to the highest upper bound of these pairs: a verdict holds for each of them, whichever a search picks.
    `n` is the number of networks with all starts together.
    """
    first, second = claim.architectures
    pairs = _pairs_of_starts(scope, first, second)
    compared = {starts: enough for starts, groups in pairs.items() if (enough := _enough(groups))} or pairs
    tasks = tuple(dict.fromkeys(task for groups in compared.values() for task in groups))
    pair = " minus ".join(map(scope.results.called, (first, second)))
    declared = any(_untrained(scope.results, task, name) for task in tasks for name in (first, second))
    return [
        Part(
            f"log10 ratio of the state gradient at lag {LAG}, or the longest lag measured, {pair}",
            lambda level: _envelope(scope, compared, _networks(scope, tasks, first, second), level),
            DECADES,
            claim.margin,
            tasks=tasks,
            per=UNTRAINED if declared else FINAL,
            seen=lambda: _table(scope, pairs, first, second),
            limit=lambda level: _range(scope, compared, _networks(scope, tasks, first, second)),
            beyond="a claim about one pair of starts",
        )
    ]


def _pairs_of_starts(scope: Scope, first: str, second: str) -> dict[Starts, Groups]:
    """Return (start of first, start of second) -> task -> log10 ratios of the first, and of the second."""
    pairs: dict[Starts, Groups] = {}
    for task in scope.tasks:
        a, b = (_by_start(scope.results, task, name) for name in (first, second))
        for (start, one), (other_start, other) in product(a.items(), b.items()):
            lags = _lag(*(_shared_lags(runs) for runs in (one, other)))
            for lag in lags:
                logs = tuple(np.array([_log(ratios[lag]) for ratios in runs]) for runs in (one, other))
                pairs.setdefault((start, other_start), {})[task] = logs
    return pairs


@remember()  # every claim is judged again without each task
def _by_start(results: Results, task: str, name: str) -> dict[str, list[dict[int, float]]]:
    """Return start -> ratios by lag of each untrained network.

    The control run made these networks with every declared start. In older folders they are those of the final and
    control runs before training.
    """
    return _untrained(results, task, name) or _before_training(results, task, name)


def _untrained(results: Results, task: str, name: str) -> dict[str, list[dict[int, float]]]:
    """Return start -> ratios by lag of each network that the control runs made with this start."""
    found: dict[str, list[dict[int, float]]] = {}
    for record in results.successes(task, name, "control").values():
        for key in record.gradients:
            if key.startswith("start "):  # "start <value> <draw>", see suite.training.starts
                start = key.removeprefix("start ").rpartition(" ")[0]
                found.setdefault(_named(name, start), []).append(_ratios(record, key))
    return found


def _before_training(results: Results, task: str, name: str) -> dict[str, list[dict[int, float]]]:
    """Return start -> ratios by lag of each final and control run before training."""
    found: dict[str, list[dict[int, float]]] = {}
    for role in ("final", "control"):
        for record in results.successes(task, name, role).values():
            start = record.hyperparameters.get(_hyperparameter(name) or "")
            if ratios := _ratios(record, "start"):
                found.setdefault(_named(name, start), []).append(ratios)
    return found


def _hyperparameter(name: str) -> str | None:
    """Return the name of the hyperparameter that sets how an architecture starts; None if it declares none."""
    return ARCHITECTURES.get(name).start if name in ARCHITECTURES else None


def _named(name: str, start: object) -> str:
    return "its usual start" if start is None else f"{_hyperparameter(name)} {start}"


def _shared_lags(runs: list[dict[int, float]]) -> dict[int, float]:
    """Return the ratios of the first run at the lags that all runs measured."""
    return {lag: ratio for lag, ratio in runs[0].items() if all(lag in ratios for ratios in runs)}


def _enough(groups: Groups) -> Groups:
    """Return the groups on the tasks on which both have at least five networks."""
    return {task: pair for task, pair in groups.items() if min(map(len, pair)) >= FEWEST_RUNS}


def _networks(scope: Scope, tasks: Sequence[str], *names: str) -> int:
    """Return how many networks of each architecture measured gradients on every task."""
    counts = [sum(map(len, _by_start(scope.results, task, name).values())) for task in tasks for name in names]
    return min(counts, default=0)


def _envelope(scope: Scope, pairs: Mapping[Starts, Groups], n: int, level: float) -> Estimate:
    """Return the mean effect, with bounds that hold for the effect of every pair of starts."""
    found = [_difference(scope, groups, level) for groups in pairs.values()]
    if not found:
        return Estimate(np.nan, np.nan, np.nan, 0)
    centres, lows, highs, _ = zip(*found, strict=True)
    return Estimate(float(np.mean(centres)), float(np.min(lows)), float(np.max(highs)), n)


def _range(scope: Scope, pairs: Mapping[Starts, Groups], n: int) -> Estimate:
    """Return the mean effect with the range of the effects of all pairs of starts."""
    centres = [_difference(scope, groups, 0.95).centre for groups in pairs.values()]
    return Estimate(float(np.mean(centres)), min(centres), max(centres), n)


def _difference(scope: Scope, groups: Groups, level: float) -> Estimate:
    """Return the mean over tasks of the first's log10 ratio minus the second's; the networks are not paired."""
    weights = [sign * weight for weight in shares(scope.results, list(groups)) for sign in (1, -1)]
    together = [(without_budget(task), side) for task in groups for side in (0, 1)]  # all budgets share their seeds
    return contrast([logs for pair in groups.values() for logs in pair], weights, level, together)


def _table(scope: Scope, pairs: Mapping[Starts, Groups], first: str, second: str) -> list[str]:
    """Return one line per pair of starts."""
    one, other = map(scope.results.called, (first, second))
    return [
        f"{one} with {a}, {other} with {b} ({listed(map(scope.results.title, groups))}): "
        f"{interval(_difference(scope, groups, 0.95), DECADES)}"
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
        f"change of the log10 ratio of {scope.results.the(name)} in training",
        scope.mean(changes),
        DECADES,
        claim.margin,
        tasks=tuple(changes),
        per=FINAL,
        ahead=(name,),
        seen=lambda: [f"{scope.results.called(name)}, {line}" for line in by_task(scope, changes, DECADES)],
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
