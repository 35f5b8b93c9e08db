"""Facts: the part of the data sheet that every task has, computed from its data alone."""

from typing import Any

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.scaling import fit
from suite.tasks.kinds import KINDS, MULTI_LABEL
from suite.tasks.sheet import Sheet
from suite.tasks.task import Task
from suite.tasks.trained_baselines import declared, weight_argument
from suite.text import several

# x is not standardised if a mean is more than FAR_MEAN spreads from 0, a spread exceeds WIDE, or all are below NARROW
FAR_MEAN, NARROW, WIDE = 10.0, 0.01, 100.0
ENOUGH = 20_000  # examples that say how the inputs are scaled
MOST_GROUPS = 200  # the sheet has at most this many groups, the largest ones


def full_sheet(task: Task, data: Data) -> Sheet:
    """Return the sheet that the reader of the data made, followed by what the data themselves show."""
    facts = {
        "read as": _read_as(task, data),
        "examples": _by_split({split: len(data.pair(split)[0]) for split in SPLITS}),
        "valid steps": _steps(data),
        KINDS[task.kind].outputs: _counts(task, data),
        "groups": _groups(data),
        "times": _spans(data),
        "training weights": _weights(task, data),
    }
    known = {name: fact for name, fact in facts.items() if fact}
    notices = (_gaps_of_padding(data), _unscaled(data))
    return Sheet({**data.sheet.facts, **known}, (*data.sheet.notices, *filter(None, notices)))


def class_names(data: Data) -> list[str]:
    """Return the names of the classes in the order of their numbers; [] if only numbers are known."""
    return [str(name) for name in data.preparation.get("classes", ())]


def _gaps_of_padding(data: Data) -> str:
    """Return a notice if token 0, which means padding, stands between other tokens."""
    if not data.tokens:
        return ""
    first, last = data.bounds("train")
    between = np.count_nonzero(data.valid("train"), axis=1) < last - first + 1
    if not between.any():
        return ""
    return (
        f"token 0 stands between others in {between.sum():,} of {len(between):,} training examples, and counts as "
        "padding: if 0 is a token of its own, add 1 to all tokens"
    )


def _unscaled(data: Data) -> str:
    """Return a notice if a feature has a mean far from 0 or a large spread, or if all spreads are tiny.

    Networks learn badly from such inputs.
    """
    if data.tokens:
        return ""
    fitted = fit(data.train[0][:ENOUGH], data.steps("train")[:ENOUGH])
    mean, scale = fitted["mean"], fitted["scale"]
    off = np.maximum(np.abs(mean) / scale / FAR_MEAN, scale / WIDE)
    worst = int(off.argmax())
    if off[worst] <= 1 and scale.max() >= NARROW:
        return ""
    found = f"feature {worst} has mean {mean[worst]:.4g} and spread {scale[worst]:.4g} in training"
    return f"x is not standardised ({found}): scale it, or declare standardise=True"


def _by_split(counts: dict[str, Any]) -> str:
    return ", ".join(f"{count:,} {split}" for split, count in counts.items())


def _read_as(task: Task, data: Data) -> str:
    signature = task.signature(data)
    vocabulary, features = signature.vocabulary or 0, signature.features or 0
    inputs = f"tokens of a vocabulary of {vocabulary:,}" if data.tokens else f"values of {several(features, 'feature')}"
    per_step = " at every step" if task.per_step else ""
    return f"{inputs}; {KINDS[task.kind].outputs} to predict{per_step}: {signature.outputs}"


def _steps(data: Data) -> str:
    steps = np.concatenate([data.steps(split) for split in SPLITS])
    low, high, whole = steps.min(), steps.max(), data.train[0].shape[1]
    return str(whole) if low == high == whole else f"{low:,} to {high:,} of {whole:,}"


def _counts(task: Task, data: Data) -> dict[str, list[int]]:
    """Return the name of each class or label -> number of targets in each split; {} for a regression."""
    if not KINDS[task.kind].probabilities:
        return {}
    names = class_names(data) or [str(number) for number in range(task.signature(data).outputs)]
    counts = np.array([_occurrences(task, data, split, len(names)) for split in SPLITS])
    return {name: own.tolist() for name, own in zip(names, counts.T, strict=True)}


def _occurrences(task: Task, data: Data, split: str, names: int) -> np.ndarray:
    y = data.counted(split, data.pair(split)[1])
    return y.reshape(-1, names).sum(axis=0) if task.kind == MULTI_LABEL else np.bincount(y.ravel(), minlength=names)


def _weights(task: Task, data: Data) -> str:
    """Return the range of the training weights, and whether the user's own trained baseline cannot use them."""
    if data.weights is None:
        return ""
    weights = np.asarray(data.weights["train"])
    said = f"{weights.min():.4g} to {weights.max():.4g}, mean {weights.mean():.4g}"
    unused = any(not isinstance(own, str) and weight_argument(own) is None for own in declared(task.trained_baseline))
    return f"{said}; not used by the trained baseline, which takes no sample_weight" if unused else said


def _groups(data: Data) -> dict[str, list[int]]:
    """Return group -> number of examples in each split, the largest groups first."""
    if data.groups is None:
        return {}
    counts: dict[str, list[int]] = {}
    for place, split in enumerate(SPLITS):
        for name, count in zip(*np.unique(np.asarray(data.groups[split]).astype(str), return_counts=True), strict=True):
            counts.setdefault(str(name), [0] * len(SPLITS))[place] = int(count)
    largest = sorted(counts.items(), key=lambda one: (-sum(one[1]), one[0]))
    return dict(largest[:MOST_GROUPS])


def _spans(data: Data) -> dict[str, str]:
    """Return split -> its first and last time."""
    if data.times is None:
        return {}
    return {split: _span(np.asarray(data.times[split])) for split in SPLITS}


def _span(times: np.ndarray) -> str:
    ordered = np.sort(times)
    return f"{_moment(ordered[0])} to {_moment(ordered[-1])}"


def _moment(time: Any) -> str:
    if not isinstance(time, np.datetime64):
        return f"{time:.10g}" if isinstance(time, (int, float, np.number)) else str(time)
    day = time.astype("datetime64[D]")
    return str(day) if day == time else str(time.astype("datetime64[s]")).replace("T", " ")
