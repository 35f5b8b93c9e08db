"""Schedules that follow the steps alone: constant, cosine, warm-up, and warm-up with cosine."""

from collections.abc import Sequence

import numpy as np

from suite.recipes.schedule import schedule

WARM_UP = 0.1  # share of all steps


@schedule("constant")
def constant(steps: np.ndarray, total: int, losses: Sequence[float]) -> np.ndarray:
    """The same rate at all steps."""
    return np.ones(len(steps))


@schedule("cosine")
def cosine(steps: np.ndarray, total: int, losses: Sequence[float]) -> np.ndarray:
    """From the full rate to 0 along half a cosine (Loshchilov and Hutter 2017), over all epochs of the budget."""
    return (1 + np.cos(np.pi * steps / total)) / 2


@schedule("warm-up")
def warm_up(steps: np.ndarray, total: int, losses: Sequence[float]) -> np.ndarray:
    """Linearly up to the full rate over the first tenth of all steps (Goyal et al. 2017), then constant."""
    return np.minimum(1.0, (steps + 1) / np.ceil(WARM_UP * total))


@schedule("warm-up-cosine")
def warm_up_cosine(steps: np.ndarray, total: int, losses: Sequence[float]) -> np.ndarray:
    """A warm-up over the first tenth of all steps, then down to 0 along half a cosine."""
    warm = np.ceil(WARM_UP * total)
    after = cosine(np.maximum(steps - warm, 0), max(total - warm, 1), losses)
    return warm_up(steps, total, losses) * after
