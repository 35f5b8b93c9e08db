"""Answers: what stored predictions say, by numbers worked out by hand."""

import numpy as np
import pytest

from suite.answers import Answered, answered, calibration, confusion, fixed_targets, missed_by_all
from suite.report.sections import missed, solved_lengths
from suite.results import load


def run(target, answers, sure=0.8, architecture="lstm", index=0):
    """A run that gives each answer this probability, of three classes."""
    prediction = np.full((len(answers), 3), (1 - sure) / 2)
    prediction[np.arange(len(answers)), answers] = sure
    return Answered(architecture, index, np.array(target), prediction, {})


def test_confusion_counts_all_runs_as_shares_of_the_true_class():
    shares = confusion([run([0, 0, 1], [0, 1, 1]), run([0, 0, 1], [0, 0, 0])])
    assert shares[0].tolist() == [0.75, 0.25, 0]
    assert shares[1].tolist() == [0.5, 0.5, 0]
    assert np.isnan(shares[2]).all()


def test_calibration_is_accuracy_by_confidence():
    found = calibration([run([0, 1, 2, 2], [0, 1, 2, 0], 0.95), run([0, 1], [1, 1], 0.55)])
    assert found["confidence"].tolist() == pytest.approx([0.55, 0.95])
    assert found["accuracy"].tolist() == [0.5, 0.75]
    assert found["share"].tolist() == pytest.approx([1 / 3, 2 / 3])


def test_what_every_run_misses_is_listed_with_the_commonest_answer():
    runs = [run([0, 1, 2], [1, 1, 0]), run([0, 1, 2], [1, 0, 0]), run([0, 1, 2], [2, 1, 0])]
    assert fixed_targets(runs)
    found = missed_by_all(runs)
    assert found["example"].tolist() == [0, 2]
    assert found["answer"].tolist() == [1, 0]
    assert found["share"].tolist() == pytest.approx([2 / 3, 1])
    assert not fixed_targets([run([0], [0]), run([1], [0])])
    assert not fixed_targets(runs[:1])


@pytest.mark.parametrize(("source", "listed"), [("recordings of speakers", True), ("generated", False)])
def test_only_real_data_with_one_test_split_list_what_is_missed(tmp_path, records, source, listed):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm"], trials=0, seeds=2)
    records.write_task(tmp_path, "speech-like", source=source)
    for index in range(2):
        kept = records.record("speech-like", "lstm", "final", index)
        records.write(tmp_path, kept)
        one = run([0, 1, 2], [1, 1, 2])
        np.savez(tmp_path / f"{kept['id']}.npz", target=one.target, prediction=one.prediction)
    results = load(tmp_path)
    found = missed(results, "speech-like")
    assert (found is not None) == listed
    if listed:
        assert (found.count, found.of, found.runs) == (1, 3, 2)
        assert found.rows == [("0", "0", "1", "100 %")]


def test_unreadable_predictions_are_kept_in_mind(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    kept = records.record("speech-like", "lstm", "final", 0)
    records.write(tmp_path, kept)
    (tmp_path / f"{kept['id']}.npz").write_bytes(b"PK\x03\x04 no archive")
    results = load(tmp_path)
    assert answered(results, "speech-like") == []
    assert f"{kept['id']}.npz" in results.unreadable


def test_failed_runs_solve_nothing(tmp_path, records):
    records.write_task(tmp_path, "adding-50")
    for index in range(4):
        records.write(tmp_path, records.record("adding-50", "lstm", "final", index, 0.002))
    records.write(tmp_path, records.failed("adding-50", "lstm", "final", 4, "killed", "the worker process died"))
    assert solved_lengths(load(tmp_path), ["adding-50"]) == [["lstm", "80 %", "over 50", "—"]]


def test_a_sweep_is_solved_up_to_the_largest_length_that_most_runs_solve(tmp_path, records, monkeypatch):
    rates = {25: (5, 4), 50: (3, 0), 100: (4, 0), 200: (0, 0)}
    for length, counts in rates.items():
        monkeypatch.setitem(records.TASKS, f"adding-{length}", records.TASKS["adding-50"] | {"length": length})
        monkeypatch.setitem(records.BASELINES, f"adding-{length}", 0.1667)
        records.write_task(tmp_path, f"adding-{length}")
        for name, count in zip(("lstm", "gru"), counts, strict=True):
            for index in range(5):
                score = 0.002 if index < count else 0.1
                records.write(tmp_path, records.record(f"adding-{length}", name, "final", index, score))
    tasks = [f"adding-{length}" for length in rates]
    gru, lstm = solved_lengths(load(tmp_path), tasks)
    assert lstm[:6] == ["lstm", "100 %", "60 %", "80 %", "0 %", "100"]  # a bad length on the way ends nothing
    assert gru[:6] == ["gru", "80 %", "0 %", "0 %", "0 %", "25"]
    assert gru[6].endswith(")") and "below 25 to " in gru[6]
