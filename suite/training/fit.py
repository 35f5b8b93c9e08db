"""Fit: the training loop, which validates after each epoch and keeps the best weights."""

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from suite import backend
from suite.architectures.compiled import COMPILED_MODELS
from suite.architectures.layers import counting
from suite.architectures.model import STEPS_PER_EXECUTION
from suite.errors import DivergedError, OvertimeError
from suite.experiment.run import Run
from suite.recipes.loss import Objective
from suite.recipes.schedule import SCHEDULES, Schedule
from suite.tasks.baselines import reference
from suite.tasks.data import Data
from suite.tasks.kinds import KINDS
from suite.tasks.metrics import headline
from suite.training.inputs import (
    Scaling,
    in_task_units,
    model_input,
    predict,
    target_weights,
    training_targets,
)  # fmt: skip
from suite.training.stopping import Stopping, goal, trivial_loss

TRAINING_SAMPLE = 500


@dataclass(frozen=True)
class Fitted:
    """The result of training, except the weights, which stay in the network. `seconds` has one value per epoch.

    `trivial_loss`: the training loss of the best constant prediction, to compare the losses in `history` with.
    """

    history: dict[str, list[float]]
    best_epoch: int
    trivial_loss: float
    seconds: list[float]
    clipped: float
    scaling: Scaling


class Batches:
    """Split the training examples into full batches, in a new random order for each epoch.

    The order depends on the run's seed only, so it is the same for every architecture. Examples that do not fill a
    batch are left out of the epoch, because a smaller batch would have to be compiled separately.
    """

    def __init__(self, examples: int, batch_size: int, seed: int):
        self.examples = examples
        self.batch_size = min(batch_size, examples)
        self.generator = np.random.default_rng(seed)

    def __len__(self) -> int:
        return self.examples // self.batch_size

    def epoch(self, rates: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray, int]]:
        """Yield the rows of several batches (STEPS_PER_EXECUTION, batch size), their learning rates, and their number.

        `rates`: the learning rate of every batch of the epoch. Rows and rates beyond the number are not used.
        """
        order = self.generator.permutation(self.examples)[: len(self) * self.batch_size].reshape(len(self), -1)
        for start in range(0, len(self), STEPS_PER_EXECUTION):
            rows = order[start : start + STEPS_PER_EXECUTION]
            unused = (0, STEPS_PER_EXECUTION - len(rows))
            used = rates[start : start + STEPS_PER_EXECUTION]
            yield np.pad(rows, (unused, (0, 0))).astype("int32"), np.pad(used, unused), len(rows)


