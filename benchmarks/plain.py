"""Plain: the script that a user of Keras Tuner would write: a random search for each cell, then several seeds.

It uses Keras' own layers and settings. Its search space and its trials are those of the suite, because a comparison of
different random draws would compare luck. Search, `model.fit`, seeds and scores are those of Keras and Keras Tuner.
"""

import json
import sys
import tempfile
from pathlib import Path

import keras
import keras_tuner
import numpy as np

from suite.architectures.masking import PADDING
from suite.tasks.task import TASKS
from suite.training.inputs import network_input

LAYERS = {"simple-rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}


class Drawn(keras_tuner.oracles.RandomSearchOracle):
    """A random search whose configurations are given instead of drawn."""

    def __init__(self, configurations: list[dict], **options):
        super().__init__(max_trials=len(configurations), **options)
        self.configurations = configurations

    def populate_space(self, trial_id: str) -> dict:
        """Return the configuration of a trial."""
        return {"status": "RUNNING", "values": self.configurations[int(trial_id)]}


class Hypermodel(keras_tuner.HyperModel):
    """A hypermodel that builds a stack of recurrent layers for one task."""

    def __init__(self, task, data, architecture: str):
        super().__init__()
        self.task, self.signature, self.architecture = task, task.signature(data), architecture

    def build(self, hp):
        """Return the compiled model."""
        inputs, x = self.inputs(hp)
        depth, rate, units = hp.Int("depth", 1, 2), hp.Float("dropout", 0.0, 0.5, step=0.1), hp.Int("units", 1, 512)
        for level in range(depth):
            start = self.start(hp, units)
            x = LAYERS[self.architecture](units, return_sequences=level < depth - 1, **start)(x)
            x = keras.layers.Dropout(rate)(x)
        classes = self.task.kind == "classification"
        outputs = keras.layers.Dense(self.signature.outputs, activation="softmax" if classes else None)(x)
        model = keras.Model(inputs, outputs)
        model.compile(
            keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 3e-2, sampling="log"), global_clipnorm=1.0),
            "sparse_categorical_crossentropy" if classes else "mean_squared_error",
            metrics=["accuracy"] if classes else ["mse"],
        )
        return model

    def inputs(self, hp):
        """Return the model's input, and the input of the first recurrent layer."""
        signature = self.signature
        if signature.vocabulary:
            inputs = keras.Input((signature.length,), dtype="int32")
            width = hp.Choice("embedding_width", [8, 16, 32], default=16)
            return inputs, keras.layers.Embedding(signature.vocabulary, width, mask_zero=True)(inputs)
        inputs = keras.Input((signature.length, signature.features))
        return inputs, keras.layers.Masking(PADDING)(inputs) if signature.masked else inputs

    def start(self, hp, units: int) -> dict:
        """Return the initialisers of a recurrent layer as keyword arguments."""
        if self.architecture == "simple-rnn":
            kind = hp.Choice("recurrent_start", ["orthogonal", "uniform"])
            bound = 1 / np.sqrt(units)
            uniform = keras.initializers.RandomUniform(-bound, bound)
            return {"recurrent_initializer": uniform if kind == "uniform" else "orthogonal"}
        retention = hp.Choice("gate_bias", ["0", "1", "chrono"])

        def bias(shape, dtype=None):
            if retention == "chrono":
                start = np.log(np.random.uniform(1, self.signature.length - 1, units))
            else:
                start = np.full(units, float(retention))
            values = np.zeros(shape)
            if self.architecture == "gru":
                values[0, :units] = start
            else:
                values[:units], values[units : 2 * units] = -start * (retention == "chrono"), start
            return keras.ops.convert_to_tensor(values, dtype)

        return {"bias_initializer": bias} | ({"unit_forget_bias": False} if self.architecture == "lstm" else {})

    def fit(self, hp, model, *arguments, **options):
        """Train the model with the batch size as a hyperparameter, and return the history."""
        return model.fit(*arguments, batch_size=hp.Choice("batch_size", [32, 64, 128], default=64), **options)


def splits(data) -> dict:
    """Return (x, y) of each split, in the form that Keras reads."""
    lengths = data.lengths or {}
    return {
        name: (network_input(getattr(data, name)[0], lengths.get(name)), getattr(data, name)[1])
        for name in ("train", "validation", "test")
    }


def main(settings: dict) -> dict[str, dict[str, list[float]]]:
    """Carry out all searches and final runs, and return the best validation score of each run for each cell."""
    found = {}
    for name in settings["tasks"]:
        task = TASKS.get(name)
        first = task.load(1, settings["examples"])
        for architecture in settings["architectures"]:
            hypermodel = Hypermodel(task, first, architecture)
            trials, best = search(hypermodel, settings["configurations"][f"{name}/{architecture}"], first, settings)
            finals = [final(hypermodel, best, seed, settings) for seed in range(settings["seeds"])]
            found[f"{name}/{architecture}"] = {"trials": trials, "finals": finals}
    return found


def search(hypermodel: Hypermodel, configurations: list[dict], data, settings: dict) -> tuple[list[float], object]:
    """Return the scores of all trials, and the hyperparameters of the best trial."""
    classes, parts = hypermodel.task.kind == "classification", splits(data)
    objective = keras_tuner.Objective("val_accuracy" if classes else "val_mse", "max" if classes else "min")
    with tempfile.TemporaryDirectory() as folder:
        tuner = keras_tuner.Tuner(Drawn(configurations, objective=objective, seed=1), hypermodel, directory=folder)
        tuner.search(*parts["train"], epochs=settings["epochs"], validation_data=parts["validation"], verbose=0)
        trials = [tuner.oracle.trials[name] for name in sorted(tuner.oracle.trials, key=int)]
        return [trial.score for trial in trials], tuner.oracle.get_best_trials()[0].hyperparameters


def final(hypermodel: Hypermodel, best, seed: int, settings: dict) -> float:
    """Train the configuration with a new seed on newly drawn data, and return its best validation score."""
    keras.utils.set_random_seed(seed + 1)
    model, parts = hypermodel.build(best), splits(hypermodel.task.load(seed + 2, settings["examples"]))
    options = {"epochs": settings["epochs"], "validation_data": parts["validation"], "verbose": 0}
    history = hypermodel.fit(best, model, *parts["train"], **options).history
    model.evaluate(*parts["test"], verbose=0)
    return max(history["val_accuracy"]) if "val_accuracy" in history else min(history["val_mse"])


if __name__ == "__main__":
    scores = main(json.loads(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(scores), encoding="utf-8")
