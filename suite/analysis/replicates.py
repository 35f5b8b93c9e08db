"""Replicates: the independent runs of a task that decide verdicts.

The replicates of a searched task are its random trials: each drew its configuration, data and initial weights anew, and
an effect is about the best of n trials. Without such trials, the final runs are the replicates: they share one
configuration, and an effect is about this configuration only. If trials depend on each other, whole searches can be
the replicates: these results and variants of them that differ in the seed of the search alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from suite.analysis import contrasts
from suite.analysis.best_of import Searched, with_failures
from suite.analysis.decisions import FEWEST_RUNS, Standing
from suite.analysis.searches import searches_of
from suite.experiment.expected_runs import configuration_given, trials_are_independent
from suite.results.experiment_info import ExperimentInfo
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status

TRIVIAL, TRAINED = "trivial baseline", "trained baseline"


@dataclass(frozen=True)
class Replicates:
    """The replicates of one task: one row per replicate number, one column per architecture in each frame.

    `role`: "trial", "final" or "search". `n`: effects are about the best of n replicates; 1 unless they are trials. The
    number of a search is its seed, and its skill the mean of its final runs. `one_search`: whether one search chose the
    configurations, so that another may find others. `validation`, `test`: skills, NaN for failed runs. `failed`: which
    runs failed. `solved`: which runs solved the task; None if it has no threshold. `left_start`: which runs began to
    learn. `trained`: skill of the trained baseline on the test data of each replicate number; NaN without a baseline.
    """

    role: str
    n: int
    one_search: bool
    validation: pd.DataFrame
    test: pd.DataFrame
    failed: pd.DataFrame
    solved: pd.DataFrame | None
    left_start: pd.DataFrame
    trained: pd.Series

    @property
    def scores(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Validation skills, test skills, and which runs failed."""
        return self.validation, self.test, self.failed

    @property
    def architectures(self) -> list[str]:
        """The architectures whose replicates have outcomes: skills, or failures only."""
        return list(self.test)

    def numbers(self, *names: str, failed_count: bool = True) -> pd.Index:
        """Return the numbers of the replicates that all these architectures have, without failed ones if asked.

        A failed run counts, because it is an outcome. A successful run without a known skill does not.
        """
        key = (names, failed_count)
        if key not in self._found:
            self._found[key] = self._numbers(names, failed_count)
        return self._found[key]

    def _numbers(self, names: Sequence[str], failed_count: bool) -> pd.Index:
        if not set(names) <= {*self.test, TRAINED}:
            return self.test.index[:0]
        known = np.ones(len(self.test), dtype=bool)
        for name in names:
            known &= self._has(name, failed_count)
        return self.test.index if known.all() else self.test.index[known]

    def _has(self, name: str, failed_count: bool) -> np.ndarray:
        """Return which replicates of an architecture, or of the trained baseline, have an outcome that counts."""
        if name == TRAINED:
            return self.trained.notna().to_numpy()
        _, test, failed, _ = self._outcomes
        column = self.test.columns.get_loc(name)
        return ~np.isnan(test[:, column]) | (failed[:, column] & failed_count)

    def searched(self, name: str, numbers: pd.Index, n: int | None = None) -> Searched:
        """Return the replicates of an architecture with these numbers, with failed runs as the worst outcome.

        `n`: how many trials a search has, if not the usual number. The trained baseline has one skill per number and is
        not searched.
        """
        key = (name, numbers.to_numpy().tobytes(), n)
        if key not in self._found:
            self._found[key] = self._searched(name, numbers, self.n if n is None else n)
        return self._found[key]

    @cached_property
    def _found(self) -> dict[Any, Any]:
        """What was found for some names and numbers: the pairs of a task ask for the same again and again."""
        return {}

    @cached_property
    def _outcomes(self) -> tuple[np.ndarray, ...]:
        """Validation skills, test skills, which runs failed and which got anywhere: (replicates, architectures)."""
        reached = self.left_start & ~self.failed if self.solved is None else self.solved
        return tuple(frame.to_numpy() for frame in (*self.scores, reached))

    def reached(self, name: str, numbers: pd.Index) -> int:
        """Return how many of these replicates solved the task or, without a threshold, began to learn."""
        *_, reached = self._outcomes
        return int(reached[self.test.index.get_indexer(numbers), self.test.columns.get_loc(name)].sum())

    def _searched(self, name: str, numbers: pd.Index, n: int) -> Searched:
        if name == TRAINED:
            return Searched(0.0, self.trained.loc[numbers].to_numpy(), 1)
        places, column = self.test.index.get_indexer(numbers), self.test.columns.get_loc(name)
        *columns, reached = (outcome[places, column] for outcome in self._outcomes)
        return Searched(*with_failures(*columns), n, reached.any(), self.solved is not None and reached.all())

    def standing(self, count: int) -> Standing:
        """Return how firm a verdict from this number of replicates can be: from final runs, provisional at most."""
        if self.role == "trial" or (self.role == "search" and count >= contrasts.FEWEST_TRIALS):
            return Standing(contrasts.standing(count, self.n))
        return Standing.PROVISIONAL if count >= FEWEST_RUNS else Standing.NONE

    def chances(self, name: str) -> pd.Series:
        """Return replicate number -> chance that a search of n trials chooses this replicate of an architecture."""
        numbers = self.numbers(name)
        if len(numbers) <= self.n:
            return pd.Series(1 / max(len(numbers), 1), index=numbers)
        return pd.Series(self.searched(name, numbers).chances, index=numbers)


