"""Comparisons: compare the final runs of one task by paired differences in skill, each with a verdict."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS, FIRM_PAIRS, PairVerdict, between, is_provisional
from suite.analysis.flags import handicaps
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import MARGIN, Estimate

SIGNIFICANT = 0.05
TRIVIAL, TRAINED = "trivial baseline", "trained baseline"
BASELINES = {TRIVIAL: "baseline", TRAINED: "trained_baseline"}  # name -> field of task.json with its kind
Pairs = Mapping[tuple[str, str], tuple[pd.Series, pd.Series]]


@dataclass(frozen=True)
class Comparison:
    """The difference in skill `first` - `second`, paired by seed. `second` is an architecture or one of the BASELINES.

    `plain` is the mean with its 95 % Student-t interval. `joint` is the mean with a wider interval, which holds
    simultaneously for all comparisons of this kind in the task (Bonferroni); this one decides. `p` is the p-value of
    the exact sign-flip test, with Holm's correction over the same comparisons; NaN if there are too few pairs for a
    small p-value. Differences below `margin` count as no difference. `handicaps` describes the flags that most final
    runs of either side carry; they may weaken the `verdict`.
    """

    first: str
    second: str
    plain: Estimate
    joint: Estimate
    p: float
    margin: float
    verdict: PairVerdict
    handicaps: tuple[str, ...]

    @property
    def provisional(self) -> bool:
        """Whether only five to nine pairs support the verdict."""
        return is_provisional(self.joint.n)

    @property
    def leads(self) -> bool:
        """Whether the interval alone, ignoring flags, shows that `first` is better."""
        return between(self.joint, self.margin) is PairVerdict.BETTER

    @property
    def turned(self) -> "Comparison":
        """The same comparison from the point of view of `second`."""
        return replace(
            self,
            first=self.second,
            second=self.first,
            plain=-self.plain,
            joint=-self.joint,
            verdict=self.verdict.turned,
        )


@dataclass(frozen=True)
class Comparisons:
    """All comparisons within one task. `trained` is empty if the task has no trained baseline."""

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
        """Return the comparison of two architectures as seen from `first`, or None if they share no seeds."""
        found = next((one for one in self.pairs if {one.first, one.second} == {first, second}), None)
        return found.turned if found and found.first != first else found


@remember()
def compare(results: Results, task: str) -> Comparisons:
    """Return every comparison that the final runs of a task allow."""
    skills, trained = (results.by_seed(task, column) for column in ("skill", "trained_skill"))
    found = partial(compared, margin=results.margin, flags=partial(handicaps, results, task))
    return Comparisons(
        pairs=found(_pairs(skills)),
        trivial=found({(name, TRIVIAL): (skills[name], skills[name] * 0) for name in skills}),
        trained=found({(name, TRAINED): (skills[name], trained[name]) for name in skills if name in trained}),
    )


def contrasts(results: Results, first: str, second: str) -> pd.DataFrame:
    """Compare two architectures on every task on which they share seeds.

    Each row is a task, with columns task, difference (skill of `first` - skill of `second`), low, high, n and verdict
    (from the point of view of `first`). The interval is the one that holds for all pairs of architectures in the task.
    """
    rows = []
    for task in results.task_names:
        if one := compare(results, task).related(first, second):
            rows.append((task, *one.joint, one.verdict.value))
    return pd.DataFrame(rows, columns=["task", "difference", "low", "high", "n", "verdict"])


def opponent(results: Results, task: str, name: str) -> str:
    """Return the name of an architecture unchanged; for a baseline, add its kind, as in "trained baseline (lags)"."""
    kind = getattr(results.task(task), BASELINES[name]) if name in BASELINES else None
    return name if kind is None else f"{name} ({kind})"


def compared(pairs: Pairs, margin: float, flags: Callable[..., tuple[str, ...]]) -> list[Comparison]:
    """Compare the two columns of every pair that shares seeds.

    `pairs` maps (first, second) to the skills of each by seed. `flags` takes names of architectures and returns phrases
    that describe their handicaps.
    """
    pairs = {names: (a, b) for names, (a, b) in pairs.items() if (a - b).notna().any()}
    adjusted = statistics.holm([statistics.sign_flip(a - b) for a, b in pairs.values()])
    return [
        _comparison(names, a, b, float(p), len(pairs), margin, flags)
        for (names, (a, b)), p in zip(pairs.items(), adjusted, strict=True)
    ]


def _pairs(skills: pd.DataFrame) -> Pairs:
    """Return every pair of columns, with the leading column first."""
    ahead = [(a, b) if (skills[a] - skills[b]).mean() >= 0 else (b, a) for a, b in combinations(skills, 2)]
    return {(a, b): (skills[a], skills[b]) for a, b in ahead}


def _comparison(
    names: tuple[str, str], a: pd.Series, b: pd.Series, p: float, tests: int, margin: float, flags: Callable[..., Any]
) -> Comparison:
    plain, joint = (statistics.paired_difference(a, b, 1 - 0.05 / count) for count in (1, tests))
    could_be_small = tests * statistics.least_p(plain.n) <= SIGNIFICANT
    return Comparison(
        *names,
        plain=plain,
        joint=joint,
        p=p if could_be_small else np.nan,
        margin=margin,
        verdict=_lowered(between(joint, margin), *names, flags),
        handicaps=flags(*names),
    )


def _lowered(verdict: PairVerdict, first: str, second: str, flags: Callable[..., Any]) -> PairVerdict:
    """Return AT_THIS_BUDGET in place of a verdict that a handicap may explain.

    If one side leads, only a handicap of the side behind counts; if no side leads, a handicap of either side counts.
    """
    sides = {PairVerdict.BETTER: (second,), PairVerdict.WORSE: (first,), PairVerdict.TOO_FEW: ()}
    return PairVerdict.AT_THIS_BUDGET if flags(*sides.get(verdict, (first, second))) else verdict


def rules(margin: float = MARGIN) -> tuple[str, ...]:
    """Return the rules by which differences in skill get their verdicts, as one string per rule."""
    return (
        f"Practically equal: the whole joint interval lies within {margin:g} of skill on both sides of 0. This rule "
        "comes first.",
        f"Better or worse: the whole joint interval lies on one side of 0, and its centre is beyond {margin:g}.",
        "Undecided: everything else.",
        f"With fewer than {FEWEST_PAIRS} pairs of runs there is no verdict; with fewer than {FIRM_PAIRS} it is "
        "provisional.",
        "Undecided at this budget: most final runs of an architecture were still improving when the budget ended, have "
        "a learning rate at the edge of its range, or miss the weight budget. If one of the two leads, only the "
        "other one's runs matter here: a lead in spite of such a handicap remains a lead.",
        "Runs are paired by seed. A run without a partner, because the other run failed or is missing, is in no pair; "
        "n is the number of pairs.",
        "Pairs of architectures, and architectures against one baseline, are corrected for separately within each "
        "task.",
        "An exact test of n pairs cannot give a p-value below 2/2^n. If this bound times the number of comparisons "
        f"exceeds {SIGNIFICANT}, no p-value is printed, because it could not have been small. The intervals decide.",
        "Intervals show how runs with other seeds vary. Where the test data are the same for every seed, as with real "
        "data, they do not show how other test data would have come out.",
    )
