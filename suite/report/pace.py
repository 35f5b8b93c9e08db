"""Pace: where the claim that the GRU is no worse and cheaper holds within a family, in a sentence."""

from collections.abc import Sequence
from dataclasses import replace

from suite.analysis.comparisons import doubts
from suite.analysis.decisions import Verdict, beyond, is_provisional
from suite.claims.builtin import CLAIMS
from suite.claims.scope import Scope
from suite.claims.statistics.training import no_worse_and_cheaper
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import interval

(SUCCESSOR,) = (claim for claim in CLAIMS if claim.id == "gru-successor")


def fewer_steps(results: Results, tasks: Sequence[str], families: int) -> list[str]:
    """One sentence where both parts of the claim are supported on a family's tasks, else none.

    Its intervals hold for that many families together. Flags on most runs of either architecture silence it.
    """
    first, second = SUCCESSOR.architectures
    claim, level = replace(SUCCESSOR, margin=results.margin), 1 - 0.05 / families
    parts = no_worse_and_cheaper(claim, Scope(results, tuple(tasks)))
    if any(beyond(part.interval(level), part.border) is not Verdict.SUPPORTED for part in parts):
        return []
    if any(doubts(results, task, first, second) for task in tasks):
        return []
    centre, low, high, n = parts[-1].interval(level)
    ratio = interval(Estimate(*(2.0**-doublings for doublings in (centre, high, low)), n))
    weak = ", provisionally" if is_provisional(n) else ""
    return [f"{first} is no worse than {second}{weak}, and gets there in {ratio} of its training steps."]
