"""Units: finds the sets of examples that must stay in one split, because they are equal or of the same group."""

from collections.abc import Hashable, Iterable

import numpy as np

from suite.errors import names_of


def unit_numbers(contents: Iterable[Hashable], groups: np.ndarray | None = None) -> np.ndarray:
    """Return a unit number for every example (examples,); examples with the same number must stay in one split.

    Examples are in one unit if they have equal contents, are in one group, or are linked by a chain of such pairs.
    """
    seen: dict[Hashable, int] = {}
    content = np.array([seen.setdefault(each, len(seen)) for each in contents])
    if groups is None:
        return content
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, group = np.unique(groups, return_inverse=True)
    size = len(seen) + len(names)
    shared = coo_array((np.ones(len(content)), (content, len(seen) + group)), shape=(size, size))
    return connected_components(shared, directed=False)[1][content]


def fewest_units(units: np.ndarray, labels: np.ndarray | None) -> tuple[int, str]:
    """Return the number of units in the class with the fewest units, and "class '...' has " ("" without labels)."""
    if labels is None:
        return len(np.unique(units)), ""
    counts = (
        (len(np.unique(units[labels == label])), f"class '{names_of([str(label)])}' has ")
        for label in np.unique(labels)
    )
    return min(counts, key=lambda one: one[0])
