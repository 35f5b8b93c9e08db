"""Known properties of the architectures: which cells do not apply, which ignore order, which have long memory."""

import pytest
from studies import Listening, run

from suite import backend
from suite.experiment.experiment import Experiment
from suite.report.protocol import missing
from suite.results.results import load
from suite.results.status import lines, status
from suite.training.train import train

pytestmark = pytest.mark.training


def final(task, architecture, examples, epochs, weights=5_000, **values):
    """One final run with the default configuration."""
    experiment = Experiment(
        tasks=[task], architectures=[architecture], epochs=epochs, patience=epochs, weights=weights, examples=examples
    )
    (cell,) = experiment.cells
    backend.start(1)
    from suite.architectures.model import space

    default = space(cell.architecture, cell.task.signature(cell.task.load(1, examples))).values
    outcome = train(experiment.run(cell, "final", 0, default | {"batch_size": 32} | values))
    assert outcome.record.status == "ok", outcome.record
    return outcome


def test_a_cell_that_does_not_apply_is_announced_first_and_is_not_missing(tmp_path):
    experiment = Experiment(
        tasks=["copy-10"], architectures=["bag", "bidirectional-gru"], trials=1, epochs=1, seeds=1, weights=200,
        examples=40, name="study",
    )  # fmt: skip
    heard = Listening()
    store = run(experiment, tmp_path, workers=0, progress=heard)
    line = (
        "copy-10/bidirectional-gru is left out: the task needs a prediction at every step, "
        "and bidirectional-gru sees later steps"
    )
    assert heard.said[0] == line
    assert lines(status(store))[-1] == line
    assert [cell["architecture"] for cell in status(store)["cells"]] == ["bag"]
    assert not (store.root / "copy-10" / "bidirectional-gru").exists()
    assert missing(load(store.root)) == []


def test_a_bag_recognises_vowel_pairs_but_not_their_order():
    outcome = final("speech-like", "bag", 1_000, 20)
    guessed, true = outcome.arrays["prediction"].argmax(axis=1), outcome.arrays["target"]
    right_pair = guessed // 2 == true // 2
    assert right_pair.mean() > 0.6
    assert 0.4 < (guessed == true)[right_pair].mean() < 0.6


def test_a_bag_of_words_is_hardly_better_than_chance_at_sentiment():
    assert 0.5 < final("sentiment-like", "bag", 2_000, 10).record.metrics["test"]["accuracy"] < 0.62


def test_a_tcn_copies_over_fifty_steps_while_a_gru_stays_near_chance():
    runs = (final("copy-50", name, 1_000, 4, weights=10_000) for name in ("tcn", "gru"))
    tcn, gru = (outcome.record.metrics["test"]["accuracy"] for outcome in runs)
    assert tcn > 0.9
    assert gru < 0.3
