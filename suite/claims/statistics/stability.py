"""Stability: the statistic of claims about how often training diverges."""

import math
from functools import partial
from typing import NamedTuple

import numpy as np

from suite import statistics
from suite.claims.claim import Claim, Part
from suite.claims.scope import Scope
from suite.claims.statistic import statistic
from suite.experiment.expected_runs import idle, trials_are_independent
from suite.results.results import Results
from suite.results.statuses import DETERMINED, Status
from suite.statistics import Estimate

CLIPPED = 0.5


class Counts(NamedTuple):
    """The numbers of trials that diverged or were mostly clipped, of trials that diverged, and of all trials."""

    unstable: int
    diverged: int
    n: int


def untried(results: Results) -> list[str]:
    """Return what the experiment needs if it tries no random configurations."""
    random = trials_are_independent(results.experiment) and "trials" not in idle(results.experiment)
    return [] if random else ["trials of search='random'"]


@statistic("divergence", lacks=untried, architectures=(2, math.inf), roles=("trial",))
def divergence(claim: Claim, scope: Scope) -> list[Part]:
    """Return how often random configurations diverge or are mostly clipped.

    Each part is the last architecture's share of such trials minus that of one other architecture.
    """
    *gated, plain = claim.architectures
    counts = {name: _unstable(scope, name) for name in claim.architectures}
    evidence = [
        f"{name}: {one.diverged} of {one.n} trials diverged, {one.unstable} did or were clipped in most steps"
        for name, one in counts.items()
        if one.n
    ]
    parts = [
        Part(
            f"share of trials that diverge or are mostly clipped, {plain} minus {name}",
            partial(_share_difference, counts[plain], counts[name]),
            " of trials",
            claim.margin,
            seen=(lambda: evidence) if name == gated[0] else list,
        )
        for name in gated
    ]
    return [part for part in parts if part.interval(0.95).n] or parts[:1]


def _unstable(scope: Scope, name: str) -> Counts:
    """Count an architecture's trials of random configurations, without trial 0, which is the default configuration."""
    if not trials_are_independent(scope.results.experiment):
        return Counts(0, 0, 0)
    trials = [
        record
        for record in scope.results.records
        if (record.architecture, record.role) == (name, "trial")
        and record.task in scope.tasks
        and record.index > 0
        and record.status in DETERMINED
    ]
    diverged = [record.status == Status.DIVERGED for record in trials]
    clipped = [(record.clipped or 0) > CLIPPED for record in trials]
    return Counts(int(np.sum(np.logical_or(diverged, clipped))), sum(diverged), len(trials))


def _share_difference(plain: Counts, gated: Counts, level: float) -> Estimate:
    if not plain.n or not gated.n:
        return Estimate(np.nan, np.nan, np.nan, 0)
    return statistics.newcombe((plain.unstable, plain.n), (gated.unstable, gated.n), level)
