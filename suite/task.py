"""Task: a named problem with data in three splits; Data: those splits; @task: how one is declared."""

import hashlib
import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from suite.data import DataSet
from suite.errors import RequestError, UnavailableError, closest
from suite.registry import Registry, check_name, place_of
from suite.scale import valid_steps

SPLITS = ("train", "validation", "test")
FAMILIES_APART = ("controls", "leaks")
TRIVIAL = ("majority", "mean", "zero", "last-value")
TRAINED = ("bag-of-words", "order-free", "flattened", "lags", "har")
DIRECTIONS = {
    "classification": {
        "accuracy": "higher", "balanced_accuracy": "higher", "macro_f1": "higher",
        "log_loss": "lower", "calibration_error": "lower",
    },
    "regression": {
        "mse": "lower", "mae": "lower", "rmse": "lower", "r2": "higher",
        "mase": "lower", "directional_accuracy": "higher",
    },
}  # fmt: skip

Split = tuple[np.ndarray, np.ndarray]
Preparation = Mapping[str, Any]


def is_generated(source: object) -> bool:
    """Whether a task with this `source` draws its data, rather than reading some that are the same for every seed."""
    return str(source).startswith("generated")


@dataclass(frozen=True)
class Signature:
    """What a model has to know of a task's data.

    `length`: time steps. `features`: input channels, None for tokens. `vocabulary`: token ids 0..vocabulary-1, 0
    padding. `outputs`: classes, or values to predict. `masked`: whether steps may be padding.
    """

    length: int
    features: int | None
    vocabulary: int | None
    outputs: int
    masked: bool
    kind: str
    per_step: bool


