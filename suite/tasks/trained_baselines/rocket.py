"""Rocket: the features of MiniRocket (Dempster, Schmidt and Webb 2021), for several channels and lengths.

A feature is the share of positions at which a convolution exceeds a bias. The 84 kernels have nine weights, of which
three are 2 and six are -1; they are dilated, and padded with zeros in every other combination of dilation and kernel.
Biases are quantiles of the convolution of one training example. Channels: the sum over a random few of them.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from suite.tasks.datasets.scaling import valid_steps

LENGTH = 9
KERNELS = tuple(combinations(range(LENGTH), 3))  # the places of the weights that are 2
DILATIONS = 32  # most dilations of a kernel
GOLDEN = (np.sqrt(5) + 1) / 2
BLOCK = 2**17  # values that are convolved at once, so that they stay in the processor's cache


@dataclass(frozen=True)
class Filter:
    """A kernel at a dilation: the places of its large weights, whether it is padded, its channels and its biases."""

    places: tuple[int, ...]
    dilation: int
    padded: bool
    channels: np.ndarray
    biases: np.ndarray


def fit(x: np.ndarray, steps: np.ndarray, features: int) -> list[Filter]:
    """Return filters with about `features` biases in all, fitted to training inputs x (examples, time, channels)."""
    rng, found, used = np.random.default_rng(0), [], 0
    x = _silenced(x, steps)
    for number, (dilation, count) in enumerate(zip(*dilations(x.shape[1], features // len(KERNELS)), strict=True)):
        for kernel, places in enumerate(KERNELS):
            channels, example = _channels(rng, x.shape[2]), rng.integers(len(x))
            quantiles = (np.arange(used + 1, used + count + 1) * GOLDEN) % 1
            own = convolved(x[example : example + 1, : steps[example]], channels, places, dilation)
            biases = np.quantile(own, quantiles).astype(np.float32)
            found.append(Filter(places, int(dilation), (number + kernel) % 2 == 0, channels, biases))
            used += count
    return found


def transform(filters: list[Filter], x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the features of inputs, (examples, biases of all filters) float32, from their valid steps alone.

    A filter without padding that is longer than an input has features of 0.
    """
    x, rows = _silenced(x, steps), max(1, BLOCK // x.shape[1])
    parts = [_features(filters, x[at : at + rows], steps[at : at + rows]) for at in range(0, len(x), rows)]
    return np.concatenate(parts)


def dilations(length: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the dilations for inputs of a length, and how many of a kernel's `count` features each of them has."""
    most = min(count, DILATIONS)
    exponents = np.linspace(0, np.log2(max(length - 1, LENGTH - 1) / (LENGTH - 1)), most)
    found, share = np.unique((2**exponents).astype(int), return_counts=True)
    each = (share * count / most).astype(int)
    each[: count - each.sum()] += 1
    return found, each


def convolved(x: np.ndarray, channels: np.ndarray, places: tuple[int, ...], dilation: int) -> np.ndarray:
    """Return the convolution of the sum of some channels, padded with zeros, (examples, time)."""
    time, reach = x.shape[1], LENGTH // 2 * dilation
    inputs = np.pad(x[..., channels].sum(axis=2), ((0, 0), (reach, reach)))
    found = np.zeros((len(x), time), dtype=np.float32)
    for place in range(LENGTH):
        found += (2 if place in places else -1) * inputs[:, place * dilation : place * dilation + time]
    return found


def _features(filters: list[Filter], x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Return the features of a block of inputs; arrays here begin with time, along which counting is quick."""
    found, place = np.empty((sum(len(one.biases) for one in filters), len(x)), dtype=np.float32), 0
    time = np.arange(x.shape[1])[:, None]
    for one in filters:
        margin = 0 if one.padded else LENGTH // 2 * one.dilation
        counted = (time >= margin) & (time < steps - margin)
        values = np.where(counted, convolved(x, one.channels, one.places, one.dilation).T, -np.inf)
        positions = np.maximum(counted.sum(axis=0), 1)
        for bias in one.biases:
            found[place] = _count(values > bias) / positions
            place += 1
    return found.T


def _count(above: np.ndarray) -> np.ndarray:
    """Return the number of True values in each column, (columns,)."""
    small = above.view(np.uint8)  # adding bytes is several times as quick as counting, up to 255 of them
    return sum(small[at : at + 255].sum(axis=0, dtype=np.uint8).astype(int) for at in range(0, len(small), 255))


def _channels(rng: np.random.Generator, channels: int) -> np.ndarray:
    """Draw which channels a filter sums: up to nine, few of them more often than many."""
    count = int(2 ** rng.uniform(0, np.log2(min(channels, LENGTH) + 1)))
    return rng.choice(channels, count, replace=False)


def _silenced(x: np.ndarray, steps: np.ndarray) -> np.ndarray:
    return np.where(valid_steps(x, steps)[..., None], x, 0).astype(np.float32)
