"""N-grams: sparse counts of the n-grams of tokens that several training examples share."""

from typing import Any

import numpy as np


def keys(x: np.ndarray, order: int, base: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the example and the key of every n-gram of up to `order` neighbouring tokens.

    A key has the tokens as its digits in base `base`, which exceeds every token. Padding (0) ends an n-gram.
    """
    found = []
    for length in range(1, min(order, x.shape[1]) + 1):
        parts = [x[:, at : x.shape[1] - length + 1 + at].astype(np.int64) for at in range(length)]
        rows, times = np.nonzero(np.all([part != 0 for part in parts], axis=0))
        key = np.zeros(len(rows), dtype=np.int64)
        for part in parts:
            key = key * base + part[rows, times]
        found.append((rows, key))
    rows, key = (np.concatenate(each) for each in zip(*found, strict=True))
    return rows, key


def shared(x: np.ndarray, order: int, base: int) -> np.ndarray:
    """Return the sorted keys of the n-grams that at least two examples have; of all n-grams if there are none."""
    rows, key = keys(x, order, base)
    distinct = np.unique(np.stack([key, rows]), axis=1)[0]
    known, examples = np.unique(distinct, return_counts=True)
    return known[examples > 1] if (examples > 1).any() else known


def counts(x: np.ndarray, known: np.ndarray, order: int, base: int) -> Any:
    """Return how often each known n-gram occurs, as a sparse matrix (examples, known n-grams)."""
    from scipy.sparse import csr_array

    rows, key = keys(x, order, base)
    columns = np.minimum(np.searchsorted(known, key), len(known) - 1)
    among = known[columns] == key
    return csr_array((np.ones(among.sum()), (rows[among], columns[among])), shape=(len(x), len(known)))
