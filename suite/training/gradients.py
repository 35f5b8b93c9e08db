"""Gradients: how much of the loss gradient still reaches the recurrent state k steps before a sequence's end."""

import functools
from typing import Any

import keras
import numpy as np
from keras import ops

from suite import backend
from suite.architectures.compiled import COMPILED_MODELS
from suite.architectures.layers import PerturbedRecurrence
from suite.tasks.data import Data
from suite.tasks.task import Task
from suite.training.inputs import Scaling, loss_function, model_input, training_targets

EXAMPLES = 32
LAGS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
# A power of two, hence exact: without it the gradient after some hundred steps would underflow in float32.
MAGNIFIED = 2.0**60


def by_lag(network: keras.Model, task: Task, data: Data) -> dict[str, float]:
    """Return lag -> norm of the loss gradient at the state that many steps before the end, relative to the end's.

    The state is all that the topmost recurrent layer carries to its next step: for an LSTM h and c together, because
    what vanishes or explodes is a product of Jacobians of the whole state (Pascanu et al. 2013). The gradient is the
    total one, through all later steps, without dropout, and its norm is taken over the first `EXAMPLES` training
    examples. Lags count back from each example's last valid step. If every step has a target, only the last one
    within the evaluation mask enters the loss, and lags count from there: the others would add gradients on the way.
    A lag is reported if at least half of the examples are longer. The result is empty for a network without a
    recurrent layer that reads forwards, and where no gradient reaches the end.
    """
    target = training_targets(task, data, Scaling.of(data, task.kind, network.output_shape[-1]))
    size = min(EXAMPLES, len(target))
    target, ends = target[:size], last_targets(data, size)
    if task.per_step:
        target = target[np.arange(size), ends]
    gradient = _gradient(network, task.kind, task.per_step, size)
    if gradient is None:
        return {}
    found = gradient(model_input(data, "train", size), target, ends)
    return ratios(ops.convert_to_numpy(found).astype("float64"), ends)


def last_targets(data: Data, size: int) -> np.ndarray:
    """Return the step of the last target within the evaluation mask, or else the last valid step, from 0.

    Of the first `size` training examples; shape (size,).
    """
    ends = data.steps("train")[:size] - 1
    if data.scored is not None:
        mask = data.scored["train"][:size]
        last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
        ends = np.where(mask.any(axis=1), last, ends)
    return ends.astype("int32")


def ratios(gradient: np.ndarray, ends: np.ndarray) -> dict[str, float]:
    """Return lag -> ratio of norms of gradients (examples, time, units), given each example's last step (examples,)."""
    found = {}
    for lag in LAGS:
        long = np.flatnonzero(ends >= lag)
        last = np.linalg.norm(gradient[long, ends[long]])
        if 2 * len(long) >= len(ends) and last > 0:
            found[f"{lag}"] = float(np.linalg.norm(gradient[long, ends[long] - lag]) / last)
    return found


@functools.lru_cache(maxsize=COMPILED_MODELS)
def _gradient(network: keras.Model, kind: str, per_step: bool, size: int) -> Any:
    """A compiled function (x, target, ends) -> gradients (size, time, units) at every state; None without states.

    A variable of zeros is added to the states: the gradient with respect to it is the one with respect to them.
    """
    top = next((layer for layer in reversed(network.layers) if PerturbedRecurrence.perturbs(layer)), None)
    if top is None:
        return None
    perturbed = PerturbedRecurrence(top, size)

    def call(layer: keras.layers.Layer, *arguments: Any, **options: Any) -> Any:
        return (perturbed if layer is top else layer)(*arguments, **options)

    plain = keras.Model(network.input, network.output)  # without the optimizer, which would be copied too
    twin = keras.models.clone_model(plain, clone_function=lambda layer: layer, call_function=call)
    loss_of = loss_function(kind)

    def loss(x: Any, target: Any, ends: Any) -> Any:
        output = twin(x, training=False)
        if per_step:
            output = ops.sum(output * ops.one_hot(ends, output.shape[1])[..., None], axis=1)
        return ops.sum(loss_of(target, output)) * MAGNIFIED

    return backend.gradient(loss, perturbed.noise)
