"""Scope: the records by which a claim is judged, and the numbers that statistics read from them."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.decisions import FEWEST_PAIRS
from suite.analysis.flags import handicaps
from suite.analysis.skills import gained, with_worst
from suite.claims.claim import Claim
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status
from suite.statistics import Estimate

Pairs = dict[str, np.ndarray]


@dataclass(frozen=True)
class Scope:
    """Some tasks of some results; failed runs count as the worst outcome if `failed_as_worst`, otherwise in no pair."""

    results: Results
    tasks: tuple[str, ...]
    failed_as_worst: bool = False

    def on(self, tasks: Sequence[str]) -> "Scope":
        """Return this scope with other tasks."""
        return replace(self, tasks=tuple(tasks))

    def skills(self, task: str) -> pd.DataFrame:
        """Return the skills of a task's final runs: one row per seed, one column per architecture that has any."""
        return _skills(self.results, task, self.failed_as_worst)

    def gains(self, task: str) -> pd.DataFrame:
        """Return the skills of final runs minus those of control runs with the same seeds, shaped like `skills`."""
        return gained(self.results, task, self.failed_as_worst)

    def differences(self, first: str, second: str) -> Pairs:
        """Return task -> skill of `first` minus skill of `second` for each seed, for the tasks that `paired` keeps."""
        return self.paired(lambda task: _difference(self.results, task, self.failed_as_worst, first, second))

    def paired(self, values: Callable[[str], Any]) -> Pairs:
        """Return task -> finite numbers in `values(task)`.

        Tasks with fewer than five numbers are left out; if no task has five, only tasks without any are left out.
        """
        found = {task: statistics.present(values(task)) for task in self.tasks}
        enough = {task: pairs for task, pairs in found.items() if len(pairs) >= FEWEST_PAIRS}
        return enough or {task: pairs for task, pairs in found.items() if len(pairs)}

    def mean(self, pairs: Pairs) -> Callable[[float], Estimate]:
        """Return level -> mean of `pairs` over tasks, in which all lengths of a sweep together count as one task."""
        return partial(statistics.contrast, list(pairs.values()), self.weights(list(pairs)))

    def weights(self, tasks: Sequence[str]) -> list[float]:
        """Return the weight of each task in a mean in which all lengths of a sweep together count as one task."""
        lengths = Counter(map(self.results.sweep_of, tasks))
        return [1 / (len(lengths) * lengths[self.results.sweep_of(task)]) for task in tasks]

    def sweeps(self) -> dict[str, list[str]]:
        """Return sweep -> tasks; a task outside any sweep forms a sweep of its own."""
        groups: dict[str, list[str]] = {}
        for task in self.tasks:
            groups.setdefault(self.results.sweep_of(task), []).append(task)
        return groups

    def handicaps(self, cells: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
        """Return task -> one phrase per flag that most runs of a cell carry; `cells`: (architecture, role) pairs."""
        found: dict[str, list[str]] = {}
        for task in self.tasks:
            for name, role in dict.fromkeys(cells):
                found.setdefault(task, []).extend(handicaps(self.results, task, name, role=role))
        return {task: phrases for task, phrases in found.items() if phrases}

    def failed(self, architectures: Sequence[str], role: str = "final") -> dict[str, int]:
        """Return architecture -> number of runs in a role that failed on these tasks, for those with failures."""
        runs = self.results.evidence
        lost = runs[runs["task"].isin(self.tasks) & (runs["role"] == role) & (runs["status"] != Status.OK)]
        counts = lost["architecture"].value_counts()
        return {name: int(counts[name]) for name in architectures if name in counts}


def scope_of(claim: Claim, results: Results) -> Scope:
    """Return a scope with all tasks in the results that a claim is about."""
    return Scope(results, tuple(task for task in results.task_names if concerns(claim, results, task)))


def concerns(claim: Claim, results: Results, task: str) -> bool:
    """Return whether a claim is about a task."""
    if claim.tasks and {task, results.sweep_of(task)} & set(claim.tasks):
        return True
    if claim.families:
        return results.family(task) in claim.families
    return not claim.tasks and task in results.counted


def _skills(results: Results, task: str, failed_as_worst: bool) -> pd.DataFrame:
    return with_worst(results, task) if failed_as_worst else results.by_seed(task, "skill")


@remember()  # every claim is judged again without each task
def _difference(results: Results, task: str, failed_as_worst: bool, first: str, second: str) -> np.ndarray:
    skills = _skills(results, task, failed_as_worst)
    return (skills[first] - skills[second]).to_numpy() if {first, second} <= set(skills) else np.array([])
