"""One run: what it stores, which data it sees, how it fails, and that its numbers depend on its spec alone."""

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.experiment.experiment import Experiment
from suite.files.strict_json import finite
from suite.tasks.data import Data
from suite.tasks.metrics import serving
from suite.tasks.task import TASKS, task
from suite.training.prepare import prepare
from suite.training.records import cpu_seconds
from suite.training.train import train

pytestmark = pytest.mark.training

KEYS = {
    "id", "task", "architecture", "role", "index", "seed", "attempt", "status", "hyperparameters", "spec", "metrics",
    "baseline", "trained_baseline", "history", "best_epoch", "epochs", "weights", "flags", "clipped", "gradients",
    "seconds", "versions", "machine", "started", "finished",
}  # fmt: skip
VALUES = {"learning_rate": 0.01, "batch_size": 32, "depth": 1, "dropout": 0.2, "gate_bias": "1",
          "recurrent_start": "orthogonal", "embedding_width": 8}  # fmt: skip


def a_run(task="adding-50", architecture="lstm", role="final", index=0, epochs=3, **values):
    experiment = Experiment(
        tasks=[task], architectures=[architecture], epochs=epochs, patience=2, weights=300, examples=64
    )
    (cell,) = experiment.cells
    return experiment.run(cell, role, index, configuration(cell, VALUES | values))


def configuration(cell, values):
    """The default configuration of a cell with these values; the values alone if the task's data cannot be loaded."""
    try:
        signature = cell.task.signature(cell.task.load(1, 64))
    except (OSError, MemoryError):
        return values
    backend.start(1)
    from suite.architectures.model import space

    default = space(cell.architecture, signature).values
    return default | {name: value for name, value in values.items() if name in default}


def declare():
    @task("toy", family="machines", kind="regression", metric="mse", baseline="mean")
    def toy(seed: int) -> Data:
        """Five numbers; a thousand and fifty times the last?"""
        rng = np.random.default_rng(seed)
        inputs = [rng.normal(size=(40, 5, 1)).astype("float32") for _ in range(3)]
        return Data(*((x, 1_000 + 50 * x[:, -1, 0]) for x in inputs))


def test_what_a_run_changes_in_its_process_is_named_and_the_next_run_does_not_see_it():
    import keras

    trained = []

    @architecture("disturbing")
    def disturbing(hp, x, *, units: int, per_step: bool):
        """Changes what all runs share, once it is trained."""
        if trained:
            keras.config.set_epsilon(0.5)
            np.seterr(over="raise")
            os.environ["DISTURBED"] = "1"
        return keras.layers.GRU(units, return_sequences=per_step)(x)

    before = train(a_run(role="trial", epochs=1)).record
    disturbed = a_run(architecture="disturbing", role="trial", epochs=1)
    trained.append(disturbed)
    assert train(disturbed).record.changed == [
        "environment variable DISTURBED", "keras.config epsilon", "numpy.errstate over"
    ]  # fmt: skip
    after = train(a_run(role="trial", epochs=1)).record
    assert (after.metrics, after.history, after.changed) == (before.metrics, before.history, [])


@pytest.mark.parametrize(
    ("name", "architecture"),
    [
        ("speech-like", "gru"), ("sentiment-like", "lstm"), ("sp500-return", "simple-rnn"), ("recall-10", "simple-rnn"),
        ("copy-10", "gru"), ("adding-50", "lstm"),
    ],
)  # fmt: skip
def test_every_kind_of_task_is_trained(name, architecture):
    outcome = train(a_run(name, architecture, epochs=1))
    record = outcome.record
    assert record.status == "ok", record
    assert set(record.to_json()) == KEYS | {"trivial_loss", "intervals"}
    names = set(serving(TASKS.get(name).kind, series="sp500" in name))
    assert set(record.metrics["validation"]) == set(record.metrics["test"]) == names
    undefined = {name for name, score in record.metrics["test"].items() if not np.isfinite(score)}
    assert undefined <= {"top_3", "mape"}  # with few classes, and where a target is 0
    assert outcome.arrays["prediction"].shape[0] == len(outcome.arrays["target"])
    assert outcome.model


