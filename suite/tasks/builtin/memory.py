"""Memory: generated sequences whose target depends on much earlier steps; each task is a sweep over the length."""

from functools import partial

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Data, Split
from suite.tasks.datasets.splits import sizes
from suite.tasks.task import task

FIRST_SYMBOLS = (1, 2)
DISTRACTORS = (3, 10)
FILLERS = (1, 4)
ORDERED = (5, 6)


memory = partial(task, family="memory", licence="none (generated)", tags=("long-term",))
classification = partial(
    memory, kind="classification", metric="accuracy", baseline="majority", ceiling=1.0, solved=0.99
)


@classification(
    "recall-{length}", trained_baseline="bag-of-words", vocabulary=DISTRACTORS[1] + 1, lengths=(10, 30, 100)
)
def recall(seed: int, length: int, examples: int = 2_000) -> Data:
    """A sequence begins with one of two symbols, then eight others distract; which was the first? Generated.

    Best possible accuracy: 1, which a bag of words reaches; the difficulty is to carry the symbol through time.
    """
    rng = np.random.default_rng(seed)
    parts = distinct_rows(rng, examples, length - 1, DISTRACTORS, f"recall-{length}")
    train, validation, test = (_with_first_symbol(rng, part) for part in parts)
    return Data(train, validation, test)


def distinct_rows(
    rng: np.random.Generator, examples: int, length: int, symbols: tuple[int, int], name: str
) -> list[np.ndarray]:
    """Draw random sequences of symbols for each split, all different, with shape (rows, length).

    `symbols`: the first and the last symbol to draw. Raise RequestError, which names the task, if too few sequences
    differ.
    """
    drawn = rng.integers(*symbols, (2 * sum(sizes(examples)), length), dtype=np.int32, endpoint=True)
    return distinct(drawn, examples, name)


def distinct(drawn: np.ndarray, examples: int, name: str) -> list[np.ndarray]:
    """Return the first different rows of `drawn` for each split, in their order; errors are as in `distinct_rows`."""
    *ends, count = np.cumsum(sizes(examples))
    _, first_places = np.unique(drawn, axis=0, return_index=True)
    if len(first_places) < count:
        raise RequestError(
            f"{name} is too short for {count} different sequences: choose a longer one or fewer examples"
        )
    return np.split(drawn[np.sort(first_places)[:count]], ends)


def _with_first_symbol(rng: np.random.Generator, distractors: np.ndarray) -> Split:
    y = rng.permutation(np.arange(len(distractors)) % 2)
    first = np.array(FIRST_SYMBOLS, dtype=np.int32)[y]
    return np.column_stack([first, distractors]), y


@memory(
    "adding-{length}",
    kind="regression",
    metric="mse",
    baseline="mean",
    trained_baseline="flattened",
    ceiling=0.0,
    solved=0.01,
    source="generated (Hochreiter and Schmidhuber 1997)",
    lengths=(50, 100, 200),
)
def adding(seed: int, length: int, examples: int = 10_000) -> Data:
    """Numbers from 0 to 1, one marked in each half of the sequence; what is the sum of the marked two? Generated.

    Best possible squared error: 0; the mean predictor's is 1/6.
    """
    rng = np.random.default_rng(seed)
    train, validation, test = (_marked_sums(rng, count, length) for count in sizes(examples))
    return Data(train, validation, test)


def _marked_sums(rng: np.random.Generator, count: int, length: int) -> Split:
    values = rng.random((count, length), dtype=np.float32)
    halves = (0, length // 2), (length // 2, length)
    marked = np.column_stack([rng.integers(start, stop, count) for start, stop in halves])
    markers = np.zeros_like(values)
    np.put_along_axis(markers, marked, 1, axis=1)
    return np.stack([values, markers], axis=2), np.take_along_axis(values, marked, axis=1).sum(axis=1)


@classification(
    "temporal-order-{length}",
    trained_baseline="flattened",
    source="generated (Hochreiter and Schmidhuber 1997, experiment 6a)",
    vocabulary=ORDERED[1] + 1,
    lengths=(50, 100, 200),
)
def temporal_order(seed: int, length: int, examples: int = 4_000) -> Data:
    """X or Y is in the second tenth of a sequence and again after its middle; which two, in which order? Generated.

    Best possible accuracy: 1, which a linear model of the whole sequence reaches; the difficulty is to carry the
    symbols through time.
    """
    if length < 10:
        raise RequestError(
            f"temporal-order-{length} is too short: its symbols are placed by tenths: choose at least 10"
        )
    rng = np.random.default_rng(seed)
    parts = distinct_rows(rng, examples, length - 2, FILLERS, f"temporal-order-{length}")
    train, validation, test = (_with_ordered_symbols(rng, part) for part in parts)
    return Data(train, validation, test)


def _with_ordered_symbols(rng: np.random.Generator, fillers: np.ndarray) -> Split:
    count, length = len(fillers), fillers.shape[1] + 2
    y = rng.permutation(np.arange(count) % 4)
    x = np.zeros((count, length), dtype=np.int32)
    for tenths, symbol in ((1, y // 2), (5, y % 2)):
        places = rng.integers(tenths * length // 10, (tenths + 1) * length // 10, count, endpoint=True)
        x[np.arange(count), places] = ORDERED[0] + symbol
    x[x == 0] = fillers.ravel()
    return x, y
