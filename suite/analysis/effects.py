"""Effects: estimate differences in expected test skill, with intervals for other replicates and other test examples."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from suite.analysis import contrasts
from suite.analysis.best_of import PERFECT, Searched
from suite.analysis.decisions import FEWEST_RUNS, Standing
from suite.analysis.replicates import Replicates, replicates
from suite.results.results import Results
from suite.statistics import Estimate

DIGITS = 12  # of a skill; the rest is rounding error
Terms = Sequence[tuple[float, str, str]]  # weight, task, and architecture or TRAINED


def effect(results: Results, terms: Terms, level: float, failed_count: bool = True, alone: Terms = ()) -> Estimate:
    """Return the weighted sum of expected test skills, with an interval of this level for other replicates.

    The terms in `alone` stand for single replicates instead of the best of n.

    Replicates are paired by number across tasks and architectures; those without a partner are left out, and so are
    those of a failed run unless `failed_count`. `n` of the result is their number. The estimate is NaN unless there are
    more of them than trials in a search; the interval is NaN with fewer than five. No architecture's skill exceeds 1.
    """
    cells = _cells(results, terms, failed_count, alone)
    return estimate(cells, level) if cells else Estimate(np.nan, np.nan, np.nan, 0)


def estimate(cells: contrasts.Terms, level: float) -> Estimate:
    """Return the weighted sum of the cells' expected bests; the interval is NaN with fewer than five trials."""
    count = cells[0][1].trials
    if count < FEWEST_RUNS:
        return Estimate(float(sum(weight * cell.expected for weight, cell in cells)), np.nan, np.nan, count)
    centre, low, high = map(float, contrasts.contrast(cells, level))
    highest = sum(weight for weight, _ in cells) if all(weight > 0 for weight, _ in cells) else np.inf
    return Estimate(round(centre, DIGITS), low, max(centre, min(high, highest * PERFECT)), count)


def chances(results: Results, terms: Terms, margin: float, alone: Terms = ()) -> tuple[float, float, float] | None:
    """Return the probabilities that the effect is below -margin, within the margin and above it; None if unknown."""
    cells = _cells(results, terms, alone=alone)
    if not cells or cells[0][1].trials < FEWEST_RUNS:
        return None
    below, within, above = contrasts.probabilities(cells, margin)
    return float(below), float(within), float(above)


def solve_rates(
    results: Results, task: str, first: str, second: str, level: float, failed_count: bool = True
) -> Estimate | None:
    """Return the difference in the chance that a search solves the task; None if the task has no threshold."""
    found = replicates(results, task)
    numbers = found.numbers(first, second, failed_count=failed_count)
    if found.solved is None or len(numbers) <= found.n:
        return None
    counts = [int(found.solved.loc[numbers, name].sum()) for name in (first, second)]
    bounds = contrasts.solved_difference(*counts, len(numbers), found.n, level)
    return Estimate(*map(float, bounds), len(numbers))


def standing(results: Results, tasks: Sequence[str], count: int) -> Standing:
    """Return how firm a verdict from this number of replicates of the tasks can be."""
    return standing_of([replicates(results, task) for task in tasks], count)


def standing_of(every: Sequence[Replicates], count: int) -> Standing:
    """Return how firm a verdict from this number of these replicates, one item per task, can be."""
    return min((found.standing(count) for found in every), key=list(Standing).index)


def _cells(
    results: Results, terms: Terms, failed_count: bool = True, alone: Terms = ()
) -> list[tuple[float, Searched]]:
    """Return the terms as cells with the same replicate numbers; [] if there are too few of them."""
    names: dict[str, list[str]] = {}
    for _, task, name in (*terms, *alone):
        names.setdefault(task, []).append(name)
    numbers: pd.Index | None = None
    for task, every in names.items():
        own = replicates(results, task).numbers(*every, failed_count=failed_count)
        numbers = own if numbers is None else numbers.intersection(own)
    most = max((replicates(results, task).n for task in names), default=0)
    if numbers is None or len(numbers) <= most:
        return []
    cells = [(weight, replicates(results, task), name) for weight, task, name in terms]
    cells += [(weight, replace(replicates(results, task), n=1), name) for weight, task, name in alone]
    return [(weight, found.searched(name, numbers)) for weight, found, name in cells]
