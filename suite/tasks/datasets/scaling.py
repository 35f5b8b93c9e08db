"""Scaling: standardises features by their mean and standard deviation, and finds valid steps."""

from collections.abc import Mapping

import numpy as np

# A spread below this share of |mean| is that of rounding: float32, which models read, has a relative step of 1.2e-7, so
# that such a column is constant for them. Dividing by it would turn the smallest later change into an enormous input.
CONSTANT = 1e-7


def fit(x: np.ndarray, steps: np.ndarray) -> dict[str, np.ndarray]:
    """Return the `mean` and the `scale` (standard deviation) of x over its valid steps, both of shape (features,).

    x has shape (examples, time, features). The scale of a constant feature is 1.
    """
    valid = np.asarray(x, dtype=np.float64)[valid_steps(x, steps)]
    return fitted(valid.mean(axis=0), valid.std(axis=0))


def fit_rows(rows: np.ndarray, counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return the `mean` and the `scale` of rows (rows, features), of which each occurs `counts` (rows,) times."""
    used = counts > 0
    values, weights = rows[used].astype(np.float64), counts[used] / counts.sum()
    with np.errstate(over="ignore", invalid="ignore"):  # a later check refuses what is not finite
        mean = weights @ values
        return fitted(mean, np.sqrt(weights @ np.square(values - mean)))


def fitted(mean: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    """Return a `mean` and the `scale` to divide by: the spread, or 1 for a constant feature."""
    return {"mean": mean, "scale": np.where(spread > CONSTANT * np.abs(mean), spread, 1.0)}


def apply(x: np.ndarray, steps: np.ndarray, fitted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return (x - mean) / scale as float32 (examples, time, features), with zeros as padding."""
    return np.where(valid_steps(x, steps)[..., None], standardised(x, fitted), np.float32(0))


def standardised(x: np.ndarray, fitted: Mapping[str, np.ndarray]) -> np.ndarray:
    """Return (x - mean) / scale as float32, shape (..., features)."""
    with np.errstate(
        over="ignore", invalid="ignore"
    ):  # values that are too large become infinite; a later check refuses them
        return ((x - fitted["mean"]) / fitted["scale"]).astype(np.float32)


def whole(x: np.ndarray) -> np.ndarray:
    """Return the number of steps of every example, given that x has no padding, shape (examples,)."""
    return np.full(len(x), x.shape[1])


def valid_steps(x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return True for every valid step of x (examples, time, ...), shape (examples, time).

    `steps` (examples,): the number of valid steps of every example.
    """
    return np.arange(x.shape[1]) < steps[:, None]
