"""Labels: the targets of multi-label tasks, where an example has any number of labels at once."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

THRESHOLD = 0.5
SEPARATOR = "; "


def indicators(each: Iterable[Iterable[str]], names: Sequence[str] | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of all labels (labels,), and which of them every example has: 0 or 1, (examples, labels), int64.

    `each`: the labels of every example; one that is named twice counts once. `names`: all labels in their order; by
    default, those that occur, sorted. Raise KeyError if a label is not among the names.
    """
    sets = [set(own) for own in each]
    known = np.array(sorted(set().union(*sets)) if names is None else names, dtype=str)
    place = {name: column for column, name in enumerate(known.tolist())}
    y = np.zeros((len(sets), len(known)), dtype=np.int64)
    for row, own in zip(y, sets, strict=True):
        row[[place[name] for name in own]] = 1
    return known, y


def chosen(probabilities: np.ndarray) -> np.ndarray:
    """Return which labels are predicted: those with a probability of at least 0.5."""
    return probabilities >= THRESHOLD


def varying(present: np.ndarray) -> np.ndarray:
    """Return which labels are present in some rows and absent in others; `present` is (rows, labels)."""
    return (present != present[:1]).any(axis=0)


def joined(present: np.ndarray, names: Sequence[Any] | np.ndarray) -> list[str]:
    """Return the names of the labels of every row of `present` (rows, labels), joined by "; "."""
    return [SEPARATOR.join(str(names[place]) for place in np.flatnonzero(row)) for row in present]
