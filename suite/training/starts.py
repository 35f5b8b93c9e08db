"""Starts: measure the state gradients of untrained networks, for every declared way to start an architecture."""

from itertools import product
from typing import Any

import keras
from keras_tuner.engine.hyperparameters import Choice

from suite.architectures import model
from suite.experiment.run import Run
from suite.seeds import derive_seed
from suite.tasks.data import Data, Signature
from suite.training import gradients

DRAWS = 5  # of each start; 0.3 s of CPU for a small GRU


def by_start(
    run: Run, signature: Signature, values: dict[str, Any], network: keras.Model, data: Data
) -> dict[str, dict[str, float]]:
    """Return "start <value> <draw>" -> ratios by lag (`gradients.by_lag`) of untrained networks.

    They have the configuration `values`, except that the hyperparameter that sets how the architecture starts takes
    each of its values, with `DRAWS` draws of initial weights each. So no search picks the start. The weights pass
    through `network`, because tracing another network would take longer than measuring; its own are restored at the
    end. The result is empty if the architecture declares no such hyperparameter.
    """
    name, own = run.architecture.start, network.get_weights()
    found = {}
    for value, draw in product(_choices(run, signature), range(DRAWS)):
        seed = derive_seed(run.seed, "start", draw)
        drawn = model.fresh(run.architecture, signature, values | {f"{name}": value}, seed, run.idle, run.choices)
        network.set_weights(drawn.get_weights())
        found[f"start {value} {draw}"] = gradients.by_lag(network, run.task, data, run.choices)
    network.set_weights(own)
    return found


def _choices(run: Run, signature: Signature) -> list[Any]:
    space = model.space(run.architecture, signature).space
    return [
        value for one in space if isinstance(one, Choice) and one.name == run.architecture.start for value in one.values
    ]
