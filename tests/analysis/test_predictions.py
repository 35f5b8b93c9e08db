"""Predictions: summaries of stored predictions against numbers worked out by hand."""

import numpy as np
import pytest

from suite import report
from suite.analysis.predictions import (
    RunPredictions,
    calibration,
    confusion,
    fixed_targets,
    missed_by_all,
    stored_predictions,
)
from suite.files.writing import write_arrays
from suite.notebook import load
from suite.report.figures.confusions import in_words as confusion_in_words
from suite.report.missed import missed
from suite.report.solved_lengths import solved_lengths
from suite.tasks.task import TASKS


def run(target, answers, sure=0.8, architecture="lstm", index=0):
    """A run that predicts each label with this probability, of three classes."""
    prediction = np.full((len(answers), 3), (1 - sure) / 2)
    prediction[np.arange(len(answers)), answers] = sure
    return RunPredictions(architecture, index, np.array(target), prediction, {})


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


def test_examples_that_every_run_misses_are_listed_with_the_most_frequent_label():
    runs = [run([0, 1, 2], [1, 1, 0]), run([0, 1, 2], [1, 0, 0]), run([0, 1, 2], [2, 1, 0])]
    assert fixed_targets(runs)
    found = missed_by_all(runs)
    assert found["example"].tolist() == [0, 2]
    assert found["answer"].tolist() == [1, 0]
    assert found["share"].tolist() == pytest.approx([2 / 3, 1])
    assert not fixed_targets([run([0], [0]), run([1], [0])])
    assert not fixed_targets(runs[:1])


@pytest.mark.parametrize(
    ("source", "folds", "listed"),
    [("recordings of speakers", 1, True), ("recordings of speakers", 3, False), ("generated", 1, False)],
)
def test_only_real_data_with_one_test_split_list_missed_examples(tmp_path, records, source, folds, listed):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm"], trials=0, seeds=2)
    records.write_task(tmp_path, "speech-like", source=source, folds=folds)
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
        assert found.table.rows == [["0", "class 0", "class 1", "100 % of the runs"]]


def test_predictions_without_one_value_per_example_are_left_out(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    made = records.record("speech-like", "lstm", "final", 0)
    records.write(tmp_path, made)
    arrays = {"target": np.zeros(3, int), "prediction": np.ones((3, 2)) / 2, "preparation/mean": np.array(0.0)}
    write_arrays(tmp_path / f"{made['id']}.npz", arrays)
    assert len(stored_predictions(load(tmp_path), "speech-like")) == 1
    write_arrays(tmp_path / f"{made['id']}.npz", arrays | {"times": np.array(5)})
    assert stored_predictions(load(tmp_path), "speech-like") == []


def test_unreadable_predictions_are_reported(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    kept = records.record("speech-like", "lstm", "final", 0)
    records.write(tmp_path, kept)
    (tmp_path / f"{kept['id']}.npz").write_bytes(b"PK\x03\x04 no archive")
    results = load(tmp_path)
    assert stored_predictions(results, "speech-like") == []
    assert f"{kept['id']}.npz" in results.unreadable


def test_failed_runs_solve_nothing(tmp_path, records):
    records.write_task(tmp_path, "adding-50")
    for index in range(4):
        records.write(tmp_path, records.record("adding-50", "lstm", "final", index, 0.002))
    records.write(tmp_path, records.failed("adding-50", "lstm", "final", 4, "killed", "the worker process died"))
    found = solved_lengths(load(tmp_path), ["adding-50"])
    assert found.rows == [["lstm", "80 %", "50, the only length run"]]  # nothing is known beyond it
    assert found.columns[-1] == "Solved up to length"


def test_an_unsolved_sweep_is_reported_as_unsolved(tmp_path, records):
    records.write_task(tmp_path, "adding-50")
    records.write(tmp_path, records.record("adding-50", "lstm", "final", 0, 0.1))
    assert solved_lengths(load(tmp_path), ["adding-50"]).rows == [["lstm", "0 %", "none of those run"]]


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
    gru, lstm = solved_lengths(load(tmp_path), tasks).rows
    assert lstm[:6] == ["lstm", "100 %", "60 %", "80 %", "0 %", "100"]  # a bad length on the way ends nothing
    assert gru[:6] == ["gru", "80 %", "0 %", "0 %", "0 %", "25"]
    assert gru[6].endswith(")") and "below 25 to " in gru[6]


def test_the_longest_length_that_was_run_is_no_more_than_that(tmp_path, records, monkeypatch):
    for length in (25, 50):
        monkeypatch.setitem(records.TASKS, f"adding-{length}", records.TASKS["adding-50"] | {"length": length})
        monkeypatch.setitem(records.BASELINES, f"adding-{length}", 0.1667)
        records.write_task(tmp_path, f"adding-{length}")
        for index in range(5):
            records.write(tmp_path, records.record(f"adding-{length}", "lstm", "final", index, 0.002))
    (row,) = solved_lengths(load(tmp_path), ["adding-25", "adding-50"]).rows
    assert row[3:] == ["50, the longest run", "over 50 (over 50 to over 50)"]


def test_a_rare_confusion_is_not_drawn(tmp_path, records):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], trials=0, seeds=1)
    records.write_task(tmp_path, "speech-like")
    for name, wrong in (("lstm", 0), ("gru", 2)):
        kept = records.record("speech-like", name, "final", 0)
        records.write(tmp_path, kept)
        one = run([0] * 8, [0] * (8 - wrong) + [1] * wrong)
        np.savez(tmp_path / f"{kept['id']}.npz", target=one.target, prediction=one.prediction)
    said = confusion_in_words(load(tmp_path), "speech-like")
    assert said.endswith("lstm none above 0.5 %; gru class 0 taken for class 1 (25 % of class 0).")


