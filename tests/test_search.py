"""Ask and tell: the default first, shared configurations for all architectures, failures never a score."""

import math

import pytest

from suite.experiment import Experiment
from suite.task import Signature

pytestmark = pytest.mark.training

SHARED = ("learning_rate", "batch_size", "depth", "dropout")
SIGNATURE = Signature(50, 2, None, 1, False, "regression", False)


@pytest.fixture
def search():
    """Makes the search of adding-50 with an architecture."""
    from suite import backend

    backend.start(1)
    from suite.search import Search

    def make(architecture="lstm", task="adding-50", **fields):
        experiment = Experiment(tasks=[task], architectures=[architecture], **fields)
        return Search(experiment, experiment.cells[0], SIGNATURE)

    return make


@pytest.mark.parametrize("kind", ["random", "bayesian"])
class TestBothOracles:
    def test_trial_0_is_the_default_of_the_space(self, search, kind):
        assert search(search=kind).ask(0) == {
            "learning_rate": 3e-3, "batch_size": 64, "gate_bias": "1", "depth": 1, "dropout": 0.0,
        }  # fmt: skip

    def test_values_lie_in_the_space(self, search, kind):
        lstm = search(search=kind)
        for index in range(1, 8):
            values = lstm.ask(index)
            lstm.tell(index, values, 1 / index)
            assert 1e-4 <= values["learning_rate"] <= 3e-2 * (1 + 1e-12)
            assert values["batch_size"] in (32, 64, 128)
            assert values["depth"] in (1, 2)
            assert 0 <= values["dropout"] <= 0.5
            assert values["gate_bias"] in ("0", "1", "chrono")

    def test_the_first_shared_values_are_the_same_for_every_architecture(self, search, kind):
        first = 4
        asked = []
        for name in ("simple-rnn", "lstm", "gru"):
            one = search(name, search=kind)
            asked.append([{key: one.ask(index)[key] for key in SHARED} for index in range(first)])
        assert asked[0] == asked[1] == asked[2]

    def test_another_search_seed_is_another_search(self, search, kind):
        assert search(search=kind).ask(1) != search(search=kind, search_seed=2).ask(1)

    def test_failures_in_a_row_do_not_end_the_search(self, search, kind):
        lstm = search(search=kind)
        for index in range(8):
            lstm.tell(index, lstm.ask(index), [None, math.nan, math.inf, -math.inf][index % 4])
        assert lstm.ask(8)["learning_rate"] > 0

    def test_a_configuration_is_not_proposed_twice(self, search, kind):
        lstm = search(search=kind)
        asked = []
        for index in range(9):
            values = lstm.ask(index)
            lstm.tell(index, values, 0.1)
            asked.append(tuple(values.items()))
        assert len(set(asked)) == 9


def test_random_configurations_do_not_depend_on_what_was_told_before(search):
    undisturbed, continued = search(), search()
    expected = [undisturbed.ask(index) for index in range(6)]
    for index in (4, 1, 3, 0, 5, 2):
        assert continued.ask(index) == expected[index]
        continued.tell(index, expected[index], None if index % 2 else index)


def test_bayesian_search_moves_towards_what_was_better(search):
    lstm = search(search="bayesian", trials=12)
    for index in range(10):
        values = lstm.ask(index)
        lstm.tell(index, values, abs(math.log10(values["learning_rate"]) + 3))
    assert abs(math.log10(lstm.ask(10)["learning_rate"]) + 3) < 0.5


def test_an_infinite_score_does_not_pull_bayesian_search(search):
    def propose(bad):
        lstm = search(search="bayesian", trials=12)
        for index in range(6):
            values = lstm.ask(index)
            lstm.tell(index, values, bad if index == 5 else abs(math.log10(values["learning_rate"]) + 3))
        return lstm.ask(6)

    assert propose(-math.inf) == propose(math.inf) == propose(None)


def test_trials_that_are_still_running_can_be_asked_beside(search):
    lstm = search(search="bayesian", trials=4)
    for index in range(6):
        lstm.tell(index, lstm.ask(index), float(index))
    running = [lstm.ask(index) for index in range(6, 9)]
    assert len({tuple(values.items()) for values in running}) == 3
