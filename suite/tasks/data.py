"""Data: the three splits of examples that a task's function returns, and the shapes that a model must know."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self

import numpy as np

from suite.errors import closest_keyword
from suite.tasks.datasets.scaling import valid_steps, whole
from suite.tasks.declaration import Declared
from suite.tasks.kinds import CLASSIFICATION
from suite.tasks.sheet import Sheet

SPLITS = ("train", "validation", "test")

Split = tuple[np.ndarray, np.ndarray]
Preparation = Mapping[str, Any]


@dataclass(frozen=True)
class Signature:
    """What a model must know about a task's data.

    `length`: number of time steps. `features`: number of input channels, None for tokens. `vocabulary`: number of
    token ids (0 to vocabulary - 1, where 0 is padding), None for floats. `outputs`: number of classes, of labels or of
    values to predict. `masked`: whether some steps may be padding.
    """

    length: int
    features: int | None
    vocabulary: int | None
    outputs: int
    masked: bool
    kind: str
    per_step: bool


@closest_keyword
@dataclass(frozen=True)
class Data:
    """Three splits of (x, y).

    x: float (examples, time, features) or integer tokens (examples, time) with 0 for padding.
    y: integer classes (examples,); or 0 and 1 (examples, labels), 1 if the example has the label, for a multi-label
    task; or floats (examples,) or (examples, outputs). With `per_step`, one for every step.
    `lengths`: split -> number of valid steps of every example, needed if float examples have padding.
    `scored`: split -> evaluation mask (examples, time), only for tasks with `per_step`. By default every step is
    evaluated; padded steps never are. `times`: split -> time of every example, only for series.
    `groups`: split -> speaker or source of every example. `extra`: name -> an extra test set, whose sequences may have
    another length, without padding or mask. `weights`: {"train": the weight of every training example, (examples,), or
    step, (examples, time)}; they weigh the training loss and the fit of the trained baseline, and no score.
    `preparation`: the fitted preprocessing as plain values and arrays (vocabulary, mean, scale). For a series, the
    first feature must be the target's own past, and `preparation` contains its `mean` and `scale`. `sheet`: what was
    read, dropped, filled and guessed; it determines no number. `reference`: name -> someone's predictions for the test
    split, in its order, which are scored and shown: values in the shape of y, or probabilities (examples[, time],
    classes or labels). They determine no number either.
    """

    train: Split
    validation: Split
    test: Split
    lengths: Mapping[str, np.ndarray] | None = None
    scored: Mapping[str, np.ndarray] | None = None
    groups: Mapping[str, np.ndarray] | None = None
    times: Mapping[str, np.ndarray] | None = None
    extra: Mapping[str, Split] = field(default_factory=dict)
    weights: Mapping[str, np.ndarray] | None = None
    preparation: Preparation = field(default_factory=dict)
    sheet: Sheet = field(default_factory=Sheet)
    reference: Mapping[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of_rows(
        cls,
        rows: Mapping[str, np.ndarray],
        x: np.ndarray,
        y: np.ndarray,
        preparation: Preparation | None = None,
        **beside: np.ndarray | None,
    ) -> Self:
        """Split x and y by row numbers: `rows` maps each split to its rows.

        `beside`: the `lengths`, `groups`, `times` or `weights` of all examples, which are split in the same way;
        `weights` only belong to training.
        """
        train, validation, test = ((x[rows[split]], y[rows[split]]) for split in SPLITS)
        named: dict[str, Any] = {
            name: {split: values[rows[split]] for split in (SPLITS if name != "weights" else ("train",))}
            for name, values in beside.items()
            if values is not None
        }
        return cls(train, validation, test, preparation=preparation or {}, **named)

    @property
    def tokens(self) -> bool:
        """Whether x contains tokens (integers) instead of floats."""
        return np.issubdtype(self.train[0].dtype, np.integer)

    def pair(self, split: str) -> Split:
        """Return x and y of a split."""
        return getattr(self, split)

    def target_shape(self, task: Declared) -> tuple[int, ...]:
        """Return the shape of a single target: (), (labels,) or (outputs,)."""
        return self.train[1].shape[1 + task.per_step :]

    def signature(self, task: Declared) -> Signature:
        """Return the shapes that a model for the task must have."""
        x, y = self.train
        values = sum(self.target_shape(task)) or 1
        return Signature(
            length=x.shape[1],
            features=None if self.tokens else x.shape[2],
            vocabulary=(task.vocabulary or int(x.max()) + 1) if self.tokens else None,
            outputs=task.classes or (int(y.max()) + 1 if task.kind == CLASSIFICATION else values),
            masked=self.tokens or self.lengths is not None,
            kind=task.kind,
            per_step=task.per_step,
        )

    def arrays(self) -> dict[str, np.ndarray]:
        """Return all arrays by name; the names never change, so that checksums and caches can rely on them."""
        pairs = {split: self.pair(split) for split in SPLITS}
        pairs |= {f"extra/{name}": pair for name, pair in self.extra.items()}
        named = {f"{name}/{axis}": a for name, pair in pairs.items() for axis, a in zip("xy", pair, strict=True)}
        for label in ("lengths", "scored", "groups", "times", "weights"):
            named |= {f"{label}/{split}": np.asarray(a) for split, a in (getattr(self, label) or {}).items()}
        return named

    def checksum(self) -> str:
        """Return the sha256 of all arrays (name, type, shape and bytes) and of the numbers in `preparation`."""
        digest = hashlib.sha256()
        for name, array in sorted((self.arrays() | self._fitted()).items()):
            array = np.ascontiguousarray(array.astype(str) if array.dtype == object else array)
            digest.update(f"{name}:{array.dtype.str}:{array.shape}:".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _fitted(self) -> dict[str, np.ndarray]:
        # include these numbers because they set the units of the scores; use single precision because the last
        # digits of a sum differ between machines
        named = {f"preparation/{name}": np.asarray(value) for name, value in self.preparation.items()}
        return {
            name: array.astype(np.float32) if array.dtype.kind == "f" else array
            for name, array in named.items()
            if array.dtype.kind in "biuf"
        }

    @property
    def scale_of_target(self) -> tuple[float, float]:
        """The mean and the scale by which the first feature, the past of a series' target, was standardised."""
        known = (self.preparation.get(name, plain) for name, plain in (("mean", 0.0), ("scale", 1.0)))
        mean, scale = (np.ravel(value)[0] for value in known)
        return mean, scale

    def steps(self, split: str) -> np.ndarray:
        """Return the number of valid steps of every example of a split, shape (examples,)."""
        x = getattr(self, split)[0]
        if self.tokens:
            return np.count_nonzero(x, axis=1)
        return whole(x) if self.lengths is None else np.asarray(self.lengths[split])

    def valid(self, split: str) -> np.ndarray:
        """Return True for every step of a split that is not padding, shape (examples, time).

        A token is valid if it is not 0, wherever it stands; other sequences are padded at their end.
        """
        x = getattr(self, split)[0]
        return x != 0 if self.tokens else valid_steps(x, self.steps(split))

    def bounds(self, split: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the first and the last valid step of every example of a split, both (examples,), counted from 0."""
        valid = self.valid(split)
        return valid.argmax(axis=1), valid.shape[1] - 1 - valid[:, ::-1].argmax(axis=1)

    def shown(self, split: str, rows: Any) -> np.ndarray:
        """Return the inputs of some examples of a split from their first valid step on, for people to look at."""
        x, first = getattr(self, split)[0][rows], self.bounds(split)[0][rows]
        return np.stack([np.roll(one, -start, axis=0) for one, start in zip(x, first, strict=True)]) if len(x) else x

    def with_test(self, name: str) -> Self:
        """Return a copy of the data whose test split is the extra test set `name`."""
        plain = replace(self, lengths=None, scored=None, groups=None, times=None, extra={}, reference={})
        return replace(plain, test=self.extra[name])

    def masked_at_padding(self) -> Self:
        """Return the data with padded steps removed from the evaluation mask (only for tasks with `per_step`)."""
        valid = {split: self.valid(split) for split in SPLITS}
        if all(steps.all() for steps in valid.values()):
            return self
        return replace(self, scored={split: steps & (self.scored or valid)[split] for split, steps in valid.items()})

    def target_weights(self, task: Declared) -> np.ndarray | None:
        """Return the weight of every training target, (examples[, time]); None if all weigh the same.

        It is the product of the class weights and the weights of the examples or steps. Targets outside the evaluation
        mask have weights, too.
        """
        if task.class_weight is None and self.weights is None:
            return None
        weights = np.ones(self.train[1].shape[: 1 + task.per_step])
        if task.class_weight is not None:
            weights *= self.class_weights()[self.train[1]]
        if self.weights is not None:
            own = np.asarray(self.weights["train"])
            weights *= own.reshape(*own.shape, *(1,) * (weights.ndim - own.ndim))
        return weights

    def class_counts(self) -> np.ndarray:
        """Return the number of training targets of each class within the evaluation mask, (classes,)."""
        return np.bincount(self.counted("train", self.train[1]).ravel())

    def class_weights(self) -> np.ndarray:
        """Return the weight of each class by which all classes of the training split count alike, (classes,)."""
        counts = self.class_counts()
        return np.divide(counts.sum(), counts * np.count_nonzero(counts), out=np.zeros(len(counts)), where=counts > 0)

    def mask(self, split: str) -> np.ndarray | None:
        """Return the evaluation mask (examples, time) of a split, or None if every step is evaluated."""
        return None if self.scored is None else self.scored[split]

    def counted(self, split: str, values: np.ndarray) -> np.ndarray:
        """Return the values at the evaluated steps, shape (evaluated steps, ...).

        `values` (examples, time, ...) belong to the first examples of a split. Without a mask, return all of them.
        """
        mask = self.mask(split)
        return values if mask is None else values[mask[: len(values)]]
