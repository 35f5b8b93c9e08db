"""As arrays: turn what a task's function returned into numpy arrays, or say in one line what it cannot read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from suite.errors import reason
from suite.tasks.data import SPLITS, Data

BESIDE = ("lengths", "scored", "groups", "times")


def as_arrays(task: str, data: Any) -> Data:
    """Return the data with every x and y as a numpy array: tensors, lists and tables are converted.

    Raise ValueError, which names the split, for several inputs, for data that come in batches, and for values of some
    splits only.
    """
    if not isinstance(data, Data):  # `check_data` says so
        return data
    pairs = {split: _pair(f"task '{task}', {split} split", data.pair(split)) for split in SPLITS}
    extra = {name: _pair(f"task '{task}', extra test set '{name}'", pair) for name, pair in data.extra.items()}
    for name in BESIDE:
        _check_splits(task, name, getattr(data, name))
    _check_weights(task, data.weights)
    whole = all(new is old for split, pair in pairs.items() for new, old in zip(pair, data.pair(split), strict=True))
    return data if whole and not extra else replace(data, **pairs, extra=extra)


def _pair(where: str, pair: Any) -> tuple[np.ndarray, np.ndarray]:
    if hasattr(pair, "element_spec") or hasattr(pair, "as_numpy_iterator"):
        raise ValueError(
            f"{where}: a tf.data.Dataset has no number of examples: pass arrays, such as "
            "x, y = map(np.concatenate, zip(*dataset.as_numpy_iterator())) of a dataset with batches"
        )
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError(f"{where}: it must be a pair (x, y) of arrays; it is {_described(pair)}")
    x, y = pair
    return _array(where, "x", x), _array(where, "y", y)


def _array(where: str, name: str, values: Any) -> np.ndarray:
    if isinstance(values, np.ndarray):
        return values
    if isinstance(values, Mapping) or (isinstance(values, tuple) and any(map(_is_array, values))):
        raise ValueError(
            f"{where}: {name} is {_described(values)}, and a model reads and predicts one array: join them, such as by "
            "np.concatenate([...], axis=-1)"
        )
    if hasattr(values, "detach"):  # of PyTorch, which may need gradients or lie on a GPU
        values = values.detach().cpu()
    try:
        found = np.asarray(values)
    except Exception as error:  # any library's array may refuse, each in its way
        raise ValueError(
            f"{where}: {name} is {_described(values)}, which is no array: {reason(error)[:100]}"
        ) from error
    if found.dtype == object or not found.ndim:
        raise ValueError(f"{where}: {name} is {_described(values)}, which is no array of numbers of one shape")
    return found


def _check_splits(task: str, name: str, values: Any) -> None:
    if values is None:
        return
    if not isinstance(values, Mapping):
        raise ValueError(f"task '{task}': {name} is {_described(values)}; it must map each split to an array")
    lacking = [split for split in SPLITS if split not in values]
    if lacking:
        given = ", ".join(map(str, values)) or "none"
        raise ValueError(f"task '{task}': {name} has {given}, but not {', '.join(lacking)}: give an array for each")


def _check_weights(task: str, weights: Any) -> None:
    """Raise ValueError unless weights, if there are any, belong to the training split alone."""
    if weights is None:
        return
    if not isinstance(weights, Mapping):
        raise ValueError(f"task '{task}': weights is {_described(weights)}: say weights={{'train': ...}}")
    if set(weights) != {"train"}:
        given = ", ".join(map(str, weights)) or "nothing"
        raise ValueError(
            f"task '{task}': weights has {given}; it may have the training split alone, weights={{'train': ...}}, "
            "because scores count every target alike"
        )


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") and bool(value.shape)


def _described(value: Any) -> str:
    kind = type(value).__name__
    counted = isinstance(value, (Sequence, Mapping)) and not isinstance(value, str)
    return f"a {kind} of {len(value)}" if counted else f"a {kind}"
