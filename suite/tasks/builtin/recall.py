"""Recall: generated tasks on what must be found by its content, because its place varies."""

from functools import partial

import numpy as np

from suite.errors import RequestError
from suite.tasks.builtin.memory import distinct_rows
from suite.tasks.data import SPLITS, Data, Split
from suite.tasks.datasets.splits import sizes
from suite.tasks.task import task

SELECTED, SYMBOLS = 8, 8
NOISE, ANSWER = SYMBOLS + 1, SYMBOLS + 2
KEYS, VALUES = 16, SYMBOLS
TRIGGER = SYMBOLS + 1

recall_by_content = partial(
    task,
    family="memory",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline="flattened",
    ceiling=1.0,
    solved=0.99,
    licence="none (generated)",
    tags=("long-term",),
    classes=SYMBOLS,
)


@recall_by_content(
    "selective-copying-{length}",
    source="generated (Gu and Dao 2023)",
    per_step=True,
    vocabulary=ANSWER + 1,
    lengths=(24, 48),
)
def selective_copying(seed: int, length: int, examples: int = 4_000) -> Data:
    """Eight symbols out of eight kinds, at random steps among noise: recall them in order afterwards. Generated.

    Only the last eight of the length + 8 steps are evaluated. Best possible accuracy: 1; without memory it is 1/8.
    """
    if length < SELECTED:
        raise RequestError(f"selective-copying-{length} is too short for its symbols: choose at least {SELECTED}")
    rng = np.random.default_rng(seed)
    train, validation, test = (_selected(rng, count, length) for count in sizes(examples))
    scored = {split: x == ANSWER for split, (x, _) in zip(SPLITS, (train, validation, test), strict=True)}
    return Data(train, validation, test, scored=scored)


def _selected(rng: np.random.Generator, count: int, length: int) -> Split:
    symbols = rng.integers(0, SYMBOLS, (count, SELECTED))
    places = np.sort(rng.random((count, length)).argsort(axis=1)[:, :SELECTED], axis=1)
    x = np.full((count, length + SELECTED), ANSWER, dtype=np.int32)
    x[:, :length] = NOISE
    np.put_along_axis(x, places, (symbols + 1).astype(np.int32), axis=1)
    y = np.zeros(x.shape, dtype=np.int64)
    y[:, length:] = symbols
    return x, y


@recall_by_content(
    "associative-recall-{length}",
    source="generated (Arora et al. 2023)",
    per_step=True,
    vocabulary=1 + KEYS + VALUES + 1,
    lengths=(16, 32),
)
def associative_recall(seed: int, length: int, examples: int = 4_000) -> Data:
    """Pairs of a key and a value, then the keys again, in any order: which value does each have? Generated.

    One pair for every four steps, and gaps of random size between the questions. Only the steps that ask are evaluated.
    Best possible accuracy: 1; one of eight values is right by chance.
    """
    if not 4 <= length <= 4 * KEYS:
        raise RequestError(f"associative-recall-{length} needs 1 to {KEYS} pairs: choose a length from 4 to {4 * KEYS}")
    rng = np.random.default_rng(seed)
    train, validation, test = (_paired(rng, count, length) for count in sizes(examples))
    later = np.arange(length) >= 2 * (length // 4)
    scored = {split: later & (x <= KEYS) for split, (x, _) in zip(SPLITS, (train, validation, test), strict=True)}
    return Data(train, validation, test, scored=scored)


def _paired(rng: np.random.Generator, count: int, length: int) -> Split:
    """Tokens: keys, then values, then one for a gap."""
    pairs, rows = length // 4, np.arange(count)[:, None]
    keys = rng.random((count, KEYS)).argsort(axis=1)[:, :pairs]
    values = rng.integers(0, VALUES, (count, pairs))
    x, y = np.full((count, length), KEYS + VALUES + 1, dtype=np.int32), np.zeros((count, length), dtype=np.int64)
    x[:, : 2 * pairs : 2], x[:, 1 : 2 * pairs : 2] = keys + 1, values + KEYS + 1
    asked = rng.random((count, pairs)).argsort(axis=1)
    steps = 2 * pairs + rng.random((count, length - 2 * pairs)).argsort(axis=1)[:, :pairs]
    x[rows, steps], y[rows, steps] = keys[rows, asked] + 1, values[rows, asked]
    return x, y


@recall_by_content(
    "induction-heads-{length}",
    source="generated (Olsson et al. 2022, as in Gu and Dao 2023)",
    vocabulary=TRIGGER + 1,
    lengths=(32, 64),
)
def induction_heads(seed: int, length: int, examples: int = 4_000) -> Data:
    """Random symbols; one special token comes somewhere and again at the end: which symbol followed it? Generated.

    Best possible accuracy: 1; one of eight symbols is right by chance.
    """
    if length < 3:
        raise RequestError(f"induction-heads-{length} is too short: choose at least 3")
    rng = np.random.default_rng(seed)
    parts = distinct_rows(rng, examples, length - 2, (1, SYMBOLS), f"induction-heads-{length}")
    train, validation, test = (_triggered(rng, part) for part in parts)
    return Data(train, validation, test)


def _triggered(rng: np.random.Generator, symbols: np.ndarray) -> Split:
    count, others = symbols.shape
    place, steps = rng.integers(0, others, count), np.arange(others + 1)
    x = np.full((count, others + 2), TRIGGER, dtype=np.int32)
    x[:, :-1][steps != place[:, None]] = symbols.ravel()
    return x, symbols[np.arange(count), place].astype(np.int64) - 1
