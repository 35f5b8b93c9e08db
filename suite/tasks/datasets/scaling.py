"""Scaling: standardises features by their mean and standard deviation, and finds valid steps."""

from collections.abc import Mapping

import numpy as np


def fit(x: np.ndarray, steps: np.ndarray) -> dict[str, np.ndarray]:
    """Return the `mean` and the `scale` (standard deviation) of x over its valid steps, both of shape (features,).

    x has shape (examples, time, features). The scale of a constant feature is 1.
    """
    valid = np.asarray(x, dtype=np.float64)[valid_steps(x, steps)]
    mean, spread = valid.mean(axis=0), valid.std(axis=0)
    return {"mean": mean, "scale": np.where(spread > 0, spread, 1.0)}


def apply(x: np.ndarray, steps: np.ndarray, fitted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return (x - mean) / scale as float32 (examples, time, features), with zeros as padding."""
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # values that are too large become infinite; a later check refuses them
        scaled = (x - fitted["mean"]) / fitted["scale"]
        return np.where(valid_steps(x, steps)[..., None], scaled, 0).astype(np.float32)


def whole(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of every example, given that x has no padding, shape (examples,)."""
    return np.full(len(x), x.shape[1])


def valid_steps(x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return True for every valid step of x (examples, time, ...), shape (examples, time).

    `steps` (examples,): the number of valid steps of every example.
    """
    return np.arange(x.shape[1]) < steps[:, None]
