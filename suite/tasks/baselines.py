"""Baselines: the predictors that models should beat; how to register one, and the trivial baselines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Data
from suite.tasks.declaration import Declared
from suite.tasks.kinds import CLASSIFICATION, KINDS, MULTI_LABEL, REGRESSION
from suite.tasks.labels import THRESHOLD
from suite.tasks.metrics import evaluate

# (x, valid steps[, evaluation mask]) -> probabilities (examples[, time], classes or labels), or values in the shape of
# the targets; predictions outside the mask are arbitrary
Predictor = Callable[..., np.ndarray]
Fit = Callable[[Declared, Data], Predictor]

INPUTS = ("floats", "tokens")


@dataclass(frozen=True)
class Baseline:
    """A predictor that architectures should beat.

    `function` fits it to the training split alone; the validation split may choose its settings. `kinds`: the kinds of
    task that it can predict. `reads`: the kinds of input that it can read. `role`: the argument of `task` that names
    it. `words`: what sentences call it, or a function of the task and its data that says so. `per_step`: whether it can
    predict at every step. `why_not`: a task -> why it cannot be used for that task, or "".
    `order_free`: whether its predictions are the same in whatever order the steps come.
    """

    name: str
    function: Fit
    kinds: tuple[str, ...] = tuple(KINDS)
    reads: tuple[str, ...] = INPUTS
    role: str = "baseline"
    words: str | Callable[[Declared, Data], str] = ""
    per_step: bool = True
    why_not: Callable[[Declared], str] = lambda task: ""
    order_free: bool = False

    def check(self, task: Declared, where: str) -> None:
        """Raise RequestError if it cannot be used for the task, whatever its data."""
        named, reason = f"{where}: {self.role} '{self.name}'", self.why_not(task)
        if task.kind not in self.kinds:
            raise RequestError(f"{named} cannot be used for {KINDS[task.kind].noun}")
        if task.per_step and not self.per_step:
            raise RequestError(f"{named} does not predict at every step")
        if reason:
            raise RequestError(f"{named} {reason}")
        if task.vocabulary:
            self._check_inputs(True, named)

    def fit(self, task: Declared, data: Data) -> Predictor:
        """Fit to the training split; raise RequestError if it cannot be used for the task or read its inputs."""
        where = f"task '{task.name}'"
        self.check(task, where)
        self._check_inputs(data.tokens, f"{where}: {self.role} '{self.name}'")
        return self.function(task, data)

    def _check_inputs(self, tokens: bool, named: str) -> None:
        if INPUTS[tokens] not in self.reads:
            raise RequestError(f"{named} needs x of {self.reads[0]}, not {INPUTS[tokens]}")

    def called(self, task: Declared, data: Data) -> str:
        """Return what sentences call it."""
        return self.words if isinstance(self.words, str) else self.words(task, data)


TRIVIAL: dict[str, Baseline] = {}


def trivial_baseline(name: str, *kinds: str, reads: tuple[str, ...] = INPUTS) -> Callable[[Fit], Fit]:
    """Register the decorated function as a trivial baseline for these kinds; `Baseline` explains the fields."""

    def register(function: Fit) -> Fit:
        TRIVIAL[name] = Baseline(name, function, kinds, reads)
        return function

    return register


def trivial(task: Declared, data: Data) -> Predictor:
    """Fit the task's trivial baseline (a registered baseline or a number); errors are as in `Baseline.fit`."""
    number = Baseline(str(task.baseline), _number, (REGRESSION,))
    return TRIVIAL.get(str(task.baseline), number).fit(task, data)


@trivial_baseline("majority", CLASSIFICATION, MULTI_LABEL)
def majority(task: Declared, data: Data) -> Predictor:
    """Predict the frequency of every class, or of every label by itself, in the training split."""
    if task.kind == MULTI_LABEL:
        return mean(task, data)
    labels = data.counted("train", data.train[1]).ravel()
    return _always(task, np.bincount(labels, minlength=task.classes or 0) / len(labels))


