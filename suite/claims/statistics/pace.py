"""Pace: the statistic of claims about the number of training steps needed to reach a score."""

import numpy as np

from suite.analysis.prices import ratio
from suite.analysis.replicates import own_runs
from suite.claims.claim import RUN, Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import PAIR, statistic
from suite.claims.statistics.skill import difference
from suite.results.record import Record
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.runs import skill
from suite.statistics import Estimate
from suite.text import interval, number

FEWER = float(-np.log2(0.8))  # doublings; a smaller difference in training steps counts as none
DOUBLINGS = " doublings"


def in_one_sentence(claim: Claim, parts: list[Part], level: float) -> str:
    """Return a sentence that gives the first architecture's training steps as a fraction of the second's."""
    first, second = claim.architectures
    steps = as_ratio(parts[-1].interval(level))
    return f"{first} is no worse than {second}, and reaches the same score in {steps} of the training steps."


@statistic("no-worse-and-cheaper", by_family=in_one_sentence, architectures=PAIR, counts_failed=True)
def no_worse_and_cheaper(claim: Claim, scope: Scope) -> list[Part]:
    """Return two parts: skill worse by no more than the margin, and under 0.8 of the second's steps to the same score.

    The steps are compared over all pairs of runs with the same number in which both beat the trivial baseline. Such a
    pair shares its data and its draws of learning rate and batch size, so no choice of a learning rate decides.
    """
    first, second = claim.architectures
    a, b = map(scope.results.called, (first, second))
    steps = scope.paired(lambda task: _doublings(scope.results, task, first, second))
    tasks = tuple(steps)
    return [
        difference(claim, scope, border=-(claim.margin or 0.0)),
        Part(
            f"log2 of the ratio of training steps to the same score, {b} over {a}",
            scope.mean(steps),
            DOUBLINGS,
            FEWER,
            tasks=tasks,
            per=RUN,
            ahead=(first,),
            behind=(second,),
            seen=lambda: _costs(scope, tasks, first, second, scope.mean(steps)(0.95)) if tasks else [],
        ),
    ]


def _costs(scope: Scope, tasks: tuple[str, ...], first: str, second: str, steps: Estimate) -> list[str]:
    """Return sentences on the training steps to the same score, the CPU time of a run, and the weights."""
    seconds = -ratio(scope.results, tasks, first, second, 0.95)
    weights = [np.mean([_weights(scope, task, name) for task in tasks]) for name in (first, second)]
    a, b = map(scope.results.called, (first, second))
    return [
        f"training steps to the worse of the two best validation scores, {a} over {b}: {as_ratio(steps)}",
        f"CPU time of a run, {a} over {b}: {as_ratio(seconds)}",
        f"weights: {number(weights[0])} of {a}, {number(weights[1])} of {b}",
    ]


def _weights(scope: Scope, task: str, name: str) -> float:
    runs = scope.runs(task)
    return float(runs.loc[runs["architecture"] == name, "weights"].median())


@remember()  # every claim is judged again without each task
def _doublings(results: Results, task: str, first: str, second: str) -> list[float]:
    """Return log2(second / first) of the training steps to the same score, for each pair of runs.

    The score is the worse of the two best validation scores, so both runs reach it. Pairs in which this score does not
    beat the trivial baseline by more than the margin are left out.
    """
    role, facts = own_runs(results, task).role, results.task(task)
    a, b = (results.successes(task, name, role) for name in (first, second))
    metric, found = facts.headline, []
    for index in sorted(set(a) & set(b)):
        pair = a[index], b[index]
        curves = [_curve(record, metric.name, metric.sign) for record in pair]
        trivial, _ = pair[0].baseline_scores(metric.name, "validation")
        target = min(curve.max(initial=-np.inf) for curve in curves)
        if not skill(metric.sign * target, trivial, facts.perfect) > results.margin:
            continue
        epochs = [_epochs(curve, target, metric.sign * (trivial or 0.0)) for curve in curves]
        mine, other = (n * _steps(record, facts.sizes.get("train")) for n, record in zip(epochs, pair, strict=True))
        found.append(float(np.log2(other / mine)))
    return found


def _curve(record: Record, metric: str, sign: int) -> np.ndarray:
    """Return the validation score of each epoch (epochs,), signed so that higher is better; -inf if unknown."""
    scores = np.array(record.history.get(f"val_{metric}") or [], dtype=float)
    return np.where(np.isfinite(scores), sign * scores, -np.inf)


def _epochs(curve: np.ndarray, target: float, start: float) -> float:
    """Return after how many epochs a validation curve reaches a score, interpolated linearly between epochs.

    `start`: the score before the first epoch, that of a constant prediction.
    """
    last = int(np.argmax(curve >= target))
    before = curve[last - 1] if last else start
    return last + ((target - before) / (curve[last] - before) if np.isfinite(before) else 1.0)


def _steps(record: Record, examples: int | None) -> float:
    """Return the training steps of an epoch; NaN if unknown."""
    count, batch = examples or np.nan, record.hyperparameters.get("batch_size") or np.nan
    return count // min(batch, count)


def as_ratio(doublings: Estimate) -> str:
    """Convert an estimate of log2(second / first) to text about the ratio first / second."""
    centre, low, high, n = -doublings
    return interval(Estimate(2.0**centre, 2.0**low, 2.0**high, n))
