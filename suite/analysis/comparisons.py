"""Comparisons: final runs of one task -> paired differences in skill, each with a verdict."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS, FIRM_PAIRS, PairVerdict, between, is_provisional
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import MARGIN, Estimate

SIGNIFICANT = 0.05
BASELINES = ("trivial baseline", "trained baseline")
DOUBTS = {
    "edge-of-range": "have a learning rate at the edge of its range",
    "budget-limited": "were still improving when the budget ended",
    "unequal": "miss the weight budget by more than 5 %",
}


def rules(margin: float = MARGIN) -> tuple[str, ...]:
    """How verdicts on differences in skill are reached, a sentence each."""
    return (
        f"Practically equal: the whole joint interval lies within {margin:g} of skill on both sides of 0. This comes "
        "first.",
        f"Better or worse: the whole joint interval lies on one side of 0, and its centre beyond {margin:g}.",
        "Undecided: everything else.",
        f"Below {FEWEST_PAIRS} pairs of runs there is no verdict; below {FIRM_PAIRS} it is provisional.",
        "Undecided at this budget: most final runs of an architecture were still improving when the budget ended, have "
        "a learning rate at the edge of its range, or miss the weight budget. Where one leads, this counts only for "
        "the one behind: a lead in spite of such a handicap stands.",
        "Runs are paired by seed. One without a partner, since the other failed or is missing, counts in no pair; n is "
        "the number of pairs.",
        "Pairs of architectures, and architectures against one baseline, are corrected for separately within each "
        "task.",
        "No exact test of n pairs gives a p-value below 2/2^n. Where that, times the number of comparisons, exceeds "
        f"{SIGNIFICANT}, none is printed: it could not have been small. The intervals decide.",
        "Intervals show how runs with other seeds vary. Where the test data are the same for every seed, as with real "
        "data, they do not show how other test data would have come out.",
    )


@dataclass(frozen=True)
class Comparison:
    """Skill of `first` minus skill of `second`, an architecture or one of the BASELINES, paired by seed.

    `plain`: with its 95 % Student-t interval. `joint`: with the wider one that holds for all comparisons of its kind
    in the task together (Bonferroni); it decides. `p`: exact sign-flip test, Holm over the same comparisons; NaN where
    so few pairs could not have given a small one. `effect`: the difference in its standard deviations.
    `improvement`: probability that a run of the first is better than one of the second. `margin`: what counts as
    equal. `doubts`: which flags most final runs of an architecture carry; they may lower the `verdict`.
    """

    first: str
    second: str
    plain: Estimate
    joint: Estimate
    p: float
    effect: float
    improvement: float
    margin: float
    verdict: PairVerdict
    doubts: tuple[str, ...]

    @property
    def provisional(self) -> bool:
        """Whether fewer than ten pairs stand behind the verdict."""
        return is_provisional(self.joint.n)

    @property
    def leads(self) -> bool:
        """Whether its interval alone, flags aside, says that the first is better."""
        return between(self.joint, self.margin) is PairVerdict.BETTER


@dataclass(frozen=True)
class Comparisons:
    """All comparisons inside one task; `trained` is empty when the task has no trained baseline."""

    pairs: list[Comparison]
    trivial: list[Comparison]
    trained: list[Comparison]

    def ahead(self) -> list[str]:
        """The architectures shown to be better than every baseline whose score is known."""
        best = [one.first for one in self.trivial if one.verdict is PairVerdict.BETTER]
        beaten = [one.first for one in self.trained if one.verdict is PairVerdict.BETTER]
        return [name for name in best if name in beaten or not self.trained]

    def beats_trained(self, name: str) -> str:
        """Whether an architecture beats the trained baseline: "yes", "no", "undecided", "—" where nobody knows."""
        return self.beats(name, self.trained)

    def beats(self, name: str, rivals: Sequence[Comparison]) -> str:
        """The same of the comparisons with any baseline."""
        verdict = next((one.verdict for one in rivals if one.first == name), None)
        if verdict is None:
            return "—"
        if verdict is PairVerdict.BETTER:
            return "yes"
        return "no" if verdict in (PairVerdict.WORSE, PairVerdict.EQUAL) else "undecided"

    def related(self, a: str, b: str) -> Comparison | None:
        """The comparison of two architectures, in whichever order."""
        return next((one for one in self.pairs if {one.first, one.second} == {a, b}), None)


@remember()
def compare(results: Results, task: str) -> Comparisons:
    """Every comparison that the final runs of a task allow."""
    trivial, trained = (with_baseline(results, task, baseline) for baseline in BASELINES)
    return Comparisons(between_architectures(results, task), trivial, trained)


def contrasts(results: Results, first: str, second: str, tasks: Iterable[str] | None = None) -> pd.DataFrame:
    """Two architectures on every one of `tasks`, by default all, where they share seeds, a row a task, from `first`.

    Columns task, difference, low, high, n, verdict; the interval is the joint one of the task.
    """
    rows = []
    for task in results.task_names if tasks is None else tasks:
        one = Comparisons(between_architectures(results, task), [], []).related(first, second)
        if one:
            sign = 1 if one.first == first else -1
            low, high = sorted((sign * one.joint.low, sign * one.joint.high))
            verdict = one.verdict if sign > 0 else one.verdict.turned
            rows.append((task, sign * one.joint.centre, low, high, one.joint.n, verdict.value))
    return pd.DataFrame(rows, columns=["task", "difference", "low", "high", "n", "verdict"])


@remember()
def between_architectures(results: Results, task: str) -> list[Comparison]:
    """Every pair of architectures that share seeds with skills, the one ahead first."""
    skills = results.by_seed(task, "skill")
    ahead = [(a, b) if (skills[a] - skills[b]).mean() >= 0 else (b, a) for a, b in combinations(skills, 2)]
    return _compare(results, task, {(a, b): (skills[a], skills[b]) for a, b in ahead})


def with_baseline(results: Results, task: str, baseline: str) -> list[Comparison]:
    """Every architecture that has skills against one of the BASELINES, where that baseline's score is known."""
    skills = results.by_seed(task, "skill")
    reference = results.by_seed(task, "trained_skill") if baseline == "trained baseline" else skills * 0
    pairs = {(a, baseline): (skills[a], reference[a]) for a in skills if a in reference}
    return _compare(results, task, pairs)


