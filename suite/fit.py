"""Fit: the training loop with a validation after every epoch, and the scores of the weights kept."""

import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from suite import backend
from suite.baselines import last_values, reference
from suite.errors import DivergedError, OvertimeError
from suite.experiment import Run
from suite.metrics import evaluate as all_metrics
from suite.metrics import headline
from suite.model import COMPILED_MODELS, PADDING, STEPS_PER_EXECUTION, at_length
from suite.task import Data, Task

EVALUATED_STEPS = 131_072
TRAINING_SAMPLE = 500
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


@dataclass(frozen=True)
class Fitted:
    """What a training left beside the weights, which are in the network."""

    history: dict[str, list[float]]
    best_epoch: int
    seconds: list[float]
    clipped: float
    scaling: Scaling


class Batches:
    """The rows of full batches, in an order drawn anew for each epoch from the run's seed.

    The order is the same for every architecture. The rest of an epoch that fills no batch is left out of it: another
    batch shape would be compiled on its own.
    """

    def __init__(self, examples: int, batch_size: int, seed: int):
        self.examples = examples
        self.batch_size = min(batch_size, examples)
        self.generator = np.random.default_rng(seed)

    def __len__(self) -> int:
        return self.examples // self.batch_size

    def epoch(self) -> Iterator[tuple[np.ndarray, int]]:
        """Rows (STEPS_PER_EXECUTION, batch size) and how many of these batches to train on, until the epoch is over."""
        order = self.generator.permutation(self.examples)[: len(self) * self.batch_size].reshape(len(self), -1)
        for start in range(0, len(self), STEPS_PER_EXECUTION):
            rows = order[start : start + STEPS_PER_EXECUTION]
            unused = STEPS_PER_EXECUTION - len(rows)
            yield np.pad(rows, ((0, unused), (0, 0))).astype("int32"), len(rows)


class Validation:
    """After every epoch: scores on training and validation examples, best weights kept, whether patience is over.

    The training score is that of a sample of the training split, with the same weights.
    """

    def __init__(self, network: keras.Model, run: Run, data: Data, scaling: Scaling):
        self.network, self.run, self.data, self.scaling = network, run, data, scaling
        self.references: dict[str, dict[str, Any]] = {}
        self.sizes = {"validation": len(data.validation[0]), "train": min(TRAINING_SAMPLE, len(data.train[0]))}
        self.x = np.concatenate([model_input(data, split, size) for split, size in self.sizes.items()])
        metric = run.task.metric
        self.history: dict[str, list[float]] = {name: [] for name in ("loss", "val_loss", metric, f"val_{metric}")}
        self.best_epoch = 0

    def is_last(self, loss: float) -> bool:
        """Takes note of an epoch with this mean loss; whether it was the last. Raises DivergedError."""
        raw = predict(self.network, self.x)
        border = self.sizes["validation"]
        scores = {"validation": self._score("validation", raw[:border]), "train": self._score("train", raw[border:])}
        metric, epoch = self.run.task.metric, len(self.history["loss"]) + 1
        if not np.isfinite(scores["validation"]).all():
            raise DivergedError(f"the validation loss was not finite in epoch {epoch}")
        self.history["loss"].append(loss)
        self.history["val_loss"].append(scores["validation"][0])
        self.history[metric].append(scores["train"][1])
        self.history[f"val_{metric}"].append(scores["validation"][1])
        return self._keep(epoch)

    def _score(self, split: str, raw: np.ndarray) -> tuple[float, float]:
        """Loss and headline metric of raw outputs for the first examples of a split."""
        task = self.run.task
        target = self.data.counted(split, getattr(self.data, split)[1][: len(raw)])
        raw = self.data.counted(split, raw)
        prediction = answers(task, raw, self.scaling, target.shape)
        score = headline(task.metric, task.kind, target, prediction, **self._reference(split, len(target)))
        if task.kind == "classification":
            return headline("log_loss", task.kind, target, prediction), score
        return float(np.mean((raw - self.scaling.standardised(target.reshape(raw.shape))) ** 2)), score

    def _reference(self, split: str, size: int) -> dict[str, Any]:
        if split not in self.references:
            self.references[split] = reference(self.run.task, self.data, split)
        known = self.references[split]
        return known | ({"trivial": known["trivial"][:size]} if "trivial" in known else {})

    def _keep(self, epoch: int) -> bool:
        scores = self.history[f"val_{self.run.task.metric}"]
        sign = 1 if self.run.task.direction == "higher" else -1
        if not self.best_epoch or sign * scores[-1] > sign * scores[self.best_epoch - 1]:
            self.best_epoch = epoch
            self.weights = self.network.get_weights()
        return epoch - self.best_epoch >= self.run.budget.patience


