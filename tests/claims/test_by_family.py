"""By family: the report says that the GRU takes fewer steps only where that, and that it is no worse, is shown."""

import numpy as np
import pytest

from suite.claims.by_family import family_sentences
from suite.results.results import load


@pytest.fixture
def trained(tmp_path, records):
    """Results of an LSTM that takes 20 epochs and of a GRU of this score and pace on one task."""

    def make(score, epochs, seeds=10, **changes):
        records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], seeds=seeds)
        records.write_task(tmp_path, "speech-like")
        for index in range(seeds):
            for name, mean, last in (("lstm", 0.9, 20), ("gru", score, epochs)):
                history = {"val_accuracy": [*np.linspace(0.2, 0.8, last - 1), 0.9]}
                wobble = 0.001 * (index % 3) * (name == "lstm")
                told = {"history": history, "hyperparameters": {"batch_size": 50}} | changes
                records.write(tmp_path, records.record("speech-like", name, "final", index, mean + wobble, **told))
        return load(tmp_path)

    return make


def test_half_the_steps_at_the_same_score(trained):
    said = "gru is no worse than lstm, and gets there in 0.5 (0.5 to 0.5, n=10) of its training steps."
    assert family_sentences(trained(0.9, 10), ["speech-like"], 1) == [said]


def test_five_pairs_are_provisional(trained):
    (said,) = family_sentences(trained(0.9, 10, seeds=5), ["speech-like"], 1)
    assert said.startswith("gru is no worse than lstm, provisionally, and")


@pytest.mark.parametrize(
    ("score", "epochs", "changes"),
    [(0.7, 10, {}), (0.9, 18, {}), (0.9, 10, {"flags": ["budget-limited"]}), (0.9, 10, {"seeds": 4})],
    ids=["worse", "hardly cheaper", "flagged", "too few"],
)
def test_nothing_is_said_beyond_what_is_shown(trained, score, epochs, changes):
    assert family_sentences(trained(score, epochs, **changes), ["speech-like"], 1) == []
