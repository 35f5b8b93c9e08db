"""Pace: the statistic of claims about the number of training steps needed to reach a score."""

import numpy as np

from suite.analysis.decisions import is_provisional
from suite.claims.claim import Claim, Part
from suite.claims.scope import Pairs, Scope
from suite.claims.statistic import PAIR, statistic
from suite.claims.statistics.skill import difference
from suite.results.record import Record
from suite.statistics import Estimate
from suite.text import interval

CHEAPER = 0.8
DOUBLINGS = " doublings"


def in_one_sentence(claim: Claim, parts: list[Part], level: float) -> str:
    """Return a sentence that gives the first architecture's training steps as a fraction of the second's."""
    first, second = claim.architectures
    steps = parts[-1].interval(level)
    weak = ", provisionally" if is_provisional(steps.n) else ""
    ratio = _as_ratio(steps)
    return (
        f"{first} is no worse than {second}{weak}, and reaches the same score in {ratio} times as many training steps."
    )


@statistic("no-worse-and-cheaper", by_family=in_one_sentence, architectures=PAIR, counts_failed=True)
def no_worse_and_cheaper(claim: Claim, scope: Scope) -> list[Part]:
    """Return two parts: skill no worse than the margin, and under 0.8 times the second's steps to the same score."""
    first, second = claim.architectures
    costs = {task: _costs(scope, task, first, second) for task in scope.tasks}
    steps = scope.paired(lambda task: [pair[0] for pair in costs[task]])
    seconds = scope.on(tuple(steps)).paired(lambda task: [pair[1] for pair in costs[task]])
    return [
        difference(claim, scope, border=-(claim.margin or 0.0)),
        Part(
            f"training steps that {second} needs for the same score over those of {first}, log2",
            scope.mean(steps),
            DOUBLINGS,
            claim.margin,
            border=-np.log2(CHEAPER),
            ahead=(first,),
            behind=(second,),
            seen=lambda: _ratios(claim, scope, steps, seconds),
        ),
    ]


def _ratios(claim: Claim, scope: Scope, steps: Pairs, seconds: Pairs) -> list[str]:
    first, second = claim.architectures
    to = f"to the worse of the two best validation scores, {first} over {second}"
    costs = {"training steps": steps, "seconds": seconds}
    return [f"{what} {to}: {_as_ratio(scope.mean(pairs)(0.95))}" for what, pairs in costs.items() if pairs]


def _costs(scope: Scope, task: str, first: str, second: str) -> list[tuple[float, float]]:
    """Return log2(second / first) of training steps and of seconds to the same score, for each pair of runs.

    The score is the worse of the two best validation scores, so both runs reach it. Pairs in which this score does not
    beat the trivial baseline are left out.
    """
    a, b = (scope.results.successes(task, name, "final") for name in (first, second))
    examples, metric = scope.results.task(task).sizes.get("train"), scope.results.headline(task)
    found = []
    for index in sorted(set(a) & set(b)):
        curves = [_curve(record, metric.name, metric.sign) for record in (a[index], b[index])]
        if not all(map(len, curves)):
            continue
        target = min(curve.max() for curve in curves)
        trivial, _ = a[index].baseline_scores(metric.name, "validation")
        if trivial is None or target <= metric.sign * trivial:
            continue
        epochs = [int(np.argmax(curve >= target)) + 1 for curve in curves]
        mine, other = (np.array(_cost(run[index], n, examples)) for run, n in zip((a, b), epochs, strict=True))
        steps, seconds = np.log2(other / mine)
        found.append((float(steps), float(seconds)))
    return found


def _curve(record: Record, metric: str, sign: int) -> np.ndarray:
    """Return the validation score of each epoch (epochs,), signed so that higher is better; -inf if unknown."""
    scores = np.array(record.history.get(f"val_{metric}") or [], dtype=float)
    return np.where(np.isfinite(scores), sign * scores, -np.inf)


def _cost(record: Record, epochs: int, examples: int | None) -> tuple[float, float]:
    """Return the training steps and the seconds of a run's first `epochs` epochs; NaN if unknown."""
    count, batch = examples or np.nan, record.hyperparameters.get("batch_size") or np.nan
    seconds = record.seconds.get("epochs") or []
    spent = float(np.sum(seconds[:epochs])) if len(seconds) >= epochs else np.nan
    return epochs * (count // min(batch, count)), spent or np.nan


def _as_ratio(doublings: Estimate) -> str:
    """Convert an estimate of log2(second / first) to text about the ratio first / second."""
    centre, low, high, n = -doublings
    return interval(Estimate(2.0**centre, 2.0**low, 2.0**high, n))
