"""Split leaks: rules that no content, group or time is in two splits."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from suite.tasks.checks.finding import Finding, offending
from suite.tasks.data import SPLITS, Data
from suite.tasks.datasets.vocabulary import UNKNOWN
from suite.tasks.task import Task

DECIMALS = 3
RUN = 5
REPEATED = 0.05  # the largest share of training windows that repeat earlier ones, if windows tell splits apart


def contents_apart(task: Task, data: Data) -> Iterator[Finding]:
    """Check that no example is in two splits.

    Words are compared in lower case, and floats are rounded to a thousandth of their spread. Ignore texts in which at
    least half of the words are unknown, because different texts of this sort have equal tokens. Ignore series whose
    training windows repeat themselves, as those of a machine with few states do.
    """
    contents = {split: _contents(data, split) for split in SPLITS}
    if data.times is not None and _repetitive(contents["train"]):
        return
    for one, other in combinations(SPLITS, 2):
        seen = set(contents[one]) - {None}
        copied = [content in seen for content in contents[other]]
        yield from offending(f"the same content is in the {one} split", other, copied)


def groups_apart(task: Task, data: Data) -> Iterator[Finding]:
    """Check that no group is in two splits; ignore series, which are cut by time instead."""
    if data.groups is None or data.times is not None:
        return
    for one, other in combinations(SPLITS, 2):
        shared = np.isin(data.groups[other], data.groups[one])
        yield from offending(f"the same group is in the {one} split", other, shared)


def times_in_order(task: Task, data: Data) -> Iterator[Finding]:
    """Check that training is before validation and validation before test, and that time never goes backwards.

    Within a split, times are compared in each group separately.
    """
    if data.times is None:
        return
    for one, other in pairwise(SPLITS):
        early = np.asarray(data.times[other]) <= np.sort(data.times[one])[-1]
        yield from offending(f"not later than the whole {one} split", other, early)
    for split in SPLITS:
        times = np.asarray(data.times[split])
        groups = np.zeros(len(times)) if data.groups is None else np.asarray(data.groups[split])
        yield from offending("earlier than the example before", split, _falls(times, groups))


def windows_apart(task: Task, data: Data) -> Iterator[Finding]:
    """Check that no window of a series begins with steps that are also in a window of an earlier split.

    Ignore series whose training windows begin alike, as those of a machine with few states do.
    """
    if data.times is None or data.train[0].ndim == 2:
        return
    run = min(RUN, data.train[0].shape[1])
    if _repetitive([begin.tobytes() for begin in data.train[0][:, :run] if np.ptp(begin, axis=0).any()]):
        return
    for one, other in combinations(SPLITS, 2):
        seen = {steps.tobytes() for steps in _runs(getattr(data, one)[0], run)}
        begins = getattr(data, other)[0][:, :run]
        shared = [bool(np.ptp(begin, axis=0).any()) and begin.tobytes() in seen for begin in begins]
        yield from offending(f"begins with {run} steps of the {one} split", other, shared)


def _repetitive(contents: Sequence[bytes | None]) -> bool:
    """Return whether contents repeat so often within one split that a repeat in another split is no sign of a leak."""
    return len(set(contents)) < (1 - REPEATED) * len(contents)


def _contents(data: Data, split: str) -> list[bytes | None]:
    x = getattr(data, split)[0]
    if np.issubdtype(x.dtype, np.integer):
        return _words(x, data.preparation.get("vocabulary"))
    spread = data.train[0].std(axis=(0, 1), dtype=np.float64)
    rounded = np.round(x / np.where(spread > 0, spread, 1), DECIMALS).astype(np.float32) + np.float32(0)
    return [row.tobytes() for row in rounded]


def _words(x: np.ndarray, vocabulary: np.ndarray | None) -> list[bytes | None]:
    """Return the bytes of each text's token ids, ignoring upper and lower case; None if too few words are known."""
    if vocabulary is None or len(vocabulary) <= x.max():
        return [row.tobytes() for row in x]
    lower = np.unique(np.char.lower(vocabulary), return_inverse=True)[1]
    unknown = (x == UNKNOWN).sum(axis=1) * 2 >= np.count_nonzero(x, axis=1)
    vague = unknown & (str(vocabulary[UNKNOWN]).startswith("<"))
    return [None if skip else row.tobytes() for row, skip in zip(lower[x], vague, strict=True)]


def _runs(x: np.ndarray, run: int) -> np.ndarray:
    """Return all sequences of `run` consecutive steps, shape (sequences, run, features)."""
    views = sliding_window_view(x, run, axis=1)
    return np.moveaxis(views, -1, 2).reshape(-1, run, x.shape[2])


def _falls(times: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return True for every example that is earlier than the previous example of its group, shape (examples,)."""
    order = np.argsort(groups, kind="stable")
    same = groups[order][1:] == groups[order][:-1]
    falls = np.zeros(len(times), dtype=bool)
    falls[order[1:]] = same & (times[order][1:] < times[order][:-1])
    return falls
