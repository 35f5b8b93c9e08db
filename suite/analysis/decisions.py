"""Decisions: turn an interval and a margin into a verdict. One rule decides every verdict of the suite.

A positive effect is one in the direction that is claimed.
"""

from enum import StrEnum
from typing import Self

from suite.statistics import Estimate

FEWEST_RUNS = 5  # with fewer, no interval is printed
ALIKE = 0.1  # the largest difference in the chance of solving a task that counts as none


class Standing(StrEnum):
    """How firm a verdict can be; `suite.analysis.contrasts.standing` says how many trials each takes."""

    NONE = "none"
    PROVISIONAL = "provisional"
    FIRM = "firm"


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
    EQUAL_IF_SOLVED = "equal if solved", "equal among the runs that solve the task", "to"
    WORSE = "worse", "worse", "than"
    UNDECIDED = "undecided", "undecided", "against"
    AT_THIS_BUDGET = "at this budget", "undecided at this budget", "against"
    TOO_FEW = "too few", "too few runs", "for a verdict against"

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

    @property
    def settled(self) -> bool:
        """Whether the verdict states something: that one member leads, or that both are equal."""
        return self.decided or self in (PairVerdict.EQUAL, PairVerdict.EQUAL_IF_SOLVED)

    def against(self, other: str) -> str:
        """Return the verdict as a phrase that names the other member, such as "better than lstm"."""
        return f"{self.phrase} {self.preposition} {other}"


CLAIMED = {
    PairVerdict.BETTER: Verdict.SUPPORTED,
    PairVerdict.WORSE: Verdict.CONTRADICTED,
    PairVerdict.EQUAL: Verdict.EQUAL,
}


def between(difference: Estimate, margin: float, *solved: Estimate | None) -> PairVerdict:
    """Decide between two by the difference first - second.

    One leads if the whole interval lies beyond the margin. They are equal if the whole interval lies within it on both
    sides of 0 (two one-sided tests, Schuirmann 1987). Equality also needs each interval of `solved`, the differences in
    the chance of solving the tasks (None without a threshold), within ALIKE. Fewer than five runs allow no verdict.
    """
    if difference.n < FEWEST_RUNS:
        return PairVerdict.TOO_FEW
    if difference.low > margin:
        return PairVerdict.BETTER
    if difference.high < -margin:
        return PairVerdict.WORSE
    if not (difference.low > -margin and difference.high < margin):
        return PairVerdict.UNDECIDED
    alike = all(one is None or (one.low > -ALIKE and one.high < ALIKE) for one in solved)
    return PairVerdict.EQUAL if alike else PairVerdict.EQUAL_IF_SOLVED


def superiority(effect: Estimate, margin: float, *solved: Estimate | None) -> Verdict:
    """Decide a claim that the effect is above 0 by the rule of `between`."""
    return CLAIMED.get(between(effect, margin, *solved), Verdict.UNDECIDED)


def beyond(effect: Estimate, border: float) -> Verdict:
    """Decide a claim that the effect is above the threshold `border`.

    For a claim of "no worse than the margin" the threshold is -margin.
    """
    if effect.n < FEWEST_RUNS:
        return Verdict.UNDECIDED
    if effect.low > border:
        return Verdict.SUPPORTED
    return Verdict.CONTRADICTED if effect.high < border else Verdict.UNDECIDED
