"""By family: the GRU is reported to take fewer steps only if that, and that it is no worse, is shown."""

from dataclasses import replace

import numpy as np
import pytest

from suite.claims import Claim
from suite.claims.by_family import family_sentences
from suite.results.results import load


@pytest.fixture
def trained(tmp_path, records):
    """Results on one task of an LSTM that takes 20 epochs, and of a GRU with this score and number of epochs."""

    def make(score, epochs, trials=24, best_of=4, **changes):
        records.write_experiment(
            tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], trials=trials, best_of=best_of
        )
        records.write_task(tmp_path, "speech-like")
        for index in range(trials):
            for name, mean, last in (("lstm", 0.9, 20), ("gru", score, epochs)):
                wobble = 0.001 * (index % 3) * (name == "lstm")
                history = {"val_accuracy": [*np.linspace(0.2, 0.8, last - 1), 0.9 - wobble]}
                told = {"history": history, "hyperparameters": {"batch_size": 50}, "spec": {"budget": {"epochs": 99}}}
                records.write(
                    tmp_path, records.record("speech-like", name, "trial", index, mean + wobble, **told | changes)
                )
        return load(tmp_path)

    return make


def test_half_the_steps_to_the_same_score_are_reported(trained):
    ratio = "0.4995 (0.4993 to 0.4997, n=24)"
    said = f"Provisionally, gru is no worse than lstm, and reaches the same score in {ratio} of the training steps."
    assert family_sentences(trained(0.9, 10), ["speech-like"]) == [said]


def test_twelve_trials_are_provisional(trained):
    (said,) = family_sentences(trained(0.9, 10, trials=12), ["speech-like"])
    assert said.startswith("Provisionally, gru is no worse than lstm, and")


@pytest.mark.parametrize(
    ("score", "epochs", "changes"),
    [(0.7, 10, {}), (0.9, 18, {}), (0.9, 10, {"flags": ["edge-of-range"]}), (0.9, 10, {"trials": 11, "best_of": 1})],
    ids=["worse", "hardly cheaper", "flagged", "too few"],
)
def test_no_sentence_claims_more_than_the_verdict(trained, score, epochs, changes):
    assert family_sentences(trained(score, epochs, **changes), ["speech-like"]) == []


@pytest.mark.parametrize(("family", "sentences"), [("speech", 2), ("memory", 1)])
def test_a_claim_of_the_experiment_speaks_of_its_families(trained, family, sentences):
    own = Claim("mine", "The GRU is cheaper", "me", "no-worse-and-cheaper", ("gru", "lstm"), families=(family,))
    results = trained(0.9, 10)
    results.experiment = replace(results.experiment, claims_fixed={"own": [own.plain()]})
    assert len(family_sentences(results, ["speech-like"])) == sentences
