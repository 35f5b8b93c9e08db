"""Halving: brackets of successive halving over epochs, as a fixed plan of which trial trains how long."""

from functools import lru_cache
from itertools import count
from typing import NamedTuple

FACTOR = 3


class Place(NamedTuple):
    """Where a trial stands: how many epochs it may train, and whose configuration it continues.

    It takes that of the `rank`-th best, counted from 0, of the trials `rivals`, which have a third of its epochs;
    without rivals it has a configuration of its own.
    """

    epochs: int
    rivals: range
    rank: int


def place(index: int, epochs: int) -> Place:
    """The place of trial `index` where the longest training is `epochs`.

    Hyperband (Li et al. 2018) with a factor of 3, its shortest bracket first: trial 0 trains in full; then three for a
    third of the epochs, the best of which trains in full; then nine for a ninth, the best three of which go on to a
    third, the best one of these in full; and so on while an epoch is left, then from the start again. A trial's place
    does not depend on how many trials there are, so that more can be added, nor on the architecture, so that all spend
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