class Validation:
    """Record the training and validation scores after each epoch, and keep the best weights so far.

    Both scores use the weights at the end of the epoch. The training score uses the first `TRAINING_SAMPLE` examples.
    """

    def __init__(self, network: keras.Model, run: Run, data: Data, scaling: Scaling):
        self.network, self.run, self.data, self.scaling = network, run, data, scaling
        self.sizes = {"validation": len(data.validation[0]), "train": min(TRAINING_SAMPLE, len(data.train[0]))}
        self.x = np.concatenate([model_input(data, split, size) for split, size in self.sizes.items()])
        metric = run.task.metric
        self.history: dict[str, list[float]] = {name: [] for name in ("loss", "val_loss", metric, f"val_{metric}")}
        self.objective = run.choices.objective(run.task.kind)
        trivial = trivial_loss(run.task, data, self.objective)
        self.stopping = Stopping(run.task.headline, run.budget.patience, goal(run.task, data), trivial)
        self._reference = functools.cache(lambda split: reference(run.task, data, split))

    def is_last(self, loss: float) -> bool:
        """Record an epoch, given its mean training loss, and return whether training should stop.

        Raise DivergedError if the validation loss or score is not finite.
        """
        raw = predict(self.network, self.x)
        border = self.sizes["validation"]
        val_loss, val_score = self._score("validation", raw[:border])
        epoch = len(self.history["loss"]) + 1
        for name, value in (("loss", val_loss), (self.run.task.metric, val_score)):
            if not np.isfinite(value):
                raise DivergedError(f"the validation {name} was not finite in epoch {epoch}")
        _, score = self._score("train", raw[border:])
        for values, value in zip(self.history.values(), (loss, val_loss, score, val_score), strict=True):
            values.append(value)
        if self.stopping.is_best(loss, val_loss, val_score):
            self.weights = self.network.get_weights()
        return self.stopping.is_over

    def _score(self, split: str, raw: np.ndarray) -> tuple[float, float]:
        """Return the loss and the headline metric, given the network's outputs for the first examples of a split."""
        task = self.run.task
        target = self.data.counted(split, getattr(self.data, split)[1][: len(raw)])
        raw = self.data.counted(split, raw)
        levels = self.objective.levels
        prediction = in_task_units(task, raw, self.scaling, target.shape, len(levels))
        known = self._reference(split)
        if "trivial" in known:
            known = known | {"trivial": known["trivial"][: len(target)]}
        score = headline(task.metric, task.kind, target, prediction, levels=levels, **known)
        if not KINDS[task.kind].probabilities:
            target = self.scaling.standardised(target.reshape(*raw.shape[:-1], len(self.scaling.mean)))
        return self.objective.mean(target, raw), score


def fit(network: keras.Model, run: Run, data: Data) -> Fitted:
    """Train the network, then restore the weights of its best validation epoch.

    Raise DivergedError if a loss is not finite, and OvertimeError if training takes longer than the run's timeout.
    """
    started, scaling = time.perf_counter(), Scaling.of(data, run.task)
    validation = Validation(network, run, data, scaling)
    arrays = (model_input(data, "train"), training_targets(run.task, data, scaling), *target_weights(run.task, data))
    arrays = tuple(keras.ops.convert_to_tensor(array) for array in arrays)
    batches = Batches(len(arrays[0]), run.hyperparameters["batch_size"], run.seed)
    train, seconds, over = _trainer(network, validation.objective), [], False
    schedule: Schedule = SCHEDULES.get(run.choices.schedule)
    while not over:
        begin, losses, rate = time.perf_counter(), [], run.hyperparameters["learning_rate"]
        known = validation.history["val_loss"]
        rates = schedule.rates(rate, len(known), len(batches), run.budget.epochs, known)
        for *batch, count in batches.epoch(rates):
            losses.extend(keras.ops.convert_to_numpy(train(arrays, *batch, np.int32(count)))[:count].tolist())
            _check(losses, len(seconds) + 1, time.perf_counter() - started, run.timeout)
        over = validation.is_last(float(np.mean(losses))) or len(seconds) + 1 == run.budget.epochs
        seconds.append(time.perf_counter() - begin)
    network.set_weights(validation.weights)
    clipped = float(counting(network.optimizer).clipped) / (len(batches) * len(seconds))
    best_epoch, trivial = validation.stopping.best_epoch, validation.stopping.trivial_loss
    return Fitted(validation.history, best_epoch, trivial, seconds, clipped, scaling)


def _check(losses: list[float], epoch: int, seconds: float, timeout: float | None) -> None:
    """Raise DivergedError if a loss is not finite, and OvertimeError if training has taken longer than `timeout`."""
    if not np.isfinite(losses).all():
        raise DivergedError(f"the loss was {losses[-1]} in epoch {epoch}")
    if timeout is not None and seconds > timeout:
        raise OvertimeError(f"the training took longer than {timeout:g} s")


@functools.lru_cache(maxsize=COMPILED_MODELS)
def _trainer(network: keras.Model, objective: Objective) -> Callable[..., Any]:
    def loss(output: Any, target: Any, weights: Any = 1.0) -> Any:
        return keras.ops.mean(objective.per_target(target, output) * weights)

    return backend.trainer(network, loss)
