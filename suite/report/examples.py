"""Examples: select the stored inputs of a task that can be drawn, and describe their targets."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from suite.analysis.predictions import missed_examples
from suite.results.results import Results
from suite.results.task_info import TaskInfo
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL
from suite.tasks.labels import joined
from suite.text import label

MOST_STEPS = 400
MOST_TARGETS = 8
LONGEST_OF_SEVERAL = 8  # characters of one of several targets
LONGEST = 48  # characters of the labels of an example


def drawable(results: Results, task: str) -> list[Mapping[str, Any]]:
    """Return the stored training examples of a task that can be drawn (see `sequence`)."""
    return [one for one in results.task(task).examples if sequence(one) is not None]


def missed_pictures(results: Results, task: str) -> list[dict[str, Any]]:
    """Return the test examples that every run gets wrong and that can be drawn; leave out text."""
    return [one for one in missed_examples(results, task) if "text" not in one and sequence(one) is not None]


def sequence(example: Any) -> np.ndarray | None:
    """Return an example's input, shape (time,) or (time, features), without padding; None if it cannot be drawn."""
    if not isinstance(example, Mapping):
        return None
    try:
        x = np.asarray(example.get("x"), dtype=float)
    except (TypeError, ValueError):
        return None
    if x.ndim not in (1, 2):  # a missing input becomes an array with 0 dimensions
        return None
    steps = example.get("length")
    valid = x[: steps if isinstance(steps, int) and steps > 0 else None][:MOST_STEPS]
    return valid if valid.size and np.isfinite(valid).all() else None


def answer(facts: TaskInfo, example: Mapping[str, Any]) -> str:
    """Return the target of an example as a short phrase.

    It is the name of its class ("class 3" if it has none), the classes or values of its steps, such as "yes no yes", or
    for every valid target its labels: "labels a; b | a".
    """
    if facts.kind == MULTI_LABEL:
        return _labels(facts, example)
    y = np.asarray(example.get("y"), dtype=object)
    if y.ndim == 0:
        return label(_value(facts, y.item()), LONGEST)
    shown = (label(_value(facts, value, brief=True), LONGEST_OF_SEVERAL) for value in y.ravel()[:MOST_TARGETS])
    return f"{'classes' if _classified(facts) and not facts.classes else 'targets'} {' '.join(shown)}" + (
        " …" if y.size > MOST_TARGETS else ""
    )


def _classified(facts: TaskInfo) -> bool:
    return facts.kind == CLASSIFICATION


def _value(facts: TaskInfo, value: Any, brief: bool = False) -> str:
    """Return a target as text: a class by its name or, unless `brief`, as "class 3"; a number as "target 0.5"."""
    if _classified(facts) and isinstance(value, int):
        return facts.class_name(value) if facts.classes or not brief else str(value)
    return label(value, LONGEST_OF_SEVERAL) if brief else f"target {label(value, 12)}"


def _labels(facts: TaskInfo, example: Mapping[str, Any]) -> str:
    present = np.atleast_2d(example.get("y", []))[: example.get("length")]
    each = joined(present, facts.classes or range(present.shape[1]))
    return label(f"labels {' | '.join(one or 'none' for one in each)}", LONGEST)
