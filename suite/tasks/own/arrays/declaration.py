"""Arrays: tasks from examples and targets that are already in memory, as arrays, lists, data frames or data sets."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest_keyword, one_of
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import apply, fit, whole
from suite.tasks.datasets.splits import Rows, by_time, given_test
from suite.tasks.declaration import Declaration
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.kinds import CLASSIFICATION, MULTI_LABEL, REGRESSION
from suite.tasks.own import spellings
from suite.tasks.own.arrays.doubts import doubts
from suite.tasks.own.arrays.examples import Examples, examples
from suite.tasks.own.arrays.faults import refuse
from suite.tasks.own.arrays.in_memory import LAYOUTS, pairs
from suite.tasks.own.arrays.inputs import WHOLE_NUMBERS, Asked
from suite.tasks.own.arrays.joined import joined
from suite.tasks.own.arrays.reader import ArrayReader
from suite.tasks.own.official import rows_of, without_folds
from suite.tasks.own.rare import check_rare, merged
from suite.tasks.own.readers import settings
from suite.tasks.own.register import CLASSES, LABELS, described
from suite.tasks.sheet import Sheet
from suite.tasks.task import TASKS, Task

MISSING = ("error", "drop")
KINDS: Mapping[str, Declaration] = {
    CLASSIFICATION: CLASSES,
    REGRESSION: {"kind": REGRESSION, "metric": "mse", "baseline": "mean"},
    MULTI_LABEL: LABELS,
}


@closest_keyword
def task_from_arrays(
    name: str,
    x: Any,
    y: Any = None,
    *,
    groups: Any = None,
    times: Any = None,
    gap: int | None = None,
    lengths: Any = None,
    weights: Any = None,
    x_test: Any = None,
    y_test: Any = None,
    groups_test: Any = None,
    times_test: Any = None,
    lengths_test: Any = None,
    layout: str | None = None,
    tokens: bool | None = None,
    labels: str = "error",
    rare: str | None = None,
    absent: float | Sequence[float] | None = None,
    missing: str = "error",
    dates: str = "",
    zone: str = "",
    **declared: Unpack[Declaration],
) -> Task:
    """Register a task on arrays, lists or data frames that have one example per row, or on a data set of TensorFlow.

    x: floats (examples, time, features) or (examples, time), or integer tokens (examples, time) with 0 for padding; or
    a list of sequences of different lengths, which are padded; or the path of a `.ts` file of the UEA and UCR archives.
    y: labels (integers, words, booleans, one-hot rows); floats for a regression; or, with kind="multi-label", a column
    of 0 and 1 for every label; None if x contains it. `lengths`: the number of valid steps of every example; what lies
    beyond them counts for nothing. `weights`: of every example or step, for those that are drawn for training; the
    loss and the trained baseline count them, and scores do not.

    The splits are 60/20/20. With `times` (`dates` and `zone` say how they are written), they are cut by time, and the
    last `gap` times of each split are left out (by default, as many as x has steps). Without `times`, equal examples
    stay in one split, and so do examples of one of the `groups`; without `groups`, the splits are stratified. With
    folds, every example is tested once; by time, testing walks forward over the last 40 %. `x_test` and `y_test`: a
    published test split, which then is the only one, with its `groups_test`, `times_test` and `lengths_test` where the
    others have these; a quarter of the other examples (the last by time) validates.

    `layout`: "time-first", or "channels-first" if x is (examples, features, time). `tokens`: whether whole numbers are
    tokens; by default, they are unless they look like readings. `labels`: what to do if names differ by spelling alone:
    "error", "merge" or "exact". `rare`: what becomes of classes with too few examples for the splits: "other" merges
    them under this name, "drop" leaves them out. `absent`: numbers in x that mean "missing", such as -999. `missing`:
    "error", or "drop" to leave out examples that lack a value, a label or a group. `declared`: arguments of `task` that
    replace the defaults, which are the family "arrays" and values derived from x and y. Increase `version` whenever the
    arrays change. All data are checked here. Raise RequestError, which names the example, if one is invalid.
    """
    where = f"task '{name}'"
    for option, value, choices in (("layout", layout, LAYOUTS), ("missing", missing, MISSING)):
        if value is not None:
            one_of(option, value, choices)
    one_of("labels", labels, spellings.CHOICES)
    check_rare(rare)
    if tokens is not None and not isinstance(tokens, bool):
        raise RequestError(f"tokens must be True or False, not {type(tokens).__name__}")
    numbers = _numbers(absent)
    asked = Asked(declared.get("kind"), declared.get("per_step", False), layout, tokens, numbers, missing, dates, zone)
    x, y = pairs(x, y)
    weights = _weights(where, weights)
    own = examples(where, x, y, {"groups": groups, "times": times, "lengths": lengths, "weights": weights}, asked)
    whole_numbers = "tokens" if tokens else "" if np.issubdtype(own.x.dtype, np.integer) else "values"
    beside_test = {"groups": groups_test, "times": times_test, "lengths": lengths_test}
    split = None
    if any(value is not None for value in (x_test, y_test, *beside_test.values())):
        like = replace(asked, kind=own.kind, tokens=np.issubdtype(own.x.dtype, np.integer))
        tested = examples(where, *pairs(x_test, y_test), beside_test, like, "_test")
        if weights is not None:  # nothing reads the weights of test examples, which every score counts alike
            tested = replace(tested, beside={**tested.beside, "weights": np.ones((len(tested.x), *weights.shape[1:]))})
        own, split = joined(where, own, tested)
    own = _spelled(where, own, labels, split)
    gap = own.x.shape[1] if gap is None else gap
    check_at_least("gap", gap, 0)
    fields: Declaration = {**_defaults(own, declared), "official": split is not None, **declared}
    reader = ArrayReader(
        "" if layout in (None, LAYOUTS[0]) else layout, whole_numbers, tuple(f"{one:.17g}" for one in numbers)
    )
    guessed = WHOLE_NUMBERS in own.sheet.facts
    found = doubts(where, own.x, own.beside.get("lengths"), layout, tokens, absent is not None, guessed)
    load = partial(
        load_arrays, x=own.x, y=own.y, beside=own.beside, gap=gap, where=where, classes=own.classes, rare=rare,
        reader=reader, sheet=own.sheet.plus(*found),
    )  # fmt: skip
    text = f"{len(own.x)} examples of {own.x.shape[1]} steps."
    entry = described(name, load if split is None else without_folds(load, split), text, fields)
    try:
        entry.load(seed=1)
    except ValueError as error:
        raise RequestError(str(error)) from error
    TASKS.add(entry)
    return entry


def _weights(where: str, weights: Any) -> np.ndarray | None:
    if weights is None:
        return None
    try:
        found = np.asarray(weights, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise RequestError(f"{where}: weights must be numbers, one per example or one per step") from error
    wrong = ~(np.isfinite(found) & (found >= 0))
    refuse(where, "weights", np.atleast_1d(wrong), "is negative, missing or infinite", "give finite numbers from 0")
    return found


def _numbers(absent: float | Sequence[float] | None) -> tuple[float, ...]:
    try:
        return () if absent is None else tuple(map(float, np.ravel(absent)))
    except (TypeError, ValueError) as error:
        raise RequestError("absent must be a number, such as -999, or a list of numbers") from error


def _spelled(where: str, own: Examples, choice: str, split: np.ndarray | None) -> Examples:
    """Return the examples with labels and groups that are spelled in one way, as the user chooses."""
    y, beside, sheet = own.y, dict(own.beside), own.sheet
    if y.dtype.kind == "U":
        names, sheet = spellings.merged(y.ravel().tolist(), choice, f"{where}: y", sheet)
        y = np.array(names).reshape(y.shape)
    if "groups" in beside:
        if beside["groups"].dtype.kind == "U":
            names, sheet = spellings.merged_groups(beside["groups"].tolist(), choice, where, sheet)
            beside["groups"] = np.array(names)
        sheet = sheet.plus(groups=f"{len(np.unique(beside['groups'])):,}")
    if split is not None and own.kind == CLASSIFICATION:
        strange = (split == "test").reshape(-1, *(1,) * (y.ndim - 1)) & ~np.isin(y, y[split == "train"])
        first = int(np.argmax(split == "test"))
        refuse(where, "y_test", strange[first:], "has an unknown label", "no example of y has it")
    return replace(own, y=y, beside=beside, sheet=sheet)


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
    classes: np.ndarray | None = None,
    rare: str | None = None,
    reader: ArrayReader | None = None,
    sheet: Sheet | None = None,
) -> Data:
    """Split the arrays, and standardise floats by the mean and the standard deviation of the training split.

    `split` (examples,): "test" for the examples of a given test split, "train" for the others. `classes`: the names of
    the columns of multi-label targets.
    """
    sheet = sheet or Sheet()
    labels = None if np.issubdtype(y.dtype, np.floating) or y.ndim > 1 else y
    if labels is not None and (rare or "times" not in beside):
        chosen = merged(labels, _contents(x), beside.get("groups"), rare, where, fold, split)
        x, y, labels = x[chosen.rows], chosen.labels, chosen.labels
        split = None if split is None else split[chosen.rows]
        beside = {name: values[chosen.rows] for name, values in beside.items()}
        sheet = replace(sheet, facts={**sheet.facts, **chosen.facts})
    rows = _rows(seed, fold, x, labels, beside, gap, where, split)
    preparation = settings(reader or ArrayReader())
    if not np.issubdtype(x.dtype, np.integer):
        steps = beside.get("lengths", whole(x))
        fitted = fit(x[rows["train"]], steps[rows["train"]])
        x, preparation = apply(x, steps, fitted), preparation | fitted
    if classes is not None:
        preparation["classes"] = classes
    elif not np.issubdtype(y.dtype, np.floating):
        preparation["classes"], y = np.unique(y, return_inverse=True)
    return replace(Data.of_rows(rows, x, y, preparation, **beside), sheet=sheet)


def _contents(x: np.ndarray) -> list[bytes]:
    return [row.tobytes() for row in np.ascontiguousarray(x)]


def _rows(
    seed: int, fold: Fold, x: np.ndarray, labels: np.ndarray | None, beside: Mapping[str, np.ndarray], gap: int,
    where: str, split: np.ndarray | None,
) -> Rows:  # fmt: skip
    """Return the rows of each split."""
    times = beside.get("times")
    if times is None:
        return rows_of(seed, fold, split, _contents(x), labels, beside.get("groups"), where)
    return by_time(times, gap, where, fold) if split is None else given_test(times, split, gap, where)


def _defaults(own: Examples, declared: Declaration) -> Declaration:
    tokens = np.issubdtype(own.x.dtype, np.integer)
    common: Declaration = {"family": "arrays", "source": "arrays", "tags": ("real",)}
    common["trained_baseline"] = _rivals(own.kind, tokens, declared)
    if tokens:  # a split may lack the highest token
        common["vocabulary"] = int(own.x.max()) + 1
    return {**common, **KINDS.get(own.kind, {})}


def _rivals(kind: str, tokens: bool, declared: Declaration) -> tuple[str, ...]:
    """Return the trained baselines that fit a kind of task and its inputs."""
    if declared.get("per_step"):
        return ("flattened", "nearby") if declared.get("offline") else ("flattened",)
    if tokens:
        return ("bag-of-words", "tfidf")
    further = {CLASSIFICATION: ("minirocket",), REGRESSION: ("gradient-boosting",)}
    return ("flattened", *further.get(kind, ()))
