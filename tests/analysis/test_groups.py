"""Groups: scores of speakers, tickers and classes; where an interval comes from; what the test data are."""

from dataclasses import replace

import numpy as np
import pytest

from suite.analysis.groups import by_group
from suite.analysis.shared_test import SharedTest, shared_test
from suite.analysis.sources import sources

TASK = "sentence-polarity"
SPEAKERS = np.array(["anna", "anna", "ben", "ben"])


def same(*rows):
    """24 trials with equal predictions."""
    return {
        name: np.tile(np.array(hits, dtype=float), (24, 1)) for name, hits in zip(("lstm", "gru"), rows, strict=False)
    }


def test_every_group_has_its_own_scores(records, tmp_path):
    results = records.on_examples(tmp_path, same([1, 1, 0, 1], [0, 0, 1, 1]), SPEAKERS, "group", group=[SPEAKERS])
    found = by_group(results, TASK, "group")
    assert found.index.tolist() == ["anna", "ben"]
    assert found.to_dict("list") == {
        "examples": [2, 2], "trivial": [0.5, 0.5], "lstm": [1.0, 0.5], "gru": [0.0, 1.0]
    }  # fmt: skip


def test_classes_are_named(records, tmp_path):
    facts = {"label": [np.array([0, 1, 1, 1])], "classes": [np.array(["no", "yes"])]}
    found = by_group(records.on_examples(tmp_path, same([1, 0, 0, 1]), np.arange(4), **facts), TASK, "class")
    assert found.index.tolist() == ["no", "yes"]
    assert found["examples"].tolist() == [1, 3]
    assert found["lstm"].tolist() == pytest.approx([1, 1 / 3])


def test_groups_of_several_folds_are_together(records, tmp_path):
    folds = [["anna"] * 4, ["ben"] * 4]
    right = {"lstm": np.array([[1, 1, 1, 1], [0, 0, 0, 1]] * 12, dtype=float)}
    results = records.on_examples(tmp_path, right, folds, "group", folds=2, group=np.array(folds))
    assert by_group(results, TASK, "group")["lstm"].tolist() == pytest.approx([1, 0.25])


def test_for_a_score_that_is_no_mean_the_final_runs_say_what_was_right(records, tmp_path):
    facts = {"label": [np.array([0, 0, 0, 1])], "classes": [np.array(["no", "yes"])]}
    results = records.on_examples(tmp_path, same([1, 1, 1, 0]), np.arange(4), **facts)
    results.tasks[TASK] = replace(results.task(TASK), metric="balanced_accuracy")
    assert by_group(results, TASK, "class").empty
    trial = results.records[0]
    results.records.append(replace(trial, id=f"{TASK}/lstm/final-000", role="final"))
    items = results.predictions(trial.id)
    arrays = items | {"target": np.array([0, 0, 0, 1]), "prediction": np.tile([0.9, 0.1], (4, 1))}
    results.predictions = lambda run: arrays if "final" in run else items
    vars(results).pop("remembered")
    vars(results).pop("_successes")
    assert by_group(results, TASK, "class")["lstm"].tolist() == [1, 0]


def test_there_is_no_table_without_groups(records, tmp_path):
    results = records.on_examples(tmp_path, same([1, 0, 0, 1]), np.arange(4))
    assert by_group(results, TASK, "group").empty


def test_the_width_of_an_interval_has_sources(records, tmp_path):
    random = np.random.default_rng(3)
    shift = np.array([0.05, -0.05])[np.arange(24) % 2, None]
    right = {
        name: (random.random((24, 200)) < 0.7 + sign * shift).astype(float) for name, sign in (("lstm", 1), ("gru", -1))
    }
    results = records.on_examples(tmp_path, right, np.arange(400).reshape(2, 200), folds=2)
    (row,) = sources(results, TASK).to_dict("records")
    assert (row["first"], row["second"]) == ("lstm", "gru")
    assert row["folds"] > 0.5
    assert row["search"] + row["folds"] == pytest.approx(1)
    assert np.isnan(row["seeds"])
    assert row["trials"] > 0
    assert row["items"] > 0


@pytest.mark.parametrize(
    ("clusters", "unit", "folds", "expected"),
    [
        (np.arange(4), "example", 1, SharedTest(1, False, 4, 4, "example")),
        (SPEAKERS, "group", 1, SharedTest(1, False, 4, 2, "group")),
        (np.arange(8), "example", 2, SharedTest(2, False, 8, 8, "example")),
        ([["a"] * 4, ["b"] * 4], "group", 2, SharedTest(2, False, 8, 2, "group")),
    ],
)
def test_the_test_data_are_counted(records, tmp_path, clusters, unit, folds, expected):
    found = shared_test(records.on_examples(tmp_path, same([1, 0, 0, 1]), clusters, unit, folds), TASK)
    assert found == expected
    assert found.known


def test_examples_that_are_not_stored_are_not_counted(records, tmp_path):
    results = records.on_examples(tmp_path, same([1, 0, 0, 1]), np.arange(4))
    results.items = lambda *_: {}
    assert shared_test(results, TASK) == SharedTest(1, False, 0, 0, "")
    assert not shared_test(results, TASK).known


def test_new_data_for_every_replicate_are_no_shared_test_data(records, tmp_path):
    results = records.trials(tmp_path, {("speech-like", "lstm"): [0.5] * 24})
    results.tasks["speech-like"] = replace(results.task("speech-like"), source="generated")
    assert shared_test(results, "speech-like") is None
