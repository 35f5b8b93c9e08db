"""Hyperband: brackets of successive halving over epochs, as a fixed plan of which trial trains how long."""

from functools import lru_cache
from itertools import count
from typing import Any

from suite.search.methods import Place, method

FACTOR = 3


def place(index: int, epochs: int) -> Place:
    """Return the place of trial `index` where the longest training is `epochs`.

    Hyperband (Li et al. 2018) with a factor of 3, its shortest bracket first: trial 0 trains in full; then three train
    for a third of the epochs, the best of which trains in full; then nine for a ninth, the best three of which go on to
    a third and the best one of these in full; and so on while an epoch is left, then from the start again. A trial's
    place depends neither on the number of trials, so that more can be added, nor on the architecture, so that all spend
    the same. Brackets are complete after 1, 5, 18, 58, ... trials.
    """
    cycle = _cycle(epochs)
    start = index // len(cycle) * len(cycle)
    epochs, rivals, rank = cycle[index - start]
    return Place(epochs, range(rivals.start + start, rivals.stop + start), rank)


@lru_cache
def _cycle(epochs: int) -> list[Place]:
    deepest = next(rung for rung in count() if epochs < FACTOR ** (rung + 1))
    places: list[Place] = []
    for bracket in range(deepest + 1):
        rivals = range(0)
        for rung in range(bracket, -1, -1):
            start = len(places)
            places += [Place(epochs // FACTOR**rung, rivals, rank) for rank in range(FACTOR**rung)]
            rivals = range(start, len(places))
    return places


@method(
    "hyperband",
    note="A configuration that goes on to more epochs is trained again from its start.",
    trial_place=place,
)
def hyperband(trials: int, **options: Any) -> Any:
    """Draw every trial that continues no other at random."""
    from suite.search.samplers import RandomOracle

    return RandomOracle(**options)
