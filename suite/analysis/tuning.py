"""Tuning: find which hyperparameters mattered, what more trials bring, and what the search gained, from the records."""

from collections.abc import Hashable, Iterator
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis import contrasts
from suite.analysis.decisions import FEWEST_RUNS
from suite.analysis.effects import estimate
from suite.analysis.importance import functional_anova
from suite.analysis.replicates import replicates
from suite.results.remember import remember
from suite.results.results import Results
from suite.results.statuses import Status
from suite.statistics import Estimate

FEWEST_TRIALS = 20
LEAST_FIT = 0.5
IMPORTANCE = ("task", "architecture", "name", "searched", "share", "low", "high", "fit", "n", "note")
EXPECTED = ("task", "architecture", "trials", "seconds", "expected", "low", "high")
CROSSINGS = ("task", "first", "second", "by", "at")
GAINS = ("task", "architecture", "over", "gain", "low", "high", "n")
ONE_TRIAL, DEFAULT = "one trial", "the default configuration"
TIMES = " \N{MULTIPLICATION SIGN} "
TOO_FEW = "too few trials"
NO_FIT = "the forest does not fit"


@remember()
def importance(results: Results) -> pd.DataFrame:
    """Return the share of the spread of a cell's validation scores that each hyperparameter, or pair, explains.

    The columns are task, architecture, name, searched (the values tried), share, low, high, fit (out-of-bag R2 of the
    forest), n (trials with a score) and note. The name of a pair has a multiplication sign; its share is what the pair
    explains beyond its two members. Shares come from `importance.functional_anova` and are relative to the values
    tried. They are NaN, with a note, for fewer than 20 trials ("too few trials") or if the forest explains less than
    half of the spread ("the forest does not fit"). In successive halving only the trials with the most frequent number
    of epochs count.
    """
    rows = [row for cell in searched_cells(results) for row in _shares(*cell)]
    return pd.DataFrame(rows, columns=IMPORTANCE)


