"""Effects: estimate differences in expected test skill, with intervals for other replicates and other test examples."""

from collections.abc import Sequence
from typing import Any, NamedTuple

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

UNKNOWN = Estimate(np.nan, np.nan, np.nan, 0)


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
    return with_items(results, cells, effect_of_replicates(cells, level), level)


def limit(results: Results, terms: Terms, found: Estimate, level: float, failed_count: bool = True) -> Estimate:
    """Return the effect `found` with the interval that would remain if endless replicates confirmed its centre.

    This is the interval for other test examples, which no number of replicates narrows.
    """
    confirmed = found._replace(low=found.centre, high=found.centre)
    return with_items(results, cells_of(results, terms, failed_count), confirmed, level)


def with_items(results: Results, cells: Sequence[Cell], found: Estimate, level: float) -> Estimate:
    """Return an effect whose interval for other replicates reaches at least as far as that for other test examples."""
    return (
        widened(found, items_reach(results, cells, level), _highest([cell.weight for cell in cells]))
        if cells
        else found
    )


def widened(found: Estimate, reach: float, highest: float = np.inf) -> Estimate:
    """Return an estimate whose interval reaches at least `reach` on each side.

    This never pushes the upper bound above `highest`.
    """
    centre, low, high, n = found
    return Estimate(centre, min(low, centre - reach), max(high, min(centre + reach, highest)), n)


def known(estimate: Estimate) -> Estimate:
    """Return an estimate without its interval if fewer than five values are behind it, or identical ones."""
    if estimate.n >= FEWEST_RUNS and estimate.high - estimate.low > contrasts.LEAST_SPREAD:
        return estimate
    return estimate._replace(low=np.nan, high=np.nan)


def effect_of_replicates(cells: Sequence[Cell], level: float) -> Estimate:
    """Return an effect with its interval for other replicates alone."""
    return effects_of_replicates([cells], level)[0]


def effects_of_replicates(every: Sequence[Sequence[Cell]], level: float) -> list[Estimate]:
    """Return effects with their intervals for other replicates alone; an effect without cells is unknown."""
    found = iter(estimates([_terms(cells) for cells in every if cells], level))
    return [next(found) if cells else UNKNOWN for cells in every]


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
    return estimates([cells], level)[0]


def estimates(every: Sequence[contrasts.Terms], level: float) -> list[Estimate]:
    """Return `estimate` of each of several sums; those with the same weights and numbers of trials at once."""
    alike: dict[tuple[Any, ...], list[int]] = {}
    for place, cells in enumerate(every):
        alike.setdefault((cells[0][1].trials, *((weight, cell.n) for weight, cell in cells)), []).append(place)
    found: dict[int, Estimate] = {}
    for places in alike.values():
        if len(places) == 1:
            found[places[0]] = _estimates(every[places[0]], level)[0]
            continue
        columns = zip(*(every[place] for place in places), strict=True)
        stacked = [(column[0][0], Searched.stacked([cell for _, cell in column])) for column in columns]
        found |= zip(places, _estimates(stacked, level), strict=True)
    return [found[place] for place in range(len(every))]


def _estimates(cells: contrasts.Terms, level: float) -> list[Estimate]:
    """Return the weighted sums of cells (N,), or of stacked cells (..., N)."""
    count = cells[0][1].trials
    if count < FEWEST_RUNS:
        sums = np.sum([weight * cell.expected for weight, cell in cells], axis=0)
        return [Estimate(float(centre), np.nan, np.nan, count) for centre in np.atleast_1d(sums)]
    highest = _highest([weight for weight, _ in cells])
    return [
        Estimate(round(centre, DIGITS), low, max(centre, min(high, highest)), count)
        for centre, low, high in np.stack(contrasts.contrast(cells, level), axis=-1).reshape(-1, 3).tolist()
    ]


def _highest(weights: Sequence[float]) -> float:
    """Return the highest possible effect: no architecture's skill exceeds 1."""
    return sum(weights) * PERFECT if min(weights) > 0 else np.inf


def _terms(cells: Sequence[Cell]) -> list[tuple[float, Searched]]:
    return [(cell.weight, cell.searched) for cell in cells]


def chances(results: Results, terms: Terms, margin: float, alone: Terms = ()) -> tuple[float, float, float] | None:
    """Return the probabilities that the effect is below -margin, within the margin and above it; None if unknown."""
    cells = cells_of(results, terms, alone=alone)
    return chances_of(results, cells, effect_of_replicates(cells, 0.95), margin) if cells else None


def chances_of(
    results: Results, cells: Sequence[Cell], own: Estimate, margin: float
) -> tuple[float, float, float] | None:
    """Return `chances`, given the cells and the effect with its 95 % interval for other replicates alone."""
    if len(cells[0].numbers) < FEWEST_RUNS:
        return None
    reach = items_reach(results, cells, 0.95)
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
    counts = [found.reached(name, numbers) for name in (first, second)]
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
    every = {task: replicates(results, task) for task in names}
    shared = _shared([every[task].numbers(*own, failed_count=failed_count) for task, own in names.items()])
    if len(shared) <= max((found.n for found in every.values()), default=0):
        return []
    found = [Cell(*term, shared, every[term[1]].searched(term[2], shared)) for term in terms]
    return found + [Cell(*term, shared, every[term[1]].searched(term[2], shared, n=1)) for term in alone]


def _shared(numbers: Sequence[pd.Index]) -> pd.Index:
    """Return the numbers that are in every index."""
    if not numbers:
        return pd.Index([])
    first, *others = {each.to_numpy().tobytes(): each for each in numbers}.values()
    for each in others:
        first = first.intersection(each)
    return first
