"""Scope: the records by which a claim is judged, and the numbers that statistics read from them."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from suite import statistics
from suite.analysis.comparisons import known_effect, shares
from suite.analysis.contrasts import FEWEST_TRIALS, WIDEST_SEARCH
from suite.analysis.decisions import FEWEST_RUNS, Standing
from suite.analysis.effects import Terms, effect, known, limit, standing, standing_of
from suite.analysis.flags import cures, handicaps
from suite.analysis.replicates import Replicates, own_runs, replicates
from suite.claims.claim import FINAL, SEARCH, TRIAL, UNTRAINED, Claim, Part
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status
from suite.statistics import Estimate
from suite.tasks.task_budget import without_budget
from suite.text import listed, several

Pairs = dict[str, np.ndarray]
NOUNS = {"trial": "trial", "final": "final run", "search": "search"}  # role of replicates -> one of them


@dataclass(frozen=True)
class Scope:
    """Some tasks of some results. Failed runs count as the worst outcome if `failed_count`, otherwise not at all."""

    results: Results
    tasks: tuple[str, ...]
    failed_count: bool = True

    def on(self, tasks: Sequence[str]) -> "Scope":
        """Return this scope with other tasks."""
        return replace(self, tasks=tuple(tasks))

    def runs(self, task: str) -> pd.DataFrame:
        """Return the evidence of a task's replicates: its trials if they are independent, else its final runs."""
        return self.results.by_role(task, own_runs(self.results, task).role)

    def shared(self, *names: str) -> tuple[str, ...]:
        """Return the tasks on which these architectures share enough replicates for a verdict.

        If there is no such task, return those on which they share any.
        """
        counts = {task: self._shared(task, names) for task in self.tasks}
        enough = [task for task, n in counts.items() if standing(self.results, [task], n) is not Standing.NONE]
        return tuple(enough or [task for task, n in counts.items() if n])

    def _shared(self, task: str, names: Sequence[str]) -> int:
        return len(replicates(self.results, task).numbers(*names, failed_count=self.failed_count))

    def effect(self, terms: Terms, alone: Terms = ()) -> Callable[[float], Estimate]:
        """Return level -> weighted sum of expected test skills; see `suite.analysis.replicates.effect`."""
        return partial(_effect, self.results, tuple(terms), tuple(alone), self.failed_count)

    def limit(self, terms: Terms) -> Callable[[float], Estimate]:
        """Return level -> the effect with the interval that any number of runs would leave on these test examples."""
        found = self.effect(terms)
        return lambda level: limit(self.results, terms, found(level), level, self.failed_count)

    def paired(self, values: Callable[[str], Any]) -> Pairs:
        """Return task -> finite numbers in `values(task)`.

        Tasks with fewer than five numbers are left out; if no task has five, only tasks without any are left out.
        """
        found = {task: statistics.present(values(task)) for task in self.tasks}
        enough = {task: pairs for task, pairs in found.items() if len(pairs) >= FEWEST_RUNS}
        return enough or {task: pairs for task, pairs in found.items() if len(pairs)}

    def mean(self, pairs: Pairs) -> Callable[[float], Estimate]:
        """Return level -> mean of `pairs` over tasks, in which all lengths and budgets of a sweep are one task.

        The runs of all budgets of a task share their seeds, so these may depend on each other.
        """
        together = list(map(without_budget, pairs))
        return partial(contrast, list(pairs.values()), shares(self.results, list(pairs)), together=together)

    def sweeps(self) -> dict[str, list[str]]:
        """Return sweep -> tasks; a task outside any sweep forms a sweep of its own."""
        groups: dict[str, list[str]] = {}
        for task in self.tasks:
            groups.setdefault(self.results.sweep_of(task), []).append(task)
        return groups

    def handicaps(self, architectures: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return task -> phrases about handicaps of these architectures; see `suite.analysis.flags`."""
        found = {task: handicaps(self.results, task, *dict.fromkeys(architectures)) for task in self.tasks}
        return {task: phrases for task, phrases in found.items() if phrases}

    def cures(self, architectures: Sequence[str]) -> tuple[str, ...]:
        """Return what would remove these architectures' handicaps, each once; see `suite.analysis.flags`."""
        found = (cures(self.results, task, *dict.fromkeys(architectures)) for task in self.tasks)
        return tuple(dict.fromkeys(cure for every in found for cure in every))

    def failed(self, architectures: Sequence[str], role: str | None = None) -> dict[str, int]:
        """Return architecture -> number of failed runs, for those with any; by default among the replicates."""
        counts: Counter[str] = Counter()
        for task in self.tasks:
            counts += _failed(self.results).get((task, role or own_runs(self.results, task).role), Counter())
        return {name: counts[name] for name in architectures if name in counts}

    def standing(self, part: Part, count: int) -> Standing:
        """Return how firm a verdict can be that rests on this number of runs of each of a part's tasks."""
        return standing_of(self._behind(part), count) if count else Standing.NONE

    def basis(self, part: Part, count: int) -> str:
        """Name the runs behind a part, as in "best of 4 of 24 trials"."""
        return listed(dict.fromkeys(_basis(found, part.per, count) for found in self._behind(part)))

    def made(self, part: Part) -> tuple[str, int]:
        """Return what the replicates behind a part are called, and how many of them each cell has."""
        role = min((found.role for found in self._behind(part)), key=list(NOUNS).index)
        if role != "trial":
            return NOUNS[role], self.results.experiment.seeds
        counts = ([self.results.made[task, name, role] for name in self.results.architectures] for task in self.tasks)
        return NOUNS[role], min(filter(None, map(max, counts)))

    def too_few(self, part: Part) -> str:
        """Say how many runs a verdict needs, as in "fewer than 12 trials"."""
        needed = [max(FEWEST_TRIALS, WIDEST_SEARCH * one.n) for one in self._behind(part) if one.role == "trial"]
        return f"fewer than {max(needed)} trials" if needed else "fewer than five runs"

    def _behind(self, part: Part) -> list[Replicates]:
        """Return the runs behind a part, one item per task."""
        found = [replicates(self.results, task, finals=part.per == FINAL) for task in part.tasks or self.tasks]
        if part.per in (TRIAL, UNTRAINED):  # no search chose among them
            role = "trial" if part.per == TRIAL else "final"
            return [replace(one, role=role, n=1, one_search=False) for one in found]
        return found if part.per == SEARCH else [replace(one, n=1) for one in found]


def _basis(found: Replicates, per: str, count: int) -> str:
    if per == UNTRAINED:
        return several(count, per)
    if found.role == "trial":
        return f"best of {found.n} of {several(count, 'trial')}" if per == SEARCH else several(count, "trial")
    if found.role == "search":
        return f"{count} searches"
    return several(count, "final run") + (" of one search" if found.one_search else "")


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


def contrast(
    groups: Sequence[ArrayLike],
    weights: ArrayLike | None = None,
    level: float = 0.95,
    together: Sequence[Hashable] | None = None,
) -> Estimate:
    """Return a contrast of independent groups (`suite.statistics.contrast`), with an interval only if it can have one.

    There is none with fewer than five values, or if the values do not vary: then nothing shows how others would.
    """
    return known(statistics.contrast(groups, weights, level, together))


@remember()
def _failed(results: Results) -> dict[tuple[str, str], Counter[str]]:
    """Return (task, role) -> number of failed runs of each architecture, where there are any."""
    found: dict[tuple[str, str], Counter[str]] = {}
    failed = results.evidence.loc[results.evidence["status"] != Status.OK, ["task", "role", "architecture"]]
    for task, role, name in failed.itertuples(index=False):
        found.setdefault((task, role), Counter())[name] += 1
    return found


@remember()  # every claim is judged again without each task
def _effect(results: Results, terms: Terms, alone: Terms, failed_count: bool, level: float) -> Estimate:
    stated = known_effect(results, terms, level) if failed_count and not alone else None
    return stated or effect(results, terms, level, failed_count, alone)
