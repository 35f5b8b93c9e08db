"""Fit: the training loop with a validation after every epoch, and the scores of the weights kept."""

import time
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from suite.baselines import last_values, reference
from suite.errors import DivergedError, OvertimeError
from suite.experiment import Run
from suite.metrics import evaluate as all_metrics
from suite.metrics import headline
from suite.model import PADDING, at_length
from suite.task import Data, Task

EVALUATED_STEPS = 131_072
TRAINING_SAMPLE = 500


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
    part_size: int


class Batches(keras.utils.PyDataset):
    """Full batches of (x, y[, weights]), in an order drawn anew for each epoch from the run's seed.

    The order is the same for every architecture. The rest of an epoch that fills no batch is left out of it: another
    batch shape would be compiled on its own.
    """

    def __init__(self, arrays: tuple[np.ndarray, ...], batch_size: int, seed: int):
        super().__init__()
        self.arrays = arrays
        self.batch_size = min(batch_size, len(arrays[0]))
        self.generator = np.random.default_rng(seed)
        self.on_epoch_end()

    def __len__(self) -> int:
        return len(self.arrays[0]) // self.batch_size

    def __getitem__(self, index: int) -> tuple[np.ndarray, ...]:
        chosen = self.order[index * self.batch_size : (index + 1) * self.batch_size]
        return tuple(array[chosen] for array in self.arrays)

    def on_epoch_end(self) -> None:
        """Draws the order of the next epoch."""
        self.order = self.generator.permutation(len(self.arrays[0]))


class Validation(keras.callbacks.Callback):
    """After every epoch: scores on training and validation examples, best weights kept, training ended by patience.

    The training score is that of a sample of the training split, with the same weights.
    """

    def __init__(self, run: Run, data: Data, scaling: Scaling):
        super().__init__()
        self.run, self.data, self.scaling = run, data, scaling
        self.references: dict[str, dict[str, Any]] = {}
        self.sizes = {"validation": len(data.validation[0]), "train": min(TRAINING_SAMPLE, len(data.train[0]))}
        self.x = np.concatenate([model_input(data, split)[:size] for split, size in self.sizes.items()])
        self.part_size = part_size(self.x)
        metric = run.task.metric
        self.history: dict[str, list[float]] = {name: [] for name in ("loss", "val_loss", metric, f"val_{metric}")}
        self.seconds: list[float] = []
        self.best_epoch = 0
        self.steps = 0

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Starts the clock."""
        self.begin = time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Ends a training whose loss is not finite."""
        self.steps = max(self.steps, batch + 1)
        if not np.isfinite(logs["loss"]):
            raise DivergedError(f"the loss was {logs['loss']} in epoch {len(self.seconds) + 1}")

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Scores, keeps and decides."""
        raw = predict(self.model, self.x, self.part_size)
        border = self.sizes["validation"]
        scores = {"validation": self._score("validation", raw[:border]), "train": self._score("train", raw[border:])}
        if not np.isfinite(scores["validation"]).all():
            raise DivergedError(f"the validation loss was not finite in epoch {epoch + 1}")
        metric = self.run.task.metric
        self.history["loss"].append(float(logs["loss"]))
        self.history["val_loss"].append(scores["validation"][0])
        self.history[metric].append(scores["train"][1])
        self.history[f"val_{metric}"].append(scores["validation"][1])
        self._keep(epoch + 1)
        self.seconds.append(time.perf_counter() - self.begin)

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

    def _keep(self, epoch: int) -> None:
        scores = self.history[f"val_{self.run.task.metric}"]
        sign = 1 if self.run.task.direction == "higher" else -1
        if not self.best_epoch or sign * scores[-1] > sign * scores[self.best_epoch - 1]:
            self.best_epoch = epoch
            self.weights = self.model.get_weights()
        elif epoch - self.best_epoch >= self.run.budget.patience:
            self.model.stop_training = True


class Deadline(keras.callbacks.Callback):
    """Ends a training after so many seconds, between two batches."""

    def __init__(self, seconds: float):
        super().__init__()
        self.seconds = seconds

    def on_train_begin(self, logs: dict[str, float] | None = None) -> None:
        """Starts the clock."""
        self.end = time.perf_counter() + self.seconds

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Raises OvertimeError when the time is over."""
        if time.perf_counter() > self.end:
            raise OvertimeError(f"the training took longer than {self.seconds:g} s")


