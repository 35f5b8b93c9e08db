"""Perturbations: change the inputs of test examples, to see which of them a network's predictions rely on.

Steps are counted back from the one that an answer belongs to, the anchor: 1 is the anchor itself, 2 the step before it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MOST_GROUPS = 10  # of steps, and of features
ROUND = (1, 2, 5, 10, 20, 50, 100, 200, 500)  # numbers of last steps to keep, up to the first group of steps

INTACT, OCCLUDED, PERMUTED, KEPT, ORDER, FEATURE = "intact", "occluded", "permuted", "kept", "order", "feature"


@dataclass(frozen=True)
class Change:
    """A change of the inputs.

    `kind`: INTACT, OCCLUDED (steps `first` to `last`), PERMUTED (the same steps, across examples), KEPT (all but these
    steps occluded), ORDER (the steps of each example shuffled), or FEATURE (features `first` to `last`, counted from 1,
    permuted across examples).
    """

    kind: str
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Inputs:
    """Inputs of some examples, which can be changed.

    `x`: floats (examples, time, features) or tokens (examples, time). `valid` (examples, time): the steps that are not
    padding. `anchor` (examples,): the step that the answer belongs to. `fill`: what an occluded step holds, (features,)
    or a token. `later`: whether an answer also depends on the steps after its anchor, which then count like those
    before it.
    """

    x: np.ndarray
    valid: np.ndarray
    anchor: np.ndarray
    fill: np.ndarray
    later: bool = False

    @cached_property
    def distance(self) -> np.ndarray:
        """The number of every step, counted from the anchor; 0 for steps that no answer depends on."""
        before = self.anchor[:, None] - np.arange(self.x.shape[1])
        reached = self.valid & ((before >= 0) | self.later)
        return np.where(reached, np.abs(before) + 1, 0)

    @property
    def steps(self) -> int:
        """The greatest number that a step may have; it is the same for all samples of a task."""
        return self.x.shape[1]

    @property
    def features(self) -> int:
        """The number of features; 1 for tokens."""
        return self.x.shape[2] if self.x.ndim == 3 else 1

    def changes(self) -> Iterator[Change]:
        """Yield all changes to make: none, then those of steps and those of features, as far as there are several."""
        yield Change(INTACT)
        if self.steps > 1:
            parts = spans(self.steps)
            yield from (Change(kind, *part) for kind in (OCCLUDED, PERMUTED) for part in parts)
            yield from (Change(KEPT, 1, last) for last in kept(self.steps))
            yield Change(ORDER)
        if self.features > 1:
            yield from (Change(FEATURE, *part) for part in spans(self.features))

    def changed(self, change: Change, rng: np.random.Generator) -> np.ndarray:
        """Return the inputs with this change, in the shape of `x`."""
        number = self.distance
        inside = (number >= change.first) & (number <= change.last) & (number > 0)
        if change.kind == OCCLUDED:
            return self._where(inside, self.fill)
        if change.kind == KEPT:
            return self._where((number > 0) & ~inside, self.fill)
        if change.kind == PERMUTED:
            return self._where(inside, self._of(rng.permutation(len(self.x))))
        if change.kind == ORDER:
            return self._shuffled(rng)
        if change.kind == FEATURE:
            return self._with_features(change, rng)
        return self.x

    def _where(self, chosen: np.ndarray, values: np.ndarray) -> np.ndarray:
        return np.where(chosen[..., None] if self.x.ndim == 3 else chosen, values, self.x).astype(self.x.dtype)

    def _of(self, donors: np.ndarray) -> np.ndarray:
        """Return the inputs of other examples, with their anchors in the place of one's own; `fill` where they end."""
        place = np.arange(self.x.shape[1]) + (self.anchor[donors] - self.anchor)[:, None]
        near = np.clip(place, 0, self.x.shape[1] - 1)
        there = (place == near) & (self.distance[donors[:, None], near] > 0)
        taken = self.x[donors[:, None], near]
        return np.where(there[..., None] if self.x.ndim == 3 else there, taken, self.fill)

    def _shuffled(self, rng: np.random.Generator) -> np.ndarray:
        """Return the inputs with the steps of every example in random order."""
        order = np.tile(np.arange(self.x.shape[1]), (len(self.x), 1))
        for own, number in zip(order, self.distance, strict=True):
            own[number > 0] = rng.permutation(own[number > 0])
        return self.x[np.arange(len(self.x))[:, None], order]

    def _with_features(self, change: Change, rng: np.random.Generator) -> np.ndarray:
        """Return the inputs with some features of all steps taken from other examples."""
        chosen, donated = slice(change.first - 1, change.last), self._of(rng.permutation(len(self.x)))
        made = self.x.copy()
        made[..., chosen] = np.where(self.distance[..., None] > 0, donated, self.x)[..., chosen]
        return made


def spans(count: int) -> list[tuple[int, int]]:
    """Divide the numbers 1 to `count` into at most MOST_GROUPS spans of equal width, except the last one."""
    width = -(-count // MOST_GROUPS)
    return [(first, min(first + width - 1, count)) for first in range(1, count + 1, width)]


def kept(steps: int) -> Sequence[int]:
    """Return the numbers of last steps to keep alone: round ones up to the first span, then the ends of spans."""
    ends = [last for _, last in spans(steps)]
    return sorted({*(number for number in ROUND if number < ends[0]), *ends} - {steps})
