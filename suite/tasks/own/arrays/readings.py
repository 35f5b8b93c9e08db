"""Readings: whether whole numbers are readings of an instrument rather than tokens, and values that mean "missing"."""

import numpy as np

MANY = 1_000  # tokens of a vocabulary that deserve doubt
TENTH, HALF = 0.1, 0.5  # a tenth of the words of any language makes up more than half of a text
LEVELS = 100  # codes of states are fewer; with more, steps that lie close together are readings
CLOSE = 0.5  # of the distance that steps would have in random order
REPEATED = 3


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
    inside = np.flip(np.cumsum(np.flip(x, axis=1), axis=1), axis=1) > 0  # not padding at the end
    values = x[inside].astype(np.float64)
    both = inside[:, 1:]
    if not both.any():
        return False
    near = np.abs(np.diff(x.astype(np.float64), axis=1))[both].mean()
    far = np.abs(values - np.random.default_rng(0).permutation(values)).mean()
    return bool(near < CLOSE * far)


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