def stepwise(unscored: int) -> None:
    """A task whose targets outside the evaluation mask, the first ones, are all this class."""

    @task("stepwise", family="memory", kind="classification", metric="accuracy", baseline="majority", per_step=True)
    def stepwise(seed: int) -> Data:
        """Which token was it? Only the last two steps are evaluated."""
        rng = np.random.default_rng(seed)
        xs = [rng.integers(1, 4, (40, 6), dtype=np.int32) for _ in range(3)]
        scored = np.tile(np.arange(6) >= 4, (40, 1))
        splits = [(x, np.where(scored, x - 1, unscored).astype(np.int64)) for x in xs]
        return Data(*splits, scored=dict.fromkeys(("train", "validation", "test"), scored))


def padded(unscored: int) -> None:
    """A task of sequences of four and of six steps, whose targets at padded steps are all this class."""

    @task("stepwise", family="memory", kind="classification", metric="accuracy", baseline="majority", per_step=True)
    def stepwise(seed: int) -> Data:
        """Which token was it?"""
        rng = np.random.default_rng(seed)
        valid = np.arange(6) < np.repeat([4, 6], 20)[:, None]
        xs = [rng.integers(1, 4, (40, 6), dtype=np.int32) * valid for _ in range(3)]
        return Data(*[(x, np.where(valid, x - 1, unscored).astype(np.int64)) for x in xs])


@pytest.mark.parametrize("declare", [stepwise, padded])
class TestTargetsOutsideTheEvaluationMask:
    def test_they_change_nothing(self, declare):
        outcomes = []
        for unscored in (0, 2):
            declare(unscored)
            outcomes.append(train(a_run("stepwise")))
            TASKS.forget(__file__)
        one, other = outcomes
        assert finite(one.record.metrics) == finite(other.record.metrics)  # NaN equals nothing
        assert one.record.history == other.record.history
        np.testing.assert_array_equal(one.arrays["prediction"], other.arrays["prediction"])

    def test_they_are_not_stored(self, declare):
        declare(0)
        arrays = train(a_run("stepwise", epochs=1)).arrays
        count = {stepwise: 40 * 2, padded: 20 * 4 + 20 * 6}[declare]
        assert arrays["target"].shape == (count,)
        assert arrays["prediction"].shape == (count, 3)

    def test_the_loss_is_the_mean_over_the_targets_within(self, declare):
        declare(0)
        history = train(a_run("stepwise", epochs=1, learning_rate=1e-6)).record.history
        assert history["loss"][0] == pytest.approx(np.log(3), rel=0.2)


@pytest.mark.parametrize(("mean", "scale", "layers"), [(0, 1, 0), (1e-9, 1, 1), (0, 1 + 1e-6, 1)])
def test_a_saved_model_predicts_in_the_targets_units_even_if_they_are_almost_the_standardised_ones(mean, scale, layers):
    import keras

    from suite.architectures.portable import portable

    inputs = keras.Input((3, 1), name="sequence")
    network = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.Flatten()(inputs)))
    copy = portable(network, np.array([mean]), np.array([scale]))
    assert len(copy.layers) - len(network.layers) == layers


class TestStoredErrors:
    @pytest.fixture
    def recorded(self):
        @task(
            "recorded", family="mine", kind="classification", metric="accuracy", baseline="majority", source="a shelf"
        )
        def recorded(seed: int) -> Data:
            """Noise of four or five steps; which of two classes, without any hint?"""
            rng = np.random.default_rng(3)
            splits = [(rng.normal(size=(60, 5, 2)).astype("float32"), np.arange(60) % 2) for _ in range(3)]
            lengths = dict.fromkeys(("train", "validation", "test"), np.arange(60) % 2 + 4)
            return Data(*splits, lengths=lengths)

    def test_the_first_final_run_on_real_data_stores_the_inputs_of_its_first_errors(self, recorded):
        run = a_run("recorded", epochs=1)
        arrays, test = train(run).arrays, run.task.load(1).test[0]
        place = arrays["missed/place"]
        wrong = np.flatnonzero(arrays["prediction"].argmax(axis=1) != arrays["target"])
        assert len(place) and np.array_equal(place, wrong[:30])
        np.testing.assert_array_equal(arrays["missed/x"], test[place])
        np.testing.assert_array_equal(arrays["missed/steps"], place % 2 + 4)

    @pytest.mark.parametrize(("name", "index"), [("recorded", 1), ("speech-like", 0)])
    def test_other_runs_and_runs_on_generated_data_store_none(self, recorded, name, index):
        assert not [key for key in train(a_run(name, index=index, epochs=1)).arrays if key.startswith("missed")]


