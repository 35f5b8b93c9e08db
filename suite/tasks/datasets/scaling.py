"""Scaling: mean and standard deviation of each feature, fitted on the training split alone."""

from collections.abc import Mapping

import numpy as np


def fit(x: np.ndarray, steps: np.ndarray) -> dict[str, np.ndarray]:
    """Return `mean` and `scale` (features,) of the valid steps of x (examples, time, features).

    A constant feature has scale 1.
    """
    valid = np.asarray(x, dtype=np.float64)[valid_steps(x, steps)]
    mean, spread = valid.mean(axis=0), valid.std(axis=0)
    return {"mean": mean, "scale": np.where(spread > 0, spread, 1.0)}


def apply(x: np.ndarray, steps: np.ndarray, fitted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return x (examples, time, features) standardised by the fitted `mean` and `scale`, float32; padding is zero."""
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # values that are too large become infinite, and are refused later
        scaled = (x - fitted["mean"]) / fitted["scale"]
        return np.where(valid_steps(x, steps)[..., None], scaled, 0).astype(np.float32)


def whole(x: np.ndarray) -> np.ndarray:
    """Return the steps of examples without padding, shape (examples,)."""
    return np.full(len(x), x.shape[1])


def valid_steps(x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return which steps of x (examples, time, ...) are valid, (examples, time), given their number (examples,)."""
    return np.arange(x.shape[1]) < steps[:, None]
