"""Stepwise: tasks on generated sequences that have a target at every step."""

from functools import partial

import numpy as np

from suite.tasks.builtin.memory import distinct_rows
from suite.tasks.data import SPLITS, Data, Split
from suite.tasks.datasets.splits import sizes
from suite.tasks.task import task

SYMBOLS = 8
COPIED = 10
BLANK, DELIMITER = SYMBOLS + 1, SYMBOLS + 2
BITS = (1, 2)  # the tokens for the bits 0 and 1
STRETCH = 4


every_step = partial(
    task,
    family="memory",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    trained_baseline="flattened",
    per_step=True,
    ceiling=1.0,
    solved=0.99,
    licence="none (generated)",
)


@every_step(
    "copy-{length}",
    source="generated (Arjovsky et al. 2016)",
    tags=("long-term",),
    vocabulary=DELIMITER + 1,
    lengths=(10, 50, 200),
)
def copy(seed: int, length: int, examples: int = 2_000) -> Data:
    """Ten symbols out of eight kinds, blanks, a delimiter, and ten blanks: recall the ten in order. Generated.

    Only the last ten of the length + 20 steps are evaluated. Best possible accuracy: 1, which a linear model of all
    earlier steps reaches; without memory it is 1/8.
    """
    rng = np.random.default_rng(seed)
    train, validation, test = (_copies(rng, count, length) for count in sizes(examples))
    last_ten = np.arange(length + 2 * COPIED) >= length + COPIED
    mask = {split: np.tile(last_ten, (count, 1)) for split, count in zip(SPLITS, sizes(examples), strict=True)}
    return Data(train, validation, test, scored=mask)


def _copies(rng: np.random.Generator, count: int, length: int) -> Split:
    symbols = rng.permutation(np.arange(count * COPIED) % SYMBOLS).reshape(count, COPIED)
    x = np.full((count, length + 2 * COPIED), BLANK, dtype=np.int32)
    x[:, :COPIED] = symbols + 1
    x[:, -COPIED - 1] = DELIMITER
    y = np.zeros(x.shape, dtype=np.int64)
    y[:, -COPIED:] = symbols
    return x, y


@every_step("parity-{length}", vocabulary=BITS[1] + 1, lengths=(20, 40, 80))
def parity(seed: int, length: int, examples: int = 2_000) -> Data:
    """Random bits; at every step, is the number of ones so far odd (1) or even (0)? Generated.

    Also tested on sequences four times as long. Best possible accuracy: 1; without memory it is 1/2.
    """
    rng = np.random.default_rng(seed)
    train, validation, test = map(_running_parity, distinct_rows(rng, examples, length, BITS, f"parity-{length}"))
    longer = rng.integers(*BITS, (len(test[0]), STRETCH * length), dtype=np.int32, endpoint=True)
    return Data(train, validation, test, extra={f"test-{STRETCH}x": _running_parity(longer)})


def _running_parity(x: np.ndarray) -> Split:
    return x, (np.cumsum(x == BITS[1], axis=1) % 2).astype(np.int64)