@trivial_baseline("mean", REGRESSION)
def mean(task: Declared, data: Data) -> Predictor:
    """Predict the mean target of the training split."""
    y = data.counted("train", data.train[1]).reshape(-1, *data.target_shape(task))
    return _always(task, y.mean(axis=0, dtype=np.float64))


@trivial_baseline("frequent-labels", MULTI_LABEL)
def frequent_labels(task: Declared, data: Data) -> Predictor:
    """Predict the labels that, predicted for every input, have the best micro F1 on the training split.

    Probabilities are the labels' training frequencies, but at least 0.5 for these labels. Where every label is rare,
    "majority" predicts none: then any guess has a better F1, even that of an untrained network. For log_loss,
    "majority" is better.
    """
    frequency = data.counted("train", data.train[1]).reshape(-1, *data.target_shape(task)).mean(axis=0)
    order = np.argsort(-frequency, kind="stable")
    f1 = 2 * np.cumsum(frequency[order]) / (frequency.sum() + np.arange(1, len(order) + 1))
    best = order[: f1.argmax() + 1]
    frequency[best] = np.maximum(frequency[best], THRESHOLD)
    return _always(task, frequency)


@trivial_baseline("zero", REGRESSION)
def zero(task: Declared, data: Data) -> Predictor:
    """Predict zero."""
    return _always(task, np.zeros(data.target_shape(task)))


def _number(task: Declared, data: Data) -> Predictor:
    return _always(task, np.full(data.target_shape(task), float(task.baseline)))


def _always(task: Declared, value: np.ndarray) -> Predictor:
    """Predict the same value for every input: probabilities (classes or labels,), or values in a target's shape."""
    return lambda x, steps, mask=None: np.broadcast_to(value, (*x.shape[: 1 + task.per_step], *value.shape))


@trivial_baseline("last-value", REGRESSION, reads=("floats",))
def last_value(task: Declared, data: Data) -> Predictor:
    """Predict the value of the first feature at the last valid step, in its original unit (before scaling)."""
    mean, scale = data.scale_of_target
    outputs = np.ones(data.target_shape(task))

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        own = x[..., 0] * scale + mean
        return np.multiply.outer(own if task.per_step else own[np.arange(len(x)), steps - 1], outputs)

    return predict


def predict(predictor: Predictor, data: Data, split: str) -> np.ndarray:
    """Predict a split: return probabilities (examples[, time], classes or labels), or values in the targets' shape.

    Predictions outside the evaluation mask are arbitrary.
    """
    return predictor(data.pair(split)[0], data.steps(split), data.mask(split))


def scores_on(task: Declared, data: Data, predictor: Predictor, split: str) -> dict[str, float]:
    """Return all metrics of a predictor on one split."""
    return scores_of(task, data, predict(predictor, data, split), split)


def scores_of(task: Declared, data: Data, prediction: np.ndarray, split: str) -> dict[str, float]:
    """Return all metrics of predictions (examples[, time], ...) for a split."""
    target, found = (data.counted(split, values) for values in (data.pair(split)[1], prediction))
    return evaluate(task.kind, target, found, **reference(task, data, split))


def reference(task: Declared, data: Data, split: str) -> dict[str, Any]:
    """Return what `metrics.evaluate` must know beside targets and predictions.

    Regressions: `trivial` and, for series, `trivial_scale`. Classes in an order: `ordered`. All others: nothing.
    """
    if KINDS[task.kind].probabilities:
        return {"ordered": True} if task.ordered else {}
    predictor = trivial(task, data)
    values = {"trivial": data.counted(split, predict(predictor, data, split))}
    if data.times is None:
        return values
    errors = data.counted("train", np.abs(predict(predictor, data, "train") - data.train[1]))
    return values | {"trivial_scale": float(np.mean(errors))}


def last_values(task: Declared, data: Data, split: str) -> np.ndarray | None:
    """Return the last value of the series before each target of a split, or None if the task predicts no series."""
    if KINDS[task.kind].probabilities or data.times is None or data.tokens:
        return None
    return data.counted(split, predict(last_value(task, data), data, split))
