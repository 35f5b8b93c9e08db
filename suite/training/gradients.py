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
from suite.training.evaluate import Scaling, losses, model_input, training_answers

EXAMPLES = 32
LAGS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
# A power of two, hence exact: without it what is left after some hundred steps would be below the smallest float32.
MAGNIFIED = 2.0**60


def flow(network: keras.Model, task: Task, data: Data) -> dict[str, float]:
    """Lag -> norm of the loss gradient at the state that many steps before the end, divided by that at the end.

    The state is all that the topmost recurrent layer carries to its next step: of an LSTM h and c together, since what
    vanishes or explodes is a product of Jacobians of the whole state (Pascanu et al. 2013). The gradient is the total
    one, through all later steps, and its norm is one over the first `EXAMPLES` training examples, without dropout. Lags
    count back from each example's last valid step. Of answers at every step only the last one that counts enters the
    loss, and lags count from there: the others would add gradients on the way. A lag is there when half of the
    examples are longer. Empty for a network without a recurrent layer that reads forwards, and where no gradient
    reaches the end.
    """
    target = training_answers(task, data, Scaling.of(data, task.kind, network.output_shape[-1]))
    size = min(EXAMPLES, len(target))
    target, ends = target[:size], last_answers(data, size)
    if task.per_step:
        target = target[np.arange(size), ends]
    gradient = _gradient(network, task.kind, task.per_step, size)
    if gradient is None:
        return {}
    found = gradient(model_input(data, "train", size), target, ends)
    return ratios(ops.convert_to_numpy(found).astype("float64"), ends)


def last_answers(data: Data, size: int) -> np.ndarray:
    """The step of the last answer of each of the first training examples: of the last that counts, else the last valid.

    Shape (size,), from 0.
    """
    ends = data.steps("train")[:size] - 1
    if data.scored is not None:
        scored = data.scored["train"][:size]
        last = scored.shape[1] - 1 - np.argmax(scored[:, ::-1], axis=1)
        ends = np.where(scored.any(axis=1), last, ends)
    return ends.astype("int32")


def ratios(gradient: np.ndarray, ends: np.ndarray) -> dict[str, float]:
    """Lag -> ratio of norms, of gradients (examples, time, units) and the last step of each example (examples,)."""
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

    A variable of zeros is added to the states; the gradient with respect to it is the one with respect to them.
    """
    top = next((layer for layer in reversed(network.layers) if PerturbedRecurrence.perturbs(layer)), None)
    if top is None:
        return None
    perturbed = PerturbedRecurrence(top, size)

    def call(layer: keras.layers.Layer, *arguments: Any, **options: Any) -> Any:
        return (perturbed if layer is top else layer)(*arguments, **options)

    plain = keras.Model(network.input, network.output)  # without the optimizer, which would be copied along
    twin = keras.models.clone_model(plain, clone_function=lambda layer: layer, call_function=call)
    loss_of = losses(kind)

    def loss(x: Any, target: Any, ends: Any) -> Any:
        answer = twin(x, training=False)
        if per_step:
            answer = ops.sum(answer * ops.one_hot(ends, answer.shape[1])[..., None], axis=1)
        return ops.sum(loss_of(target, answer)) * MAGNIFIED

    return backend.gradient(loss, perturbed.noise)
