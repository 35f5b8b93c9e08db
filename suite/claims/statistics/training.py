"""Training: statistics of claims about gradients, divergence and the steps that a score costs."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from suite import statistics
from suite.claims.claim import PAIR, Claim, Part, statistic
from suite.claims.scope import Scope
from suite.claims.statistics.skill import difference
from suite.experiment.expected_runs import idle, trials_are_independent
from suite.results.record import Record
from suite.results.task_info import TaskInfo
from suite.statistics import Estimate
from suite.text import interval, listed

LAG = 50
LEAST_RATIO = 1e-16  # what is smaller has vanished all the same, and would rule every mean
DECADES = " decades"
CLIPPED = 0.5
CHEAPER = 0.8
DOUBLINGS = " doublings"


def gradients_lacking(results: Any) -> list[str]:
    """What to say where final runs were made before gradients were measured."""
    made = [record for record in results.records if record.role == "final" and record.ok]
    old = made and not any(record.gradients for record in made)
    return ["a new results folder (--results), since these runs measured no gradients"] if old else []


@statistic("gradients-at-start", lacks=gradients_lacking, architectures=PAIR)
def gradients_at_start(claim: Claim, scope: Scope) -> list[Part]:
    """log10 of the ratio of state gradients at lag 50, or the longest both have, at the start; first minus second."""
    first, second = claim.architectures
    pairs = scope.paired(lambda task: _lag_difference(scope, task, first, second))
    return [
        Part(
            f"log10 ratio of the state gradient at lag {LAG} or the longest there is, {first} minus {second}",
            partial(statistics.contrast, list(pairs.values()), scope.weights(list(pairs))),
            DECADES,
            claim.margin,
            seen=partial(_by_start, scope, pairs, first, second),
        )
    ]


@statistic("gradients-learned", lacks=gradients_lacking, architectures=(1, math.inf))
def gradients_learned(claim: Claim, scope: Scope) -> list[Part]:
    """Change of log10 of that ratio from the start to the kept weights, of each architecture that has runs."""
    parts = []
    for name in claim.architectures:
        changes = scope.paired(lambda task, name=name: _change(scope, task, name))
        parts.append(
            Part(
                f"change of the log10 ratio of {name} in training",
                partial(statistics.contrast, list(changes.values()), scope.weights(list(changes))),
                DECADES,
                claim.margin,
                ahead=(name,),
                seen=partial(_by_task, name, changes),
            )
        )
    return [part for part in parts if part.interval(0.95).n] or parts[:1]


def untried(results: Any) -> list[str]:
    """What to say where no random configurations are asked for."""
    declared = results.experiment
    random = trials_are_independent(declared) and "trials" not in idle(declared)
    return [] if random else ["trials of search='random'"]


@statistic("divergence", lacks=untried, architectures=(2, math.inf), roles=("trial",))
def divergence(claim: Claim, scope: Scope) -> list[Part]:
    """Share of random configurations that diverge or are mostly clipped: the last architecture's minus the others'."""
    *gated, plain = claim.architectures
    counts = {name: _unstable(scope, name) for name in claim.architectures}
    seen = [
        f"{name}: {diverged} of {n} trials diverged, {unstable} did or were clipped in most steps"
        for name, (unstable, diverged, n) in counts.items()
        if n
    ]
    parts = [
        Part(
            f"share of trials that diverge or are mostly clipped, {plain} minus {name}",
            partial(_share_difference, counts[plain], counts[name]),
            " of trials",
            claim.margin,
            seen=(lambda: seen) if name == gated[0] else list,
        )
        for name in gated
    ]
    return [part for part in parts if part.interval(0.95).n] or parts[:1]


@statistic("no-worse-and-cheaper", architectures=PAIR, counts_failed=True)
def no_worse_and_cheaper(claim: Claim, scope: Scope) -> list[Part]:
    """Skill no worse than the margin, and training steps to the same score below 0.8 of the second architecture's."""
    first, second = claim.architectures
    costs = {task: _costs(scope, task, first, second) for task in scope.tasks}
    steps = scope.paired(lambda task: [pair[0] for pair in costs[task]])
    seconds = scope.on(tuple(steps)).paired(lambda task: [pair[1] for pair in costs[task]])
    ratios = [
        f"{what} to the worse of both best validation scores, {first} over {second}: {_as_ratio(values, scope)}"
        for what, values in (("training steps", steps), ("seconds", seconds))
        if values
    ]
    return [
        difference(claim, scope, border=-claim.margin),
        Part(
            f"training steps that {second} needs for the same score over those of {first}, log2",
            partial(statistics.contrast, list(steps.values()), scope.weights(list(steps))),
            DOUBLINGS,
            claim.margin,
            border=-np.log2(CHEAPER),
            ahead=(first,),
            behind=(second,),
            seen=lambda: ratios,
        ),
    ]


def _by_task(name: str, changes: Mapping[str, Sequence[float]]) -> list[str]:
    return [f"{name}, {task}: {interval(statistics.student_t(values), DECADES)}" for task, values in changes.items()]


