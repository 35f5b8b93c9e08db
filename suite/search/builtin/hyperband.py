"""Hyperband: successive halving over epochs, in brackets, with a fixed plan of how long each trial trains."""

from functools import lru_cache
from itertools import count
from typing import Any

from suite.search.methods import Place, method

FACTOR = 3


def place(index: int, epochs: int) -> Place:
    """Return the place of trial `index` if the longest training has `epochs` epochs.

    This is Hyperband (Li et al. 2018) with a factor of 3 and the shortest bracket first. Bracket 1: trial 0 trains for
    all epochs. Bracket 2: three trials train for 1/3 of the epochs, then the best of them for all. Bracket 3: nine
    trials train for 1/9, then the best three for 1/3, then the best of those for all. And so on while the shortest
    training has at least one epoch; then the brackets start again. A trial's place does not depend on the number of
    trials, so that trials can be added, or on the architecture, so that all have the same budget. Brackets are complete
    after 1, 5, 18, 58, ... trials.
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
    "hyperband", note="A configuration that goes on to more epochs is trained again from its start.", trial_place=place
)
def hyperband(trials: int, **options: Any) -> Any:
    """Draw a configuration at random for every trial that does not continue another trial."""
    from suite.search.samplers import RandomOracle

    return RandomOracle(**options)
