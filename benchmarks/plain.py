"""Plain: the script a user of Keras Tuner writes today: RandomSearch for every task and architecture, then seeds.

Stock settings. The search space is the suite's: depth 1 or 2, dropout, learning rate, batch size, embedding width, and
how the recurrent part starts; the width follows from the depth so that all have about the same number of weights.
"""

import json
import sys
import tempfile
from pathlib import Path

import keras
import keras_tuner
import numpy as np

from suite.task import TASKS

LAYERS = {"simple-rnn": (keras.layers.SimpleRNN, 1), "lstm": (keras.layers.LSTM, 4), "gru": (keras.layers.GRU, 3)}


class Hypermodel(keras_tuner.HyperModel):
    """A stack of recurrent layers for one task."""

    def __init__(self, task, data, architecture: str, weights: int):
        super().__init__()
        self.task, self.signature = task, task.signature(data)
        self.layer, self.gates = LAYERS[architecture]
        self.weights = weights

    def build(self, hp):
        """The compiled model."""
        signature = self.signature
        if signature.vocabulary:
            inputs = keras.Input((signature.length,), dtype="int32")
            width = hp.Choice("embedding_width", [8, 16, 32], default=16)
            x = keras.layers.Embedding(signature.vocabulary, width, mask_zero=True)(inputs)
        else:
            inputs = x = keras.Input((signature.length, signature.features))
        depth, rate = hp.Int("depth", 1, 2), hp.Float("dropout", 0.0, 0.5, step=0.1)
        units = round(np.sqrt(self.weights / self.gates / (2 * depth - 1)))
        options = {}
        if self.layer is keras.layers.SimpleRNN:
            options["recurrent_initializer"] = hp.Choice("start", ["orthogonal", "random_uniform"])
        elif self.layer is keras.layers.LSTM:
            options["unit_forget_bias"] = hp.Boolean("forget_bias", default=True)
        for level in range(depth):
            x = self.layer(units, return_sequences=level < depth - 1, **options)(x)
            x = keras.layers.Dropout(rate)(x)
        classes = self.task.kind == "classification"
        outputs = keras.layers.Dense(signature.outputs, activation="softmax" if classes else None)(x)
        model = keras.Model(inputs, outputs)
        model.compile(
            keras.optimizers.Adam(hp.Float("learning_rate", 1e-4, 3e-2, sampling="log")),
            "sparse_categorical_crossentropy" if classes else "mean_squared_error",
            metrics=["accuracy"] if classes else ["mse"],
        )
        return model

    def fit(self, hp, model, *arguments, **options):
        """Training with a searched batch size."""
        return model.fit(*arguments, batch_size=hp.Choice("batch_size", [32, 64, 128], default=64), **options)


def main(settings: dict) -> dict[str, float]:
    """Searches and trains everything; best validation score by cell."""
    best = {}
    for name in settings["tasks"]:
        task = TASKS.get(name)
        data = task.load(1, settings["examples"])
        for architecture in settings["architectures"]:
            metric = "val_accuracy" if task.kind == "classification" else "val_mse"
            hypermodel = Hypermodel(task, data, architecture, settings["weights"])
            with tempfile.TemporaryDirectory() as folder:
                objective = keras_tuner.Objective(metric, "max" if metric == "val_accuracy" else "min")
                tuner = keras_tuner.RandomSearch(
                    hypermodel, objective, max_trials=settings["trials"], seed=1, directory=folder
                )
                options = {"epochs": settings["epochs"], "validation_data": data.validation, "verbose": 0}
                tuner.search(*data.train, **options)
                found = tuner.oracle.get_best_trials()[0]
                best[f"{name}/{architecture}"] = found.score
                for seed in range(settings["seeds"]):
                    keras.utils.set_random_seed(seed + 1)
                    model = hypermodel.build(found.hyperparameters)
                    redrawn = task.load(seed + 2, settings["examples"])
                    options["validation_data"] = redrawn.validation
                    hypermodel.fit(found.hyperparameters, model, *redrawn.train, **options)
                    model.evaluate(*redrawn.test, verbose=0)
    return best


if __name__ == "__main__":
    scores = main(json.loads(sys.argv[1]))
    Path(sys.argv[2]).write_text(json.dumps(scores), encoding="utf-8")
