"""Inputs: convert a split's data for a network, and a network's outputs into the task's units."""

import functools
from dataclasses import dataclass

import keras
import numpy as np

from suite import backend
from suite.architectures.compiled import COMPILED_MODELS
from suite.architectures.masking import PADDING
from suite.tasks.data import Data
from suite.tasks.datasets.scaling import valid_steps
from suite.tasks.kinds import CLASSIFICATION, KINDS
from suite.tasks.task import Task

EVALUATED_STEPS = 131_072


@dataclass(frozen=True)
class Scaling:
    """The mean and standard deviation of a regression task's training targets, both (outputs,).

    For classes and labels they are 0 and 1. Networks are trained on standardised targets, so that neither the loss nor
    the gradient clipping depends on the unit of the task's targets.
    """

    mean: np.ndarray
    scale: np.ndarray

    @classmethod
    def of(cls, data: Data, task: Task) -> "Scaling":
        """Fit the scaling on the training split."""
        outputs = data.signature(task).outputs
        if KINDS[task.kind].probabilities:
            return cls(np.zeros(outputs, "float32"), np.ones(outputs, "float32"))
        targets = data.counted("train", data.train[1]).reshape(-1, outputs).astype("float64")
        spread = targets.std(axis=0)
        return cls(targets.mean(axis=0).astype("float32"), np.where(spread > 0, spread, 1.0).astype("float32"))

    def standardised(self, target: np.ndarray) -> np.ndarray:
        """Return (target - mean) / scale."""
        return ((target - self.mean) / self.scale).astype("float32")

    def restored(self, value: np.ndarray) -> np.ndarray:
        """Convert standardised values back to the units of the targets."""
        return value * self.scale + self.mean


def model_input(data: Data, split: str, size: int | None = None) -> np.ndarray:
    """Return a split's inputs in the form that the network reads, for at most the first `size` examples."""
    steps = None if data.lengths is None else data.steps(split)[:size]
    return network_input(getattr(data, split)[0][:size], steps)


def network_input(x: np.ndarray, steps: np.ndarray | None) -> np.ndarray:
    """Return x in the form that a network reads: int32 tokens, or float32 with PADDING after the valid steps."""
    if np.issubdtype(x.dtype, np.integer):
        return x.astype("int32")
    x = x.astype("float32")
    if steps is not None:
        x[~valid_steps(x, steps)] = PADDING
    return x


def training_targets(task: Task, data: Data, scaling: Scaling) -> np.ndarray:
    """Return the training targets for the loss: classes, or labels or standardised values (examples, ..., outputs)."""
    y = data.train[1]
    if task.kind == CLASSIFICATION:
        return y
    return scaling.standardised(y.reshape(*y.shape[: 1 + task.per_step], len(scaling.mean)))


def target_weights(task: Task, data: Data) -> tuple[np.ndarray, ...]:
    """Return a tuple with the weights of the training targets (examples[, time]), which have mean 1.

    The tuple is empty if all targets weigh the same: there are no weights and no evaluation mask.
    """
    factors = [one.astype("float32") for one in (data.mask("train"), data.target_weights(task)) if one is not None]
    if not factors:
        return ()
    weights = functools.reduce(np.multiply, factors)
    return (weights / weights.mean(),)


_forward = functools.lru_cache(maxsize=COMPILED_MODELS)(backend.forward)


def predict(network: keras.Model, x: np.ndarray) -> np.ndarray:
    """Return the network's outputs for all examples, in parts of at most `EVALUATED_STEPS` steps or one example."""
    size = max(1, EVALUATED_STEPS // x.shape[1])
    parts = [_forward(network)(x[start : start + size]) for start in range(0, len(x), size)]
    return np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])


def in_task_units(task: Task, raw: np.ndarray, scaling: Scaling, shape: tuple[int, ...], levels: int = 0) -> np.ndarray:
    """Convert a network's outputs into predictions: probabilities, or values of this shape in the targets' units.

    If the network predicts quantiles, their number `levels` is a further last axis.
    """
    if KINDS[task.kind].probabilities:
        return raw
    if not levels:
        return scaling.restored(raw).reshape(shape)
    by_level = np.moveaxis(raw.reshape(*raw.shape[:-1], -1, levels), -1, 0)
    return np.moveaxis(scaling.restored(by_level), 0, -1).reshape(*shape, levels)
