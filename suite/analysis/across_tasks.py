"""Across tasks: collect the final runs' skills on all tasks that count, by architecture, as arrays for `aggregates`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis import aggregates
from suite.analysis.skills import with_worst
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import RESAMPLES, Estimate

MANY_TASKS = 50
RESAMPLES_OF_MANY = 400


@dataclass(frozen=True)
class Across:
    """Skills of final runs by architecture: one array per task, in the order of `tasks`.

    All `architectures` have runs on all tasks.
    The lengths and budgets of a sweep form one task with its name; their skills are averaged seed by seed. A failed run
    counts as the worst outcome (`suite.analysis.skills.with_worst`). `trained` contains the skills of the trained
    baseline, one per seed, for the tasks that have one. `left_out` lists architectures that have runs on fewer tasks
    than others.
    """

    tasks: list[str]
    architectures: list[str]
    left_out: list[str]
    skills: dict[str, list[np.ndarray]]
    trained: list[np.ndarray]

    @property
    def resamples(self) -> int:
        """The number of bootstrap samples."""
        return RESAMPLES if len(self.tasks) <= MANY_TASKS else RESAMPLES_OF_MANY

    @cached_property
    def aggregate(self) -> dict[str, Estimate]:
        """The interquartile mean of the skill by architecture."""
        return {name: aggregates.aggregate(runs, resamples=self.resamples) for name, runs in self.skills.items()}

    @cached_property
    def aggregate_elsewhere(self) -> dict[str, Estimate]:
        """The interquartile mean by architecture, with the tasks resampled too.

        Its interval covers other tasks, not only other seeds.
        """
        return {
            name: aggregates.aggregate(runs, tasks_too=True, resamples=self.resamples)
            for name, runs in self.skills.items()
        }

    @cached_property
    def improvements(self) -> list[tuple[str, str, Estimate]]:
        """Each pair of architectures, with the probability (at least one half) that a run of the first is better."""
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
        """The mean skill, shape (tasks, architectures)."""
        return np.array([[runs.mean() for runs in self.skills[name]] for name in self.architectures]).T


@remember()
def across(results: Results) -> Across:
    """Return the skills of the final runs over all tasks that count.

    An architecture is included if no other has runs on more tasks. A task is included if all included architectures
    have runs on it.
    """
    tables = skills(results)
    made = {name: [task for task in tables if name in tables[task]] for name in results.architectures}
    most = max(map(len, made.values()), default=0)
    included = [name for name, tasks in made.items() if most and len(tasks) == most]
    tasks = [task for task in tables if set(included) <= set(tables[task])] if included else []
    runs = {name: [tables[task][name].dropna().to_numpy() for task in tasks] for name in included}
    members = {task: [one for one in results.counted if results.sweep_of(one) == task] for task in tasks}
    trained = [
        _mean([results.by_seed(one, "trained_skill").mean(axis="columns") for one in ones]) for ones in members.values()
    ]
    known = [one.to_numpy() for one in (one.dropna() for one in trained) if len(one)]
    return Across(tasks, included, [name for name in made if name not in included], runs, known)


def skills(results: Results) -> dict[str, pd.DataFrame]:
    """Return a table of skills for each task that counts, or for its sweep.

    Each row is a seed; each column is an architecture that has runs.
    """
    members: dict[str, list[pd.DataFrame]] = {}
    for task in results.counted:
        if len(results.finals_of(task)):
            members.setdefault(results.sweep_of(task), []).append(with_worst(results, task))
    means = {name: _mean(tables) for name, tables in members.items()}
    return {name: table.dropna(how="all").dropna(axis="columns", how="all") for name, table in means.items()}


def _mean(tables: Sequence[Any]) -> Any:
    """Return the mean of data frames, or of series, seed by seed. It is NaN for a seed that one of them lacks."""
    return sum(tables[1:], tables[0]) / len(tables)
