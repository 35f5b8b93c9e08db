"""Registry: how a trained baseline is registered."""

from collections.abc import Callable
from typing import Any

from suite.tasks.baselines import Baseline, Fit

TRAINED: dict[str, Baseline] = {}


def trained_baseline(name: str, **fields: Any) -> Callable[[Fit], Fit]:
    """Register the decorated function as a trained baseline; `Baseline` explains the fields."""

    def register(function: Fit) -> Fit:
        TRAINED[name] = Baseline(name, function, role="trained_baseline", **fields)
        return function

    return register
