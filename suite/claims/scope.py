"""Scope: the records a claim is judged by, and what can be read from them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from suite.comparisons import DOUBTS, flagged, with_worst
from suite.results import Results
from suite.verdicts import FEWEST_PAIRS

REMEMBERED = 4_096


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
        return self.results.tasks.get(task, {}).get("sweep") or task

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

    def doubts(self, architectures: Sequence[str]) -> list[str]:
        """For each flag that most final runs of an architecture on these tasks carry: a phrase with the count."""
        said = []
        for name in architectures:
            cells = [_flagged(self.results, task, name) for task in self.tasks]
            counts, n = sum((counts for counts, _ in cells), Counter()), sum(n for _, n in cells)
            said += [
                f"{counts[flag]} of {n} final runs of {name} {words}"
                for flag, words in DOUBTS.items()
                if counts[flag] > n / 2
            ]
        return said

    def failed(self, architectures: Sequence[str]) -> dict[str, int]:
        """How many final runs of each architecture on these tasks failed, where some did."""
        finals = self.results.finals
        lost = finals[finals["task"].isin(self.tasks) & (finals["status"] != "ok")]
        counts = lost["architecture"].value_counts()
        return {name: int(counts[name]) for name in architectures if name in counts}


def _skills(results: Results, task: str, failed_as_worst: bool) -> pd.DataFrame:
    return with_worst(results, task) if failed_as_worst else results.by_seed(task, "skill")


# Every claim is judged again without each task: what belongs to one task is worked out once.
@lru_cache(maxsize=REMEMBERED)
def _difference(results: Results, task: str, failed_as_worst: bool, first: str, second: str) -> np.ndarray:
    skills = _skills(results, task, failed_as_worst)
    return (skills[first] - skills[second]).to_numpy() if {first, second} <= set(skills) else np.array([])


@lru_cache(maxsize=REMEMBERED)
def _flagged(results: Results, task: str, architecture: str) -> tuple[Counter[str], int]:
    return flagged(results, task, architecture)
