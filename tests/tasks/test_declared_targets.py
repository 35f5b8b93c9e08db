"""What a task declares of its targets: how many classes, their weights in training, and whether the future is seen."""

import numpy as np
import pytest
from baseline_scores import measure
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from suite.architectures.architecture import ARCHITECTURES
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.tasks.data import Data
from suite.tasks.facts import full_sheet
from suite.tasks.task import TASKS, task
from suite.tasks.trained_baselines import trained

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


class TestDataWeights:
    """Weights of training examples or steps: they weigh what is fitted, and no score."""

    Y = (np.arange(40) % 4 == 0).astype(int)
    X = np.random.default_rng(1).normal(size=(40, 5, 1)).astype("float32") + Y[:, None, None]

    def declared(self, weights, x=X, y=Y, **fields):
        @task("weighted", **(FIELDS | fields))
        def weighted(seed: int) -> Data:
            return Data((x, y), (x, y), (x, y), weights=weights)

        return TASKS.get("weighted")

    def test_without_them_checksums_are_as_before(self):
        plain, weighted = self.declared(None).load(1), Data(*[(self.X, self.Y)] * 3, weights={"train": self.Y + 1})
        assert not any(name.startswith("weights") for name in plain.arrays())
        assert plain.checksum() != weighted.checksum()

    def test_those_of_examples_count_for_every_step(self):
        steps = np.repeat(self.Y[:, None], 5, axis=1)
        own = self.declared({"train": self.Y + 1}, y=steps, per_step=True)
        weights = own.load(1).target_weights(own)
        assert weights.shape == (40, 5)
        assert weights.mean(axis=1).tolist() == (self.Y + 1).tolist()

    def test_they_multiply_class_weights(self):
        own = self.declared({"train": np.arange(40.0)}, class_weight="balanced")
        balanced = np.where(self.Y, 2.0, 2 / 3)
        np.testing.assert_allclose(own.load(1).target_weights(own), balanced * np.arange(40))

    @pytest.mark.parametrize("fields", [{}, {"kind": "multi-label", "metric": "macro_f1"}])
    def test_a_trained_baseline_counts_an_example_of_weight_2_twice(self, fields):
        twice = np.concatenate([np.arange(40), np.flatnonzero(self.Y)])
        y = np.stack([self.Y, 1 - self.Y], axis=1) if fields else self.Y
        fields = fields | {"trained_baseline": LogisticRegression(tol=1e-10, max_iter=1_000)}
        weighted = self.declared({"train": self.Y + 1}, y=y, **fields)
        predicted = trained(weighted, weighted.load(1))(self.X, np.full(40, 5))
        TASKS.forget(__file__)
        repeated = self.declared(None, self.X[twice], y[twice], **fields)
        np.testing.assert_allclose(predicted, trained(repeated, repeated.load(1))(self.X, np.full(40, 5)), rtol=1e-4)

    def test_an_estimator_that_takes_none_is_fitted_without_and_the_sheet_says_so(self):
        own = self.declared({"train": self.Y + 1}, trained_baseline=KNeighborsClassifier(3))
        assert trained(own, own.load(1))(self.X, np.full(40, 5)).shape == (40, 2)
        assert full_sheet(own, own.load(1)).facts["training weights"] == (
            "1 to 2, mean 1.25; not used by the trained baseline, which takes no sample_weight"
        )

    @pytest.mark.parametrize(
        ("weights", "said"),
        [
            ({"train": np.ones(39)}, r"training split are float64 \(39,\); they must be numbers \(40,\), one per"),
            ({"train": np.ones((40, 5))}, r"are float64 \(40, 5\); they must be numbers \(40,\)"),
            ({"train": np.arange(40.0) - 3}, "finite and at least 0; that of training example 0, from 0, is not"),
            ({"train": np.full(40, np.nan)}, "must be finite and at least 0"),
            ({"train": np.zeros(40)}, "leave no training target with a weight above 0"),
            ({"train": np.ones(40), "test": np.ones(40)}, "training split alone, .* scores count every target alike"),
            ({"validation": np.ones(40)}, "scores count every target alike"),
            (np.ones(40), r"weights is a ndarray: say weights=\{'train': ...\}"),
        ],
    )
    def test_weights_that_do_not_fit_are_one_line(self, weights, said):
        with pytest.raises(ValueError, match=said) as caught:
            self.declared(weights).load(1)
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) <= 300
