"""Effects: estimate differences in expected test skill, with intervals for other replicates and other test examples."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from suite.analysis import contrasts
from suite.analysis.best_of import PERFECT, Searched
from suite.analysis.decisions import FEWEST_RUNS, Standing
from suite.analysis.items import Choice, Spread, held_out, spread, together
from suite.analysis.replicates import Replicates, replicates
from suite.results.remember import remember
from suite.results.results import Results
from suite.statistics import Estimate
from suite.tasks.task_budget import without_budget

DIGITS = 12  # of a skill; the rest is rounding error
Terms = Sequence[tuple[float, str, str]]  # weight, task, and architecture or TRAINED
Chosen = tuple[float, str, str, tuple[tuple[int, float], ...]]  # weight, task, name, (number, chance) of replicates


class Cell(NamedTuple):
    """A term of an effect: a weight, a task, an architecture or TRAINED, and its replicates with their numbers."""

    weight: float
    task: str
    name: str
    numbers: pd.Index
    searched: Searched


def effect(results: Results, terms: Terms, level: float, failed_count: bool = True, alone: Terms = ()) -> Estimate:
    """Return the weighted sum of expected test skills, with an interval of this level for another study.

    The interval is the wider, on each side, of two: for other replicates, and for other test examples where these are
    stored. The terms in `alone` stand for single replicates instead of the best of n.

    Replicates are paired by number across tasks and architectures; those without a partner are left out, and so are
    those of a failed run unless `failed_count`. `n` of the result is their number. The estimate is NaN unless there are
    more of them than trials in a search; the interval is NaN with fewer than five. No architecture's skill exceeds 1.
    """
    cells = cells_of(results, terms, failed_count, alone)
    if not cells:
        return Estimate(np.nan, np.nan, np.nan, 0)
    return widened(effect_of_replicates(cells, level), items_reach(results, cells, level), _highest(_terms(cells)))


def widened(found: Estimate, reach: float, highest: float = np.inf) -> Estimate:
    """Return an estimate whose interval reaches at least `reach` on each side.

    This never pushes the upper bound above `highest`.
    """
    centre, low, high, n = found
    return Estimate(centre, min(low, centre - reach), max(high, min(centre + reach, highest)), n)


def effect_of_replicates(cells: Sequence[Cell], level: float) -> Estimate:
    """Return an effect with its interval for other replicates alone."""
    return estimate(_terms(cells), level)


def items_reach(results: Results, cells: Sequence[Cell], level: float) -> float:
    """Return the half-width of an interval of this level for other test examples; 0 where new data are drawn anyway.

    It is also 0 if the contributions of the examples are not stored. The examples of different tasks are independent,
    but all budgets of a task are tested on the same ones.
    """
    return float(np.sqrt(sum(one.reach(level) ** 2 for one in spreads(results, cells).values())))


def spreads(results: Results, cells: Sequence[Cell]) -> dict[str, Spread]:
    """Return, by task, the spread of an effect over test examples, for every task that stores what they contributed.

    The budgets of a task count as this one task.
    """
    choices: dict[str, list[Chosen]] = {}
    for weight, task, name, numbers, searched in cells:
        if held_out(results, task):
            chances = tuple(zip(numbers, searched.chances, strict=True))
            choices.setdefault(without_budget(task), []).append((weight, task, name, chances))
    found = {task: _spread(results, tuple(own)) for task, own in choices.items()}
    return {task: one for task, one in found.items() if one.clusters}


@remember()  # an effect has intervals of several levels, and probabilities
def _spread(results: Results, choices: tuple[Chosen, ...]) -> Spread:
    held = together(results, dict.fromkeys(task for _, task, _, _ in choices))
    return spread(held, [Choice(weight, f"{task}/{name}", dict(own)) for weight, task, name, own in choices])


def estimate(cells: contrasts.Terms, level: float) -> Estimate:
    """Return the weighted sum of the cells' expected bests; the interval is NaN with fewer than five trials."""
    count = cells[0][1].trials
    if count < FEWEST_RUNS:
        return Estimate(float(sum(weight * cell.expected for weight, cell in cells)), np.nan, np.nan, count)
    centre, low, high = map(float, contrasts.contrast(cells, level))
    return Estimate(round(centre, DIGITS), low, max(centre, min(high, _highest(cells))), count)


def _highest(cells: contrasts.Terms) -> float:
    """Return the highest possible effect: no architecture's skill exceeds 1."""
    weights = [weight for weight, _ in cells]
    return sum(weights) * PERFECT if min(weights) > 0 else np.inf


def _terms(cells: Sequence[Cell]) -> list[tuple[float, Searched]]:
    return [(cell.weight, cell.searched) for cell in cells]


def chances(results: Results, terms: Terms, margin: float, alone: Terms = ()) -> tuple[float, float, float] | None:
    """Return the probabilities that the effect is below -margin, within the margin and above it; None if unknown."""
    cells = cells_of(results, terms, alone=alone)
    if not cells or len(cells[0].numbers) < FEWEST_RUNS:
        return None
    own, reach = estimate(_terms(cells), 0.95), items_reach(results, cells, 0.95)
    wider = max(2 * reach / (own.high - own.low), 1.0) if 0 < own.high - own.low < np.inf else 1.0
    below, within, above = contrasts.probabilities(_terms(cells), margin, wider=wider)
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
    """Return how firm a verdict on these tasks can be, given this number of replicates."""
    return standing_of([replicates(results, task) for task in tasks], count)


def standing_of(every: Sequence[Replicates], count: int) -> Standing:
    """Return how firm a verdict based on `count` replicates can be. `every`: the replicates, one item per task."""
    return min((found.standing(count) for found in every), key=list(Standing).index)


def cells_of(results: Results, terms: Terms, failed_count: bool = True, alone: Terms = ()) -> list[Cell]:
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
    found = [(term, replicates(results, term[1])) for term in terms]
    found += [(term, replace(replicates(results, term[1]), n=1)) for term in alone]
    return [Cell(*term, numbers, one.searched(term[2], numbers)) for term, one in found]
