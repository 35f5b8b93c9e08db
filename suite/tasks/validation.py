"""Validation: checks that the data that a task returns fit the task's declaration."""

import numpy as np

from suite.tasks.data import SPLITS, Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import MULTI_LABEL, REGRESSION
from suite.tasks.labels import varying

NO_NUMBERS = "cSUmMO"  # kinds of NumPy types of x that no network reads


def check_data(entry: Declared, data: Data) -> None:
    """Raise ValueError, which names the split and the fault, if the data do not fit the task's declaration."""
    if not isinstance(data, Data):
        raise ValueError(f"task '{entry.name}' returned {type(data).__name__}, not Data(train=, validation=, test=)")
    for split in SPLITS:
        x, y = data.pair(split)
        _check_split(entry, data, f"task '{entry.name}', {split} split", split, np.asarray(x), np.asarray(y))
    if data.weights is not None:
        _check_weights(entry, data, f"task '{entry.name}': weights", np.asarray(data.weights["train"]))


def _check_split(entry: Declared, data: Data, where: str, split: str, x: np.ndarray, y: np.ndarray) -> None:
    tokens = np.issubdtype(x.dtype, np.integer)
    if len(x) == 0 or len(x) != len(y):
        raise ValueError(f"{where}: x has {len(x)} examples and y has {len(y)}; the numbers must be equal and above 0")
    if x.ndim != (2 if tokens else 3) or x.dtype.kind in NO_NUMBERS:
        raise ValueError(
            f"{where}: x of type {x.dtype} has shape {x.shape}; expected float (examples, time, features) "
            "or integer tokens (examples, time)"
        )
    if x.shape[1:] != data.train[0].shape[1:]:
        raise ValueError(f"{where}: x has shape {x.shape}, but in the training split {data.train[0].shape}")
    if not tokens and not np.isfinite(x).all():
        raise ValueError(f"{where}: x is not finite at example {int(np.argwhere(~np.isfinite(x))[0][0])}")
    if tokens and (x.min() < 0 or (entry.vocabulary and x.max() >= entry.vocabulary)):
        raise ValueError(
            f"{where}: tokens are from {x.min()} to {x.max()}; they must be at least 0 and below {entry.vocabulary}"
        )
    if tokens and not x.any(axis=1).all():
        raise ValueError(f"{where}: example {int(np.argmin(x.any(axis=1)))} is empty (padding only)")
    _check_targets(entry, data, where, x, y)
    steps = data.steps(split)
    if len(steps) != len(x) or steps.min() < 1 or steps.max() > x.shape[1]:
        raise ValueError(f"{where}: lengths must be {len(x)} numbers from 1 to {x.shape[1]}")
    _check_mask(entry, data, where, x.shape[:2], split)


def _check_mask(entry: Declared, data: Data, where: str, shape: tuple[int, int], split: str) -> None:
    if data.scored is None:
        return
    mask = data.scored[split]
    if not entry.per_step or mask.dtype != bool or mask.shape != shape:
        raise ValueError(
            f"{where}: the evaluation mask `scored` is {mask.dtype} {mask.shape}; it must be bool {shape}, "
            "for a task declared with per_step=True"
        )
    if not (mask & data.valid(split)).any():
        raise ValueError(f"{where}: the evaluation mask `scored` leaves no valid step")


def _check_weights(entry: Declared, data: Data, where: str, weights: np.ndarray) -> None:
    shape = data.train[1].shape[: 1 + entry.per_step]
    if weights.dtype.kind not in "biuf" or weights.shape not in {shape[:1], shape}:
        steps = f" or {shape}, one per step" if entry.per_step else ""
        raise ValueError(
            f"{where} of the training split are {weights.dtype} {weights.shape}; they must be numbers {shape[:1]}, one "
            f"per example{steps}"
        )
    wrong = ~(np.isfinite(weights) & (weights >= 0))
    if wrong.any():
        place = int(np.argwhere(wrong)[0][0])
        raise ValueError(f"{where} must be finite and at least 0; that of training example {place}, from 0, is not")
    targets = data.target_weights(entry)
    if targets is None or not data.counted("train", targets).any():
        raise ValueError(f"{where} leave no training target with a weight above 0")


