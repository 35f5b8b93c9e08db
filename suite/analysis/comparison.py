"""Comparison: one difference in skill with its verdict, and all those of a task, as others read them."""

from dataclasses import dataclass, replace

from suite.analysis.decisions import PairVerdict, Standing, between
from suite.analysis.replicates import TRAINED, TRIVIAL
from suite.statistics import Estimate


@dataclass(frozen=True)
class Comparison:
    """The difference in expected test skill `first` - `second`; `second` is an architecture or one of the BASELINES.

    `tasks`: the difference is the mean over these tasks. `plain` has a 95 % interval. `joint` has a wider interval that
    holds for everything that a report states together; this one decides. Differences up to `margin` count as none.
    `items`: how far the joint interval reaches at least because of the test examples (`suite.analysis.items`).
    `solved`: the difference in the chance of solving the task, if it has a threshold. `chances`: the probabilities that
    the first is worse, equal and better; None with too few runs. `handicaps`: phrases about runs that may explain the
    verdict. `standing`: how firm a verdict can be.
    """

    tasks: tuple[str, ...]
    first: str
    second: str
    plain: Estimate
    joint: Estimate
    margin: float
    verdict: PairVerdict
    standing: Standing
    handicaps: tuple[str, ...] = ()
    solved: Estimate | None = None
    chances: tuple[float, float, float] | None = None
    items: float = 0.0

    @property
    def needs_examples(self) -> bool:
        """Whether it is undecided and more trials would leave it so: only more test examples would narrow it."""
        if self.verdict is not PairVerdict.UNDECIDED or not self.items:
            return False
        centre, *_, n = self.joint
        return between(Estimate(centre, centre - self.items, centre + self.items, n), self.margin) is self.verdict

    @property
    def provisional(self) -> bool:
        """Whether a stated verdict is not firm."""
        return self.verdict.settled and self.standing is not Standing.FIRM

    @property
    def leads(self) -> bool:
        """Whether the interval alone, ignoring handicaps, shows that the first is better."""
        return between(self.joint, self.margin) is PairVerdict.BETTER

    @property
    def turned(self) -> "Comparison":
        """The same comparison from the point of view of the second."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            plain=-self.plain,
            joint=-self.joint,
            verdict=self.verdict.turned,
            solved=-self.solved if self.solved else None,
            chances=self.chances[::-1] if self.chances else None,
        )


@dataclass(frozen=True)
class Comparisons:
    """All comparisons on one task, or on the mean of several tasks.

    `trained` is empty without a trained baseline, or if the trained baseline solves the task by construction.
    """

    pairs: list[Comparison]
    trivial: list[Comparison]
    trained: list[Comparison]

    @property
    def every(self) -> list[Comparison]:
        """All comparisons: first between two architectures, then with the trivial and the trained baseline."""
        return [*self.pairs, *self.trivial, *self.trained]

    @property
    def undecidable(self) -> bool:
        """Whether no architecture has enough runs for a verdict."""
        return all(one.verdict is PairVerdict.TOO_FEW for one in self.trivial)

    def ahead(self) -> list[str]:
        """Return the architectures shown to be better than every baseline that has scores on this task."""
        beaten = [one.first for one in self.trained if one.verdict is PairVerdict.BETTER]
        return [name for name in self.ahead_of_trivial() if name in beaten or not self.trained]

    def ahead_of_trivial(self) -> list[str]:
        """Return the architectures shown to be better than the trivial baseline."""
        return [one.first for one in self.trivial if one.verdict is PairVerdict.BETTER]

    @property
    def winning_baseline(self) -> str | None:
        """The baseline that is shown to be better than every architecture, or None."""
        for name, rivals in ((TRAINED, self.trained), (TRIVIAL, self.trivial)):
            if rivals and all(one.verdict is PairVerdict.WORSE for one in rivals):
                return name
        return None

    def beats(self, name: str, baseline: str) -> str:
        """Say whether an architecture beats one of the BASELINES: "yes", "no", "undecided" or "—" (not compared)."""
        rivals = self.trivial if baseline == TRIVIAL else self.trained
        verdict = next((one.verdict for one in rivals if one.first == name), None)
        if verdict is None:
            return "—"
        if verdict is PairVerdict.BETTER:
            return "yes"
        return "no" if verdict in (PairVerdict.WORSE, PairVerdict.EQUAL) else "undecided"

    def related(self, first: str, second: str) -> Comparison | None:
        """Return the comparison of two architectures as seen from `first`, or None if they share no replicates."""
        found = next((one for one in self.pairs if {one.first, one.second} == {first, second}), None)
        return found.turned if found and found.first != first else found
