"""Tuning: find which hyperparameters mattered, what more trials bring, and what the search gained, from the records."""

from collections.abc import Hashable, Iterator
from itertools import combinations, product
from typing import Any

import numpy as np
import pandas as pd

from suite import statistics
from suite.analysis.importance import functional_anova
from suite.analysis.skills import gained
from suite.experiment.expected_runs import trials_are_independent
from suite.results.remember import remember
from suite.results.results import Results

FEWEST_TRIALS = 20
LEAST_FIT = 0.5
RESAMPLES = 500
IMPORTANCE = ("task", "architecture", "name", "searched", "share", "low", "high", "fit", "n", "note")
EXPECTED = ("task", "architecture", "trials", "seconds", "expected", "low", "high")
CROSSINGS = ("task", "first", "second", "by", "at")
GAINS = ("task", "architecture", "gain", "low", "high", "n")
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


def ranked(results: Results, task: str, trials: pd.DataFrame) -> pd.DataFrame:
    """Return the trials that have a score, sorted first by larger budget, then by better score."""
    lower = results.headline(task).direction == "lower"
    return trials.dropna(subset="score").sort_values(["budget", "score"], ascending=[False, lower], kind="stable")


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
    found = functional_anova(ordered(values, scores), scores)
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
    """Return the expected best validation score of a search with 1, 2, ... trials, up to the number of trials that ran.

    The columns are task, architecture, trials, seconds (expected training time of that number of trials), expected, low
    and high (95 %, over resampled trials). Apply `suite.statistics.expected_best` to the random trials, and always
    include the default configuration, as the search does. A failed trial counts as the worst of its cell. The table is
    empty unless the search is random: other trials are not independent draws.
    """
    rows = [] if not trials_are_independent(results.experiment) else searched_cells(results)
    found = [row for task, architecture, trials in rows for row in _curve(results, task, architecture, trials)]
    return pd.DataFrame(found, columns=EXPECTED)


def _curve(results: Results, task: str, architecture: str, trials: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    scores = trials["score"].to_numpy()
    if not np.isfinite(scores).any() or trials["index"].iloc[0] != 0:
        return
    sign = results.headline(task).sign
    scores = sign * scores
    scores = np.where(np.isfinite(scores), scores, np.nanmin(scores))
    rows = np.random.default_rng(0).integers(1, len(scores), (RESAMPLES, len(scores) - 1)) if len(scores) > 1 else []
    expected = sign * _with_default(scores[0], scores[1:])
    drawn = sign * _with_default(scores[0], scores[rows]) if len(scores) > 1 else np.tile(expected, (1, 1))
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    seconds = np.arange(1, len(scores) + 1) * trials["seconds"].mean()
    for n in range(len(scores)):
        yield task, architecture, n + 1, seconds[n], expected[n], low[n], high[n]


def _with_default(default: float, others: np.ndarray) -> np.ndarray:
    """Return the expected best of the default together with 0, 1, ... of the others, along the last axis."""
    first = np.full((*others.shape[:-1], 1), default)
    return np.concatenate([first, statistics.expected_best(np.maximum(others, default))], axis=-1)


def crossings(results: Results) -> pd.DataFrame:
    """Return where the curves of the expected best score of two architectures cross.

    The columns are task, first (ahead before the crossing), second (ahead from there on), by ("trials" or "seconds")
    and at (the position of the crossing).
    """
    curves = expected_best(results)
    rows = []
    for task in curves["task"].unique():
        sign = results.headline(task).sign
        cells = dict(iter(curves[curves["task"] == task].groupby("architecture", sort=False)))
        for (a, one), (b, other) in combinations(cells.items(), 2):
            rows += [(task, *found) for by in ("trials", "seconds") for found in _crossed(a, one, b, other, by, sign)]
    return pd.DataFrame(rows, columns=CROSSINGS)


def _crossed(
    a: Hashable, one: pd.DataFrame, b: Hashable, other: pd.DataFrame, by: str, sign: int
) -> list[tuple[Any, ...]]:
    """Return the crossings of two step functions. Each keeps the value of the last point reached."""
    points = np.unique(np.concatenate([one[by], other[by]]))
    points = points[(points >= max(one[by].min(), other[by].min())) & (points <= min(one[by].max(), other[by].max()))]
    scores = [cell["expected"].to_numpy()[np.searchsorted(cell[by], points, "right") - 1] for cell in (one, other)]
    ahead = np.sign(sign * (scores[0] - scores[1]))
    points, ahead = points[ahead != 0], ahead[ahead != 0]
    changes = np.flatnonzero(np.diff(ahead)) + 1
    return [((a, b) if ahead[change - 1] > 0 else (b, a)) + (by, float(points[change])) for change in changes]


def gains(results: Results) -> pd.DataFrame:
    """Return the skill of the final runs minus that of the control runs with the same seeds, for cells that have both.

    The columns are task, architecture, gain, low and high (Student-t, 95 %) and n (number of pairs).
    """
    tables = {task: gained(results, task) for task in results.task_names}
    rows = [(task, name, *statistics.student_t(table[name])) for task, table in tables.items() for name in table]
    return pd.DataFrame(rows, columns=GAINS)
