"""All kinds of task x all architectures x all losses, and the other training choices, on tiny networks."""

from dataclasses import replace
from functools import cache
from itertools import cycle

import numpy as np
import pytest

from suite import backend
from suite.architectures.architecture import ARCHITECTURES
from suite.experiment.experiment import Experiment
from suite.recipes.loss import LOSSES
from suite.recipes.recipe import Recipe
from suite.tasks.data import Data
from suite.tasks.kinds import CLASSIFICATION, KINDS, MULTI_LABEL, REGRESSION
from suite.tasks.task import TASKS, task
from suite.training.train import train

pytestmark = pytest.mark.training

TRIVIAL = {CLASSIFICATION: "majority", MULTI_LABEL: "frequent-labels", REGRESSION: "mean"}
METRIC = {CLASSIFICATION: "accuracy", MULTI_LABEL: "micro_f1", REGRESSION: "mae"}
SERVED = [(kind, loss) for kind in KINDS for loss in LOSSES.names() if kind in LOSSES.get(loss).kinds]
# whole runs take turns with the two forms of targets; every architecture learns both in the product below
RUNS = [(*pair, per_step, architecture)
        for pair, (per_step, architecture) in zip(SERVED, cycle([(False, "bag"), (True, "simple-rnn")]))]  # fmt: skip
LENGTH, EXAMPLES = 4, 16


def declared(kind, per_step, outputs=2):
    """Register a task of this kind on a few sequences, some of them padded, and return it."""

    @task(f"{kind}-{per_step}", family="own", kind=kind, metric=METRIC[kind], baseline=TRIVIAL[kind], per_step=per_step)
    def tiny(seed: int) -> Data:
        """Is the sum so far positive; of which features; or what is it?"""
        rng = np.random.default_rng(seed)
        splits, lengths = {}, {}
        for split in ("train", "validation", "test"):
            x, lengths[split] = (
                rng.normal(size=(EXAMPLES, LENGTH, outputs)).astype("float32"),
                np.arange(EXAMPLES) % 4 + 1,
            )
            x[np.arange(LENGTH) >= lengths[split][:, None]] = 0
            sums = np.cumsum(x, axis=1)
            y = {CLASSIFICATION: (sums[..., 0] > 0).astype(int), MULTI_LABEL: (sums > 0).astype(int)}.get(
                kind, 30 * sums
            )
            splits[split] = x, y if per_step else y[:, -1]
        return Data(**splits, lengths=lengths)

    return TASKS.get(f"{kind}-{per_step}")


def a_run(one, architecture="simple-rnn", role="trial", epochs=1, configuration=None, **fields):
    experiment = Experiment(tasks=[one.name], architectures=[architecture], epochs=epochs, **fields)
    (cell,) = experiment.cells
    backend.start(1)
    from suite.runner.summarise import search_of

    values = search_of(experiment, cell, one.signature(one.load(1))).default
    run = experiment.run(cell, role, 0, values | {"units": 4} | (configuration or {}))
    return replace(run, budget=replace(run.budget, weights=None))


@cache
def learner(architecture, kind, per_step, recipe):
    """A network of three units, its initial weights, and inputs with targets (standardised for a regression)."""
    backend.start(1)
    import keras

    from suite.architectures import model
    from suite.training.inputs import model_input

    keras.utils.set_random_seed(1)
    own, one = ARCHITECTURES.get(architecture), declared(kind, per_step)
    data = one.load(1)
    signature = one.signature(data)
    network = model.build(own, signature, model.space(own, signature), 3, recipe)
    y = data.train[1] / 30 if kind == REGRESSION else data.train[1]
    return (
        network,
        network.get_weights(),
        model_input(data, "train"),
        y.astype(np.int32 if kind == CLASSIFICATION else np.float32),
    )


@pytest.mark.parametrize("per_step", [False, True], ids=["whole", "every-step"])
@pytest.mark.parametrize(("kind", "loss"), SERVED)
@pytest.mark.parametrize("architecture", ARCHITECTURES.names())
def test_every_architecture_learns_every_kind_on_every_loss_that_serves_it(architecture, kind, loss, per_step):
    quantiles = LOSSES.get(loss).quantiles
    recipe = Recipe(loss=loss, quantiles=(0.1, 0.5, 0.9)) if quantiles else Recipe(loss=loss)
    network, weights, x, y = learner(architecture, kind, per_step, recipe if quantiles else Recipe())
    network.set_weights(weights)
    of_targets = recipe.objective(kind).per_target

    def mean_loss():
        from keras import ops

        return ops.mean(of_targets(y, network(x)))

    before, variables = float(mean_loss()), network.trainable_variables
    slopes = [np.array(one) for one in backend.gradients(mean_loss, variables)]
    norm = np.sqrt(sum((slope**2).sum() for slope in slopes))
    assert np.isfinite(norm)
    for variable, slope in zip(variables, slopes, strict=True):
        variable.assign(variable - 0.003 * slope / norm)
    assert float(mean_loss()) < before


@pytest.mark.parametrize(("kind", "loss", "per_step", "architecture"), RUNS)
def test_every_kind_trains_on_every_loss_that_serves_it(kind, loss, per_step, architecture):
    record = train(a_run(declared(kind, per_step), architecture, loss=loss)).record
    assert record.status == "ok", record.error
    assert np.isfinite([*record.history["loss"], *record.history["val_loss"], record.trivial_loss]).all()
    assert np.isfinite(record.metrics["test"][METRIC[kind]])


