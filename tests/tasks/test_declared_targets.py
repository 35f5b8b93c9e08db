"""What a task declares of its targets: how many classes, their weights in training, and whether the future is seen."""

import numpy as np
import pytest

from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.tasks.data import Data
from suite.tasks.description import measure
from suite.tasks.task import TASKS, task

FIELDS = {"family": "own", "kind": "classification", "metric": "accuracy", "baseline": "majority"}
LABELS = np.arange(60) % 3
X = np.random.default_rng(1).normal(size=(60, 5, 1)).astype("float32")


@pytest.fixture
def declare():
    """Declares a classification of these labels in training, the last of them in testing alone; forgets it after."""

    def made(y=LABELS, test=LABELS, **fields):
        @task("own", **(FIELDS | fields))
        def own(seed: int) -> Data:
            return Data((X, y), (X + 1, y), (X + 2, test))

        return TASKS.get("own")

    yield made
    TASKS.forget(__file__)


class TestClasses:
    def test_a_label_that_training_lacks_names_the_way_out(self, declare):
        with pytest.raises(ValueError, match="label 4 is never seen in training: declare classes=5 to have it scored"):
            declare(test=np.full(60, 4)).load(1)

    def test_it_is_scored_if_it_is_declared(self, declare):
        own = declare(test=np.full(60, 4), classes=5)
        data = own.load(1)
        assert own.signature(data).outputs == 5
        assert measure(own, data)["baseline"]["test"]["accuracy"] == 0
        assert measure(own, data)["baseline"]["test"]["log_loss"] > 10

    def test_a_label_beyond_is_refused(self, declare):
        with pytest.raises(ValueError, match="label 4 is beyond classes=4"):
            declare(test=np.full(60, 4), classes=4).load(1)


class TestWeights:
    def test_balanced_weights_make_every_class_count_alike(self, declare):
        data = declare(y=(np.arange(60) < 6).astype(int), test=LABELS // 2, class_weight="balanced").load(1)
        assert data.class_counts().tolist() == [54, 6]
        assert (data.class_counts() * data.class_weights()).tolist() == pytest.approx([30, 30])

    def test_a_class_without_examples_has_no_weight(self, declare):
        data = declare(y=np.arange(60) % 2 * 2, test=np.zeros(60, int), class_weight="balanced", classes=3).load(1)
        assert data.class_weights().tolist() == pytest.approx([1, 0, 1])

    def test_they_belong_to_the_spec(self, declare):
        declare(class_weight="balanced")
        plain = Experiment(["adding-10"], ["gru"])
        own = Experiment(["own"], ["gru"])
        assert own.run(own.cells[0], "trial", 0, {}).spec["task"]["class_weight"] == "balanced"
        assert "class_weight" not in plain.run(plain.cells[0], "trial", 0, {}).spec["task"]


class TestOffline:
    def test_what_sees_later_steps_applies_if_the_whole_sequence_is_there(self, declare):
        steps = np.zeros((60, 5), int) + np.arange(5) % 2
        declare(y=steps, test=steps, per_step=True, offline=True)
        assert Experiment(["own"], ["bidirectional-lstm"]).does_not_apply == {}
        assert ARCHITECTURES.get("bidirectional-lstm").does_not_apply(causal=True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"class_weight": "even"}, "class_weight='even': the only choice is 'balanced'"),
        ({"classes": 1}, "classes must be a whole number of at least 2"),
        ({"offline": True}, "offline=True is for tasks with per_step=True"),
        ({"kind": "regression", "metric": "mse", "baseline": "mean", "classes": 3}, "classes is for a classification"),
    ],
)
def test_what_cannot_be_declared_is_refused(declare, fields, said):
    with pytest.raises(RequestError, match=said):
        declare(**fields)
