"""Array notices: what looks wrong in arrays, though it may be right: axes in another order, numbers for "missing"."""

from collections.abc import Iterator

import numpy as np

from suite.tasks.datasets.scaling import valid_steps, whole
from suite.tasks.own.arrays.readings import marker

NAMES = 3


def doubts(
    where: str, x: np.ndarray, lengths: np.ndarray | None, layout: str | None, tokens: bool | None,
    absent: bool, whole_numbers: bool,
) -> Iterator[str]:  # fmt: skip
    """Yield a notice for everything that looks wrong in x and that no argument settles.

    `absent`: whether the user says which numbers mean "missing". `whole_numbers`: whether x was given as integers.
    """
    if np.issubdtype(x.dtype, np.integer):
        if tokens is None:
            yield from _zeros(where, x, lengths)
        return
    if tokens is None and whole_numbers and x.min() == -1:
        yield f"{where}: x are whole numbers from -1: say tokens=False, or replace -1 by 0 if it is padding of tokens"
    if layout is None:
        yield from _axes(where, *x.shape[1:])
    if not absent:
        yield from _markers(where, x[valid_steps(x, whole(x) if lengths is None else lengths)])


def _zeros(where: str, x: np.ndarray, lengths: np.ndarray | None) -> Iterator[str]:
    inside = np.flip(np.cumsum(np.flip(x, axis=1), axis=1), axis=1) > 0
    count = int((inside & (x == 0)).any(axis=1).sum())
    if count:
        fault = f"{where}: x is 0 before the end of {count:,} of {len(x):,} examples, but 0 means padding"
        yield f"{fault}: add 1 to every token, or say tokens=True if this is right, or tokens=False for values"


def _axes(where: str, steps: int, features: int) -> Iterator[str]:
    if features > steps or steps == 1:
        shape = f"{where}: x has {steps:,} step{'s' if steps > 1 else ''} of {features:,} features"
        yield f"{shape}: say layout='channels-first' if the axes are the other way round, or layout='time-first'"


def _markers(where: str, values: np.ndarray) -> Iterator[str]:
    found = {feature: marker(values[:, feature]) for feature in range(values.shape[1])}
    places = [feature for feature, number in found.items() if number is not None]
    if places:
        number = found[places[0]]
        which = ", ".join(map(str, places[:NAMES])) + (" and more" if len(places) > NAMES else "")
        fault = f"{where}: {number:g} is repeated in x (feature {which}), far from all other values"
        yield f"{fault}: say absent={number:g} if it means 'missing', or absent=[]"
