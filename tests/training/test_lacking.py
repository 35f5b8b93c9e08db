"""What a run cannot leave behind, a saved model or a score on a further test set, costs nothing else."""

from dataclasses import replace

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.architectures.checks import check_architecture, concerns
from suite.experiment.experiment import Experiment
from suite.tasks.data import Data
from suite.tasks.task import task
from suite.training.train import train

pytestmark = pytest.mark.training


@pytest.fixture(autouse=True)
def keras():
    backend.start(1)
    import keras

    return keras


def a_final(name, architecture):
    experiment = Experiment(tasks=[name], architectures=[architecture], epochs=1, weights=200, examples=40)
    from suite.architectures.model import space

    (cell,) = experiment.cells
    signature = cell.task.signature(cell.task.load(1, 40))
    return experiment.run(cell, "final", 0, space(cell.architecture, signature).values)


def declare(layer):
    @architecture("own")
    def own(hp, x, *, units, per_step):
        """A GRU after a layer."""
        import keras

        return keras.layers.GRU(units, return_sequences=per_step)(layer(units)(x))

    return ARCHITECTURES.get("own")


def test_without_a_stored_model_the_scores_stay_and_the_record_says_why(keras):
    declare(lambda units: keras.layers.Lambda(lambda x: 2 * x))
    outcome = train(a_final("adding-10", "own"))
    assert outcome.record.ok
    assert outcome.record.score("mse") > 0
    assert outcome.model is None
    assert outcome.record.lacking == {
        "saved model": "it has a Lambda layer, which Keras does not load in safe mode: write a layer class instead"
    }


def test_a_layer_that_keras_cannot_describe_trains_all_the_same(keras):
    class Held(keras.layers.Layer):
        def __init__(self, numbers):
            super().__init__()
            self.numbers = numbers

        def call(self, x):
            return x * self.numbers.mean()

    declare(lambda units: Held(np.ones(3)))
    outcome = train(a_final("adding-10", "own"))
    assert outcome.record.ok
    assert outcome.record.lacking["saved model"].startswith("'Held' has no get_config")


@pytest.mark.parametrize("options", [False, True])
def test_a_layer_whose_configuration_keras_derives_is_stored(keras, options):
    @keras.saving.register_keras_serializable(f"tests{options}")
    class Scaled(keras.layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.dense = keras.layers.Dense(units)

        def call(self, x):
            return self.dense(x)

    @keras.saving.register_keras_serializable(f"tests{options}")
    class Named(Scaled):
        def __init__(self, units, **others):
            keras.layers.Layer.__init__(self, **others)
            self.dense = keras.layers.Dense(units)

    entry = declare(Named if options else Scaled)
    outcome = train(a_final("adding-10", "own"))
    assert outcome.record.lacking == {}
    assert outcome.model
    assert "it-can-be-stored" not in {finding.rule for finding in check_architecture(entry)}


def test_that_no_model_can_be_stored_is_found_before_the_first_trial(keras):
    entry = declare(lambda units: keras.layers.Lambda(lambda x: 2 * x))
    found = concerns(entry, masked=False, causal=False)
    assert list(found) == ["not-storable"]
    assert found["not-storable"].startswith("no model can be saved: it has a Lambda layer")


def test_a_further_test_set_that_fails_leaves_the_test_score(keras):
    @task("longer", family="own", kind="regression", metric="mse", baseline="mean")
    def longer(seed: int) -> Data:
        """The first of ten numbers; a further test set has twenty."""
        rng = np.random.default_rng(seed)

        def split(length):
            x = rng.normal(size=(40, length, 1)).astype("float32")
            return x, x[:, 0, 0]

        return Data(*(split(10) for _ in range(3)), extra={"twenty": split(20), "ten": split(10)})

    @architecture("flat", causal=False)
    def flat(hp, x, *, units, per_step):
        """A dense layer that needs ten steps."""
        return keras.layers.Dense(units)(keras.layers.Reshape((10,))(x))

    record = train(replace(a_final("longer", "flat"))).record
    assert record.ok
    assert set(record.metrics) == {"validation", "test", "ten"}
    assert list(record.lacking) == ["score on twenty"]
