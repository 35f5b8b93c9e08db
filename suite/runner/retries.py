"""Retries: preparing work is tried up to three times if it kills its worker."""

from collections import Counter
from collections.abc import Hashable

from suite.runner.engines.engine import Done

ATTEMPTS = 3


class Retries:
    """Counts the workers that a piece of work has killed."""

    def __init__(self) -> None:
        self._deaths: Counter[Hashable] = Counter()

    def allow(self, work: Hashable) -> bool:
        """Count the death of a worker, and return whether to try the work again."""
        self._deaths[work] += 1
        return self._deaths[work] < ATTEMPTS


def why(done: Done) -> str:
    """Return why work had no result."""
    return f"{done.death.cause}, {ATTEMPTS} times" if done.death else f"{done.error}"
