"""Cells that people write themselves keep the contract of an architecture, and train with and without XLA."""

from dataclasses import replace

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.architectures.checks import check_architecture
from suite.experiment.experiment import Experiment
from suite.training.train import train

pytestmark = pytest.mark.training

CELLS = ["peephole-lstm", "minimal-gated-unit", "layer-norm-lstm", "s4d"]


def declare() -> None:
    """Register an architecture for each of the cells."""
    import keras
    import own_cells

    def recurrent(name, cell, **options):
        @architecture(name)
        def own(hp, x, *, units, per_step):
            """A recurrent layer with a cell of one's own."""
            return keras.layers.RNN(cell(units, **options), return_sequences=per_step)(x)

    recurrent("peephole-lstm", own_cells.GatedCell, peephole=True)
    recurrent("layer-norm-lstm", own_cells.GatedCell, normalised=True)
    recurrent("plain-lstm", own_cells.GatedCell)
    recurrent("minimal-gated-unit", own_cells.MinimalGatedCell)

    @architecture("s4d")
    def s4d(hp, x, *, units, per_step):
        """A diagonal state space layer (Gu et al. 2022), computed as a convolution by the FFT."""
        from suite.architectures.masking import last, masked_like, unmasked

        y = own_cells.DiagonalStates(units)(unmasked(x))
        return masked_like(y, x) if per_step else last(y, x)


@pytest.fixture(autouse=True)
def cells():
    backend.start(1)
    declare()


def a_run(name, xla):
    experiment = Experiment(tasks=["adding-10"], architectures=[name], epochs=1, weights=400, examples=64)
    (cell,) = experiment.cells
    from suite.architectures.model import space

    run = experiment.run(cell, "final", 0, space(cell.architecture, cell.task.signature(cell.task.load(1, 64))).values)
    return replace(run, budget=replace(run.budget, xla_from=0 if xla else 10**9))


@pytest.mark.parametrize("name", CELLS)
def test_it_keeps_the_contract(name):
    assert check_architecture(ARCHITECTURES.get(name)) == []


@pytest.mark.parametrize("name", CELLS)
def test_it_trains_alike_with_and_without_xla(name):
    plain, compiled = (train(a_run(name, xla)) for xla in (False, True))
    for outcome in (plain, compiled):
        assert outcome.record.ok, outcome.record.error
        assert outcome.record.lacking == {}
    assert np.isfinite(plain.record.history["loss"]).all()
    assert compiled.record.history["loss"] == pytest.approx(plain.record.history["loss"], rel=1e-3)
    np.testing.assert_allclose(compiled.arrays["prediction"], plain.arrays["prediction"], rtol=1e-2, atol=2e-3)


def test_without_peepholes_and_norms_the_cell_is_keras_lstm():
    import keras
    import own_cells

    x = np.random.default_rng(1).normal(size=(2, 6, 3)).astype("float32")
    theirs, ours = keras.layers.LSTM(4), keras.layers.RNN(own_cells.GatedCell(4))
    theirs(x), ours(x)
    ours.set_weights(theirs.get_weights())
    np.testing.assert_allclose(np.array(ours(x)), np.array(theirs(x)), atol=1e-6)


def test_the_convolution_is_the_recurrence_of_its_states():
    import own_cells

    x = np.random.default_rng(1).normal(size=(2, 9, 3)).astype("float32")
    layer = own_cells.DiagonalStates(4)
    found = np.array(layer(x))
    np.testing.assert_allclose(found, layer.stepwise(x), rtol=1e-4, atol=1e-5)
