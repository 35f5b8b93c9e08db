"""Splits: rows drawn for testing or validation, the same share of every class."""

import numpy as np


def draw(seed: int, labels: np.ndarray, rows: np.ndarray, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Splits `rows` (indices into `labels`) in two, the second part a share of every class; both in random order."""
    rng = np.random.default_rng(seed)
    classes = [rng.permutation(rows[labels[rows] == label]) for label in np.unique(labels[rows])]
    cuts = [round(share * len(members)) for members in classes]
    drawn = np.concatenate([members[:cut] for members, cut in zip(classes, cuts, strict=True)])
    rest = np.concatenate([members[cut:] for members, cut in zip(classes, cuts, strict=True)])
    return rng.permutation(rest), rng.permutation(drawn)


def three_ways(seed: int, labels: np.ndarray, test: np.ndarray, share: float) -> dict[str, np.ndarray]:
    """Rows of the three splits: `test` as given, of all others a share of every class for validation."""
    others = np.setdiff1d(np.arange(len(labels)), test)
    train, validation = draw(seed, labels, others, share)
    return {"train": train, "validation": validation, "test": test}