@dataclass(frozen=True)
class Data:
    """Three splits of (x, y).

    x: float (examples, time, features) or integer tokens (examples, time) with 0 for padding.
    y: integer labels (examples,) or float values (examples,) or (examples, outputs); one a step with `per_step`.
    `lengths`: split -> valid steps of every example, where they differ. `scored`: split -> which answers count
    (examples, time), of a task with an answer at every step; all by default, but for those at padded steps, which
    never do. `times`: split -> what orders the examples of a series. `groups`: split -> speaker or source of every
    example. `extra`: named further test sets, of any length, whose steps are all valid and count. `preparation`: plain
    values and arrays fitted on the training split (vocabulary, mean, scale). For a series, the first feature is the
    target's own past and `preparation` holds its `mean` and `scale`.
    """

    train: Split
    validation: Split
    test: Split
    lengths: Mapping[str, np.ndarray] | None = None
    scored: Mapping[str, np.ndarray] | None = None
    groups: Mapping[str, np.ndarray] | None = None
    times: Mapping[str, np.ndarray] | None = None
    extra: Mapping[str, Split] = field(default_factory=dict)
    preparation: Preparation = field(default_factory=dict)

    def arrays(self) -> dict[str, np.ndarray]:
        """Every array by a name that does not change, for checksums and caches."""
        named = {f"{split}/{axis}": a for split in SPLITS for axis, a in zip("xy", getattr(self, split), strict=True)}
        named |= {
            f"extra/{name}/{axis}": a for name, pair in self.extra.items() for axis, a in zip("xy", pair, strict=True)
        }
        for label in ("lengths", "scored", "groups", "times"):
            named |= {f"{label}/{split}": np.asarray(a) for split, a in (getattr(self, label) or {}).items()}
        return named

    def checksum(self) -> str:
        """sha256 over names, types, shapes and bytes of all arrays, and of the numbers in `preparation`."""
        digest = hashlib.sha256()
        for name, array in sorted((self.arrays() | self._fitted()).items()):
            array = np.ascontiguousarray(array.astype(str) if array.dtype == object else array)
            digest.update(f"{name}:{array.dtype.str}:{array.shape}:".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _fitted(self) -> dict[str, np.ndarray]:
        # scores are measured in their units; in single precision, since machines sum differently in the last digits
        named = {f"preparation/{name}": np.asarray(value) for name, value in self.preparation.items()}
        return {
            name: array.astype(np.float32) if array.dtype.kind == "f" else array
            for name, array in named.items()
            if array.dtype.kind in "biuf"
        }

    def steps(self, split: str) -> np.ndarray:
        """Valid time steps of every example of a split, shape (examples,)."""
        x = getattr(self, split)[0]
        if self.lengths is not None:
            return np.asarray(self.lengths[split])
        if np.issubdtype(x.dtype, np.integer):
            return np.count_nonzero(x, axis=1)
        return np.full(len(x), x.shape[1])

    def valid(self, split: str) -> np.ndarray:
        """Which steps of a split are no padding, shape (examples, time)."""
        return valid_steps(getattr(self, split)[0], self.steps(split))

    def with_test(self, name: str) -> Self:
        """These data with the extra test set of that name as their test split."""
        return replace(self, test=self.extra[name], lengths=None, scored=None, groups=None, times=None, extra={})

    def part(self, share: float) -> Self:
        """The first examples of every split, a share of each, at least one."""

        def first(array: np.ndarray) -> np.ndarray:
            return array[: max(round(share * len(array)), 1)]

        def firsts(arrays: Mapping[str, np.ndarray] | None) -> Mapping[str, np.ndarray] | None:
            return arrays and {split: first(np.asarray(array)) for split, array in arrays.items()}

        return replace(
            self,
            **{split: tuple(map(first, getattr(self, split))) for split in SPLITS},
            **{name: firsts(getattr(self, name)) for name in ("lengths", "scored", "groups", "times")},
            extra={name: tuple(map(first, pair)) for name, pair in self.extra.items()},
        )

    def scored_where_valid(self) -> Self:
        """The same data, of a task with an answer at every step, with no answer at a padded step that counts."""
        valid = {split: self.valid(split) for split in SPLITS}
        if all(steps.all() for steps in valid.values()):
            return self
        return replace(self, scored={split: steps & (self.scored or valid)[split] for split, steps in valid.items()})

    def counted(self, split: str, values: np.ndarray) -> np.ndarray:
        """Of values for the first examples of a split, (examples, time, ...), those that count, (answers, ...).

        The values as they are where every answer counts.
        """
        return values if self.scored is None else values[self.scored[split][: len(values)]]


@dataclass(frozen=True)
class Task:
    """A named problem. `function(seed[, length][, examples])` makes its data; see `task` for the fields."""

    name: str
    family: str
    kind: str
    metric: str
    baseline: str | float
    function: Callable[..., Data]
    place: str
    trained_baseline: Any = None
    per_step: bool = False
    version: int = 1
    ceiling: float | None = None
    solved: float | None = None
    licence: str = ""
    source: str = "generated"
    tags: tuple[str, ...] = ()
    vocabulary: int | None = None
    lengths: tuple[int, ...] = ()
    length: int | None = None
    data_set: DataSet | None = None

    @property
    def direction(self) -> str:
        """Which scores of the headline metric are better: "higher" or "lower" ones."""
        return DIRECTIONS[self.kind][self.metric]

    @property
    def sweep(self) -> str:
        """The name shared by all lengths of a sweep ("adding"), or the task's own name."""
        return self.name.removesuffix(f"-{self.length}") if self.length else self.name

    @property
    def description(self) -> str:
        """The function's docstring as one paragraph."""
        return " ".join((self.function.__doc__ or "").split())

    @property
    def availability(self) -> str:
        """ "offline" (no files needed), "cached" (all files are there) or "download"."""
        if self.data_set is None:
            return "offline"
        return "cached" if self.data_set.cached else "download"

    def names(self) -> list[str]:
        """The names listed: one a declared length for a sweep."""
        return [self.name.format(length=length) for length in self.lengths] or [self.name]

    def find(self, name: str) -> Self | None:
        """This task if it answers to `name`; a sweep answers at any length of at least two."""
        if not self.lengths:
            return self if name == self.name else None
        match = re.fullmatch(re.escape(self.name).replace(r"\{length\}", r"([1-9]\d*)"), name)
        if not match or int(match[1]) < 2:
            return None
        return replace(self, name=name, length=int(match[1]), lengths=())

    def load(self, seed: int, examples: int | None = None) -> Data:
        """The data for one seed, checked against the declaration; `examples` sizes a generated task's training split.

        Raises ValueError naming the split and the fault, and UnavailableError when its files cannot be had.
        """
        arguments = {"seed": seed}
        if self.length is not None:
            arguments["length"] = self.length
        if examples is not None and "examples" in inspect.signature(self.function).parameters:
            arguments["examples"] = examples
        try:
            data = self.function(**arguments)
        except UnavailableError as error:
            raise UnavailableError(f"{error}; {self._way_out()}") from error
        check_data(self, data)
        return data.scored_where_valid() if self.per_step else data

    def _way_out(self) -> str:
        entries = map(TASKS.get, TASKS.names())
        offline = [entry.name for entry in entries if entry.family == self.family and not entry.data_set]
        without = f"tasks of the family '{self.family}' that need no files: {', '.join(offline) or 'none'}"
        return f"`suite fetch {self.name}` tries again; {without}"

    def signature(self, data: Data) -> Signature:
        """Shapes a model for this task must have."""
        x, y = data.train
        tokens = np.issubdtype(x.dtype, np.integer)
        if self.kind == "classification":
            outputs = int(y.max()) + 1
        else:
            outputs = 1 if y.ndim == 1 + self.per_step else y.shape[-1]
        return Signature(
            length=x.shape[1],
            features=None if tokens else x.shape[2],
            vocabulary=(self.vocabulary or int(x.max()) + 1) if tokens else None,
            outputs=outputs,
            masked=tokens or data.lengths is not None,
            kind=self.kind,
            per_step=self.per_step,
        )


TASKS: Registry[Task] = Registry("task", "suite.tasks")


def task(
    name: str,
    *,
    family: str,
    kind: str,
    metric: str,
    baseline: str | float,
    trained_baseline: Any = None,
    per_step: bool = False,
    version: int = 1,
    ceiling: float | None = None,
    solved: float | None = None,
    licence: str = "",
    source: str = "generated",
    tags: tuple[str, ...] = (),
    vocabulary: int | None = None,
    lengths: tuple[int, ...] = (),
    data_set: DataSet | None = None,
) -> Callable[[Callable[..., Data]], Callable[..., Data]]:
    """Registers the decorated function as a task.

    `kind`: "classification" or "regression", with `per_step=True` an answer at every step. `metric`: the headline.
    `baseline`: the trivial predictor, a name ("majority", "mean", "zero", "last-value") or a number.
    `trained_baseline`: a scikit-learn estimator or "bag-of-words", "order-free", "flattened", "lags", "har".
    `ceiling`: the best possible score where it is known. `solved`: the score from which a run counts as solved.
    `lengths`: declares a sweep; the name then contains "{length}" and the function takes `length`.
    `data_set`: the files the function reads; licence and source are then theirs.
    Raises RequestError for a declaration that cannot be right.
    """
    declared = {key: value for key, value in locals().items() if key != "name"}
    if data_set:
        declared |= {"licence": data_set.licence, "source": data_set.source}

    def register(function: Callable[..., Data]) -> Callable[..., Data]:
        entry = Task(name=name, function=function, place=place_of(function), **declared)
        check_declaration(entry)
        TASKS.add(entry)
        return function

    return register


def check_declaration(entry: Task) -> None:
    """Raises RequestError when a task's declaration contradicts itself."""
    where = f"task '{entry.name}' ({entry.place})"
    check_name("task", entry.name.replace("{length}", "2"), entry.place)
    if entry.kind not in DIRECTIONS:
        raise RequestError(f"{where}: kind {entry.kind!r}: {closest(str(entry.kind), DIRECTIONS)}")
    if entry.metric not in DIRECTIONS[entry.kind]:
        metrics = DIRECTIONS[entry.kind]
        raise RequestError(f"{where}: metric {entry.metric!r} of a {entry.kind}: {closest(str(entry.metric), metrics)}")
    if isinstance(entry.baseline, str) and entry.baseline not in TRIVIAL:
        raise RequestError(f"{where}: baseline {entry.baseline!r}: {closest(entry.baseline, TRIVIAL)}")
    if isinstance(entry.trained_baseline, str) and entry.trained_baseline not in TRAINED:
        raise RequestError(
            f"{where}: trained_baseline {entry.trained_baseline!r}: {closest(entry.trained_baseline, TRAINED)}"
        )
    if bool(entry.lengths) != ("{length}" in entry.name):
        raise RequestError(f"{where}: a sweep needs both '{{length}}' in its name and lengths=(...)")


def check_data(entry: Task, data: Data) -> None:
    """Raises ValueError, naming the split and the fault, when data do not fit the task's declaration."""
    if not isinstance(data, Data):
        raise ValueError(f"task '{entry.name}' returned {type(data).__name__}, not Data(train=, validation=, test=)")
    for split in SPLITS:
        x, y = getattr(data, split)
        _check_split(entry, data, f"task '{entry.name}', {split} split", split, np.asarray(x), np.asarray(y))


def _check_split(entry: Task, data: Data, where: str, split: str, x: np.ndarray, y: np.ndarray) -> None:
    tokens = np.issubdtype(x.dtype, np.integer)
    if len(x) == 0 or len(x) != len(y):
        raise ValueError(f"{where}: x has {len(x)} examples and y has {len(y)}; both must be equal and not zero")
    if x.ndim != (2 if tokens else 3):
        raise ValueError(
            f"{where}: x of type {x.dtype} has shape {x.shape}; expected float (examples, time, features) "
            "or integer tokens (examples, time)"
        )
    if x.shape[1:] != data.train[0].shape[1:]:
        raise ValueError(f"{where}: x has shape {x.shape}, the training split {data.train[0].shape}")
    if not tokens and not np.isfinite(x).all():
        raise ValueError(f"{where}: x is not finite at example {int(np.argwhere(~np.isfinite(x))[0][0])}")
    if tokens and (x.min() < 0 or (entry.vocabulary and x.max() >= entry.vocabulary)):
        raise ValueError(f"{where}: tokens from {x.min()} to {x.max()}, the vocabulary is 0 to {entry.vocabulary}")
    if tokens and not x.any(axis=1).all():
        raise ValueError(f"{where}: example {int(np.argmin(x.any(axis=1)))} is empty (padding only)")
    _check_targets(entry, data, where, x, y)
    steps = data.steps(split)
    if len(steps) != len(x) or steps.min() < 1 or steps.max() > x.shape[1]:
        raise ValueError(f"{where}: lengths must be {len(x)} numbers from 1 to {x.shape[1]}")
    _check_scored(entry, data, where, x.shape[:2], split)


def _check_scored(entry: Task, data: Data, where: str, shape: tuple[int, int], split: str) -> None:
    if data.scored is None:
        return
    counts = data.scored[split]
    if not entry.per_step or counts.dtype != bool or counts.shape != shape:
        raise ValueError(
            f"{where}: scored is {counts.dtype} {counts.shape}; it says for every step, bool {shape}, whether its "
            "answer counts, and the task is declared with per_step=True"
        )
    if not (counts & data.valid(split)).any():
        raise ValueError(f"{where}: scored counts no answer at a valid step")


def _check_targets(entry: Task, data: Data, where: str, x: np.ndarray, y: np.ndarray) -> None:
    if entry.per_step and y.shape[:2] != x.shape[:2]:
        raise ValueError(f"{where}: y has shape {y.shape}; a task with an output at every step needs {x.shape[:2]}")
    if entry.kind == "regression":
        if not np.issubdtype(y.dtype, np.floating) or not np.isfinite(y).all():
            raise ValueError(f"{where}: y of a regression must be finite floats, it is {y.dtype}")
        return
    known = np.unique(data.train[1])
    if not np.issubdtype(y.dtype, np.integer) or y.ndim != 1 + entry.per_step or y.min() < 0:
        raise ValueError(f"{where}: y of a classification must be integer labels from 0, it is {y.dtype} {y.shape}")
    if len(known) < 2:
        raise ValueError(f"{where}: the training split has one class only")
    if strange := sorted(set(np.unique(y).tolist()) - set(known.tolist())):
        raise ValueError(f"{where}: label {strange[0]} is never seen in training")
