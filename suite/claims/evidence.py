"""Evidence: what is said beside a verdict: each task, failed runs, memory lengths, what matters, other days."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from suite import statistics
from suite.analysis.comparisons import contrasts
from suite.analysis.decisions import PairVerdict
from suite.analysis.memory_length import in_words, retention
from suite.analysis.over_time import by_dates
from suite.claims.claim import Claim
from suite.claims.scope import Scope
from suite.statistics import Estimate
from suite.text import interval, listed, number, percent, several

LEAST_SHARE = 0.1
SKILL = " of skill"


def memory_lengths(claim: Claim, scope: Scope) -> list[str]:
    """For each sweep with a threshold: the lengths up to which both architectures solve it."""
    said = []
    for sweep, members in scope.sweeps().items():
        lengths, found = [], []
        for name in claim.architectures:
            lengths, solved = scope.results.solved(members, name)
            found.append(retention(lengths, solved))
        if len(lengths) and len(set(lengths)) > 1:
            each = [
                f"{name} {in_words(one.half, lengths)} ({in_words(one.low, lengths)} to {in_words(one.high, lengths)})"
                for name, one in zip(claim.architectures, found, strict=True)
            ]
            said.append(f"{sweep}, length at which half of the runs solve it: {listed(each)}{_ratio(found)}")
    return said


def which_matter(claim: Claim, scope: Scope) -> list[str]:
    """The hyperparameters that explain more than a tenth of a cell's validation scores, bound and all."""
    from suite.analysis.tuning import importance  # scikit-learn's forests come along

    found = importance(scope.results)
    found = found[found["task"].isin(scope.tasks)]
    known = found[found["low"] > LEAST_SHARE]
    said = [
        f"{row.task}, {row.architecture}: {row.named} explains {percent(row.share)} of the validation scores "
        f"({percent(row.low)} to {percent(row.high)}), tried {row.searched}"
        for row in known.rename(columns={"name": "named"}).itertuples()
    ]
    withheld = found[["task", "architecture", "note"]].drop_duplicates().query("note != ''")["note"].value_counts()
    said += [f"{several(count, 'cell')} without shares: {note}" for note, count in withheld.items()]
    return said or ["no hyperparameter is shown to explain a tenth of the validation scores"]


def over_dates(claim: Claim, scope: Scope) -> list[str]:
    """On series that are the same for every seed: how far other days might have decided otherwise."""
    first, second = claim.architectures
    said = []
    for row in by_dates(scope.results, scope.tasks).itertuples() if scope.tasks else ():
        if {row.first, row.second} == {first, second}:
            bounds = (row.difference, row.low, row.high)
            centre, low, high = bounds if row.first == first else (-bounds[0], -bounds[2], -bounds[1])
            said.append(
                f"{row.task}, other days instead of other seeds: {first} minus {second} "
                f"{interval(Estimate(centre, low, high, row.dates), SKILL)}, n dates (block bootstrap)"
            )
    return said


def by_task(pairs: Mapping[str, Sequence[float]]) -> list[str]:
    """ "adding-50: 0.12 of skill (0.05 to 0.19, n=10)", a line a task with its plain interval."""
    return [f"{task}: {interval(statistics.student_t(values), SKILL)}" for task, values in pairs.items()]


def verdicts_by_task(scope: Scope, tasks: Iterable[str], first: str, second: str) -> list[str]:
    """ "adding-50: 0.12 of skill (0.05 to 0.19, n=10): lstm better": each task's own verdict and joint interval."""
    said = []
    for row in contrasts(scope.results, first, second, tasks).itertuples():
        estimate = Estimate(row.difference, row.low, row.high, row.n)
        verdict = PairVerdict(row.verdict)
        found = f"{first} {verdict.phrase}" if verdict.decided else verdict.phrase
        said.append(f"{row.task}: {interval(estimate, SKILL)}: {found}")
    return said


def failures(scope: Scope, architectures: Sequence[str], role: str = "final") -> list[str]:
    """How many runs of each architecture failed."""
    return [
        f"{several(count, f'{role} run')} of {name} failed and {'counts' if count == 1 else 'count'} in no pair"
        for name, count in scope.failed(architectures, role).items()
    ]


def unpaired(scope: Scope, pairs: Mapping[str, Sequence[float]], *names: str) -> list[str]:
    """What is not among the pairs: failed runs, seeds that only one of both has, tasks without enough pairs."""
    said = failures(scope, names)
    for task, values in pairs.items():
        runs = int(scope.skills(task)[list(names)].count().max())
        said += [f"{task}: {len(values)} of {runs} runs have a partner"] if runs > len(values) else []
    absent = [task for task in scope.tasks if task not in pairs]
    return said + ([f"without enough pairs: {listed(absent)}"] if pairs and absent else [])


def spread(scope: Scope, tasks: Mapping[str, Any]) -> str:
    """The tasks in words: a sweep by its name, several lengths of it as one."""
    groups = scope.on(tuple(tasks)).sweeps()
    return listed(members[0] if len(members) == 1 else name for name, members in groups.items()) or "no task"


def _ratio(found: list[Any]) -> str:
    first, second = (one.half for one in found)
    known = np.isfinite([first, second]).all() and first > 0 and second > 0
    return f"; ratio {number(first / second)}" if known else ""
