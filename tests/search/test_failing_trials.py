"""Adaptive searches when trials fail: failures end the random phase, are avoided, and it is said who proposed."""

import math

import pytest

from suite.experiment.experiment import Experiment
from suite.tasks.data import Signature

pytestmark = pytest.mark.training


@pytest.fixture(params=["bayesian", "tpe"])
def search(request):
    """Makes the search of adding-50 with an LSTM, whose first four trials are random."""
    from suite import backend

    backend.start(1)
    if request.param == "tpe":
        pytest.importorskip("optuna")
    from suite.runner.summarise import search_of

    experiment = Experiment(["adding-50"], ["lstm"], search=request.param, trials=12)
    return search_of(experiment, experiment.cells[0], Signature(50, 2, None, 1, False, "regression", False))


def rate(values):
    return math.log10(values["learning_rate"])


def run(search, count, score):
    """The sources and configurations of trials with these scores."""
    found = []
    for index in range(count):
        values = search.ask(index)
        found.append((search.proposal, values))
        search.tell(index, values, score(index, values))
    return found


def test_a_failed_trial_counts_in_the_first_phase(search):
    sources = [source for source, _ in run(search, 7, lambda index, values: None if index % 2 else 0.1)]
    assert sources == ["default", "random", "random", "random", "model", "model", "model"]


def test_while_all_trials_fail_there_is_no_model(search):
    sources = [source for source, _ in run(search, 6, lambda index, values: None)]
    assert sources == ["default", *["random"] * 5]


def test_what_fails_is_avoided(search):
    """High learning rates fail, and the score is the same everywhere else."""
    tried = run(search, 14, lambda index, values: None if rate(values) > -2.6 else 0.1 + 0.001 * index)
    proposed = [values for source, values in tried if source == "model"]
    assert len(proposed) >= 8
    assert sum(rate(values) > -2.6 for values in proposed) <= 3


def test_a_failure_is_still_a_failure_afterwards(search):
    run(search, 6, lambda index, values: None if index == 2 else 0.1 * index)
    assert search.oracle.trials["2"].status == "FAILED"
    assert search.oracle.trials["2"].score is None


def test_a_space_with_conditions_is_proposed_from_more_than_once():
    import keras_tuner

    from suite import backend
    from suite.runner.proposals import propose
    from suite.search.methods import METHODS

    backend.start(1)
    hp = keras_tuner.HyperParameters()
    hp.Int("layers", 1, 2)
    with hp.conditional_scope("layers", [2]):
        hp.Int("second", 1, 9)
    config = hp.get_config()
    found = [propose(1, config, (METHODS.get("bayesian"), "higher", 4, 1), [], index) for index in range(3)]
    assert [source for _, source in found] == ["default", "random", "random"]