class TestFurtherTestSets:
    def test_a_final_run_is_evaluated_on_sequences_four_times_as_long(self):
        metrics = train(a_run("parity-20", epochs=1)).record.metrics
        assert set(metrics) == {"validation", "test", "test-4x"}
        assert set(metrics["test-4x"]) == set(metrics["test"])
        assert metrics["test-4x"] != metrics["test"]

    def test_a_trial_is_not(self):
        assert set(train(a_run("parity-20", role="trial", epochs=1)).record.metrics) == {"validation", "test"}

    @pytest.mark.parametrize("architecture", [n for n in ARCHITECTURES.names() if ARCHITECTURES.get(n).causal])
    def test_a_longer_model_predicts_the_same_up_to_its_training_length(self, architecture):
        from suite.architectures.model import fresh
        from suite.architectures.portable import at_length

        run = a_run("parity-20", architecture)
        signature = run.task.signature(run.task.load(1, 8))
        network = fresh(run.architecture, signature, run.hyperparameters | {"units": 5}, seed=3)
        bits = np.random.default_rng(1).integers(1, 3, (4, 80), dtype=np.int32)
        longer = at_length(network, 80).predict(bits, verbose=0)
        assert longer.shape == (4, 80, 2)
        np.testing.assert_allclose(longer[:, :20], network.predict(bits[:, :20], verbose=0), rtol=1e-4)


def assert_predicts_without_the_suite(outcome, run):
    """The stored model loads in Keras' safe mode, has no layer of the suite but an sLSTM, and predicts the same."""
    import keras

    from suite.training.inputs import model_input

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.keras"
        path.write_bytes(outcome.model)
        loaded = keras.saving.load_model(path, compile=False, safe_mode=True)
    own = {type(layer).__name__ for layer in loaded.layers if type(layer).__module__.startswith("suite")}
    assert own <= {"ExponentialLSTM"}
    stored = outcome.arrays["prediction"]
    predictions = loaded.predict(model_input(run.task.load(run.data_seed, run.examples), "test"), verbose=0)
    np.testing.assert_allclose(predictions.reshape(stored.shape), stored, rtol=1e-3, atol=1e-6)


@pytest.fixture(scope="module")
def outcome():
    """One final run, shared by the tests that only read it."""
    return train(a_run(epochs=4))


class TestRecord:
    def test_the_evaluated_weights_are_those_of_the_best_validation_epoch(self, outcome):
        history, best = outcome.record.history, outcome.record.best_epoch
        assert history["val_mse"][best - 1] == min(history["val_mse"])
        assert outcome.record.metrics["validation"]["mse"] == pytest.approx(min(history["val_mse"]), rel=1e-6)

    def test_the_history_has_one_value_per_epoch(self, outcome):
        assert set(outcome.record.history) == {"loss", "val_loss", "mse", "val_mse"}
        assert {len(values) for values in outcome.record.history.values()} == {outcome.record.epochs}
        assert len(outcome.record.seconds["epochs"]) == outcome.record.epochs

    def test_metrics_follow_from_the_stored_predictions(self, outcome):
        errors = outcome.arrays["prediction"] - outcome.arrays["target"]
        assert outcome.record.metrics["test"]["mse"] == pytest.approx(np.mean(errors.astype("float64") ** 2))

    def test_the_stored_model_gives_the_stored_predictions_without_the_suite(self, outcome):
        assert_predicts_without_the_suite(outcome, a_run(epochs=4))

    def test_prediction_seconds_are_measured_for_one_and_for_many_examples(self, outcome):
        assert outcome.record.seconds["predict_1"] > 0
        assert outcome.record.seconds["predict_64"] > 0
        trial = train(a_run(role="trial", epochs=1)).record.seconds
        assert (trial["predict_1"], trial["predict_64"]) == (None, None)

    def test_the_cpu_seconds_are_those_of_the_whole_run(self, outcome):
        used = cpu_seconds()
        spent = train(a_run(role="trial", epochs=1)).record.seconds["cpu"]
        assert 0 < spent <= cpu_seconds() - used
        assert outcome.record.seconds["cpu"] > 0

    def test_the_trivial_loss_is_that_of_the_mean(self, outcome):
        assert outcome.record.trivial_loss == 1
        assert train(a_run("parity-20", epochs=1)).record.trivial_loss == pytest.approx(np.log(2), abs=1e-3)

    def test_the_share_of_clipped_steps_is_recorded(self, outcome):
        assert 0 <= outcome.record.clipped <= 1

    def test_the_width_is_among_the_hyperparameters_and_not_in_the_spec(self, outcome):
        assert outcome.record.hyperparameters["units"] > 1
        assert "units" not in outcome.record.spec["hyperparameters"]

    def test_the_structure_derived_from_hyperparameters_is_recorded_apart(self):
        record = train(a_run(architecture="tcn", role="trial", epochs=1, kernel_size=3)).record
        assert record.structure == {"levels": 4, "receptive_field": 61}
        assert not {"levels", "receptive_field"} & set(record.hyperparameters)

    def test_a_trial_survives_any_test_split_and_stores_no_arrays(self, monkeypatch):
        run = a_run(role="trial", epochs=1)
        data = run.task.load(run.data_seed, run.examples)
        blind = replace(data, test=(np.full_like(data.test[0], np.nan), data.test[1]))
        monkeypatch.setattr(type(run.task), "load", lambda *_: blind)
        outcome = train(run)
        assert outcome.record.status == "ok"
        assert np.isfinite(outcome.record.metrics["validation"]["mse"])
        assert np.isnan(outcome.record.metrics["test"]["mse"])
        assert (outcome.arrays, outcome.model) == ({}, None)