def test_four_layers_train_with_a_searched_clip_norm():
    space = {"depth": [4], "clip_norm": [0.5]}
    record = train(a_run(declared(REGRESSION, False), "gru", search_space=space)).record
    assert record.status == "ok", record.error
    assert (record.hyperparameters["depth"], record.hyperparameters["clip_norm"]) == (4, 0.5)
    assert record.weights > 3 * 3 * (4 * 4 + 4 * 4)  # three more layers than one, each with 3 gates of 4 units


@pytest.fixture(scope="module")
def quantiles(clean_registries):
    """A final run on quantiles of two outputs."""
    one = declared(REGRESSION, False)
    return train(a_run(one, role="final", epochs=3, loss="quantile", quantiles=(0.1, 0.5, 0.9)))


class TestQuantiles:
    def test_stored_are_the_median_and_all_levels_in_the_units_of_the_targets(self, quantiles):
        arrays = quantiles.arrays
        assert arrays["levels"].tolist() == [0.1, 0.5, 0.9]
        assert arrays["quantiles"].shape == (EXAMPLES, 2, 3)
        assert np.array_equal(arrays["prediction"], arrays["quantiles"][..., 1])
        assert np.abs(arrays["quantiles"]).max() > 5  # standardised values would be smaller

    def test_they_never_cross(self, quantiles):
        assert (np.diff(quantiles.arrays["quantiles"]) >= 0).all()

    def test_scores_are_those_of_the_stored_predictions(self, quantiles):
        arrays, scores = quantiles.arrays, quantiles.record.metrics["test"]
        assert scores["mae"] == pytest.approx(np.abs(arrays["prediction"] - arrays["target"]).mean(), rel=1e-5)
        above = arrays["target"][..., None] - arrays["quantiles"]
        pinball = np.maximum(arrays["levels"] * above, (arrays["levels"] - 1) * above).mean()
        assert scores["pinball"] == pytest.approx(pinball, rel=1e-5)

    def test_the_saved_model_returns_them_in_the_units_of_the_targets(self, quantiles, tmp_path):
        import keras

        (tmp_path / "model.keras").write_bytes(quantiles.model)
        model = keras.saving.load_model(tmp_path / "model.keras", compile=False, safe_mode=True)
        from suite.training.inputs import model_input

        data, expected = declared(REGRESSION, False).load(quantiles.record.spec["data"]["seed"]), quantiles.arrays
        found = model.predict(model_input(data, "test"), verbose=0)
        assert found == pytest.approx(expected["quantiles"].reshape(EXAMPLES, 6), rel=1e-4)


class TestLookback:
    def test_a_network_reads_the_last_valid_steps_only(self):
        one = declared(REGRESSION, False)
        run = a_run(one, "gru", search_space={"lookback": [2]})
        data = one.load(1)
        from suite.training.inputs import model_input
        from suite.training.train import build

        _, network = build(run, one.signature(data), EXAMPLES)
        x, steps = model_input(data, "train"), data.steps("train")
        before, old = np.array(network(x)), x.copy()
        for row, valid in zip(old, steps, strict=True):
            row[: max(valid - 2, 0)] += 7
        assert np.allclose(before, np.array(network(old)), atol=1e-6)
        for row, valid in zip(old, steps, strict=True):
            row[max(valid - 2, 0)] += 7
        assert (np.abs(before - np.array(network(old))).max(axis=1) > 1e-6).all()

    def test_it_is_recorded_and_its_gradients_reach_no_further_back(self):
        outcome = train(a_run(declared(REGRESSION, False), "gru", "final", search_space={"lookback": [2]}))
        assert outcome.record.status == "ok", outcome.record.error
        assert outcome.record.spec["hyperparameters"]["lookback"] == 2
        assert set(outcome.record.gradients["kept"]) == {"1"}
        assert outcome.model


class TestOneCompiledModel:
    def network(self, recipe, rate=0.01):
        import keras

        keras.utils.set_random_seed(1)
        x = keras.Input((3, 1))
        model = keras.Model(x, keras.layers.Dense(1)(keras.layers.SimpleRNN(2)(x)))
        from suite.architectures.compiled import compiled

        return compiled(model, REGRESSION, recipe, rate, 8, False)

    def test_serves_every_rate_schedule_clip_norm_and_amount_of_decay(self):
        backend.start(1)
        first = self.network(Recipe(weight_decay=0.1))
        assert self.network(Recipe(weight_decay=0.2, clip_norm=3.0, schedule="cosine"), 0.1) is first
        assert float(first.optimizer.clip_norm) == 3

    @pytest.mark.parametrize(
        "other",
        [{"loss": "mae"}, {"optimizer": "sgd"}, {"weight_decay": 0.1}, {"loss": "quantile", "quantiles": (0.5,)}],
    )
    def test_is_not_used_for_another_loss_optimizer_or_kind_of_step(self, other):
        backend.start(1)
        assert self.network(Recipe(**other)) is not self.network(Recipe())


def test_a_schedule_of_rate_0_leaves_the_weights_where_they_were(monkeypatch):
    from suite.recipes.schedule import SCHEDULES

    schedule = SCHEDULES.get("constant")
    still = replace(schedule, function=lambda steps, total, losses: np.zeros(len(steps)))
    monkeypatch.setitem(SCHEDULES._entries, "constant", still)
    history = train(a_run(declared(REGRESSION, False), epochs=3)).record.history
    assert len(set(history["val_loss"])) == 1


def test_the_precision_of_a_run_is_its_own():
    import keras

    one = declared(CLASSIFICATION, False)
    half = train(a_run(one, "gru", precision="mixed_bfloat16")).record
    assert half.status == "ok", half.error
    assert half.spec["recipe"] == {"precision": "mixed_bfloat16"}
    assert keras.config.dtype_policy().name == "float32"
    assert train(a_run(one, "gru")).record.history["loss"] != half.history["loss"]
