"""Retries: try work up to three times if it kills its worker, as loading data or finding spaces may."""

from collections import Counter
from collections.abc import Hashable

from suite.runner.engines.engine import Done
from suite.training.records import words

ATTEMPTS = 3


class Retries:
    """Counts how many workers each piece of work has killed."""

    def __init__(self) -> None:
        self._deaths: Counter[Hashable] = Counter()

    def allow(self, work: Hashable) -> bool:
        """Count one more worker killed by this work, and return whether to try the work again."""
        self._deaths[work] += 1
        return self._deaths[work] < ATTEMPTS


def why(done: Done) -> str:
    """Return the reason why work had no result: the death of its worker or its error."""
    return f"{done.death.cause}, {ATTEMPTS} times" if done.death else words(done.error or Exception())