class TestEnd:
    """tests/training/test_stopping.py has the rules; here is a training that follows them."""

    def test_a_perfect_validation_score_ends_it_in_the_same_epoch(self):
        stepwise(0)
        run = a_run("stepwise", "gru", epochs=80, learning_rate=0.03, dropout=0.0)
        record = train(replace(run, budget=replace(run.budget, patience=80))).record
        assert record.history["val_accuracy"].index(1.0) + 1 == record.best_epoch == record.epochs < 80

    def test_patience_does_not_end_one_that_never_left_its_start(self):
        record = train(a_run("parity-20", epochs=9, learning_rate=1e-30)).record
        assert min(record.history["loss"]) > 0.98 * record.trivial_loss
        assert (record.best_epoch, record.epochs) == (1, 9)

    def test_of_epochs_with_equal_scores_the_one_with_the_lowest_loss_is_kept(self):
        record = train(a_run("recall-10", epochs=6, learning_rate=1e-3)).record
        history = record.history
        ranks = list(zip(history["val_accuracy"], np.negative(history["val_loss"]), strict=True))
        assert record.best_epoch == 1 + ranks.index(max(ranks))
        assert record.metrics["validation"]["log_loss"] == pytest.approx(history["val_loss"][record.best_epoch - 1])


class TestSameNumbers:
    def numbers(self, record):
        return record.metrics, record.history, record.best_epoch, record.weights, record.clipped

    @pytest.mark.parametrize("architecture", ["lstm", "tcn", "transformer"])  # one of each kind of layer
    def test_a_reused_compiled_model_gives_the_numbers_of_a_new_one_bit_for_bit(self, architecture):
        from suite.architectures import compiled

        one, other = (
            a_run("speech-like", architecture),
            a_run("speech-like", architecture, dropout=0.4, learning_rate=3e-3),
        )
        compiled._compiled.clear()
        new = train(one)
        train(other)
        assert len(compiled._compiled) == 1
        again = train(one)
        assert self.numbers(again.record) == self.numbers(new.record)
        assert_predicts_without_the_suite(again, one)

    def test_the_rule_for_xla_is_part_of_the_spec(self):
        from suite.architectures import compiled

        run = a_run(epochs=1)
        compiled._compiled.clear()
        for least in (101, 100):  # two batches of fifty steps
            changed = replace(run, budget=replace(run.budget, xla_from=least))
            record = train(changed).record
            assert (record.status, record.spec["budget"]["xla_from"]) == ("ok", least)
        assert [key[-1] for key in compiled._compiled] == [False, True]

    def test_a_model_with_a_foreign_layer_is_never_reused(self):
        from suite.architectures import compiled

        @architecture("strange")
        def strange(hp, x, *, units, per_step):
            """Mean over time, scaled."""
            import keras

            class Strange(keras.layers.Layer):
                def call(self, inputs):
                    return keras.ops.mean(inputs, axis=1) * 2

            return keras.layers.Dense(units)(Strange()(x))

        @architecture("strange-inside")
        def strange_inside(hp, x, *, units, per_step):
            """The same within a model."""
            import keras

            inner = keras.Input(x.shape[1:])
            return keras.Model(inner, strange(hp, inner, units=units, per_step=per_step))(x)

        compiled._compiled.clear()
        for name in ("strange", "strange-inside"):
            assert train(a_run(architecture=name, epochs=1, role="trial")).record.status == "ok"
        assert not compiled._compiled


