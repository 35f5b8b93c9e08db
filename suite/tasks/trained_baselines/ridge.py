"""Ridge: ridge regressions with several penalties at once, quick even with more columns than rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

PENALTIES = np.logspace(-1, 5, 7)


@dataclass(frozen=True)
class Ridge:
    """A linear predictor of several outputs: ((x - mean) / scale) @ weights + intercept."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray
    intercept: np.ndarray

    def __call__(self, matrix: np.ndarray) -> np.ndarray:
        """Return the outputs of rows, (rows, outputs)."""
        return ((matrix - self.mean) / self.scale) @ self.weights + self.intercept


def ridges(matrix: np.ndarray, y: np.ndarray, shares: np.ndarray) -> Iterator[Ridge]:
    """Yield the ridge regression of y (rows, outputs) on standardised columns, for each penalty.

    `shares` (rows,): the weight of each row, 1 on average. The intercept is not penalised.
    """
    from scipy.linalg import cho_factor, cho_solve

    mean, intercept = (np.average(values, axis=0, weights=shares) for values in (matrix, y))
    spread = np.sqrt(np.average((matrix - mean) ** 2, axis=0, weights=shares))
    scale, root = np.where(spread > 0, spread, 1.0), np.sqrt(shares)[:, None]
    left, right = root * (matrix - mean) / scale, root * (y - intercept)
    wide = left.shape[0] <= left.shape[1]
    gram = left @ left.T if wide else left.T @ left
    for penalty in PENALTIES:
        factor = cho_factor(gram + penalty * np.eye(len(gram)))
        weights = left.T @ cho_solve(factor, right) if wide else cho_solve(factor, left.T @ right)
        yield Ridge(mean, scale, weights, intercept)