def fit(network: keras.Model, run: Run, data: Data) -> Fitted:
    """Trains the network and leaves in it the weights of the best validation epoch.

    Raises DivergedError, and OvertimeError where the run has a timeout.
    """
    outputs = network.output_shape[-1]
    scaling = Scaling.of(data, run.task.kind, outputs)
    validation = Validation(run, data, scaling)
    arrays = (model_input(data, "train"), training_answers(run.task, data, scaling), *answer_weights(data))
    batches = Batches(arrays, run.hyperparameters["batch_size"], run.seed)
    callbacks = [validation] if run.timeout is None else [validation, Deadline(run.timeout)]
    network.fit(batches, epochs=run.budget.epochs, shuffle=False, verbose=0, callbacks=callbacks)
    network.set_weights(validation.weights)
    steps = len(batches) * len(validation.seconds)
    clipped = float(network.optimizer.clipped) / steps
    return Fitted(validation.history, validation.best_epoch, validation.seconds, clipped, scaling, validation.part_size)


def evaluate(
    network: keras.Model, fitted: Fitted, run: Run, data: Data
) -> tuple[dict[str, dict[str, float]], dict[str, np.ndarray]]:
    """Metrics by split, and the arrays to store.

    A trial is scored on the validation split alone; a final run on the test split and on further test sets too, once,
    and keeps its answers on the test split that count.
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
    return metrics, arrays | dict(zip(("target", "prediction"), answered["test"], strict=True))


def _answered(
    network: keras.Model, fitted: Fitted, task: Task, data: Data, split: str
) -> tuple[np.ndarray, np.ndarray]:
    """Targets and predictions of a split, those that count."""
    x, target = model_input(data, split), data.counted(split, getattr(data, split)[1])
    size = fitted.part_size if x.shape[1] == network.input_shape[1] else part_size(x)
    raw = data.counted(split, predict(at_length(network, x.shape[1]), x, size))
    return target, answers(task, raw, fitted.scaling, target.shape)


def _metrics(task: Task, data: Data, split: str, target: np.ndarray, prediction: np.ndarray) -> dict[str, float]:
    return all_metrics(task.kind, target, prediction, **reference(task, data, split))


def training_answers(task: Task, data: Data, scaling: Scaling) -> np.ndarray:
    """Answers of the training split as the loss reads them: labels, or standardised values (examples, ..., outputs)."""
    y = data.train[1]
    if task.kind == "classification":
        return y
    return scaling.standardised(y.reshape(*y.shape[: 1 + task.per_step], len(scaling.mean)))


def answer_weights(data: Data) -> tuple[np.ndarray, ...]:
    """Weights (examples, time) of the training answers where not all count: 0, else what makes their mean 1."""
    if data.scored is None:
        return ()
    scored = data.scored["train"].astype("float32")
    return (scored / scored.mean(),)


def model_input(data: Data, split: str, size: int | None = None) -> np.ndarray:
    """x as the network reads it: padded steps of float sequences hold PADDING, whatever the task left there.

    `size`: only the first so many examples.
    """
    x = getattr(data, split)[0][:size]
    if np.issubdtype(x.dtype, np.integer):
        return x.astype("int32")
    x = x.astype("float32")
    if data.lengths is not None:
        x[np.arange(x.shape[1]) >= data.steps(split)[:size, None]] = PADDING
    return x


def predict(network: keras.Model, x: np.ndarray, size: int) -> np.ndarray:
    """Raw outputs for all examples, `size` at a time: a run keeps to one size, since each is compiled on its own."""
    parts = []
    for start in range(0, len(x), size):
        part = x[start : start + size]
        whole = np.concatenate([part, np.repeat(part[-1:], size - len(part), axis=0)])
        parts.append(network.predict(whole, batch_size=size, verbose=0)[: len(part)])
    return np.concatenate(parts)


def part_size(x: np.ndarray) -> int:
    """Examples to predict at a time: equal parts of at most EVALUATED_STEPS time steps."""
    parts = -(-x.shape[0] * x.shape[1] // EVALUATED_STEPS)
    return -(-len(x) // parts)


def answers(task: Task, raw: np.ndarray, scaling: Scaling, shape: tuple[int, ...]) -> np.ndarray:
    """Probabilities, or values in the target's units and shape."""
    return raw if task.kind == "classification" else scaling.restored(raw).reshape(shape)
