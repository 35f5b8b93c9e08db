"""Doubts: what looks wrong in arrays, though it may be right: readings or tokens, other axes, numbers for "missing"."""

from collections.abc import Iterator

import numpy as np

from suite.tasks.datasets.scaling import valid_steps, whole

MANY = 1_000  # tokens of a vocabulary that deserve doubt
TENTH, HALF = 0.1, 0.5  # a tenth of the words of any language makes up more than half of a text
LEVELS = 100  # codes of states are fewer; with more, steps that lie close together are readings
CLOSE = 0.5  # of the distance that steps would have in random order
REPEATED = 3
NAMES = 3


def why_readings(x: np.ndarray) -> str:
    """Return why whole numbers x (examples, time) are readings, such as pixels or volts; "" if they may be tokens."""
    if x.min() < 0:
        return "some are negative"
    if x.max() >= MANY and not _concentrated(x):
        return f"as tokens they would be a vocabulary of {int(x.max()) + 1:,}, of which most are rare"
    if x.max() >= LEVELS and x.dtype.itemsize == 1:
        return "they are numbers of 8 bits, as in images and sounds"
    if x.max() >= LEVELS and _smooth(x):
        return "neighbouring steps are close to each other"
    return ""


def _concentrated(x: np.ndarray) -> bool:
    """Return whether the most frequent tenth of the different values makes up half of all of them, as with words."""
    counts = np.sort(np.unique(x[x != 0], return_counts=True)[1])[::-1]
    return counts[: max(int(TENTH * len(counts)), 1)].sum() > HALF * counts.sum()


def _smooth(x: np.ndarray) -> bool:
    """Return whether the steps within an example are closer to each other than in random order."""
    inside = _inside(x)
    values = x[inside].astype(np.float64)
    both = inside[:, 1:]
    if not both.any():
        return False
    near = np.abs(np.diff(x.astype(np.float64), axis=1))[both].mean()
    far = np.abs(values - np.random.default_rng(0).permutation(values)).mean()
    return bool(near < CLOSE * far)


def _inside(x: np.ndarray) -> np.ndarray:
    """Return True for every step of tokens x (examples, time) but the padding at the end, of their shape."""
    return np.flip(np.cumsum(np.flip(x, axis=1), axis=1), axis=1) > 0


def marker(values: np.ndarray) -> float | None:
    """Return a number such as -999 that is repeated and lies far from all other values (any shape), or None."""
    finite = values[np.isfinite(values)]
    if not finite.size:
        return None
    for extreme in (finite.min(), finite.max()):
        others = finite[finite != extreme]
        digits = f"{abs(extreme):.10g}".replace(".", "")
        if len(digits) < 2 or set(digits) != {"9"} or len(finite) - len(others) < REPEATED or not others.size:
            continue
        gap = np.abs(others - extreme).min()
        if gap > max(others.max() - others.min(), np.abs(others).max() / 2):
            return float(extreme)
    return None


def doubts(
    where: str, x: np.ndarray, lengths: np.ndarray | None, layout: str | None, tokens: bool | None,
    absent: bool, whole_numbers: bool,
) -> Iterator[str]:  # fmt: skip
    """Yield a notice for everything that looks wrong in x and that no argument settles.

    `absent`: whether the user says which numbers mean "missing". `whole_numbers`: whether x was given as integers.
    """
    if np.issubdtype(x.dtype, np.integer):
        if tokens is None:
            yield from _zeros(where, x)
        return
    if tokens is None and whole_numbers and x.min() == -1:
        yield f"{where}: x are whole numbers from -1: say tokens=False, or replace -1 by 0 if it is padding of tokens"
    if layout is None:
        yield from _axes(where, *x.shape[1:])
    if not absent:
        yield from _markers(where, x[valid_steps(x, whole(x) if lengths is None else lengths)])


def _zeros(where: str, x: np.ndarray) -> Iterator[str]:
    count = int((_inside(x) & (x == 0)).any(axis=1).sum())
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