class Watch:
    """Ends a training between two calls of the compiled loop: a loss is not finite, or the seconds are over."""

    def __init__(self, seconds: float | None):
        self.seconds = seconds
        self.begin = time.perf_counter()

    def check(self, losses: list[float], epoch: int) -> None:
        """Raises DivergedError or OvertimeError."""
        if not np.isfinite(losses).all():
            raise DivergedError(f"the loss was {losses[-1]} in epoch {epoch}")
        if self.seconds is not None and time.perf_counter() - self.begin > self.seconds:
            raise OvertimeError(f"the training took longer than {self.seconds:g} s")


def fit(network: keras.Model, run: Run, data: Data) -> Fitted:
    """Trains the network and leaves in it the weights of the best validation epoch.

    Raises DivergedError, and OvertimeError where the run has a timeout.
    """
    watch, scaling = Watch(run.timeout), Scaling.of(data, run.task.kind, network.output_shape[-1])
    validation = Validation(network, run, data, scaling)
    arrays = (model_input(data, "train"), training_answers(run.task, data, scaling), *answer_weights(data))
    arrays = tuple(keras.ops.convert_to_tensor(array) for array in arrays)
    batches = Batches(len(arrays[0]), run.hyperparameters["batch_size"], run.seed)
    train, seconds, over = _trainer(network, run.task.kind), [], False
    while not over:
        begin, losses = time.perf_counter(), []
        for rows, count in batches.epoch():
            losses.extend(keras.ops.convert_to_numpy(train(arrays, rows, np.int32(count)))[:count].tolist())
            watch.check(losses, len(seconds) + 1)
        over = validation.is_last(float(np.mean(losses))) or len(seconds) + 1 == run.budget.epochs
        seconds.append(time.perf_counter() - begin)
    network.set_weights(validation.weights)
    clipped = float(network.optimizer.clipped) / (len(batches) * len(seconds))
    return Fitted(validation.history, validation.best_epoch, seconds, clipped, scaling)


@functools.lru_cache(maxsize=COMPILED_MODELS)
def _trainer(network: keras.Model, kind: str) -> Callable[..., Any]:
    loss_of = losses(kind)

    def loss(answer: Any, target: Any, weights: Any = 1.0) -> Any:
        return keras.ops.mean(loss_of(target, answer) * weights)

    return backend.trainer(network, loss)


_forward = functools.lru_cache(maxsize=COMPILED_MODELS)(backend.forward)


def evaluate(
    network: keras.Model, fitted: Fitted, run: Run, data: Data
) -> tuple[dict[str, dict[str, float]], dict[str, np.ndarray]]:
    """Metrics by split, and the arrays to store.

    A trial is scored on the validation split alone; a final run on the test split and on further test sets too, once,
    and keeps its answers on the test split that count. The first of a cell keeps the input of some wrong ones too.
    """
    splits = ("validation",) if run.role == "trial" else ("validation", "test")
    answered = {split: _answered(network, fitted, run.task, data, split) for split in splits}
    metrics = {split: _metrics(run.task, data, split, *answered[split]) for split in splits}
    if run.role == "trial":
        return metrics, {}
    for name in data.extra:
        further = data.with_test(name)
        metrics[name] = _metrics(run.task, further, "test", *_answered(network, fitted, run.task, further, "test"))
    preparation = {"target_mean": fitted.scaling.mean, "target_scale": fitted.scaling.scale} | dict(data.preparation)
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
    if task.kind != "classification" or task.per_step or task.source.startswith("generated"):
        return {}
    place = np.flatnonzero(prediction.argmax(axis=-1) != target)[:MISSED_KEPT]
    return {"missed/place": place, "missed/x": data.test[0][place], "missed/steps": data.steps("test")[place]}


def _answered(
    network: keras.Model, fitted: Fitted, task: Task, data: Data, split: str
) -> tuple[np.ndarray, np.ndarray]:
    """Targets and predictions of a split, those that count."""
    x, target = model_input(data, split), data.counted(split, getattr(data, split)[1])
    raw = data.counted(split, predict(at_length(network, x.shape[1]), x))
    return target, answers(task, raw, fitted.scaling, target.shape)


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
        x[np.arange(x.shape[1]) >= steps[:, None]] = PADDING
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
