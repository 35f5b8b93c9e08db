"""Decisions: turn an interval and a margin into a verdict. Only contrasts.py, for the best of n, decides elsewhere.

A positive effect is one in the direction that is claimed.
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
    """A verdict on a pair, from the point of view of its first member.

    `phrase` and `against` put the verdict into words.
    """

    phrase: str
    preposition: str

    BETTER = "better", "better", "than"
    EQUAL = "equal", "practically equal", "to"
    WORSE = "worse", "worse", "than"
    UNDECIDED = "undecided", "undecided", "against"
    AT_THIS_BUDGET = "at this budget", "undecided at this budget", "against"
    TOO_FEW = "too few", "too few pairs", "for a verdict against"

    def __new__(cls, value: str, phrase: str, preposition: str) -> Self:
        """Create a member that stores its words together with its value."""
        member = str.__new__(cls, value)
        member._value_, member.phrase, member.preposition = value, phrase, preposition
        return member

    @property
    def turned(self) -> "PairVerdict":
        """The same verdict from the point of view of the second member."""
        turned = {PairVerdict.BETTER: PairVerdict.WORSE, PairVerdict.WORSE: PairVerdict.BETTER}
        return turned.get(self, self)

    @property
    def decided(self) -> bool:
        """Whether one member of the pair leads."""
        return self is not self.turned

    def against(self, other: str) -> str:
        """Return the verdict as a phrase that names the other member, such as "better than lstm"."""
        return f"{self.phrase} {self.preposition} {other}"


def superiority(effect: Estimate, margin: float, fewest: int = FEWEST_PAIRS) -> Verdict:
    """Decide a claim that the effect is above 0.

    The first check is for equality: the whole interval lies within the margin on both sides of 0 (two one-sided tests,
    Schuirmann 1987). Otherwise an interval above 0 whose centre exceeds the margin supports the claim, and an interval
    below 0 contradicts it. Everything else, and fewer than `fewest` values, is undecided.
    """
    if effect.n < fewest:
        return Verdict.UNDECIDED
    if -margin < effect.low and effect.high < margin:
        return Verdict.EQUAL
    if effect.low > 0 and effect.centre > margin:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if effect.high < 0 else Verdict.UNDECIDED


def beyond(effect: Estimate, border: float) -> Verdict:
    """Decide a claim that the effect is above the threshold `border`.

    For a claim of "no worse than the margin" the threshold is -margin.
    """
    if effect.n < FEWEST_PAIRS:
        return Verdict.UNDECIDED
    if effect.low > border:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if effect.high < border else Verdict.UNDECIDED


def between(difference: Estimate, margin: float, fewest: int = FEWEST_PAIRS) -> PairVerdict:
    """Decide between two architectures by the difference first - second.

    One leads only if the centre of the difference exceeds the margin. With fewer than `fewest` pairs the verdict is
    TOO_FEW.
    """
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
    """Return whether a verdict from this number of pairs is provisional: five to nine pairs."""
    return FEWEST_PAIRS <= pairs < FIRM_PAIRS
