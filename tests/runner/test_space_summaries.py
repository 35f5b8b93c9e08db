"""The search spaces of a task's architectures are found together, or each alone if they disturb each other."""

import pytest

from suite.architectures.architecture import architecture
from suite.experiment.experiment import Experiment
from suite.runner.engines.engine import Done
from suite.runner.space_summaries import SpaceSummaries, SummaryWork
from suite.runner.summarise import summarise
from suite.tasks.data import Signature

SIGNATURE = Signature(50, 2, None, 1, False, "regression", False)


@pytest.mark.parametrize("done", [{"result": {}}, {"error": ZeroDivisionError()}])
def test_cells_that_led_to_nothing_together_are_tried_alone(done):
    experiment = Experiment(tasks=["adding-50"], architectures=["gru", "lstm"])
    spaces = SpaceSummaries(experiment, None)  # ty: ignore  # it has no data to name
    work = SummaryWork(experiment.cells[0].task, experiment.cells)
    spaces.accept(work, Done(work, **done))
    assert [(one.cells, one.way) for one in (spaces.next(), spaces.next())] == [
        ((cell,), "alone") for cell in experiment.cells
    ]
    assert spaces.next() is None


@pytest.mark.training
def test_an_architecture_that_changes_what_all_share_changes_the_code_of_no_other(monkeypatch):
    import keras

    @architecture("disturbing")
    def disturbing(hp, x, *, units, per_step):
        """Changes a layer for all that follow."""
        keras.layers.Dense.call = lambda self, x: x * 0
        return keras.layers.GRU(units)(x)

    (own,) = Experiment(["adding-50"], ["gru"]).cells
    experiment = Experiment(["adding-50"], ["disturbing", "gru"])
    before = summarise(experiment, [own], SIGNATURE)[own.name].code
    with monkeypatch.context() as context:
        context.setattr(keras.layers.Dense, "call", keras.layers.Dense.call)
        assert summarise(experiment, experiment.cells, SIGNATURE) == {}
    assert summarise(experiment, [own], SIGNATURE, "alone")[own.name].code == before
