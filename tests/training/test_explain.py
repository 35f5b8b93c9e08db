"""A stored model is explained on a worker: against scikit-learn, and against what is known of simple models."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import permutation_importance

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.experiment.experiment import Experiment
from suite.experiment.run import Cell
from suite.seeds import derive_seed
from suite.tasks.data import Data
from suite.tasks.task import TASKS, task
from suite.training import explain as explaining
from suite.training import perturbations
from suite.training.explain import explain

pytestmark = pytest.mark.training
WEIGHTS = np.array([2.0, 1.0, 0.0])


def sums(rng, count, steps=6):
    """Sequences of three features, and the weighted sum of their last step."""
    x = rng.normal(size=(count, steps, 3)).astype("float32")
    return x, x[:, -1] @ WEIGHTS


def run_of(name, **fields):
    """Return final run 0 of a task with the GRU, to explain a model that never came from it."""
    experiment = Experiment([name], ["gru"], trials=1, seeds=1, weights=100)
    cell = Cell(TASKS.get(name), ARCHITECTURES.get("gru"))
    return experiment.run(cell, "final", 0, {})


def model_of(read, tmp_path, steps=6, features=3):
    """Return the stored bytes of a Keras model that applies a function to its input."""
    backend.start(1)
    import keras

    x = keras.Input((steps, features))
    keras.Model(x, read(x)).save(tmp_path / "model.keras")
    return (tmp_path / "model.keras").read_bytes()


def last_step(x):
    """Return the weighted sum of the features of the last step."""
    import keras

    dense = keras.layers.Dense(1, use_bias=False, kernel_initializer=keras.initializers.Zeros())
    y = dense(keras.layers.Reshape((3,))(keras.layers.Cropping1D((5, 0))(x)))
    dense.set_weights([WEIGHTS[:, None]])
    return y


@pytest.fixture
def declared():
    """A task whose target is a weighted sum of the last step."""

    @task("last-sum", family="mine", kind="regression", metric="mse", baseline="mean")
    def last_sum(seed: int) -> Data:
        """Weighted sums of the last step."""
        rng = np.random.default_rng(seed)
        return Data(*(sums(rng, 400) for _ in range(3)))

    return "last-sum"


def effects(found, kind):
    return {(one["first"], one["last"]): one["skill"] for one in found["effects"] if one["kind"] == kind}


@pytest.fixture
def found(declared, tmp_path):
    return explain(run_of(declared), model_of(last_step, tmp_path))


class TestOfASumOfTheLastStep:
    def test_only_the_last_step_counts(self, found):
        assert effects(found, "intact") == {(0, 0): pytest.approx(1, abs=1e-6)}
        for kind in ("occluded", "permuted"):
            lost = {span: 1 - skill for span, skill in effects(found, kind).items()}
            assert lost.pop((1, 1)) > 0.9
            assert max(map(abs, lost.values())) < 1e-6
        assert min(effects(found, "kept").values()) == pytest.approx(1, abs=1e-6)

    def test_the_mean_in_its_place_leaves_no_skill(self, found):
        assert effects(found, "occluded")[1, 1] == pytest.approx(0, abs=0.02)

    def test_features_lose_what_theory_says(self, found):
        # permuting a feature of an additive model costs twice its share of the variance
        expected = 1 - 2 * WEIGHTS**2 / np.sum(WEIGHTS**2)
        assert [*effects(found, "feature").values()] == pytest.approx(expected, abs=0.15)

    def test_shuffled_steps_leave_the_last_one_in_place_in_a_sixth(self, found):
        assert effects(found, "order")[0, 0] == pytest.approx(1 - 2 * 5 / 6, abs=0.25)

    def test_each_part_is_left_out_once(self, found):
        assert {len(one["without"]) for one in found["effects"]} == {20}

    def test_it_says_how_it_was_made(self, found):
        said = {name: found[name] for name in ("examples", "of", "unit", "steps", "features", "counted", "replaced")}
        assert said == {
            "examples": 400, "of": 400, "unit": "example", "steps": 6, "features": 3,
            "counted": "the end of the sequence", "replaced": "its mean over the training split",
        }  # fmt: skip


class _Last(RegressorMixin, BaseEstimator):
    """The same model for scikit-learn, which reads flat rows."""

    def fit(self, x, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, x):
        return x @ WEIGHTS


def test_permuted_features_lose_what_scikit_learn_finds(found, declared):
    # scikit-learn's score is R2, whose baseline is the mean of the same examples, as is that of the skill here
    data = TASKS.get(declared).load(run_of(declared).data_seed)
    x, y = data.test
    theirs = permutation_importance(_Last(), x[:, -1], y, n_repeats=200, random_state=0)
    ours = 1 - np.array([*effects(found, "feature").values()])
    assert (np.abs(ours - theirs.importances_mean) < 4 * theirs.importances_std + 1e-6).all()


def test_the_same_permutation_costs_exactly_what_scikit_learn_says(found, declared):
    data = TASKS.get(declared).load(run_of(declared).data_seed)
    x, y = data.test
    seed = derive_seed("last-sum", "explanation", 0, perturbations.FEATURE, 1)
    order = np.random.default_rng(seed).permutation(len(x))
    changed = x[:, -1].copy()
    changed[:, 0] = changed[order, 0]
    baseline = np.mean((y - data.train[1].mean()) ** 2)
    expected = 1 - np.mean((changed @ WEIGHTS - y) ** 2) / baseline
    assert effects(found, "feature")[1, 1] == pytest.approx(expected, abs=1e-5)


def test_a_model_that_ignores_order_loses_nothing_when_steps_are_shuffled(tmp_path):
    @task("mean-of-steps", family="mine", kind="regression", metric="mse", baseline="mean")
    def mean_of_steps(seed: int) -> Data:
        """Means over all steps."""
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(600, 6, 3)).astype("float32")
        return Data(*((part, part.mean(axis=(1, 2))) for part in np.split(x, 3)))

    def mean(x):
        import keras

        return keras.layers.Reshape((1,))(keras.layers.GlobalAveragePooling1D(data_format="channels_first")(
            keras.layers.Reshape((1, 18))(x)))  # fmt: skip

    found = explain(run_of("mean-of-steps"), model_of(mean, tmp_path))
    assert effects(found, "order")[0, 0] == pytest.approx(effects(found, "intact")[0, 0], abs=1e-5)
    kept = [*effects(found, "kept").values()]
    assert kept == sorted(kept)


def test_where_every_step_has_a_target_steps_are_counted_back_from_the_predicted_one(tmp_path):
    @task("step-before", family="mine", kind="regression", metric="mse", baseline="zero", per_step=True)
    def step_before(seed: int) -> Data:
        """The input one step earlier, at every step from the second on."""
        rng = np.random.default_rng(seed)
        scored = np.tile(np.arange(6) > 0, (200, 1))

        def split():
            x = rng.normal(size=(200, 6, 3)).astype("float32")
            return x, np.roll(x[..., 0], 1, axis=1)

        return Data(split(), split(), split(), scored=dict.fromkeys(("train", "validation", "test"), scored))

    def before(x):
        import keras

        return keras.layers.ZeroPadding1D((1, 0))(keras.layers.Cropping1D((0, 1))(x[..., :1]))

    found = explain(run_of("step-before"), model_of(before, tmp_path))
    lost = {span: 1 - skill for span, skill in effects(found, "occluded").items()}
    assert lost.pop((2, 2)) > 0.9
    assert max(map(abs, lost.values())) < 1e-6
    assert effects(found, "kept")[1, 2] == pytest.approx(1, abs=1e-6)
    assert found["counted"] == "the step that is predicted"


def test_occluded_words_are_unknown_and_other_tokens_padding():
    from suite.tasks.datasets.vocabulary import SPECIAL

    x = np.ones((3, 2), dtype="int32")
    split = x, np.zeros(3, int)
    words = Data(split, split, split, preparation={"vocabulary": np.array([*SPECIAL, "good"])})
    assert [*map(str, explaining.filling(words))] == ["1", explaining.UNKNOWN_WORD]
    assert [*map(str, explaining.filling(Data(split, split, split)))] == ["0", explaining.PADDED]
