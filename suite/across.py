"""Across: skills of the final runs over all tasks that count, by architecture, as arrays for `aggregates`."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import combinations

import numpy as np

from suite import aggregates
from suite.results import Results
from suite.statistics import RESAMPLES, Estimate

MANY_TASKS = 50
RESAMPLES_OF_MANY = 400
FAILED = 0.0  # the skill of a run without a score: one would fall back on the trivial baseline


@dataclass(frozen=True)
class Across:
    """Skills by architecture: an array a task, in the order of `tasks`, on which every one of `architectures` has runs.

    `trained`: the same of the trained baseline, on those of the tasks that have one. `left_out`: architectures without
    a scored run on some task that others have.
    """

    tasks: list[str]
    architectures: list[str]
    left_out: list[str]
    skills: dict[str, list[np.ndarray]]
    trained: list[np.ndarray]

    @property
    def resamples(self) -> int:
        """How often runs are drawn anew."""
        return RESAMPLES if len(self.tasks) <= MANY_TASKS else RESAMPLES_OF_MANY

    @cached_property
    def aggregate(self) -> dict[str, Estimate]:
        """Interquartile mean of the skill by architecture."""
        return {name: aggregates.aggregate(runs, resamples=self.resamples) for name, runs in self.skills.items()}

    @cached_property
    def improvements(self) -> list[tuple[str, str, Estimate]]:
        """Every two architectures, the likelier winner first, with the probability that a run of it is better."""
        found = []
        for first, second in combinations(self.architectures, 2):
            chance = aggregates.improvement(self.skills[first], self.skills[second], resamples=self.resamples)
            if chance.centre < 0.5:
                first, second = second, first
                chance = Estimate(1 - chance.centre, 1 - chance.high, 1 - chance.low, chance.n)
            found.append((first, second, chance))
        return found

    @cached_property
    def means(self) -> np.ndarray:
        """Mean skill, shape (tasks, architectures)."""
        return np.array([[runs.mean() for runs in self.skills[name]] for name in self.architectures]).T


@lru_cache(maxsize=2)
def across(results: Results) -> Across:
    """What the final runs say over all tasks that count.

    An architecture stays when it has scored runs on at least as many tasks as any other; the tasks are those on which
    all that stay have some.
    """
    scored = {
        name: [task for task in results.counted if _skills(results, task, name) is not None]
        for name in results.architectures
    }
    most = max(map(len, scored.values()), default=0)
    kept = [name for name, tasks in scored.items() if most and len(tasks) == most]
    tasks = [task for task in results.counted if all(task in scored[name] for name in kept)] if kept else []
    skills = {name: [_skills(results, task, name) for task in tasks] for name in kept}
    trained = [runs for task in tasks if len(runs := results.finals_of(task)["trained_skill"].dropna().to_numpy())]
    return Across(tasks, kept, [name for name in scored if name not in kept], skills, trained)


def _skills(results: Results, task: str, architecture: str) -> np.ndarray | None:
    """Skills of a cell's final runs, those without a score as FAILED; None where no run has one."""
    skills = results.finals_of(task, architecture)["skill"].to_numpy()
    return np.where(np.isfinite(skills), skills, FAILED) if np.isfinite(skills).any() else None