def searched_cells(results: Results) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield the task, architecture and trials of every cell that was searched. Each table of trials is in their order.

    Among its columns are score, seconds, configuration (the searched values, without a width derived from the number of
    weights) and budget (the epochs that the trial was given).
    """
    configurations = [record.spec.get("hyperparameters") or {} for record in results.records]
    trials = results.evidence.assign(configuration=configurations)
    cells = dict(iter(trials[trials["role"] == "trial"].groupby(["task", "architecture"])))
    for task, architecture in product(results.task_names, results.architectures):
        if (task, architecture) in cells:
            yield task, architecture, cells[task, architecture].sort_values("index")


def _shares(task: str, architecture: str, trials: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    trials = trials[trials["budget"].eq(trials["budget"].mode().max()) | trials["budget"].isna()].dropna(subset="score")
    values = pd.DataFrame(list(trials["configuration"]))
    values = values[[name for name in values if values[name].nunique(dropna=False) > 1]]
    if values.shape[1] == 0:
        return
    scores = trials["score"].to_numpy()
    names = [*values, *(f"{a}{TIMES}{b}" for a, b in combinations(values, 2))]
    tried = [words(values[name]) for name in values]
    tried += [f"{a}; {b}" for a, b in combinations(tried, 2)]
    for name, range_tried, found in zip(names, tried, _found(values, scores), strict=True):
        yield task, architecture, name, range_tried, *found


def _found(values: pd.DataFrame, scores: np.ndarray) -> Iterator[tuple[Any, ...]]:
    """Yield share, low, high, fit, n and note of every column and pair."""
    n, withheld = len(scores), (np.nan,) * 3
    if n < FEWEST_TRIALS:
        columns = values.shape[1]
        yield from [(*withheld, np.nan, n, TOO_FEW)] * (columns * (columns + 1) // 2)
        return
    found = functional_anova(ordered(values, scores), scores, least_fit=LEAST_FIT)
    for subset, share in found.share.items():
        numbers = (share, found.low[subset], found.high[subset])
        fits = found.fit >= LEAST_FIT
        yield (*(numbers if fits else withheld), found.fit, n, "" if fits else NO_FIT)


def ordered(values: pd.DataFrame, scores: np.ndarray) -> np.ndarray:
    """Return the hyperparameter values as numbers.

    Words become the rank of their mean score; a missing number comes below all others. Numbers keep their own order: if
    they were ordered by score, they would seem to matter, since each trial may have its own value.
    """
    columns = {}
    for name, column in values.items():
        if pd.api.types.is_numeric_dtype(column):
            numbers = column.astype(float)
            columns[name] = numbers.fillna(numbers.min() - 1)
            continue
        known = column.astype(str)
        columns[name] = known.map(pd.Series(scores).groupby(known.to_numpy()).mean().rank(method="first"))
    return pd.DataFrame(columns).to_numpy(dtype=float)


def words(column: pd.Series) -> str:
    """Describe the values tried: list a few values; for more than six numbers, give the smallest and the largest."""
    kinds = sorted(column.dropna().unique(), key=lambda value: (isinstance(value, str), value))
    if len(kinds) > 6 and not isinstance(kinds[-1], str):
        return f"{kinds[0]:.3g} to {kinds[-1]:.3g}"
    return ", ".join(kind if isinstance(kind, str) else f"{kind:.3g}" for kind in kinds)


@remember()
def expected_best(results: Results) -> pd.DataFrame:
    """Return what n trials are worth: the expected test skill of the best of n, for n up to a third of the trials.

    The columns are task, architecture, trials (n), seconds (expected training time of n trials), expected, low and high
    (95 % interval for another search, for each n by itself; NaN with fewer than five trials or equal ones). The table
    is empty unless trials are independent and were scored on test data.
    """
    found = [row for task in results.task_names for row in _curves(results, task)]
    return pd.DataFrame(found, columns=EXPECTED).replace([-np.inf, np.inf], np.nan)


def _curves(results: Results, task: str) -> Iterator[tuple[Any, ...]]:
    found = replicates(results, task)
    for name in found.architectures if found.role == "trial" else ():
        numbers = found.numbers(name)
        seconds = results.trials_of(task, name)["seconds"].mean()
        for n in range(1, len(numbers) // contrasts.WIDEST_SEARCH + 1):
            worth = estimate([(1, found.searched(name, numbers, n=n))], 0.95)
            yield task, name, n, n * seconds, *worth[:3]


def crossings(results: Results) -> pd.DataFrame:
    """Return where the curves of the expected best score of two architectures cross.

    The columns are task, first (ahead before the crossing), second (ahead from there on), by ("trials" or "seconds")
    and at (the position of the crossing).
    """
    curves = expected_best(results)
    rows = []
    for task in curves["task"].unique():
        cells = dict(iter(curves[curves["task"] == task].groupby("architecture", sort=False)))
        for (a, one), (b, other) in combinations(cells.items(), 2):
            rows += [(task, *found) for by in ("trials", "seconds") for found in _crossed(a, one, b, other, by)]
    return pd.DataFrame(rows, columns=CROSSINGS)


def _crossed(a: Hashable, one: pd.DataFrame, b: Hashable, other: pd.DataFrame, by: str) -> list[tuple[Any, ...]]:
    """Return the crossings of two step functions. Each keeps the value of the last point reached."""
    points = np.unique(np.concatenate([one[by], other[by]]))
    points = points[(points >= max(one[by].min(), other[by].min())) & (points <= min(one[by].max(), other[by].max()))]
    scores = [cell["expected"].to_numpy()[np.searchsorted(cell[by], points, "right") - 1] for cell in (one, other)]
    ahead = np.sign(scores[0] - scores[1])
    points, ahead = points[ahead != 0], ahead[ahead != 0]
    changes = np.flatnonzero(np.diff(ahead)) + 1
    return [((a, b) if ahead[change - 1] > 0 else (b, a)) + (by, float(points[change])) for change in changes]


def gains(results: Results) -> pd.DataFrame:
    """Return what tuning gains in expected test skill: best of n trials minus a reference, for every searched cell.

    The columns are task, architecture, over ("one trial" or "the default configuration"), gain, low, high (95 %) and n
    (the number of trials, or of control runs if these are fewer).
    """
    rows = []
    for task in results.task_names:
        found = replicates(results, task)
        for name in found.architectures if found.role == "trial" else ():
            rows += [(task, name, over, *gain) for over, gain in gains_of(results, task, name).items()]
    return pd.DataFrame(rows, columns=GAINS).replace([-np.inf, np.inf], np.nan)


def gains_of(results: Results, task: str, name: str) -> dict[str, Estimate]:
    """Return reference -> gain in expected test skill of the best of n trials of a cell over this reference.

    "one trial": the mean of the same trials, paired. "the default configuration": the mean of the control runs, which
    are independent of the trials; the jackknife's pseudo-values stand for the trials (Welch's interval). A failed
    control run counts as the worst outcome, like a failed trial. There is no interval if either side has fewer than
    five runs.
    """
    found = replicates(results, task)
    numbers = found.numbers(name)
    if len(numbers) <= max(found.n, FEWEST_RUNS - 1):
        return {}
    cell, alone = found.searched(name, numbers), found.searched(name, numbers, n=1)
    gained = {ONE_TRIAL: estimate([(1, cell), (-1, alone)], 0.95)}
    runs = results.by_role(task, "control", name)
    controls = runs["skill"].mask(runs["status"] != Status.OK, min(cell.test.min(), 0.0)).dropna()
    if len(controls):
        gain = statistics.contrast([cell.pseudo_values, controls], [1, -1])
        few = min(len(numbers), len(controls)) < FEWEST_RUNS
        gained[DEFAULT] = gain._replace(low=np.nan, high=np.nan) if few else gain
    return gained