def test_a_missed_example_can_be_looked_up_as_the_report_says(tmp_path, records, monkeypatch):
    digits = TASKS.get("digits-sequential")
    x, y = digits.load(7).test
    (tmp_path / "mine.py").write_text("import suite\nexperiment = suite.Experiment(tasks=['digits-sequential'], architectures=['gru'])\n")  # fmt: skip # noqa: E501
    facts = {"description": digits.description, "source": digits.source, "baselines": {"7": {}}}
    monkeypatch.setitem(records.TASKS, "digits-sequential", records.TASKS["speech-like"])
    monkeypatch.setitem(records.BASELINES, "digits-sequential", 0.1)
    records.write_experiment(tmp_path / "mine", tasks=["digits-sequential"], file="../mine.py")
    records.write_task(tmp_path / "mine", "digits-sequential", **facts)
    for index in range(2):
        kept = records.record("digits-sequential", "gru", "final", index, 0.5, baseline={})
        records.write(tmp_path / "mine", kept)
        prediction = np.eye(10)[y]
        prediction[3] = np.roll(prediction[3], 1)
        np.savez(tmp_path / "mine" / f"{kept['id']}.npz", target=y, prediction=prediction)
    found = missed(load(tmp_path / "mine"), "digits-sequential")
    assert [row[0] for row in found.table.rows] == ["3"]
    fetched: dict = {}
    exec(found.code, fetched)
    assert np.array_equal(fetched["x"], x) and fetched["y"][3] == int(found.table.rows[0][1].removeprefix("class "))


@pytest.mark.parametrize("words", [None, ["", "good", "bad", "film"]])
def test_missed_examples_are_shown_if_a_run_stored_them(tmp_path, records, words):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm"], trials=0, seeds=2)
    records.write_task(tmp_path, "speech-like", source="recordings of speakers")
    x = np.array([[1, 3, 0], [2, 3, 3]]) if words else np.arange(12.0).reshape(2, 3, 2)
    stored = {"missed/place": np.array([0, 2]), "missed/x": x, "missed/steps": np.array([2, 3])}
    if words:
        stored["preparation/vocabulary"] = np.array(words)
    for index in range(2):
        kept = records.record("speech-like", "lstm", "final", index)
        records.write(tmp_path, kept)
        one = run([0, 1, 2], [1, 1, 0])
        beside = {} if index else stored
        np.savez(tmp_path / f"{kept['id']}.npz", target=one.target, prediction=one.prediction, **beside)
    results = load(tmp_path)
    found = missed(results, "speech-like")
    assert found.code == ""
    if words:
        assert [row[-1] for row in found.table.rows] == ["good film", "bad film film"]
        with pytest.raises(ValueError, match="nothing to draw"):
            results.plot.missed()
    else:
        axes = [panel for panel in results.plot.missed("speech-like").axes if panel.axison]
        assert [panel.get_title(loc="left") for panel in axes] == [
            "0: class 0 taken for class 1",
            "2: class 2 taken for class 0",
        ]
        assert list(axes[0].lines[1].get_ydata()) == [1, 3]  # its second channel, of the two steps that are valid


@pytest.mark.slow
def test_a_missed_example_whose_input_is_not_stored_is_listed_and_not_drawn(tmp_path, records):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm"], trials=0, seeds=2)
    records.write_task(tmp_path, "speech-like", source="recordings of speakers")
    stored = {"missed/place": np.array([0]), "missed/x": np.ones((1, 3, 2)), "missed/steps": np.array([3])}
    for index in range(2):
        kept = records.record("speech-like", "lstm", "final", index)
        records.write(tmp_path, kept)
        np.savez(tmp_path / f"{kept['id']}.npz", target=[0, 1], prediction=np.eye(3)[[1, 2]], **stored)
    results = load(tmp_path)
    assert [row[0] for row in missed(results, "speech-like").table.rows] == ["0", "1"]
    assert len([panel for panel in results.plot.missed().axes if panel.axison]) == 1
    assert report.write(tmp_path).is_file()
