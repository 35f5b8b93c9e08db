"""Scope: the records a claim is judged by, and what can be read from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis.comparisons import doubts, gained, with_worst
from suite.analysis.decisions import FEWEST_PAIRS
from suite.results.remember import remember
from suite.results.results import Results


@dataclass(frozen=True)
class Scope:
    """Some tasks of some results. `failed_as_worst`: failed final runs count as the worst outcome, else as no pair."""

    results: Results
    tasks: tuple[str, ...]
    failed_as_worst: bool = False

    def on(self, tasks: Sequence[str]) -> "Scope":
        """The same on other tasks."""
        return replace(self, tasks=tuple(tasks))

    def skills(self, task: str) -> pd.DataFrame:
        """Skills of the final runs, one row a seed, one column an architecture that has any."""
        return _skills(self.results, task, self.failed_as_worst)

    def differences(self, first: str, second: str) -> dict[str, np.ndarray]:
        """By task with pairs: skill of `first` minus that of `second`, paired by seed."""
        return self.paired(lambda task: _difference(self.results, task, self.failed_as_worst, first, second))

    def paired(self, values: Any) -> dict[str, np.ndarray]:
        """By task, what `values` (task -> numbers) gives; tasks below five are left out where others have five."""
        found = {task: np.asarray(values(task), dtype=float) for task in self.tasks}
        found = {task: pairs[np.isfinite(pairs)] for task, pairs in found.items()}
        enough = {task: pairs for task, pairs in found.items() if len(pairs) >= FEWEST_PAIRS}
        return enough or {task: pairs for task, pairs in found.items() if len(pairs)}

    def sweep(self, task: str) -> str:
        """The sweep a task belongs to, or its own name."""
        return self.results.task(task).sweep or task

    def sweeps(self) -> dict[str, list[str]]:
        """The tasks by sweep."""
        groups: dict[str, list[str]] = {}
        for task in self.tasks:
            groups.setdefault(self.sweep(task), []).append(task)
        return groups

    def weights(self, tasks: Sequence[str]) -> list[float]:
        """The share of each of `tasks` in a mean in which the lengths of a sweep count as one task."""
        lengths = Counter(map(self.sweep, tasks))
        return [1 / (len(lengths) * lengths[self.sweep(task)]) for task in tasks]

    def gains(self, task: str) -> pd.DataFrame:
        """Skill of the final runs minus that of the control runs of the same seeds; rows and columns as of skills."""
        return gained(self.results, task, self.failed_as_worst)

    def doubts(self, cells: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
        """For each task: a phrase for every flag that most runs of an architecture in a role carry; cells are these."""
        found = {
            task: [said for name, role in dict.fromkeys(cells) for said in doubts(self.results, task, name, role=role)]
            for task in self.tasks
        }
        return {task: said for task, said in found.items() if said}

    def failed(self, architectures: Sequence[str], role: str = "final") -> dict[str, int]:
        """How many runs of each architecture in a role on these tasks failed, where some did."""
        runs = self.results.evidence
        lost = runs[runs["task"].isin(self.tasks) & (runs["role"] == role) & (runs["status"] != "ok")]
        counts = lost["architecture"].value_counts()
        return {name: int(counts[name]) for name in architectures if name in counts}


def _skills(results: Results, task: str, failed_as_worst: bool) -> pd.DataFrame:
    return with_worst(results, task) if failed_as_worst else results.by_seed(task, "skill")


# Every claim is judged again without each task: what belongs to one task is worked out once.
@remember()
def _difference(results: Results, task: str, failed_as_worst: bool, first: str, second: str) -> np.ndarray:
    skills = _skills(results, task, failed_as_worst)
    return (skills[first] - skills[second]).to_numpy() if {first, second} <= set(skills) else np.array([])
