"""Verdicts: an interval and a margin -> what may be said. The one place where the suite decides.

An effect is positive on the side that is claimed.
"""

from suite.statistics import Estimate

FEWEST_PAIRS = 5
FIRM_PAIRS = 10
SUPPORTED, CONTRADICTED, EQUAL, UNDECIDED = "supported", "contradicted", "practically equal", "undecided"
VERDICTS = (SUPPORTED, CONTRADICTED, EQUAL, UNDECIDED)


def superiority(effect: Estimate, margin: float, fewest: int = FEWEST_PAIRS) -> str:
    """The verdict on a claim that the effect is above 0.

    Equality, the whole interval inside the margin on both sides, comes first (two one-sided tests, Schuirmann 1987).
    A claim is supported by an interval above 0 whose centre is beyond the margin, contradicted by one below 0.
    """
    if effect.n < fewest:
        return UNDECIDED
    if -margin < effect.low and effect.high < margin:
        return EQUAL
    if effect.low > 0 and effect.centre > margin:
        return SUPPORTED
    return CONTRADICTED if effect.high < 0 else UNDECIDED


def beyond(effect: Estimate, border: float, fewest: int = FEWEST_PAIRS) -> str:
    """The verdict on a claim that the effect is above a border, such as "no worse than the margin"."""
    if effect.n < fewest:
        return UNDECIDED
    if effect.low > border:
        return SUPPORTED
    return CONTRADICTED if effect.high < border else UNDECIDED


def is_provisional(pairs: int) -> bool:
    """Whether a verdict stands on five to nine pairs."""
    return FEWEST_PAIRS <= pairs < FIRM_PAIRS
