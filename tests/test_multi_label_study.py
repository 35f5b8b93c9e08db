"""A whole study of tasks with any number of labels: runs, report, predictions for new data, and an exported model."""

import csv
import io
import json

import labelled
import numpy as np
import pytest

from suite.analysis.groups import by_group, metric_of
from suite.cli import main
from suite.results.results import load
from suite.tasks.metrics import serving

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def study(clean_registries, one_draw, tmp_path_factory):
    """The folder of a study of both tasks: two trials and one final run of two epochs."""
    from suite import Experiment, run

    folder = tmp_path_factory.mktemp("labelled")
    tasks = [labelled.declared(function).name for function in (labelled.tickets, labelled.chords)]
    run(Experiment(tasks, ["gru"], trials=2, epochs=2, patience=2, seeds=1, weights=100), folder, workers=0)
    return folder / "experiment"


@pytest.fixture
def predict(study, tmp_path, capsys):
    """Predicts the test split of a task with its models, and returns the rows of the CSV."""

    def rows(task, **arrays):
        np.savez(tmp_path / "new.npz", **arrays)
        assert main(["predict", str(study / task / "gru"), str(tmp_path / "new.npz")]) == 0
        return list(csv.DictReader(io.StringIO(capsys.readouterr().out)))

    return rows


def test_every_run_ends_well_with_every_metric(study):
    results = load(study)
    for record in results.records:
        assert record.ok, record
        assert set(record.metrics["test"]) == set(serving("multi-label"))
    assert {record.role for record in results.records} == {"trial", "final", "control"}


def test_the_losses_are_means_over_labels_and_the_log_loss_is_their_sum(study):
    for task, labels in (("tickets", 3), ("chords", 4)):
        (record,) = [one for one in load(study).records_of(task) if one.role == "final"]
        val_loss = record.history["val_loss"][record.best_epoch - 1]
        assert record.metrics["validation"]["log_loss"] == pytest.approx(val_loss * labels)
        # an untrained network gives every label a chance of about a half
        assert record.history["loss"][0] == pytest.approx(np.log(2), abs=0.15)
        assert record.trivial_loss < np.log(2)


def test_the_report_leaves_out_what_does_not_apply(study):
    assert main(["report", str(study)]) == 0
    page = (study / "report" / "index.html").read_text(encoding="utf-8")
    drawn = {path.stem for path in (study / "report" / "figures").glob("*.png")}
    for task in ("tickets", "chords"):
        assert {f"examples-{task}", f"learning-curves-{task}", f"scores-{task}"} <= drawn
        assert not {f"confusion-{task}", f"calibration-{task}", f"predictions-{task}"} & drawn
    assert "labels billing; urgent" in page
    assert "Scores by group on Tickets (exact match)" in page


def test_groups_are_scored_by_exact_match(study):
    results = load(study)
    assert metric_of(results, "tickets") == "exact_match"
    found = by_group(results, "tickets", "group")
    (record,) = [one for one in results.records_of("tickets") if one.role == "final"]
    assert found["examples"].tolist() == [20, 20]
    assert found["gru"].mean() == pytest.approx(record.metrics["test"]["exact_match"])


def test_predictions_name_the_labels_of_at_least_a_half_and_sets_those_that_may_be_true(study, predict):
    x, _ = labelled.tickets(0).test
    (stored,) = [load(study).predictions(one.id) for one in load(study).records_of("tickets") if one.role == "final"]
    rows = predict("tickets", x=x)
    assert list(rows[0]) == ["example", "prediction", "set", *(f"p({name})" for name in labelled.TOPICS)]
    for row, expected in zip(rows, stored["prediction"], strict=True):
        found = [float(row[f"p({name})"]) for name in labelled.TOPICS]
        assert found == pytest.approx(expected.tolist(), abs=1e-5)
        assert row["prediction"] == "; ".join(labelled.TOPICS[np.array(found) >= 0.5])
        assert row["set"] == "; ".join(labelled.TOPICS[np.array(found) >= -stored["preparation/interval_margin"]])


def test_every_valid_step_has_a_row(predict):
    data = labelled.chords(5)
    rows = predict("chords", x=data.test[0], lengths=data.lengths["test"])
    assert list(rows[0]) == ["example", "step", "prediction", "set", "p(0)", "p(1)", "p(2)", "p(3)"]
    assert len(rows) == data.lengths["test"].sum()


def test_an_exported_model_says_what_it_predicts(study, tmp_path):
    assert main(["export", str(study / "tickets" / "gru"), "--to", str(tmp_path / "model")]) == 0
    card = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "A multi-label classification, scored by micro\\_f1, higher is better." in card
    assert "A label is predicted if its probability is at least 0.5." in card
    known = json.loads((tmp_path / "model" / "preparation.json").read_text(encoding="utf-8"))
    assert (known["kind"], known["classes"]) == ("multi-label", labelled.TOPICS.tolist())
