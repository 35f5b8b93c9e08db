"""Baselines: the trivial predictor, fitted on the training split alone, and the scores of it and the trained one."""

from typing import Any

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Data
from suite.tasks.metrics import evaluate
from suite.tasks.task import Task
from suite.tasks.trained_baselines import Predictor, trained

SCORED = ("validation", "test")


def trivial(task: Task, data: Data) -> Predictor:
    """The task's trivial predictor.

    "majority" predicts the classes' training frequencies, "mean" the mean training target, "zero" or a number itself,
    "last-value" the first feature at the last valid step, unscaled. Raises RequestError when it cannot predict such
    targets or read such data.
    """
    if (task.baseline == "majority") != (task.kind == "classification"):
        raise RequestError(f"task '{task.name}': baseline '{task.baseline}' does not predict a {task.kind}")
    if task.baseline == "last-value":
        return _last_value(task, data)
    answer = _constant(task, data)
    return lambda x, steps, scored=None: np.broadcast_to(answer, (*x.shape[: 1 + task.per_step], *answer.shape))


def predict(predictor: Predictor, data: Data, split: str) -> np.ndarray:
    """A predictor's answers on a split: probabilities (examples[, time], classes), or values shaped as the targets.

    Those that do not count are arbitrary.
    """
    return predictor(getattr(data, split)[0], data.steps(split), data.scoring(split))


def reference(task: Task, data: Data, split: str) -> dict[str, Any]:
    """`trivial` and, for a series, `trivial_scale` as `metrics.evaluate` takes them; nothing for a classification.

    Of the answers that count alone.
    """
    if task.kind == "classification":
        return {}
    predictor = trivial(task, data)
    values = {"trivial": data.counted(split, predict(predictor, data, split))}
    if data.times is None:
        return values
    errors = data.counted("train", np.abs(predict(predictor, data, "train") - data.train[1]))
    return values | {"trivial_scale": float(np.mean(errors))}


def measure(task: Task, data: Data) -> dict[str, dict[str, dict[str, float]] | None]:
    """All metrics of both: {"baseline": {split: {metric: value}}, "trained_baseline": the same, or None}.

    Of the validation and the test split, and of further test sets by their names.
    """
    predictors = {"baseline": trivial(task, data), "trained_baseline": trained(task, data)}
    return {name: predictor and _all_scores(task, data, predictor) for name, predictor in predictors.items()}


def named(task: Task) -> dict[str, str | None]:
    """What both baselines are called."""
    return {"baseline": str(task.baseline), "trained_baseline": _name(task.trained_baseline)}


def _name(trained_baseline: Any) -> str | None:
    named = trained_baseline is None or isinstance(trained_baseline, str)
    return trained_baseline if named else type(trained_baseline).__name__


def last_values(task: Task, data: Data, split: str) -> np.ndarray | None:
    """The last value of a series before each target of a split that counts; None where the task is none of values."""
    if task.kind == "classification" or data.times is None or task.signature(data).features is None:
        return None
    return data.counted(split, predict(_last_value(task, data), data, split))


def _all_scores(task: Task, data: Data, predictor: Predictor) -> dict[str, dict[str, float]]:
    scores = {split: _scores(task, data, predictor, split) for split in SCORED}
    return scores | {name: _scores(task, data.with_test(name), predictor, "test") for name in data.extra}


def _scores(task: Task, data: Data, predictor: Predictor, split: str) -> dict[str, float]:
    target, prediction = (
        data.counted(split, values) for values in (getattr(data, split)[1], predict(predictor, data, split))
    )
    return evaluate(task.kind, target, prediction, **reference(task, data, split))


def _constant(task: Task, data: Data) -> np.ndarray:
    """The one answer to every input: probabilities (classes,), or values in the shape of one target."""
    y = data.train[1]
    y = data.counted("train", y).reshape(-1, *y.shape[1 + task.per_step :])
    if task.baseline == "majority":
        return np.bincount(y) / len(y)
    if task.baseline == "mean":
        return y.mean(axis=0, dtype=np.float64)
    return np.full(y.shape[1:], 0.0 if task.baseline == "zero" else float(task.baseline))


def _last_value(task: Task, data: Data) -> Predictor:
    if task.signature(data).features is None:
        raise RequestError(f"task '{task.name}': baseline 'last-value' needs x of floats, it holds tokens")
    mean, scale = (np.ravel(data.preparation.get(name, plain))[0] for name, plain in (("mean", 0.0), ("scale", 1.0)))
    outputs = np.ones(data.train[1].shape[1 + task.per_step :])

    def predict(x: np.ndarray, steps: np.ndarray, scored: np.ndarray | None = None) -> np.ndarray:
        own = x[..., 0] * scale + mean
        return np.multiply.outer(own if task.per_step else own[np.arange(len(x)), steps - 1], outputs)

    return predict
