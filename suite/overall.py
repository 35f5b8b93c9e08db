"""Overall: all tasks that count -> who leads across them, how sure that is, and where the spread comes from.

A failed final run counts as the worst outcome; the lengths of a sweep count as one task, averaged seed by seed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from suite import aggregates, statistics
from suite.comparisons import with_worst
from suite.results import Results

THRESHOLDS = np.linspace(0, 1, 21)
NOBODY = "no task"


@dataclass(frozen=True)
class Ranks:
    """Mean ranks across tasks. `table`: columns architecture, rank; `p`: frame of Wilcoxon's p-values after Holm.

    `friedman`: p-value of no difference at all. `groups`: architectures of which no two differ. `drawn`: whether
    there are the eight tasks that a critical-difference diagram takes; `why` says what is wrong otherwise.
    """

    table: pd.DataFrame
    p: pd.DataFrame
    friedman: float
    groups: list[tuple[str, ...]]
    tasks: int
    drawn: bool
    why: str


def skills(results: Results) -> dict[str, pd.DataFrame]:
    """Skills by sweep or single task, one row a seed, one column an architecture; without controls and leaks."""
    members: dict[str, list[pd.DataFrame]] = {}
    for task in results.counted:
        if len(results.finals_of(task)):
            name = results.tasks.get(task, {}).get("sweep") or task
            members.setdefault(name, []).append(with_worst(results, task))
    means = {name: sum(tables[1:], tables[0]) / len(tables) for name, tables in members.items()}
    return {name: table.dropna(how="all").dropna(axis="columns", how="all") for name, table in means.items()}


def shared(results: Results) -> tuple[list[str], dict[str, pd.DataFrame]]:
    """The architectures with runs, and the tasks on which all of these have some: what can be aggregated fairly."""
    tables = skills(results)
    names = [name for name in results.architectures if any(name in table for table in tables.values())]
    return names, {task: table[names] for task, table in tables.items() if set(names) <= set(table)}


def left_out(results: Results) -> list[str]:
    """The tasks that are in no aggregate since some architecture has no run there."""
    _, tables = shared(results)
    return [task for task in skills(results) if task not in tables]


def aggregate(results: Results) -> pd.DataFrame:
    """Interquartile mean of skill by architecture, with two intervals side by side.

    Columns architecture, tasks, iqm, low, high (these tasks, other seeds), low_tasks, high_tasks (other tasks too).
    """
    names, tables = shared(results)
    rows = []
    for name in names if tables else []:
        runs = _runs(tables, name)
        fixed, free = (aggregates.aggregate(runs, tasks_too=too) for too in (False, True))
        rows.append((name, fixed.n, *fixed[:3], *free[1:3]))
    return pd.DataFrame(rows, columns=["architecture", "tasks", "iqm", "low", "high", "low_tasks", "high_tasks"])


def profiles(results: Results) -> pd.DataFrame:
    """Share of runs with a skill above a threshold: columns architecture, threshold, share, low, high."""
    names, tables = shared(results)
    parts = [
        pd.DataFrame(aggregates.profile(_runs(tables, name), THRESHOLDS).T, columns=["share", "low", "high"])
        .assign(architecture=name, threshold=THRESHOLDS)
        for name in (names if tables else [])
    ]  # fmt: skip
    columns = ["architecture", "threshold", "share", "low", "high"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def improvements(results: Results) -> pd.DataFrame:
    """Probability that a run of the first is better than one of the second, a mean over tasks.

    Columns first, second, probability, low, high, tasks.
    """
    names, tables = shared(results)
    rows = []
    for first, second in combinations(names if tables else [], 2):
        found = aggregates.improvement(_runs(tables, first), _runs(tables, second))
        rows.append((first, second, *found))
    return pd.DataFrame(rows, columns=["first", "second", "probability", "low", "high", "tasks"])


def ranks(results: Results) -> Ranks:
    """Mean ranks of the architectures by their mean skill on each task, with tests of whether they differ."""
    names, tables = shared(results)
    scores = np.array([table.mean() for table in tables.values()]).reshape(len(tables), len(names))
    enough, two = len(scores) >= aggregates.FEWEST_TASKS, len(scores) and len(names) > 1
    mean = aggregates.mean_ranks(scores) if len(scores) else np.full(len(names), np.nan)
    p = aggregates.signed_ranks(scores) if two else np.full((len(names), len(names)), np.nan)
    groups = [tuple(names[place] for place in group) for group in aggregates.cliques(mean, p)] if two else []
    return Ranks(
        table=pd.DataFrame({"architecture": names, "rank": mean}).sort_values("rank", ignore_index=True),
        p=pd.DataFrame(p, names, names),
        friedman=aggregates.friedman(scores) if len(scores) else np.nan,
        groups=groups,
        tasks=len(scores),
        drawn=bool(enough and two),
        why=""
        if enough
        else f"a critical-difference diagram takes {aggregates.FEWEST_TASKS} tasks, here are {len(scores)}",
    )


def stability(results: Results) -> pd.DataFrame:
    """Who has the highest interquartile mean with all tasks, and without each in turn: columns without, winner."""
    names, tables = shared(results)
    rows = [(NOBODY, _winner(names, tables))] if tables else []
    if len(tables) > 1:
        rows += [(task, _winner(names, {other: tables[other] for other in tables if other != task})) for task in tables]
    return pd.DataFrame(rows, columns=["without", "winner"])


def noise(results: Results) -> pd.DataFrame:
    """Where the spread of skills on a task comes from, as standard deviations.

    Columns task, runs, searches, spread, data, seeds, search. `data`: what runs with the same seed share over
    architectures, which is their data; `seeds`: the rest, initial weights and order above all, and how both play
    together; `search`: what another search brings, from this experiment and its variants that differ in their search
    seed. NaN where there are not two of what is compared. Two-way analysis of variance, method of moments.
    """
    other = [one for one in results.variants.values() if _searched_anew(results, one)]
    rows = []
    for task in results.task_names:
        table = results.by_seed(task, "skill")
        if table.empty:
            continue
        data, seeds = statistics.shared_variance(table)
        search, searches = _search_variance([results, *other], task)
        spread = table.std().pow(2).mean()
        parts = np.sqrt([spread, data, seeds, search])
        rows.append((task, len(table), searches, *parts))
    return pd.DataFrame(rows, columns=["task", "runs", "searches", "spread", "data", "seeds", "search"])


def centres(results: Results) -> pd.DataFrame:
    """Mean, median and interquartile mean of the test scores of every cell, each with its 95 % interval.

    Columns task, architecture, statistic, centre, low, high, n (runs used), failed. Bootstrap-t for the mean,
    percentile bootstrap for the others.
    """
    rows = []
    for _, cell in results.cells.iterrows():
        scores = results.finals_of(cell["task"], cell["architecture"])["score"]
        found = {
            "mean": statistics.bootstrap_t(scores),
            "median": statistics.bootstrap(scores, np.median),
            "iqm": statistics.bootstrap(scores, statistics.interquartile_means),
        }
        rows += [(cell["task"], cell["architecture"], name, *one, cell["failed"]) for name, one in found.items()]
    return pd.DataFrame(rows, columns=["task", "architecture", "statistic", "centre", "low", "high", "n", "failed"])


def _runs(tables: Mapping[str, pd.DataFrame], name: str) -> list[np.ndarray]:
    return [statistics.present(table[name]) for table in tables.values()]


def _winner(names: list[str], tables: Mapping[str, pd.DataFrame]) -> str:
    return max(names, key=lambda name: aggregates.aggregate(_runs(tables, name), resamples=1).centre)


def _searched_anew(results: Results, variant: Results) -> bool:
    return variant.experiment.get("search_seed") != results.experiment.get("search_seed")


def _search_variance(searches: list[Results], task: str) -> tuple[float, int]:
    """Variance that the search brings, a mean over architectures, and how many searches there are of the task."""
    tables = [one.by_seed(task, "skill") for one in searches if len(one.finals_of(task))]
    if len(tables) < 2:
        return np.nan, len(tables)
    names = [name for name in tables[0] if all(name in table for table in tables)]
    found = [
        statistics.shared_variance(pd.concat([table[name] for table in tables], axis=1).dropna().to_numpy().T)[0]
        for name in names
    ]
    known = statistics.present(found)
    return float(known.mean()) if len(known) else np.nan, len(tables)
