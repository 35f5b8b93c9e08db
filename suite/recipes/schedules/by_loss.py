"""Schedules that follow the validation loss."""

from collections.abc import Sequence

import numpy as np

from suite.recipes.schedule import schedule

FACTOR = 0.5
WAIT = 2


@schedule("reduce-on-plateau")
def reduce_on_plateau(steps: np.ndarray, total: int, losses: Sequence[float]) -> np.ndarray:
    """Half the rate after every two epochs without a lower validation loss."""
    best, waited, factor = np.inf, 0, 1.0
    for loss in losses:
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited == WAIT:
            waited, factor = 0, factor * FACTOR
    return np.full(len(steps), factor)
