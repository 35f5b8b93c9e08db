"""Two small tasks whose examples have any number of labels: the topics of a ticket, and the notes of each chord."""

from typing import Any

import numpy as np

from suite import Data, task
from suite.tasks.task import TASKS, Task

TOPICS = np.array(["billing", "delivery", "urgent"])
SIZES = {"train": 60, "validation": 40, "test": 40}


def tickets(seed: int) -> Data:
    """Eight words of nine; which of the first three words occur?"""
    rng = np.random.default_rng(0)
    x = {split: rng.integers(1, 10, (size, 8)) for split, size in SIZES.items()}
    pairs = {split: (words, (words[..., None] == [1, 2, 3]).any(axis=1).astype(int)) for split, words in x.items()}
    groups = {split: np.array([f"{split}-{k % 2}" for k in range(size)]) for split, size in SIZES.items()}
    return Data(**pairs, groups=groups, preparation={"classes": TOPICS})


def chords(seed: int) -> Data:
    """Three notes that sound or not, six steps or fewer; which sounded a step ago? A fourth note is never heard."""
    rng = np.random.default_rng(seed)

    def split(size: int, steps: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        x = (rng.uniform(size=(size, steps.max(), 3)) < 0.4) & (np.arange(steps.max()) < steps[:, None])[..., None]
        y = np.zeros((*x.shape[:2], 4), dtype=bool)
        y[:, 1:, :3] = x[:, :-1]
        return x.astype("float32"), y

    lengths = {name: rng.integers(3, 7, size) for name, size in SIZES.items()}
    pairs = {name: split(size, np.append(lengths[name][1:], 6)) for name, size in SIZES.items()}
    lengths = {name: np.append(steps[1:], 6) for name, steps in lengths.items()}
    return Data(**pairs, lengths=lengths, extra={"longer": split(20, np.full(20, 9))})


def declared(function: Any, **fields: Any) -> Task:
    """Register one of the two as a task, and return it."""
    own: dict[str, Any] = {"trained_baseline": "bag-of-words", "source": "tickets"}
    if function is chords:
        own = {"per_step": True, "trained_baseline": "lags"}
    common = {"family": "mine", "kind": "multi-label", "metric": "micro_f1", "baseline": "frequent-labels"}
    task(function.__name__, **common | own | fields)(function)
    return TASKS.get(function.__name__)
