"""Declaration: rules for labels, tokens and padding, in addition to the checks that every load makes."""

from collections.abc import Iterator

import numpy as np

from suite.errors import names_of
from suite.tasks.checks.finding import Finding, offending
from suite.tasks.data import SPLITS, Data
from suite.tasks.facts import full_sheet
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL, REGRESSION
from suite.tasks.task import Task


def data_sheet(task: Task, data: Data) -> Iterator[Finding]:
    """Report the notices of the data sheet: what looks wrong, and only the owner of the data can decide."""
    yield from map(Finding, full_sheet(task, data).notices)


def classes_everywhere(task: Task, data: Data) -> Iterator[Finding]:
    """Check that every class of the training split is also in the validation split and in the test split.

    Of a multi-label task, check instead that every label of these splits is also in the training split: rare labels are
    absent from small splits by chance, and no metric counts a label that does not occur.
    """
    if task.kind == MULTI_LABEL:
        yield from _unknown_labels(data)
    if task.kind != CLASSIFICATION:
        return
    known = np.unique(data.train[1])
    for split in ("validation", "test"):
        absent = np.setdiff1d(known, getattr(data, split)[1])
        if len(absent):
            yield Finding(f"the {split} split has no example of class {', '.join(map(str, absent))}")


def _unknown_labels(data: Data) -> Iterator[Finding]:
    known, *others = (getattr(data, split)[1].reshape(-1, data.train[1].shape[-1]).any(axis=0) for split in SPLITS)
    names = data.preparation.get("classes", range(len(known)))
    for split, occurring in zip(SPLITS[1:], others, strict=True):
        if unknown := [str(names[place]) for place in np.flatnonzero(occurring & ~known)]:
            yield Finding(f"the {split} split has labels that no training example has: {names_of(unknown)}")


def tokens_within_vocabulary(task: Task, data: Data) -> Iterator[Finding]:
    """Check that every token is in the model's vocabulary: the declared one, else that of the training split."""
    size = task.signature(data).vocabulary
    for name, (x, _) in _pairs(data) if size else ():
        yield from offending(f"tokens of {size} and above are not in the vocabulary", name, x.max(axis=1) >= size)


def padding_is_zero(task: Task, data: Data) -> Iterator[Finding]:
    """Check that all values after the last valid step are zero, so that they carry no information."""
    for split in SPLITS if data.lengths is not None else ():
        x = getattr(data, split)[0]
        filled = (x.reshape(*x.shape[:2], -1) != 0).any(axis=2) & ~data.valid(split)
        yield from offending("there are values after the last valid step", split, filled.any(axis=1))


def extra_sets_fit(task: Task, data: Data) -> Iterator[Finding]:
    """Check that extra test sets have the same features as the training split, finite values and no unseen label."""
    for name, (x, y) in data.extra.items():
        if x.shape[2:] != data.train[0].shape[2:] or len(x) != len(y):
            yield Finding(
                f"extra set '{name}' has x {x.shape} and y {y.shape}, but the training x is {data.train[0].shape}"
            )
            continue
        strange = ~np.isfinite(y) if task.kind == REGRESSION else ~np.isin(y, data.train[1])
        strange |= ~np.isfinite(x).reshape(len(x), -1).all(axis=1).reshape(-1, *(1,) * (y.ndim - 1))
        at_fault = np.any(strange.reshape(len(x), -1), axis=1)
        yield from offending("not finite, or a label never seen in training", name, at_fault)


def _pairs(data: Data) -> Iterator[tuple[str, tuple[np.ndarray, np.ndarray]]]:
    yield from ((split, getattr(data, split)) for split in SPLITS)
    yield from data.extra.items()
