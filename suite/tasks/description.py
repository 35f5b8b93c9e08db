"""Description: what task.json says of a task and its data."""

from dataclasses import asdict
from typing import Any

import numpy as np

from suite.tasks.baselines import named
from suite.tasks.data import SPLITS, Data
from suite.tasks.task import Task

EXAMPLES_SHOWN = 3
FIELDS_SHOWN = (
    "name", "family", "kind", "per_step", "metric", "direction", "description", "version", "ceiling", "solved",
    "licence", "source", "sweep", "length",
)  # fmt: skip


def describe(task: Task, data: Data) -> dict[str, Any]:
    """What task.json says of a task: plain values, with up to three training examples to four significant digits."""
    return {field: getattr(task, field) for field in FIELDS_SHOWN} | {
        "perfect": task.headline.perfect,
        **named(task),
        "tags": list(task.tags),
        "sizes": {split: len(getattr(data, split)[0]) for split in SPLITS},
        "signature": asdict(task.signature(data)),
        "examples": _shown(data),
    }


def _shown(data: Data) -> list[dict[str, Any]]:
    """Input, target and valid steps, and the words where the input is tokens of a known vocabulary."""
    parts, words = (*data.train, data.steps("train")), data.preparation.get("vocabulary")
    shown = zip(*(part[:EXAMPLES_SHOWN] for part in parts), strict=True)
    found = [{"x": _rounded(x), "y": _rounded(y), "length": int(length)} for x, y, length in shown]
    tokens = data.train[0]
    if np.ndim(words) != 1 or not np.issubdtype(tokens.dtype, np.integer) or tokens.max() >= len(words):
        return found
    return [one | {"text": " ".join(str(words[token]) for token in one["x"][: one["length"]])} for one in found]


def _rounded(values: np.ndarray) -> Any:
    """The numbers as nested lists, floats to four significant digits."""
    if np.issubdtype(values.dtype, np.integer):
        return values.tolist()
    rounded = [float(f"{value:.4g}") for value in np.ravel(values)]
    return np.reshape(rounded, np.shape(values)).tolist()
