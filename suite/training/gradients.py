"""Gradients: measure how much of the loss gradient reaches the recurrent state k steps before a sequence's end."""

import functools
from typing import Any

import keras
import numpy as np
from keras import ops

from suite import backend
from suite.architectures.compiled import COMPILED_MODELS
from suite.architectures.layers import perturbed, perturbs
from suite.recipes.loss import Objective
from suite.recipes.recipe import USUAL, Recipe
from suite.tasks.data import Data
from suite.tasks.task import Task
from suite.training.inputs import Scaling, model_input, training_targets

EXAMPLES = 32
LAGS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
# Multiplies the loss, because gradients would underflow in float32 after some hundred steps. A power of two is exact.
MAGNIFIED = 2.0**60


def by_lag(network: keras.Model, task: Task, data: Data, recipe: Recipe = USUAL) -> dict[str, float]:
    """Return {lag: ratio}, where ratio = |loss gradient at the state `lag` steps before the end| / |that at the end|.

    The state is everything that the topmost recurrent layer passes to its next step. For an LSTM this is h and c
    together, because gradients vanish or explode through the Jacobians of the whole state (Pascanu et al. 2013). The
    gradient is the total gradient through all later steps, without dropout. Its norm is taken over the first `EXAMPLES`
    training examples. The end is each example's last valid step. If every step has a target, the end is the last step
    within the evaluation mask, and the loss uses only the target there: earlier targets would add their own gradients.
    A lag is reported if at least half of the examples are longer than the lag. The result is empty if the network has
    no recurrent layer that reads forwards, or if no gradient reaches the end. It is empty in float16 too, whose range
    is too small for these gradients (`unmeasured` says why). `recipe`: how the network is trained, and how many of the
    last steps it reads.
    """
    if _halved(network):
        return {}
    target = training_targets(task, data, Scaling.of(data, task))
    size = min(EXAMPLES, len(target))
    target, ends = target[:size], last_targets(data, size)
    starts = data.bounds("train")[0][:size]
    if task.per_step:
        target = target[np.arange(size), ends]
    gradient = _gradient(network, recipe.objective(task.kind), task.per_step, size)
    if gradient is None:
        return {}
    found = gradient(model_input(data, "train", size), target, ends)
    if recipe.lookback:
        ends = np.minimum(ends, recipe.lookback - 1)
    return ratios(ops.convert_to_numpy(found).astype("float64"), ends, starts)


def unmeasured(network: keras.Model) -> dict[str, str]:
    """Return {"gradient flow": why it cannot be measured}; {} if it can be, or if nothing in the network recurs."""
    recurrent = next((layer for layer in reversed(network.layers) if _recurs(layer)), None)
    if _halved(network):
        why = "float16 is too narrow for such gradients"
    elif recurrent is None or _topmost(network):
        return {}
    elif not isinstance(recurrent, keras.layers.RNN):
        why = f"its recurrent layer is inside {type(recurrent).__name__}"
    elif recurrent.go_backwards:
        why = "its recurrent layer reads backwards"
    else:
        why = "its recurrent layer returns its state, or has a state that is not a vector"
    return {"gradient flow": why}


def _recurs(layer: Any) -> bool:
    """Return whether a layer is one of Keras' recurrent layers, or wraps one (Bidirectional, TimeDistributed)."""
    inner = getattr(layer, "forward_layer", getattr(layer, "layer", None))
    return isinstance(layer, keras.layers.RNN) or (inner is not None and _recurs(inner))


def _topmost(network: keras.Model) -> Any:
    """Return the topmost layer whose state gradients can be measured, or None."""
    return next((layer for layer in reversed(network.layers) if perturbs(layer)), None)


def _halved(network: keras.Model) -> bool:
    return "float16" in {layer.compute_dtype for layer in network.layers}


def last_targets(data: Data, size: int) -> np.ndarray:
    """Return the last step with a target for each of the first `size` training examples; shape (size,), from 0.

    This is the last step within the evaluation mask. Without a mask, or if it is empty, it is the last valid step.
    """
    ends = data.bounds("train")[1][:size]
    if data.scored is not None:
        mask = data.scored["train"][:size]
        last = mask.shape[1] - 1 - np.argmax(mask[:, ::-1], axis=1)
        ends = np.where(mask.any(axis=1), last, ends)
    return ends.astype("int32")


def ratios(gradient: np.ndarray, ends: np.ndarray, starts: np.ndarray | int = 0) -> dict[str, float]:
    """Return {lag: norm of the gradients `lag` steps before the end / norm at the end}.

    `gradient` has the shape (examples, time, units); `starts` and `ends` (examples,) are the first and the last step of
    each example.
    """
    found = {}
    for lag in LAGS:
        long = np.flatnonzero(ends - starts >= lag)
        last = np.linalg.norm(gradient[long, ends[long]])
        if 2 * len(long) >= len(ends) and last > 0:
            found[f"{lag}"] = float(np.linalg.norm(gradient[long, ends[long] - lag]) / last)
    return found


@functools.lru_cache(maxsize=COMPILED_MODELS)
def _gradient(network: keras.Model, objective: Objective, per_step: bool, size: int) -> Any:
    """Return a compiled function (x, target, ends) -> loss gradients at all states (size, time, units).

    Return None if the network has no suitable recurrent layer. A variable of zeros is added to the states. The gradient
    with respect to this variable equals the gradient with respect to the states.
    """
    top = _topmost(network)
    if top is None:
        return None
    noisy = perturbed(top, size)

    def call(layer: keras.layers.Layer, *arguments: Any, **options: Any) -> Any:
        return (noisy if layer is top else layer)(*arguments, **options)

    plain = keras.Model(network.input, network.output)  # leaves out the optimizer, which would be copied too
    twin = keras.models.clone_model(plain, clone_function=lambda layer: layer, call_function=call)

    def loss(x: Any, target: Any, ends: Any) -> Any:
        output = twin(x, training=False)
        if per_step:
            output = ops.sum(output * ops.one_hot(ends, output.shape[1])[..., None], axis=1)
        return ops.sum(objective.per_target(target, output)) * MAGNIFIED

    return backend.gradient(loss, noisy.noise)