def test_the_compiled_loop_trains_as_keras_does():
    import keras

    from suite.architectures.model import fresh
    from suite.training.fit import fit
    from suite.training.inputs import Scaling, model_input, target_weights, training_targets
    from suite.training.train import build

    run = a_run("copy-10", "gru", epochs=1, dropout=0.0)
    data = run.task.load(run.data_seed, run.examples)
    signature = run.task.signature(data)
    values, network = build(run, signature, len(data.train[0]))
    fit(network, run, data)
    plain = fresh(run.architecture, signature, values, run.seed)
    plain.compile(keras.optimizers.Adam(0.01, global_clipnorm=1.0), "sparse_categorical_crossentropy")
    scaling = Scaling.of(data, run.task)
    arrays = (model_input(data, "train"), training_targets(run.task, data, scaling), *target_weights(run.task, data))
    for rows in np.random.default_rng(run.seed).permutation(64).reshape(2, 32):
        plain.train_on_batch(*(array[rows] for array in arrays))
    for trained, expected in zip(network.get_weights(), plain.get_weights(), strict=True):
        np.testing.assert_allclose(trained, expected, atol=1e-5)


class TestFailure:
    def test_a_loss_that_is_not_finite_is_recorded_as_diverged(self):
        declare()

        @architecture("divides-by-zero")
        def divides_by_zero(hp, x, *, units, per_step):
            """Outputs infinity."""
            import keras

            return keras.layers.Dense(units)(keras.ops.sum(x, axis=1) / 0.0)

        record = train(a_run("toy", "divides-by-zero", epochs=5)).record
        assert (record.status, record.metrics, record.history) == ("diverged", {}, {})
        assert "in epoch 1" in record.error

    def test_a_task_that_raises_is_recorded_with_its_message(self):
        @task("toy-raises", family="machines", kind="regression", metric="mse", baseline="mean")
        def raises(seed: int) -> Data:
            """Raises."""
            raise OSError("sensor.csv is not there")

        record = train(a_run("toy-raises")).record
        assert (record.status, record.error) == ("error", "OSError: sensor.csv is not there")
        assert set(record.to_json()) == KEYS | {"error"}

    def test_a_failed_allocation_is_recorded_as_out_of_memory(self):
        @task("toy-large", family="machines", kind="regression", metric="mse", baseline="mean")
        def large(seed: int) -> Data:
            """Needs too much memory."""
            raise MemoryError("cannot allocate 1 PiB")

        assert train(a_run("toy-large")).record.status == "out-of-memory"

    def test_a_task_that_draws_other_data_for_the_same_seed_is_an_error(self):
        drawn = iter(range(10))

        @task("toy-random", family="machines", kind="regression", metric="mse", baseline="mean")
        def random(seed: int) -> Data:
            """Other numbers each time."""
            split = (np.zeros((4, 3, 1), "float32"), np.full(4, next(drawn), "float32"))
            return Data(split, split, split)

        run = a_run("toy-random")
        checksum = prepare(run.task, run.data_seed, None)["checksum"]
        from suite.training.prepare import _data

        _data.clear()
        record = train(replace(run, checksum=checksum)).record
        assert "draws different data each time" in record.error


class TestScaling:
    def test_targets_far_from_zero_are_learned(self):
        declare()
        record = train(a_run("toy", "gru", epochs=20, learning_rate=0.03)).record
        assert record.metrics["test"]["mse"] < 0.5 * 50**2
        assert record.metrics["test"]["r2"] > 0.5


class TestFlags:
    @pytest.mark.parametrize(("rate", "flagged"), [(1.05e-4, True), (3e-3, False), (2.9e-2, True)])
    def test_a_learning_rate_at_the_edge_of_its_range(self, rate, flagged):
        record = train(a_run(epochs=1, learning_rate=rate, role="trial")).record
        assert ("edge-of-range" in record.flags) == flagged

    def test_a_run_that_still_improves_at_the_end_of_its_budget(self):
        assert "budget-limited" in train(a_run(epochs=1, role="trial")).record.flags