@remember()
def replicates(results: Results, task: str, finals: bool = False) -> Replicates:
    """Return the replicates of a task: its trials if they are independent and scored on test data, else its finals.

    Final runs also decide if the configuration of an architecture is given, since it has no trials. If trials depend on
    each other, at least five searches are the replicates. With `finals`, always return the final runs.
    """
    experiment, trials = results.experiment, results.by_role(task, "trial")
    given = [
        configuration_given(experiment.hyperparameters, task, name) is not None
        for name in results.architectures
        if f"{task}/{name}" not in results.does_not_apply
    ]
    if not finals and not any(given) and _are_replicates(experiment, trials):
        return _table(results, task, trials, "trial", experiment.best_of, one_search=False)
    searches = [] if finals or any(given) else searches_of(results)
    if len(searches) >= FEWEST_RUNS:
        return _of_searches(searches, task, results.architectures)
    return _table(results, task, results.finals_of(task), "final", 1, one_search=not all(given))


def _are_replicates(experiment: ExperimentInfo, trials: pd.DataFrame) -> bool:
    """Return whether trials are independent draws, and all that succeeded have a test score."""
    scores = trials.loc[trials["status"] == Status.OK, "test_score"]
    return bool(experiment.best_of and trials_are_independent(experiment) and len(scores) and scores.notna().all())


def own_runs(results: Results, task: str) -> Replicates:
    """Return the replicates that are runs of these results: their final runs, if whole searches are the replicates."""
    found = replicates(results, task)
    return replicates(results, task, finals=True) if found.role == "search" else found


def _of_searches(searches: Sequence[Any], task: str, architectures: Sequence[str]) -> Replicates:
    """Return searches as replicates; a failed final run counts as the worst outcome of its search."""
    each = {one.experiment.search_seed: replicates(one, task, finals=True) for one in searches}

    def table(value: Callable[[Replicates, str], Any], fill: Any) -> pd.DataFrame:
        found = {
            name: [value(one, name) if name in one.test else fill for one in each.values()] for name in architectures
        }
        return pd.DataFrame(found, index=list(each))

    def skill(found: Replicates, name: str) -> float:
        return float(np.mean(with_failures(*(frame[name].to_numpy() for frame in found.scores))[1]))

    def solves(found: Replicates, name: str) -> bool:
        return found.solved is not None and bool(found.solved[name].mean() > 0.5)

    test = table(skill, np.nan)
    threshold = any(found.solved is not None for found in each.values())
    return Replicates(
        "search",
        1,
        False,
        test * 0,
        test,
        test.isna() & False,
        table(solves, False) if threshold else None,
        table(lambda found, name: bool(found.left_start[name].any()), False),
        pd.Series({seed: found.trained.mean() for seed, found in each.items()}, dtype=float),
    )


def _table(results: Results, task: str, runs: pd.DataFrame, role: str, n: int, one_search: bool) -> Replicates:
    runs = _with_outcomes(runs)
    numbers, row = np.unique(runs["index"].to_numpy(), return_inverse=True)
    present = runs["architecture"].to_numpy()
    names = [name for name in results.architectures if name in set(present)]
    place = {name: column for column, name in enumerate(names)}
    column = np.array([place[name] for name in present], dtype=int)

    def table(values: pd.Series, fill: Any) -> pd.DataFrame:
        found = np.full((len(numbers), len(names)), fill)
        found[row, column] = values.to_numpy()
        return pd.DataFrame(found, pd.Index(numbers, name="index"), pd.Index(names, name="architecture"))

    facts = results.task(task)
    solved = facts.solved is not None and facts.headline.solved(runs["test_score"], facts.solved)
    failed, test = table(runs["status"] != Status.OK, False), table(runs["test_skill"], np.nan)
    return Replicates(
        role,
        n,
        one_search,
        table(runs["validation_skill"], np.nan).fillna(0.0),
        test.mask(failed),
        failed,
        None if facts.solved is None else table(solved & runs["test_score"].notna(), False),
        table(runs["left_start"], False),
        table(runs["trained_test_skill"], np.nan).mean(axis="columns"),
    )


def _with_outcomes(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs of the architectures that have a known skill, or only failures.

    Where no skill is known, such as without a task.json, failures cannot be weighed against successes.
    """
    skilled = runs.loc[runs["test_skill"].notna(), "architecture"]
    succeeded = runs.loc[runs["status"] == Status.OK, "architecture"]
    unknown = {*succeeded} - {*skilled}
    return runs[~runs["architecture"].isin(unknown)] if unknown else runs
