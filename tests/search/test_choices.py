"""Training choices in a search space: which values, which defaults, and the same draw in every architecture."""

import pytest

from suite import backend
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.runner.summarise import search_of
from suite.tasks.data import Signature

pytestmark = pytest.mark.training

WINDOW = Signature(20, 3, None, 1, False, "regression", False)
EVERYTHING = {
    "optimizer": ["adam", "sgd"], "clip_norm": (0.1, 10.0), "loss": ["mae", "quantile"], "depth": [1, 2, 3, 4],
    "schedule": ["cosine", "warm-up"], "weight_decay": (0.0, 0.1), "lookback": [5, 10, 20], "precision": ["float32"],
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def keras():
    backend.start(1)


def search(space, architecture="lstm", task="adding-50", signature=WINDOW, **fields):
    experiment = Experiment(tasks=[task], architectures=[architecture], search_space=space, **fields)
    return search_of(experiment, experiment.cells[0], signature)


def test_every_choice_may_be_searched():
    drawn = [search(EVERYTHING).ask(index) for index in range(24)]
    for name, values in EVERYTHING.items():
        found = {one[name] for one in drawn}
        if isinstance(values, list):
            assert found == {*values}, name
        else:
            assert values[0] <= min(found) < max(found) <= values[1], name


def test_a_trial_makes_the_same_choices_in_every_architecture():
    names = set(EVERYTHING) - {"depth"} | {"learning_rate", "batch_size"}
    lstm, tcn = (search(EVERYTHING, name).ask(3) for name in ("lstm", "tcn"))
    assert {name: lstm[name] for name in names} == {name: tcn[name] for name in names}


def test_the_default_is_the_choice_of_the_experiment_or_the_nearest():
    default = search(EVERYTHING, optimizer="sgd", loss="quantile", clip_norm=5.0, schedule="constant").default
    own = {name: default[name] for name in EVERYTHING}
    assert own == {
        "optimizer": "sgd", "loss": "quantile", "clip_norm": 5.0, "schedule": "cosine", "weight_decay": 0.0,
        "lookback": 20, "precision": "float32", "depth": 1,
    }  # fmt: skip
    assert search({"lookback": (5, 12)}).default["lookback"] == 12


def test_without_choices_the_space_is_as_before():
    assert [*search({}).default] == ["learning_rate", "batch_size", "gate_bias", "depth", "dropout"]


def test_of_a_mixed_experiment_each_kind_searches_its_losses():
    space = {"loss": ["mae", "focal", "mse", "cross-entropy"]}
    labels = Signature(10, None, 9, 2, True, "classification", False)
    assert {search(space).ask(k)["loss"] for k in range(12)} == {"mae", "mse"}
    found = {search(space, task="recall-10", signature=labels).ask(k)["loss"] for k in range(12)}
    assert found == {"focal", "cross-entropy"}


@pytest.mark.parametrize(
    ("signature", "fault"),
    [(WINDOW, "'lookback': 25 steps are more than the 20 of the sequences of task 'adding-50'"),
     (Signature(30, None, 9, 1, True, "regression", False), "'lookback': task 'adding-50' reads tokens")],
)  # fmt: skip
def test_a_window_that_does_not_fit_the_data_is_refused(signature, fault):
    with pytest.raises(RequestError, match=fault):
        search({"lookback": [5, 25]}, signature=signature)
