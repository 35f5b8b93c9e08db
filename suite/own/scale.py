"""Scale: mean and standard deviation of each feature, fitted on the training split alone."""

from collections.abc import Sequence

import numpy as np


def standardised(
    parts: Sequence[np.ndarray], steps: Sequence[np.ndarray]
) -> tuple[list[np.ndarray], dict[str, np.ndarray]]:
    """The splits' x (examples, time, features) in units of the first one's spread, float32, and its `mean`, `scale`.

    Only the valid `steps` (examples,) of each example count; padding is zero. A feature without spread keeps its unit.
    """
    valid = [np.arange(x.shape[1]) < length[:, None] for x, length in zip(parts, steps, strict=True)]
    fitted = np.asarray(parts[0], dtype=np.float64)[valid[0]]
    mean, spread = fitted.mean(axis=0), fitted.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    scaled = [np.where(mask[..., None], (x - mean) / scale, 0) for x, mask in zip(parts, valid, strict=True)]
    return [x.astype(np.float32) for x in scaled], {"mean": mean, "scale": scale}


def whole(x: np.ndarray) -> np.ndarray:
    """The steps of examples without padding, shape (examples,)."""
    return np.full(len(x), x.shape[1])
