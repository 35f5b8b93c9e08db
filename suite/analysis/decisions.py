"""Decisions: an interval and a margin -> a verdict. The one place where the suite decides.

An effect is positive on the side that is claimed.
"""

from enum import StrEnum
from typing import Self

from suite.statistics import Estimate

FEWEST_PAIRS = 5
FIRM_PAIRS = 10


class Verdict(StrEnum):
    """What the records say about a claim."""

    SUPPORTED = "supported"
    CONTRADICTED = "contradicted"
    EQUAL = "practically equal"
    UNDECIDED = "undecided"


class PairVerdict(StrEnum):
    """A verdict on a pair, from the first's point of view; `phrase` and `against` express it in words."""

    phrase: str
    preposition: str

    BETTER = "better", "better", "than"
    EQUAL = "equal", "practically equal", "to"
    WORSE = "worse", "worse", "than"
    UNDECIDED = "undecided", "undecided", "against"
    AT_THIS_BUDGET = "at this budget", "undecided at this budget", "against"
    TOO_FEW = "too few", "too few pairs", "for a verdict against"

    def __new__(cls, value: str, phrase: str, preposition: str) -> Self:
        """Keep the words together with the value."""
        member = str.__new__(cls, value)
        member._value_, member.phrase, member.preposition = value, phrase, preposition
        return member

    @property
    def turned(self) -> "PairVerdict":
        """The same verdict from the second's point of view."""
        turned = {PairVerdict.BETTER: PairVerdict.WORSE, PairVerdict.WORSE: PairVerdict.BETTER}
        return turned.get(self, self)

    @property
    def decided(self) -> bool:
        """Whether one of the two leads."""
        return self is not self.turned

    def against(self, other: str) -> str:
        """Describe a lead over a name, such as "better than lstm"."""
        return f"{self.phrase} {self.preposition} {other}"


def superiority(effect: Estimate, margin: float, fewest: int = FEWEST_PAIRS) -> Verdict:
    """Decide a claim that the effect is above 0.

    Equality, the whole interval inside the margin on both sides, comes first (two one-sided tests, Schuirmann 1987).
    An interval above 0 whose centre is beyond the margin supports the claim; an interval below 0 contradicts it.
    """
    if effect.n < fewest:
        return Verdict.UNDECIDED
    if -margin < effect.low and effect.high < margin:
        return Verdict.EQUAL
    if effect.low > 0 and effect.centre > margin:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if effect.high < 0 else Verdict.UNDECIDED


def beyond(effect: Estimate, border: float) -> Verdict:
    """Decide a claim that the effect is above a border, such as "no worse than the margin"."""
    if effect.n < FEWEST_PAIRS:
        return Verdict.UNDECIDED
    if effect.low > border:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if effect.high < border else Verdict.UNDECIDED


def between(difference: Estimate, margin: float, fewest: int = FEWEST_PAIRS) -> PairVerdict:
    """Decide between two by the difference of the first from the second; a lead needs its centre beyond the margin."""
    if difference.n < fewest:
        return PairVerdict.TOO_FEW
    verdict = superiority(difference, margin, fewest)
    if verdict is Verdict.EQUAL:
        return PairVerdict.EQUAL
    if verdict is Verdict.SUPPORTED:
        return PairVerdict.BETTER
    worse = verdict is Verdict.CONTRADICTED and difference.centre < -margin
    return PairVerdict.WORSE if worse else PairVerdict.UNDECIDED


def is_provisional(pairs: int) -> bool:
    """Return whether five to nine pairs support a verdict."""
    return FEWEST_PAIRS <= pairs < FIRM_PAIRS
