"""State gradients: their ratios follow the chain rule, agree with published starts, and change no run."""

import numpy as np
import pytest

from suite.architectures.architecture import ARCHITECTURES, architecture
from suite.tasks.data import Data
from suite.tasks.task import TASKS, Task

pytestmark = pytest.mark.training

UNITS = 16


@pytest.fixture(scope="module")
def by_lag():
    from suite import backend

    backend.start(1)
    from suite.training.gradients import by_lag

    return by_lag


def toy(x, y, kind="regression", per_step=False, **options):
    """A task, and its data in which every split is the same."""
    task = Task("toy", "machines", kind, "mse", "mean", lambda seed: data, "here", per_step=per_step)
    named = {name: dict.fromkeys(("train", "validation", "test"), array) for name, array in options.items()}
    data = Data((x, y), (x, y), (x, y), **named)
    return task, data


def network(name, task, data, seed=1, **values):
    from suite.architectures import model

    entry, signature = ARCHITECTURES.get(name), task.signature(data)
    defaults = model.space(entry, signature).values
    return model.fresh(entry, signature, defaults | {"units": UNITS} | values, seed)


def normal(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def test_ratios_follow_the_chain_rule(by_lag):
    task, data = toy(normal(8, 30, 2), normal(8, seed=1))
    model = network("simple-rnn", task, data)
    kernel, recurrent, bias = model.layers[1].get_weights()
    head = model.layers[-1].get_weights()[0][:, 0]
    states = [np.zeros((8, UNITS))]
    for step in range(30):
        states.append(np.tanh(data.train[0][:, step] @ kernel + states[-1] @ recurrent + bias))
    target = (data.train[1] - data.train[1].mean()) / data.train[1].std()
    gradient = 2 * (model.predict(data.train[0], verbose=0)[:, 0] - target)[:, None] * head
    norms = [np.linalg.norm(gradient)]
    for state in states[:1:-1]:
        gradient = (gradient * (1 - state**2)) @ recurrent.T
        norms.append(np.linalg.norm(gradient))
    expected = {f"{lag}": norms[lag] / norms[0] for lag in (1, 2, 5, 10, 20)}
    assert by_lag(model, task, data) == pytest.approx(expected, rel=1e-3)


def test_in_a_parallel_recurrence_they_are_the_products_of_what_its_gates_retain(by_lag):
    import keras

    task, data = toy(normal(8, 30, 2), normal(8, seed=1))
    model = network("min-gru", task, data)
    scan, head = next(one for one in model.layers if type(one).__name__ == "GatedAverage"), model.layers[-1]
    inputs = keras.Model(model.input, scan.input)(data.train[0])
    retained = 1 / (1 + np.exp(np.array(inputs)[:, :, :UNITS]))
    target = (data.train[1] - data.train[1].mean()) / data.train[1].std()
    out = [one for one in model.layers if isinstance(one, keras.layers.Dense)][-2].get_weights()[0]
    gradient = (
        2 * (model.predict(data.train[0], verbose=0)[:, 0] - target)[:, None] * (out @ head.get_weights()[0])[:, 0]
    )
    norms = [np.linalg.norm(gradient)]
    for step in reversed(range(30)):
        gradient = gradient * retained[:, step]
        norms.append(np.linalg.norm(gradient))
    expected = {f"{lag}": norms[lag] / norms[0] for lag in (1, 2, 5, 10, 20)}
    assert by_lag(model, task, data) == pytest.approx(expected, rel=1e-3)


@pytest.mark.parametrize(
    ("name", "start", "measured", "decades"),
    [
        ("simple-rnn", {"recurrent_start": "orthogonal"}, 6e-3, 1),
        ("simple-rnn", {"recurrent_start": "uniform"}, 3e-12, 2),
        ("lstm", {"gate_bias": "1"}, 1e-4, 1),
        ("lstm", {"gate_bias": "0"}, 2e-11, 1),
        ("gru", {"gate_bias": "0"}, 7e-11, 1),
    ],
)
def test_initial_ratios_over_fifty_steps_agree_with_independent_measurements(by_lag, name, start, measured, decades):
    task = TASKS.get("adding-60")
    data = task.load(1, 32)
    found = [by_lag(network(name, task, data, seed, units=64, **start), task, data)["50"] for seed in (1, 2, 3)]
    assert np.mean(np.log10(found)) == pytest.approx(np.log10(measured), abs=decades)


@pytest.mark.parametrize("name", ["simple-rnn", "lstm", "gru", "lru", "slstm"])
def test_padded_steps_do_not_count_as_lags(by_lag, name):
    x, y = normal(4, 12, 2), normal(4, seed=1)
    task, padded = toy(np.concatenate([x, np.full((4, 9, 2), 7.0, "float32")], axis=1), y, lengths=np.full(4, 12))
    _, plain = toy(x, y)
    model, shorter = network(name, task, padded), network(name, task, plain)
    shorter.set_weights(model.get_weights())
    assert by_lag(model, task, padded) == pytest.approx(by_lag(shorter, task, plain), rel=1e-3)
    assert set(by_lag(model, task, padded)) == {"1", "2", "5", "10"}


def test_a_lag_needs_half_of_the_examples_to_be_longer(by_lag):
    task, data = toy(normal(4, 60, 2), normal(4), lengths=np.array([60, 60, 15, 8]))
    assert set(by_lag(network("gru", task, data), task, data)) == {"1", "2", "5", "10", "20", "50"}
    task, data = toy(normal(4, 60, 2), normal(4), lengths=np.array([60, 15, 15, 8]))
    assert set(by_lag(network("gru", task, data), task, data)) == {"1", "2", "5", "10"}


def test_with_a_target_at_every_step_the_last_within_the_evaluation_mask_is_traced(by_lag):
    scored = np.zeros((4, 20), bool)
    scored[:, [3, 12]] = True
    x, y = normal(4, 20, 2), np.arange(80).reshape(4, 20) % 3
    task, data = toy(x, y, "classification", per_step=True, scored=scored)
    once, shorter = toy(x[:, :13], y[:, 12], "classification")
    model, other = network("lstm", task, data), network("lstm", once, shorter)
    other.set_weights(model.get_weights())
    assert by_lag(model, task, data) == pytest.approx(by_lag(other, once, shorter), rel=1e-3)
    assert "10" in by_lag(model, task, data)


def test_the_topmost_layers_state_is_measured(by_lag):
    task, data = toy(normal(8, 12, 2), normal(8, seed=1))
    model = network("gru", task, data, depth=2)
    upper = model.layers[3]
    assert upper.__class__.__name__ == "GRU"
    before = by_lag(model, task, data)
    kernel, recurrent, bias = upper.get_weights()
    bias[0, :UNITS] = 9
    upper.set_weights([kernel, recurrent, bias])
    assert before["10"] < 0.1
    assert by_lag(model, task, data)["10"] == pytest.approx(1, abs=0.1)


def test_a_network_without_a_state_has_no_ratios(by_lag):
    @architecture("no-state")
    def no_state(hp, x, *, units, per_step):
        """Mean over time."""
        import keras

        return keras.layers.Dense(units)(keras.ops.mean(x, axis=1))

    task, data = toy(normal(4, 12, 2), normal(4))
    assert by_lag(network("no-state", task, data), task, data) == {}


def test_measuring_changes_no_number_of_the_run(by_lag, monkeypatch):
    from suite.experiment.experiment import Experiment
    from suite.training import gradients
    from suite.training.train import train

    experiment = Experiment(tasks=["adding-50"], architectures=["lstm"], epochs=2, weights=100, examples=64)
    values = {"learning_rate": 0.01, "batch_size": 32, "depth": 2, "dropout": 0.3, "gate_bias": "chrono"}
    run = experiment.run(experiment.cells[0], "final", 0, values)
    measured = train(run).record
    monkeypatch.setattr(gradients, "by_lag", lambda *_: {})
    plain = train(run).record
    assert set(measured.gradients) == {"start", "kept"}
    assert set(measured.gradients["kept"]) == {"1", "2", "5", "10", "20"}
    assert measured.gradients["start"] != measured.gradients["kept"]
    assert plain.gradients == {}
    assert (measured.metrics, measured.history) == (plain.metrics, plain.history)


def test_the_first_control_run_measures_every_start_untrained_and_changes_no_number_of_the_run(monkeypatch):
    from suite.experiment.experiment import Experiment
    from suite.training import starts
    from suite.training.train import train

    experiment = Experiment(tasks=["adding-50"], architectures=["lstm"], epochs=2, weights=100, examples=64)
    values = {"learning_rate": 0.01, "batch_size": 32, "depth": 1, "dropout": 0.3, "gate_bias": "1"}
    first, second = (experiment.run(experiment.cells[0], "control", index, values) for index in (0, 1))
    measured = train(first).record
    untrained = {key: ratios for key, ratios in measured.gradients.items() if key.startswith("start ")}
    assert set(untrained) == {f"start {bias} {draw}" for bias in ("0", "1", "chrono") for draw in range(starts.DRAWS)}
    means = [np.mean([untrained[f"start {bias} {draw}"]["20"] for draw in range(starts.DRAWS)]) for bias in ("0", "1", "chrono")]  # fmt: skip # noqa: E501
    assert means == sorted(means)
    assert set(train(second).record.gradients) == {"start", "kept"}
    monkeypatch.setattr(starts, "by_start", lambda *_: {})
    plain = train(first).record
    assert (measured.metrics, measured.history) == (plain.metrics, plain.history)


def test_tokens_are_traced_from_the_last_valid_one(by_lag):
    tokens = np.random.default_rng(0).integers(1, 9, (6, 15), dtype=np.int32)
    tokens[:, 12:] = 0
    task, data = toy(tokens, np.arange(6) % 2, "classification")
    assert set(by_lag(network("lstm", task, data), task, data)) == {"1", "2", "5", "10"}
