"""Runs in mixed precision, and of networks with weights that no gradient reaches."""

from dataclasses import replace

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import architecture
from suite.experiment.experiment import Experiment
from suite.tasks.data import Data
from suite.tasks.task import task
from suite.training.train import train

pytestmark = pytest.mark.training


@pytest.fixture(params=["mixed_float16", "mixed_bfloat16"])
def policy(request):
    """Keras' float policy, set for one test."""
    backend.start(1)
    import keras

    keras.config.set_dtype_policy(request.param)
    yield request.param
    keras.config.set_dtype_policy("float32")


def padded():
    @task("padded", family="own", kind="classification", metric="accuracy", baseline="majority")
    def data(seed: int) -> Data:
        """Is the sum of 3 to 12 steps positive?"""
        rng = np.random.default_rng(seed)
        splits, lengths = {}, {}
        for split in ("train", "validation", "test"):
            x, steps = rng.normal(size=(64, 12, 1)).astype("float32"), rng.integers(3, 13, 64)
            splits[split] = x, (np.where(np.arange(12) < steps[:, None], x[..., 0], 0).sum(1) > 0).astype(int)
            lengths[split] = steps
        return Data(**splits, lengths=lengths)


def a_run(name, role, architecture="gru", xla=False):
    experiment = Experiment(tasks=[name], architectures=[architecture], epochs=2, weights=200, examples=64)
    backend.start(1)
    from suite.architectures.model import space

    (cell,) = experiment.cells
    run = experiment.run(cell, role, 0, space(cell.architecture, cell.task.signature(cell.task.load(1, 64))).values)
    return replace(run, budget=replace(run.budget, xla_from=1 if xla else 10**9))


@pytest.mark.parametrize("xla", [False, True])
def test_half_precision_trains_and_is_scored_in_single_precision(policy, xla):
    padded()
    outcome = train(a_run("padded", "final", xla=xla))
    assert outcome.record.status == "ok", outcome.record.error
    assert np.isfinite(outcome.record.history["loss"]).all()
    assert outcome.arrays["prediction"].dtype == np.float32
    assert outcome.model


@pytest.mark.parametrize("name", ["gru", "bag", "tcn", "transformer"])
def test_padding_changes_nothing_in_half_precision(policy, name):
    from suite.architectures.architecture import ARCHITECTURES
    from suite.architectures.checks import padding_changes_nothing, padding_may_have_any_length

    entry = ARCHITECTURES.get(name)
    assert [*padding_changes_nothing(entry), *padding_may_have_any_length(entry)] == []


def test_workers_are_told_the_policy(policy, monkeypatch):
    assert backend.worker_environment(1)[backend.POLICY] == policy
    import keras

    keras.config.set_dtype_policy("float32")
    monkeypatch.setenv(backend.POLICY, policy)
    backend.start(1)
    assert keras.config.dtype_policy().name == policy


def test_a_weight_without_a_gradient_stays_as_it_is():
    import keras

    class Spare(keras.layers.Layer):
        def build(self, shape):
            self.used = self.add_weight(shape=(shape[-1], 4), name="used")
            self.spare = self.add_weight(shape=(3, 3), name="spare")

        def call(self, x):
            return x @ self.used

    @architecture("spare")
    def spare(hp, x, *, units, per_step):
        """A GRU after a layer with a weight that it does not use."""
        return keras.layers.GRU(units, return_sequences=per_step)(Spare()(x))

    assert train(a_run("adding-10", "trial", "spare")).record.status == "ok"