def _lag_difference(scope: Scope, task: str, first: str, second: str) -> list[float]:
    a, b = (_ratios(scope, task, name, "start") for name in (first, second))
    return [_log(a[index][lag]) - _log(b[index][lag]) for index in a if index in b for lag in _lag(a[index], b[index])]


def _change(scope: Scope, task: str, name: str) -> list[float]:
    start, kept = (_ratios(scope, task, name, when) for when in ("start", "kept"))
    return [
        _log(kept[index][lag]) - _log(start[index][lag])
        for index in start
        if index in kept
        for lag in _lag(start[index], kept[index])
    ]


def _ratios(scope: Scope, task: str, name: str, when: str) -> dict[int, dict[int, float]]:
    """By seed: lag -> ratio, of the final runs that measured it."""
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
    """The longest lag up to 50 that both have, as a list that is empty where there is none."""
    return sorted(lag for lag in first if lag in second and lag <= LAG)[-1:]


def _log(ratio: float) -> float:
    return float(np.log10(max(ratio, LEAST_RATIO)))


def _by_start(scope: Scope, pairs: Mapping[str, Sequence[float]], first: str, second: str) -> list[str]:
    """A line for each two ways of starting that were compared: they decide as much as the cells do."""
    starts: dict[tuple[str, str], list[str]] = {}
    for task in pairs:
        starts.setdefault((_start(scope, task, first), _start(scope, task, second)), []).append(task)
    return [
        f"{first} with {a}, {second} with {b} ({listed(tasks)}): "
        f"{interval(statistics.contrast([pairs[task] for task in tasks]), DECADES)}"
        for (a, b), tasks in starts.items()
    ]


def _start(scope: Scope, task: str, name: str) -> str:
    """How the final runs of a cell begin: the hyperparameter that says it, with its value."""
    for record in scope.results.successes(task, name, "final").values():
        for key in ("gate_bias", "recurrent_start"):
            if key in record.hyperparameters:
                return f"{key} {record.hyperparameters[key]}"
    return "its usual start"


def _unstable(scope: Scope, name: str) -> tuple[int, int, int]:
    """Trials of random configurations that diverged or were mostly clipped, that diverged, and that there are.

    Trial 0 is the default configuration, drawn by nobody.
    """
    if not trials_are_independent(scope.results.experiment):
        return 0, 0, 0
    trials = [
        record
        for record in scope.results.records
        if record.architecture == name
        and record.role == "trial"
        and record.task in scope.tasks
        and record.index > 0
        and record.status in ("ok", "diverged")
    ]
    diverged = [record.status == "diverged" for record in trials]
    clipped = [(record.clipped or 0) > CLIPPED for record in trials]
    return int(np.sum(np.logical_or(diverged, clipped))), sum(diverged), len(trials)


def _share_difference(plain: tuple[int, int, int], gated: tuple[int, int, int], level: float) -> Estimate:
    if not plain[2] or not gated[2]:
        return Estimate(np.nan, np.nan, np.nan, 0)
    return statistics.newcombe((plain[0], plain[2]), (gated[0], gated[2]), level)


def _costs(scope: Scope, task: str, first: str, second: str) -> list[tuple[float, float]]:
    """For each pair of final runs: log2 of the second's steps, and of its seconds, over the first's, to the same score.

    The score is the worse of both best validation scores, so that both reach it; pairs in which it does not beat the
    trivial baseline are left out.
    """
    a, b = (scope.results.successes(task, name, "final") for name in (first, second))
    facts = scope.results.task(task)
    sign = scope.results.headline(task).sign
    found = []
    for index in sorted(set(a) & set(b)):
        curves = [_curve(record, facts.metric, sign) for record in (a[index], b[index])]
        if not all(map(len, curves)):
            continue
        target = min(curve.max() for curve in curves)
        naive = a[index].baseline_scores(facts.metric, "validation")[0]
        if naive is None or target <= sign * naive:
            continue
        epochs = [int(np.argmax(curve >= target)) + 1 for curve in curves]
        mine, other = (np.array(_cost(run[index], n, facts)) for run, n in zip((a, b), epochs, strict=True))
        found.append(tuple(np.log2(other / mine)))
    return found


def _curve(record: Record, metric: str | None, sign: int) -> np.ndarray:
    """The validation score by epoch, higher is better."""
    scores = np.array(record.history.get(f"val_{metric}") or [], dtype=float)
    return np.where(np.isfinite(scores), sign * scores, -np.inf)


def _cost(record: Record, epochs: int, facts: TaskInfo) -> tuple[float, float]:
    """Training steps and seconds of the first `epochs` of a run; NaN where they are not known."""
    examples = facts.sizes.get("train") or np.nan
    batch = record.hyperparameters.get("batch_size") or np.nan
    seconds = record.seconds.get("epochs") or []
    spent = float(np.sum(seconds[:epochs])) if len(seconds) >= epochs else np.nan
    return epochs * (examples // min(batch, examples)), spent or np.nan


def _as_ratio(pairs: Mapping[str, Sequence[float]], scope: Scope) -> str:
    """Doublings as the ratio they stand for, turned round."""
    centre, low, high, n = statistics.contrast(list(pairs.values()), scope.weights(list(pairs)))
    return interval(Estimate(*(2.0**-value for value in (centre, high, low)), n))