def _check_targets(entry: Declared, data: Data, where: str, x: np.ndarray, y: np.ndarray) -> None:
    if entry.per_step and y.shape[:2] != x.shape[:2]:
        raise ValueError(f"{where}: y has shape {y.shape}; a task with a target at every step needs {x.shape[:2]}")
    if entry.kind == MULTI_LABEL:
        return _check_labels(entry, data, where, y)
    if entry.kind == REGRESSION:
        if not np.issubdtype(y.dtype, np.floating) or not np.isfinite(y).all():
            raise ValueError(f"{where}: y of a regression must be finite floats; it is {y.dtype}")
        if y.ndim > 2 + entry.per_step:
            steps, needed = ("len(y), y.shape[1]", "time, ") if entry.per_step else ("len(y)", "")
            raise ValueError(
                f"{where}: y has shape {y.shape}, and a regression predicts (examples, {needed}outputs), here "
                f"{(*y.shape[: 1 + entry.per_step], int(np.prod(y.shape[1 + entry.per_step :])))}: "
                f"use y.reshape({steps}, -1)"
            )
        return
    known = np.unique(data.train[1])
    if not np.issubdtype(y.dtype, np.integer) or y.ndim != 1 + entry.per_step or y.min() < 0:
        given = f"{y.dtype} {y.shape}{_way_out(entry, y)}"
        raise ValueError(f"{where}: y of a classification must be integer labels from 0; it is {given}")
    _check_classes(entry, where, y, known)


def _check_classes(entry: Declared, where: str, y: np.ndarray, known: np.ndarray) -> None:
    """Raise ValueError if a label cannot be scored. `known`: those of the training split."""
    if entry.classes is not None and y.max() >= entry.classes:
        raise ValueError(f"{where}: label {y.max()} is beyond classes={entry.classes}, which number from 0")
    if len(known) < 2:
        raise ValueError(f"{where}: the training split has only one class")
    strange = sorted(set(np.unique(y).tolist()) - set(known.tolist()))
    if strange and entry.classes is None:
        needed = max(strange[-1], int(known[-1])) + 1
        fault = f"{where}: label {strange[0]} is never seen in training"
        raise ValueError(f"{fault}: declare classes={needed} to have it scored all the same")


def _way_out(entry: Declared, y: np.ndarray) -> str:
    """Return how to turn y into labels, if it holds them in a common other way; "" if it does not."""
    beside = y.ndim == 2 + entry.per_step
    if beside and y.shape[-1] > 1:
        return ": np.argmax(y, axis=-1) turns one row per class into labels"
    if y.ndim != 1 + entry.per_step + beside or y.dtype.kind not in "biuf":
        return ""
    flat = "y[..., 0]" if beside else "y"
    known = set(np.unique(y[:1_000_000]).tolist())
    if known == {-1, 1}:
        return f" with labels -1 and 1: use ({flat} > 0).astype(int)"
    if known and min(known) >= 0 and all(label == int(label) for label in known):
        return f": use {flat if y.dtype.kind in 'iu' else f'{flat}.astype(int)'}"
    return f" with labels from {min(known)}: number the classes from 0" if known and min(known) < 0 else ""


def _check_labels(entry: Declared, data: Data, where: str, y: np.ndarray) -> None:
    needed = "(examples, time, labels)" if entry.per_step else "(examples, labels)"
    if y.dtype.kind not in "biuf" or y.ndim != 2 + entry.per_step or not np.isin(y, (0, 1)).all():
        raise ValueError(f"{where}: y of a multi-label task must be 0 and 1 {needed}; it is {y.dtype} {y.shape}")
    labels, known = data.train[1].shape[-1], data.preparation.get("classes")
    if y.shape[-1] != labels:
        raise ValueError(f"{where}: y has {y.shape[-1]} labels, but {labels} in the training split")
    if known is not None and len(known) != labels:
        raise ValueError(f"{where}: preparation['classes'] has {len(known)} names, but y has {labels} labels")
    if not varying(data.train[1].reshape(-1, labels)).any():
        raise ValueError(f"{where}: no label varies in the training split, so there is nothing to learn")
