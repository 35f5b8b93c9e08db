"""Baselines: how a predictor to beat is registered, and the trivial ones, fitted on the training split alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import KINDS, Data, Declared

# (x, valid steps[, evaluation mask]) of any examples -> probabilities (examples[, time], classes), or values shaped as
# the targets; predictions outside the mask are arbitrary
Predictor = Callable[..., np.ndarray]
Fit = Callable[[Declared, Data], Predictor]

INPUTS = ("floats", "tokens")


@dataclass(frozen=True)
class Baseline:
    """A predictor that architectures should beat.

    `function`: how it is fitted to the training split. `kinds`: the kinds of task it predicts. `reads`: the inputs it
    can use. `role`: the argument of `task` that names it.
    """

    name: str
    function: Fit
    kinds: tuple[str, ...] = KINDS
    reads: tuple[str, ...] = INPUTS
    role: str = "baseline"

    def fit(self, task: Declared, data: Data) -> Predictor:
        """Fit to the training split; raise RequestError for a kind of target or input that it does not serve."""
        where, held = f"task '{task.name}': {self.role} '{self.name}'", INPUTS[data.tokens]
        if task.kind not in self.kinds:
            raise RequestError(f"{where} does not predict a {task.kind}")
        if held not in self.reads:
            raise RequestError(f"{where} needs x of {self.reads[0]}, it holds {held}")
        return self.function(task, data)


TRIVIAL: dict[str, Baseline] = {}


def trivial_baseline(name: str, kind: str, reads: tuple[str, ...] = INPUTS) -> Callable[[Fit], Fit]:
    """Register the decorated function as a trivial baseline of a kind of task; see `Baseline`."""

    def register(function: Fit) -> Fit:
        TRIVIAL[name] = Baseline(name, function, (kind,), reads)
        return function

    return register


def trivial(task: Declared, data: Data) -> Predictor:
    """Fit the task's trivial baseline, a registered one or a number; errors as in `Baseline.fit`."""
    number = Baseline(str(task.baseline), _number, ("regression",))
    return TRIVIAL.get(str(task.baseline), number).fit(task, data)


@trivial_baseline("majority", "classification")
def majority(task: Declared, data: Data) -> Predictor:
    """Predict the classes' training frequencies."""
    labels = data.counted("train", data.train[1]).ravel()
    return _always(task, np.bincount(labels) / len(labels))


@trivial_baseline("mean", "regression")
def mean(task: Declared, data: Data) -> Predictor:
    """Predict the mean training target."""
    y = data.counted("train", data.train[1]).reshape(-1, *data.target_shape(task))
    return _always(task, y.mean(axis=0, dtype=np.float64))


@trivial_baseline("zero", "regression")
def zero(task: Declared, data: Data) -> Predictor:
    """Predict zero."""
    return _always(task, np.zeros(data.target_shape(task)))


def _number(task: Declared, data: Data) -> Predictor:
    return _always(task, np.full(data.target_shape(task), float(task.baseline)))


def _always(task: Declared, value: np.ndarray) -> Predictor:
    """One prediction for every input: probabilities (classes,), or values in the shape of one target."""
    return lambda x, steps, mask=None: np.broadcast_to(value, (*x.shape[: 1 + task.per_step], *value.shape))


@trivial_baseline("last-value", "regression", reads=("floats",))
def last_value(task: Declared, data: Data) -> Predictor:
    """Predict the first feature at the last valid step, in its own unit."""
    mean, scale = (np.ravel(data.preparation.get(name, plain))[0] for name, plain in (("mean", 0.0), ("scale", 1.0)))
    outputs = np.ones(data.target_shape(task))

    def predict(x: np.ndarray, steps: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
        own = x[..., 0] * scale + mean
        return np.multiply.outer(own if task.per_step else own[np.arange(len(x)), steps - 1], outputs)

    return predict


def predict(predictor: Predictor, data: Data, split: str) -> np.ndarray:
    """Predict a split: probabilities (examples[, time], classes), or values shaped as the targets.

    Predictions outside the evaluation mask are arbitrary.
    """
    return predictor(data.pair(split)[0], data.steps(split), data.mask(split))


def reference(task: Declared, data: Data, split: str) -> dict[str, Any]:
    """Return `trivial` and, for a series, `trivial_scale` as `metrics.evaluate` takes them; {} for a classification."""
    if task.kind == "classification":
        return {}
    predictor = trivial(task, data)
    values = {"trivial": data.counted(split, predict(predictor, data, split))}
    if data.times is None:
        return values
    errors = data.counted("train", np.abs(predict(predictor, data, "train") - data.train[1]))
    return values | {"trivial_scale": float(np.mean(errors))}


def last_values(task: Declared, data: Data, split: str) -> np.ndarray | None:
    """Return the last value of a series before each target of a split; None unless the task predicts a series."""
    if task.kind == "classification" or data.times is None or data.tokens:
        return None
    return data.counted(split, predict(last_value(task, data), data, split))
