"""Arrays: tasks from examples and targets that are already in memory, as NumPy arrays or pandas data frames."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest, closest_keyword
from suite.files import read_arrays
from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.scaling import apply, fit, whole
from suite.tasks.datasets.splits import apart, by_time, given, given_test
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.examples import checked_inputs, checked_steps, examples, joined, kind_of
from suite.tasks.own.official import without_folds
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, described
from suite.tasks.task import TASKS, Declaration, Task

VALUES: Declaration = {"kind": "regression", "metric": "mse", "baseline": "mean"}


@closest_keyword
def task_from_arrays(
    name: str,
    x: Any,
    y: Any,
    *,
    groups: Any = None,
    times: Any = None,
    gap: int | None = None,
    lengths: Any = None,
    x_test: Any = None,
    y_test: Any = None,
    groups_test: Any = None,
    times_test: Any = None,
    lengths_test: Any = None,
    **declared: Unpack[Declaration],
) -> Task:
    """Register a task on arrays or data frames that have one example per row.

    x: floats (examples, time, features) or (examples, time), or integer tokens (examples, time) with 0 for padding.
    y: labels (integers, words, booleans) or, for a regression, floats. `lengths`: valid steps of every example.
    The splits are 60/20/20. With `times`, they are cut by time, and the last `gap` times of each split are left out (by
    default, as many as x has steps). Without `times`, equal examples stay in one split, and so do equal `groups`;
    without `groups`, the splits are stratified. With folds, every example is tested once; by time, testing walks
    forward over the last 40 %. `x_test` and `y_test`: a published test split, which then is the only one, with its
    `groups_test`, `times_test` and `lengths_test` where the others have these; a quarter of the other examples (the
    last by time) validates. `declared`: arguments of `task` that replace the defaults, which are the family "arrays"
    and values derived from x and y. Increase `version` whenever the arrays change.
    All data are checked here. Raise RequestError, which names the example, if an example is invalid.
    """
    where = f"task '{name}'"
    kind = declared.get("kind")
    x, y, beside = examples(where, x, y, {"groups": groups, "times": times, "lengths": lengths}, kind)
    test_beside = {"groups": groups_test, "times": times_test, "lengths": lengths_test}
    split = None
    if any(value is not None for value in (x_test, y_test, *test_beside.values())):
        of_test = examples(where, x_test, y_test, test_beside, kind or kind_of(y), "_test")
        (x, y, beside), split = joined(where, (x, y, beside), of_test)
    gap = x.shape[1] if gap is None else gap
    check_at_least("gap", gap, 0)
    fields: Declaration = {**_defaults(x, y, declared), "official": split is not None, **declared}
    load = partial(load_arrays, x=x, y=y, beside=beside, gap=gap, where=where)
    text = f"{len(x)} examples of {x.shape[1]} steps."
    entry = described(name, load if split is None else without_folds(load, split), text, fields)
    try:
        entry.load(seed=1)
    except ValueError as error:
        raise RequestError(str(error)) from error
    TASKS.add(entry)
    return entry


@dataclass(frozen=True)
class ArrayReader:
    """Reads x from a `.npy` file, or `x` and `lengths` from a `.npz` file."""

    kind: ClassVar[str] = "arrays"
    needs: ClassVar[tuple[str, ...]] = ()

    def read(self, path: Path) -> Raw:
        """Read x and the number of valid steps of every example (None if the file has no `lengths`).

        Each example's origin is its number, counted from 0.
        """
        arrays = read_arrays(path)
        if "x" not in arrays:
            raise RequestError(f"'{path}' contains no array 'x': {closest('x', arrays)}")
        x = checked_inputs(f"'{path}'", "x", arrays["x"])
        lengths = checked_steps(f"'{path}'", "lengths", arrays["lengths"], x) if "lengths" in arrays else None
        return Raw((x, lengths), {"example": list(range(len(x)))})

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, np.ndarray | None]:
        """Scale floats by the fitted scale; leave tokens unchanged, and floats if no scale fits their features."""
        x, lengths = raw.examples
        if x.ndim == 3 and self.shape(fitted)[1] == x.shape[2]:
            x = apply(x, whole(x) if lengths is None else lengths, fitted)
        return x, lengths

    def shape(self, fitted: Preparation) -> tuple[None, int | None]:
        """Return (None, number of features), taken from the fitted scale; (None, None) without a scale."""
        return None, len(fitted["mean"]) if "mean" in fitted else None


def load_arrays(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    x: np.ndarray,
    y: np.ndarray,
    beside: Mapping[str, np.ndarray],
    gap: int,
    where: str,
    split: np.ndarray | None = None,
) -> Data:
    """Split the arrays, and standardise floats by the mean and the standard deviation of the training split.

    `split` (examples,): "test" for the examples of a given test split, "train" for the others.
    """
    contents = [row.tobytes() for row in np.ascontiguousarray(x)]
    labels = None if np.issubdtype(y.dtype, np.floating) or y.ndim > 1 else y
    times, groups = beside.get("times"), beside.get("groups")
    if times is not None:
        rows = by_time(times, gap, where, fold) if split is None else given_test(times, split, gap, where)
    elif split is None:
        rows = apart(seed, contents, labels, groups, where, fold)
    else:
        rows = given(seed, split, contents, labels, groups, where)
    preparation = settings(ArrayReader())
    if not np.issubdtype(x.dtype, np.integer):
        steps = beside.get("lengths", whole(x))
        fitted = fit(x[rows["train"]], steps[rows["train"]])
        x, preparation = apply(x, steps, fitted), preparation | fitted
    if not np.issubdtype(y.dtype, np.floating):
        preparation["classes"], y = np.unique(y, return_inverse=True)
    return Data.of_rows(rows, x, y, preparation, **beside)


def _defaults(x: np.ndarray, y: np.ndarray, declared: Declaration) -> Declaration:
    tokens = np.issubdtype(x.dtype, np.integer)
    kind = declared.get("kind", kind_of(y))
    trained = "bag-of-words" if tokens and not declared.get("per_step") else "flattened"
    common: Declaration = {"family": "arrays", "source": "arrays", "tags": ("real",), "trained_baseline": trained}
    if tokens:  # a split may lack the highest token
        common["vocabulary"] = int(x.max()) + 1
    return {**common, **(VALUES if kind == "regression" else CLASSES)}