def with_worst(results: Results, task: str) -> pd.DataFrame:
    """The skills of the final runs by seed, in which a failed run counts as the worst outcome.

    That is the lowest skill on the task, 0 at most: who has no model is left with the trivial baseline. NaN where a
    run was not made.
    """
    finals = results.finals_of(task).set_index(["index", "architecture"])
    skills = finals["skill"].unstack().astype(float)
    failed = (finals["status"] != "ok").unstack(fill_value=False)
    skills = skills.mask(failed, np.nanmin([0.0, finals["skill"].min()]))
    return skills[[name for name in results.architectures if name in skills]]


def gained(results: Results, task: str, failed_as_worst: bool = False) -> pd.DataFrame:
    """Skill of the final runs minus that of the control runs of the same seeds and data.

    One row a seed, one column an architecture that has any. A failed run is NaN, or the worst outcome as above.
    """
    if not any(results.made[task, name, "control"] for name in results.architectures):
        return pd.DataFrame()
    runs = results.evidence
    runs = runs[(runs["task"] == task) & runs["role"].isin(["final", "control"])]
    worst = np.nanmin([0.0, runs["skill"].min()]) if failed_as_worst else np.nan
    skills = runs.assign(skill=runs["skill"].mask(runs["status"] != "ok", worst))
    by_role = (
        skills.set_index(["index", "architecture", "role"])["skill"].unstack().reindex(columns=["final", "control"])
    )
    gains = (by_role["final"] - by_role["control"]).unstack().dropna(axis="columns", how="all")
    return gains[[name for name in results.architectures if name in gains]]


def doubts(results: Results, task: str, *architectures: str, role: str = "final") -> tuple[str, ...]:
    """For each architecture and flag that most of its scored runs of a role carry: a phrase with the count."""
    found = []
    for architecture in architectures:
        counts, n = flagged(results, task, architecture, role)
        of = f"of {n} {role} runs of {architecture}"
        found += [f"{counts[flag]} {of} {words}" for flag, words in DOUBTS.items() if counts[flag] > n / 2]
    return tuple(found)


def flagged(results: Results, task: str, architecture: str, role: str = "final") -> tuple[Counter[str], int]:
    """How many runs of a role with a score carry each flag, and how many there are."""
    return results.flags.get((task, architecture, role), (Counter(), 0))


def _compare(
    results: Results, task: str, pairs: Mapping[tuple[str, str], tuple[pd.Series, pd.Series]]
) -> list[Comparison]:
    """A comparison for each two columns of skills that share seeds."""
    pairs = {names: (a, b) for names, (a, b) in pairs.items() if (a - b).notna().any()}
    adjusted = statistics.holm([statistics.sign_flip(a - b) for a, b in pairs.values()])
    return [
        _comparison(results, task, names, a, b, float(p), len(pairs))
        for (names, (a, b)), p in zip(pairs.items(), adjusted, strict=True)
    ]


def _comparison(
    results: Results, task: str, names: tuple[str, str], a: pd.Series, b: pd.Series, p: float, tests: int
) -> Comparison:
    plain, joint = (statistics.paired_difference(a, b, 1 - 0.05 / count) for count in (1, tests))
    could_be_small = tests * statistics.least_p(plain.n) <= SIGNIFICANT
    return Comparison(
        *names,
        plain=plain,
        joint=joint,
        p=p if could_be_small else np.nan,
        effect=statistics.standardized_effect(a - b),
        improvement=statistics.improvement(a, b),
        margin=results.margin,
        verdict=_verdict(results, task, *names, joint),
        doubts=doubts(results, task, *names),
    )


def _verdict(results: Results, task: str, first: str, second: str, joint: Estimate) -> PairVerdict:
    """The verdict, lowered where a handicap may explain it: that of the one behind, or of either where none leads."""
    verdict = between(joint, results.margin)
    behind = {PairVerdict.BETTER: (second,), PairVerdict.WORSE: (first,), PairVerdict.TOO_FEW: ()}
    handicapped = behind.get(verdict, (first, second))
    return PairVerdict.AT_THIS_BUDGET if doubts(results, task, *handicapped) else verdict
