"""Stability: the statistic of claims about how often training diverges."""

import math
from collections.abc import Mapping
from functools import partial
from typing import NamedTuple

import numpy as np

from suite import statistics
from suite.analysis.effects import known
from suite.claims.claim import TRIAL, Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import statistic
from suite.experiment.expected_runs import idle, trials_are_independent
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import DETERMINED, Status
from suite.statistics import Estimate
from suite.tasks.task_budget import without_budget
from suite.text import interval, listed

CLIPPED = 0.5


class Counts(NamedTuple):
    """The numbers of trials that diverged, of trials that were clipped in most steps, and of all trials."""

    diverged: int
    clipped: int
    n: int


def untried(results: Results) -> list[str]:
    """Return what the experiment needs if it tries no random configurations."""
    random = trials_are_independent(results.experiment) and "trials" not in idle(results.experiment)
    return [] if random else ["trials of search='random'"]


@statistic("divergence", lacks=untried, architectures=(2, math.inf), roles=("trial",))
def divergence(claim: Claim, scope: Scope) -> list[Part]:
    """Return how often random configurations diverge.

    Each part is the last architecture's share of such trials minus that of one other architecture. The evidence says
    how often training steps were clipped in most of a trial, which decides nothing.
    """
    *gated, plain = claim.architectures
    counts = {name: _count(scope, name) for name in claim.architectures}
    parts = [
        Part(
            f"share of trials that diverge, {scope.results.called(plain)} minus {scope.results.called(name)}",
            partial(_share_difference, counts[plain], counts[name], "diverged"),
            " of trials",
            claim.margin,
            per=TRIAL,
            seen=partial(_clipped, scope.results, counts, name, plain),
        )
        for name in gated
    ]
    return [part for part in parts if part.interval(0.95).n] or parts[:1]


def _count(scope: Scope, name: str) -> Counts:
    """Count an architecture's trials of random configurations.

    All budgets of a task have the same configurations: each counts once, as diverged or clipped if it is so with any.
    """
    cells = [_numbers(scope.results, task, name) for task in scope.tasks]
    return Counts(*(len(set().union(*numbers)) for numbers in zip(*cells, strict=True))) if cells else Counts(0, 0, 0)


@remember()  # every claim is judged again without each task
def _numbers(results: Results, task: str, name: str) -> tuple[set[tuple[str, int]], ...]:
    """Return (task, number) of the trials of a cell that diverged, that were mostly clipped, and of all.

    In folders made before the default configuration left the draws, trial 0 is the default and does not count.
    """
    experiment = results.experiment
    trials = [
        record
        for record in (results.records_of(task) if trials_are_independent(experiment) else ())
        if (record.architecture, record.role) == (name, "trial")
        and (record.index > 0 or experiment.best_of)
        and record.status in DETERMINED
    ]
    diverged = [record for record in trials if record.status == Status.DIVERGED]
    clipped = [record for record in trials if (record.clipped or 0) > CLIPPED]
    return tuple({(without_budget(task), one.index) for one in each} for each in (diverged, clipped, trials))


def _clipped(results: Results, counts: Mapping[str, Counts], name: str, plain: str) -> list[str]:
    """Return a sentence on two architectures' trials that diverged, and one on those that were mostly clipped."""
    pair = {results.the(one): counts[one] for one in (plain, name)}
    if not all(one.n for one in pair.values()):
        return []
    diverged = listed(f"{one.diverged} of {one.n} of {each}" for each, one in pair.items())
    clipped = listed(f"{one.clipped} of {one.n} of {each}" for each, one in pair.items())
    less = interval(_share_difference(counts[plain], counts[name], "clipped", 0.95), " of trials")
    return [f"trials that diverged: {diverged}", f"trials clipped in most steps: {clipped}, a difference of {less}"]


def _share_difference(plain: Counts, gated: Counts, what: str, level: float) -> Estimate:
    if not plain.n or not gated.n:
        return Estimate(np.nan, np.nan, np.nan, 0)
    return known(statistics.newcombe((getattr(plain, what), plain.n), (getattr(gated, what), gated.n), level))
