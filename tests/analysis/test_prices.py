"""Prices: what runs cost in CPU time, and who is shown to be the cheapest."""

import numpy as np
import pytest

from suite.analysis.prices import cheapest, prices, ratio, training_seconds

SPEECH, LSTM, GRU = "speech-like", "lstm", "gru"


@pytest.fixture
def study(trials):
    """Return a function that makes trials with these seconds of CPU time by architecture."""

    def make(seconds, task=SPEECH, **experiment):
        skills = {(task, name): [0.9] * len(each) for name, each in seconds.items()}
        beside = {(task, name): [{"cpu": one} for one in each] for name, each in seconds.items()}
        return trials(skills, beside=beside, **experiment)

    return make


def noisy(mean, count=24, spread=0.2):
    return list(mean * np.exp(spread * np.sin(np.arange(count))))


def test_prices_are_mean_seconds_of_processor_time_the_cheapest_first(study):
    found = prices(study({LSTM: [4.0, 6.0], GRU: [1.0, 3.0]}), [SPEECH], [LSTM, GRU])
    assert found.to_dict() == {GRU: 2.0, LSTM: 5.0}
    assert list(found.index) == [GRU, LSTM]


def test_without_processor_time_the_seconds_of_training_count_for_all(study):
    results = study({LSTM: [4.0, None], GRU: [2.0, 2.0]})  # 3 s of training each where no CPU time is known
    assert prices(results, [SPEECH], [LSTM, GRU]).to_dict() == {GRU: 2.0, LSTM: 3.5}


def test_the_cheapest_is_shown_by_the_interval_of_the_ratio(study):
    results = study({LSTM: noisy(4.0), GRU: list(reversed(noisy(2.0)))})
    assert cheapest(results, [SPEECH], [LSTM, GRU]) == GRU
    found = ratio(results, [SPEECH], LSTM, GRU, 0.95)
    assert found.low > 0
    assert found.centre == pytest.approx(1.0, abs=0.05)


def test_five_per_cent_cheaper_on_average_is_not_shown(study):
    results = study({LSTM: noisy(2.1), GRU: list(reversed(noisy(2.0)))})
    assert prices(results, [SPEECH], [LSTM, GRU]).index[0] == GRU
    assert cheapest(results, [SPEECH], [LSTM, GRU]) is None


@pytest.mark.parametrize(("count", "spread"), [(4, 0.2), (24, 0.0)])
def test_few_runs_or_identical_times_show_nothing(study, count, spread):
    results = study({LSTM: noisy(8.0, count, spread), GRU: noisy(2.0, count, -spread)})
    found = ratio(results, [SPEECH], LSTM, GRU, 0.95)
    assert np.isnan([found.low, found.high]).all()
    assert cheapest(results, [SPEECH], [LSTM, GRU]) is None


def test_one_alone_is_the_cheapest_and_none_is_so_without_runs(study):
    results = study({LSTM: [4.0]})
    assert cheapest(results, [SPEECH], [LSTM]) == LSTM
    assert cheapest(results, [SPEECH], [GRU]) is None


def test_one_more_trial_of_each_takes_their_mean_seconds_of_training(study):
    assert training_seconds(study({LSTM: [4.0, 6.0], GRU: [1.0, 3.0]}), [SPEECH], [LSTM, GRU]) == 7.0
