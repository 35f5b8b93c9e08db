"""Rare: merges or leaves out the classes that have too few examples for every split."""

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from suite.errors import RequestError, names_of, one_of
from suite.tasks.datasets.folds import SPLITS_NEED, units_needed
from suite.tasks.datasets.units import unit_numbers
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.sheet import Fact

OTHER, DROP = "other", "drop"


class Merged(NamedTuple):
    """The `rows` that are kept, the `labels` of these rows, and `facts` for the data sheet."""

    rows: np.ndarray
    labels: np.ndarray
    facts: dict[str, Fact]


def check_rare(rare: str | None) -> None:
    """Raise RequestError unless `rare` is None, "other" or "drop"."""
    if rare is not None:
        one_of("rare", rare, (OTHER, DROP))


def merged(
    labels: np.ndarray,
    contents: Sequence[Hashable],
    groups: np.ndarray | None,
    rare: str | None,
    where: str,
    fold: Fold = ONE_SPLIT,
    split: np.ndarray | None = None,
) -> Merged:
    """Name all rare classes "other" (`rare="other"`), or leave out their examples (`rare="drop"`).

    A class is rare if it has fewer different `contents` or `groups` than the splits need: three, or more with folds;
    with given splits (`split`: the split of each example), one in training, or two if the validation split is to be
    drawn. Raise RequestError, which names the argument, if a class is too rare for three splits and `rare` is None, or
    if all rare classes together are still too rare.
    """
    units, what = unit_numbers(contents, groups), "different examples" if groups is None else "groups"
    if len(np.unique(labels)) < 2:  # the splits refuse this themselves
        return Merged(np.arange(len(labels)), labels, {})
    counted = np.full(len(labels), True) if split is None else split == "train"
    least = units_needed(fold) if split is None else 1 + ("validation" not in split)
    chosen = _rare(labels, units, counted, SPLITS_NEED if rare is None and split is None else least)
    if rare is None and split is None and chosen.any():
        _refuse(labels, units, chosen, f"{where}: ", what)
    if rare is None or not chosen.any():
        return Merged(np.arange(len(labels)), labels, {})
    names, counts = np.unique(labels[chosen], return_counts=True)
    fact = dict(zip(map(str, names), counts.tolist(), strict=True))
    if rare == DROP:
        return Merged(np.flatnonzero(~chosen), labels[~chosen], {"rare classes left out (with their examples)": fact})
    together = np.where(chosen, OTHER, labels.astype(str))
    if _rare(together, units, counted, least)[chosen].any():
        found = len(np.unique(units[counted & (together == OTHER)]))
        fault = f"the rare classes have only {found} {what} together, but {least} are needed"
        raise RequestError(f'{where}: {fault}: leave them out by rare="{DROP}", or add some')
    return Merged(np.arange(len(labels)), together, {"rare classes merged into 'other' (with their examples)": fact})


def _rare(labels: np.ndarray, units: np.ndarray, counted: np.ndarray, least: int) -> np.ndarray:
    """Return True for every example whose class has fewer than `least` units among the `counted` examples."""
    _, label = np.unique(labels, return_inverse=True)
    pairs = np.unique(np.column_stack([label, units])[counted], axis=0)
    return np.bincount(pairs[:, 0], minlength=label.max() + 1)[label] < least


def _refuse(labels: np.ndarray, units: np.ndarray, chosen: np.ndarray, where: str, what: str) -> None:
    """Raise RequestError that names the rarest class, and the values of `rare=` that would help."""
    names = np.unique(labels[chosen])
    counts = [len(np.unique(units[labels == name])) for name in names]
    rarest = int(np.argmin(counts))
    fault = f"class '{names_of([str(names[rarest])])}' has {counts[rarest]} {what}, but three splits need {SPLITS_NEED}"
    more = f" ({len(names) - 1} more classes have too few)" if len(names) > 1 else ""
    left = len(np.unique(labels)) - len(names)
    ways = [f'rare="{OTHER}"'] if left and len(np.unique(units[chosen])) >= SPLITS_NEED else []
    ways += [f'rare="{DROP}"'] if left > 1 else []
    raise RequestError(f"{where}{fault}{more}: add some{', or say ' if ways else ''}{' or '.join(ways)}")
