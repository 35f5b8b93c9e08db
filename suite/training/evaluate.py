"""Answering: what a network reads of a split, what it answers in the task's units, and how good that is."""

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from suite import backend
from suite.architectures.compiled import COMPILED_MODELS
from suite.architectures.model import PADDING
from suite.architectures.portable import at_length
from suite.experiment.run import Run
from suite.tasks.baselines import last_values, reference
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.metrics import evaluate as all_metrics
from suite.tasks.task import Task, is_generated

EVALUATED_STEPS = 131_072
ANSWERS_TIMED = 5
MISSED_KEPT = 30


@dataclass(frozen=True)
class Scaling:
    """Mean and standard deviation of a regression's training targets, shape (outputs,); 0 and 1 for classes.

    Networks are trained on standardised targets, so that neither the loss nor the limit of the gradients' norm
    depends on the unit of a task.
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, data: Data, kind: str, outputs: int) -> "Scaling":
        """Fitted on the training split."""
        if kind == "classification":
            return cls(np.zeros(outputs, "float32"), np.ones(outputs, "float32"))
        targets = data.counted("train", data.train[1]).reshape(-1, outputs).astype("float64")
        spread = targets.std(axis=0)
        return cls(targets.mean(axis=0).astype("float32"), np.where(spread > 0, spread, 1.0).astype("float32"))

    def standardised(self, target: np.ndarray) -> np.ndarray:
        """Values in units of the training targets' spread."""
        return ((target - self.mean) / self.scale).astype("float32")

    def restored(self, value: np.ndarray) -> np.ndarray:
        """Values in the target's own units."""
        return value * self.scale + self.mean


_forward = functools.lru_cache(maxsize=COMPILED_MODELS)(backend.forward)


def evaluate(
    network: keras.Model, scaling: Scaling, run: Run, data: Data
) -> tuple[dict[str, dict[str, float]], dict[str, np.ndarray]]:
    """Metrics by split, and the arrays to store.

    A trial is scored on the validation split alone; a final run on the test split and on further test sets too, once,
    and keeps its answers on the test split that count. The first of a cell keeps the input of some wrong ones too.
    """
    splits = ("validation",) if run.role == "trial" else ("validation", "test")
    answered = {split: _answered(network, scaling, run.task, data, split) for split in splits}
    metrics = {split: _metrics(run.task, data, split, *answered[split]) for split in splits}
    if run.role == "trial":
        return metrics, {}
    for name in data.extra:
        further = data.with_test(name)
        metrics[name] = _metrics(run.task, further, "test", *_answered(network, scaling, run.task, further, "test"))
    preparation = {"target_mean": scaling.mean, "target_scale": scaling.scale} | dict(data.preparation)
    arrays = {f"preparation/{name}": np.asarray(value) for name, value in preparation.items()}
    if (last := last_values(run.task, data, "test")) is not None:
        arrays["last_value"] = last
    if data.times is not None and not run.task.per_step:  # a date may hold several series, which move together
        times = np.asarray(data.times["test"])
        arrays["times"] = times.astype(str) if times.dtype == object else times
    if run.index == 0:
        arrays |= _missed(run.task, data, *answered["test"])
    return metrics, arrays | dict(zip(("target", "prediction"), answered["test"], strict=True))


def _missed(task: Task, data: Data, target: np.ndarray, prediction: np.ndarray) -> dict[str, np.ndarray]:
    """Place, input and valid steps of the first wrong labels, of real data, whose test split is the same for all seeds.

    What every run gets wrong is among them, so that the report can show it without the data.
    """
    if task.kind != "classification" or task.per_step or is_generated(task.source):
        return {}
    place = np.flatnonzero(prediction.argmax(axis=-1) != target)[:MISSED_KEPT]
    return {"missed/place": place, "missed/x": data.test[0][place], "missed/steps": data.steps("test")[place]}


def _answered(
    network: keras.Model, scaling: Scaling, task: Task, data: Data, split: str
) -> tuple[np.ndarray, np.ndarray]:
    """Targets and predictions of a split, those that count."""
    x, target = model_input(data, split), data.counted(split, getattr(data, split)[1])
    raw = data.counted(split, predict(at_length(network, x.shape[1]), x))
    return target, answers(task, raw, scaling, target.shape)


def _metrics(task: Task, data: Data, split: str, target: np.ndarray, prediction: np.ndarray) -> dict[str, float]:
    return all_metrics(task.kind, target, prediction, **reference(task, data, split))


def training_answers(task: Task, data: Data, scaling: Scaling) -> np.ndarray:
    """Answers of the training split as the loss reads them: labels, or standardised values (examples, ..., outputs)."""
    y = data.train[1]
    if task.kind == "classification":
        return y
    return scaling.standardised(y.reshape(*y.shape[: 1 + task.per_step], len(scaling.mean)))


def losses(kind: str) -> Callable[..., Any]:
    """The function of targets and answers that is trained on, a value an answer."""
    found = keras.losses
    return found.sparse_categorical_crossentropy if kind == "classification" else found.mean_squared_error


def answer_weights(data: Data) -> tuple[np.ndarray, ...]:
    """Weights (examples, time) of the training answers where not all count: 0, else what makes their mean 1."""
    if data.scored is None:
        return ()
    scored = data.scored["train"].astype("float32")
    return (scored / scored.mean(),)


def model_input(data: Data, split: str, size: int | None = None) -> np.ndarray:
    """x of a split as the network reads it; `size`: only the first so many examples."""
    steps = None if data.lengths is None else data.steps(split)[:size]
    return network_input(getattr(data, split)[0][:size], steps)


def network_input(x: np.ndarray, steps: np.ndarray | None) -> np.ndarray:
    """x as a network reads it: steps of float sequences past the valid ones hold PADDING, whatever was left there."""
    if np.issubdtype(x.dtype, np.integer):
        return x.astype("int32")
    x = x.astype("float32")
    if steps is not None:
        x[~valid_steps(x, steps)] = PADDING
    return x


def predict(network: keras.Model, x: np.ndarray) -> np.ndarray:
    """Raw outputs for all examples, at most `EVALUATED_STEPS` time steps at once."""
    size = max(1, EVALUATED_STEPS // x.shape[1])
    parts = [_forward(network)(x[start : start + size]) for start in range(0, len(x), size)]
    return np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])


def answering_seconds(network: keras.Model, data: Data, size: int) -> float:
    """Median seconds of one prediction for so many examples, of a few after a first that does not count.

    From an array in memory to the answers in memory, with the run's threads, by the function that scored the run: the
    network as the backend compiles it, without XLA, so that one compiled function serves every number of examples.
    """
    x = np.resize(model_input(data, "test", size), (size, *data.test[0].shape[1:]))
    seconds = []
    for _ in range(1 + ANSWERS_TIMED):
        begin = time.perf_counter()
        predict(network, x)
        seconds.append(time.perf_counter() - begin)
    return float(np.median(seconds[1:]))


def answers(task: Task, raw: np.ndarray, scaling: Scaling, shape: tuple[int, ...]) -> np.ndarray:
    """Probabilities, or values in the target's units and shape."""
    return raw if task.kind == "classification" else scaling.restored(raw).reshape(shape)
