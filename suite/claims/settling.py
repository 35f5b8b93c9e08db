"""Settling: says what would settle an undecided claim: longer training, more runs or test examples, another claim."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from math import inf, isfinite, sqrt

from suite.analysis.decisions import Verdict
from suite.analysis.remedies import MOST_TRIALS
from suite.claims.claim import Part
from suite.claims.decide import Ruling, verdict_on
from suite.claims.scope import Scope
from suite.results.results import Results
from suite.statistics import Estimate
from suite.text import several


def settling(scope: Scope, ruling: Ruling, parts: Sequence[Part], level: float, unfinished: bool = False) -> str:
    """Say what would settle an undecided claim. `unfinished`: whether some of its runs are not done yet.

    A number of runs is an estimate: it assumes that the effect and the share of solved tasks stay the same, and that
    what other runs add to an interval shrinks with the square root of their number.
    """
    needed = {part: _needed(part, level, scope.made(part)[1]) for part in parts}
    blocked = [part.beyond for part, count in needed.items() if count == inf]
    helpful = [
        *["the missing runs"] * unfinished,
        *(_at_length(scope.results, cure) for cure in ruling.cures),
        *(f"{what} (more runs alone would not do)" for what in dict.fromkeys(blocked)),
        *_more_runs(scope, {part: int(count) for part, count in needed.items() if 0 < count < inf}),
    ]
    return "; ".join(helpful) or "a claim for each of its parts"


def _at_length(results: Results, cure: str) -> str:
    """Return a cure, with the option that trains twice as long if longer training is meant."""
    epochs = results.experiment.epochs
    return f"{cure} (--epochs {2 * epochs} instead of {epochs})" if cure == "longer training" and epochs else cure


def _more_runs(scope: Scope, needed: Mapping[Part, int]) -> Iterator[str]:
    """Yield how many runs the parts need that more runs would decide."""
    for part in sorted(needed, key=lambda part: needed[part])[-1:]:
        noun, made = scope.made(part)
        if needed[part] == made:
            yield f"more {noun}s of each architecture"
        elif needed[part] > MOST_TRIALS:
            yield f"more than {several(MOST_TRIALS, noun)} of each architecture"
        else:
            count = several(needed[part], noun)
            yield f"about {count} of each architecture instead of {made}, if the effect stays the same"


def _needed(part: Part, level: float, made: int) -> float:
    """Return how many runs of each cell would decide a part; 0 if it is decided, infinite if no number would.

    The number is that of the runs made if these have no finite interval, and MOST_TRIALS + 1 if it would be larger.
    """
    estimate, solved = part.interval(level), part.solved(level)
    left = part.limit(level) if part.limit else _narrowed(estimate, inf)

    def undecided(times: float) -> bool:
        """Return whether the part is undecided with this many times as many runs and the same effect."""
        _, low, high, _ = _narrowed(estimate, times)
        widest = estimate._replace(low=min(low, left.low), high=max(high, left.high))
        return verdict_on(part, widest, [_narrowed(one, times) for one in solved]) is Verdict.UNDECIDED

    if not undecided(1):
        return 0
    if not isfinite(estimate.high - estimate.low):
        return made
    if part.limit and undecided(inf):
        return inf
    counts = range(made + 1, MOST_TRIALS + 1)
    return made + 1 + bisect_left(counts, True, key=lambda count: not undecided(count / made))


def _narrowed(estimate: Estimate, times: float) -> Estimate:
    """Return an estimate with the interval of `times` as many runs, by the square root."""
    centre, low, high, n = estimate
    if times == inf:
        return Estimate(centre, centre, centre, n)
    return Estimate(centre, centre - (centre - low) / sqrt(times), centre + (high - centre) / sqrt(times), n)
