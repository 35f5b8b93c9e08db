"""Reasoning: generated tasks whose state must be updated at every step, or that must be parsed."""

import random
from functools import cache, partial
from itertools import combinations, pairwise, permutations
from statistics import median

import numpy as np

from suite.errors import RequestError
from suite.tasks.builtin.memory import distinct, distinct_rows
from suite.tasks.builtin.stepwise import STRETCH
from suite.tasks.data import Data, Split
from suite.tasks.datasets.splits import sizes
from suite.tasks.task import task

DIGITS, CLOSE, MOST_ARGUMENTS = 10, 15, 4
DIGIT_SHARE = 0.3  # of the arguments that have room for an operation
OPERATIONS = (max, min, lambda values: int(median(values)), lambda values: sum(values) % DIGITS)

reasoning = partial(
    task,
    family="reasoning",
    kind="classification",
    metric="accuracy",
    baseline="majority",
    ceiling=1.0,
    solved=0.99,
    licence="none (generated)",
)
state_tracking = partial(reasoning, source="generated (Merrill et al. 2024)", per_step=True, lengths=(16,))


@state_tracking(
    "state-tracking-s3-{length}",
    title="State tracking in S3 ({length} steps)",
    trained_baseline="flattened",
    vocabulary=5,
    classes=6,
)
def state_tracking_s3(seed: int, length: int, examples: int = 2_000) -> Data:
    """Three cups; at every step two of them swap, or none: in which order do they stand now? Generated.

    That is the word problem of the group S3. Also tested on sequences four times as long. Best possible accuracy: 1;
    without memory it is 1/6.
    """
    return _tracked(seed, length, examples, 3)


@state_tracking(
    "state-tracking-s5-{length}",
    title="State tracking in S5 ({length} steps)",
    trained_baseline="bag-of-words",
    vocabulary=12,
    classes=120,
)
def state_tracking_s5(seed: int, length: int, examples: int = 4_000) -> Data:
    """Five cups; at every step two of them swap, or none: in which order do they stand now? Generated.

    That is the word problem of the group S5, which no network of constant depth without a state can solve at every
    length (if TC0 and NC1 differ). Also tested on sequences four times as long. Best possible accuracy: 1; without
    memory it is 1/120.
    """
    return _tracked(seed, length, examples, 5)


def _tracked(seed: int, length: int, examples: int, items: int) -> Data:
    rng = np.random.default_rng(seed)
    tokens = (1, len(products(items)))
    name = f"state-tracking-s{items}-{length}"
    train, validation, test = (_states(x, items) for x in distinct_rows(rng, examples, length, tokens, name))
    longer = rng.integers(*tokens, (len(test[0]), STRETCH * length), dtype=np.int32, endpoint=True)
    return Data(train, validation, test, extra={f"test-{STRETCH}x": _states(longer, items)})


@cache
def products(items: int) -> np.ndarray:
    """Return [token - 1, order before] -> order after, where the first token swaps none, and each other one a pair.

    Orders are numbered as `itertools.permutations` lists them; the initial order is number 0.
    """
    orders = list(permutations(range(items)))
    number = {order: place for place, order in enumerate(orders)}
    swaps = [(0, 0), *combinations(range(items), 2)]
    return np.array([[number[_swapped(order, *pair)] for order in orders] for pair in swaps])


def _swapped(order: tuple[int, ...], one: int, other: int) -> tuple[int, ...]:
    changed = list(order)
    changed[one], changed[other] = order[other], order[one]
    return tuple(changed)


def _states(x: np.ndarray, items: int) -> Split:
    y, after = np.zeros(x.shape, dtype=np.int64), products(items)
    state = np.zeros(len(x), dtype=np.int64)
    for step in range(x.shape[1]):
        state = y[:, step] = after[x[:, step] - 1, state]
    return x, y


@reasoning(
    "list-ops-{length}",
    title="ListOps ({length} steps)",
    source="generated (Nangia and Bowman 2018)",
    trained_baseline="bag-of-words",
    vocabulary=CLOSE + 1,
    tags=("variable-length",),
    classes=DIGITS,
    lengths=(20, 40),
)
def list_ops(seed: int, length: int, examples: int = 4_000) -> Data:
    """Nested lists of digits under MAX, MIN, MED (median) or SM (sum modulo 10): which digit results? Generated.

    Expressions have at most `length` tokens. Best possible accuracy: 1; one of ten digits is right by chance.
    """
    if length < 4:
        raise RequestError(f"list-ops-{length} is too short for an operation: choose at least 4")
    rng = random.Random(seed)  # NumPy's generator takes several times as long for single draws
    drawn = np.zeros((2 * sum(sizes(examples)), length + 1), dtype=np.int32)
    for row in drawn:
        tokens, result = _operation(rng, length)
        row[: len(tokens)], row[-1] = tokens, result
    parts = distinct(drawn, examples, f"list-ops-{length}")
    train, validation, test = ((part[:, :-1], part[:, -1].astype(np.int64)) for part in parts)
    return Data(train, validation, test)


def _operation(rng: random.Random, room: int) -> tuple[list[int], int]:
    """Return the tokens and the result of an operation of at most `room` tokens, which are at least four.

    Tokens: the digits from 1, then the operations, then the closing bracket.
    """
    operation, count = rng.randrange(len(OPERATIONS)), rng.randint(2, min(MOST_ARGUMENTS, room - 2))
    borders = [0, *sorted(rng.sample(range(1, room - 2), count - 1)), room - 2]
    arguments = [_argument(rng, end - start) for start, end in pairwise(borders)]
    tokens = [token for tokens, _ in arguments for token in tokens]
    return [DIGITS + 1 + operation, *tokens, CLOSE], OPERATIONS[operation]([result for _, result in arguments])


def _argument(rng: random.Random, room: int) -> tuple[list[int], int]:
    if room >= 4 and rng.random() >= DIGIT_SHARE:
        return _operation(rng, room)
    digit = rng.randrange(DIGITS)
    return [digit + 1], digit
