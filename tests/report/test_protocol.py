"""How an experiment was done, in the report."""

import pytest

from suite import report
from suite.report import protocol
from suite.results.results import load


def test_what_runs_could_not_leave_behind_is_said_once_with_the_reason(tmp_path, records):
    why = {"saved model": "it has a Lambda layer", "score on long": "no such length"}
    cell = ("adding-50", "lstm")
    results = records.finals(tmp_path, {cell: [0.1, 0.2]}, beside={cell: [{"lacking": why}, {"lacking": why}]})
    said = [
        "There is no saved model of lstm: it has a Lambda layer.",
        "There is no score on long of lstm: no such length.",
    ]
    assert protocol.lacking(results) == said
    assert protocol.manner(results)[-2:] == said


def test_training_choices_are_named_with_the_loss_of_each_kind(tmp_path, records):
    records.write_task(tmp_path, "adding-50")
    choices = {"loss": {"regression": "huber"}, "optimizer": "adam", "clip_norm": 0.5}
    records.write_experiment(
        tmp_path, tasks=["adding-50"], architectures=["lstm"], search_space={"optimizer": ["adam", "sgd"]}, **choices
    )
    rows = dict(protocol.settings(load(tmp_path)))
    assert rows["loss"] == "huber for regression"
    assert rows["optimizer"] == "searched"
    assert rows["norm at which gradients are clipped"] == "0.5"
    assert "precision" not in rows


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_the_first_paragraph_of_a_description_leads_and_the_others_tell_how_it_was_done(tmp_path, records):
    purpose, manner = "Networks on short sums.", "Every sum has two numbers."
    description = f"{purpose}\n\n{manner}"
    records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm"], description=description)
    records.write_task(tmp_path, "adding-50")
    records.write(tmp_path, records.record("adding-50", "lstm", "final", 0))
    page = report.write(tmp_path)
    for path in (page, page.with_name("report.md")):
        head, done = path.read_text().split("How it was done</h2>" if path == page else "## How it was done")
        assert purpose in head
        assert manner not in head
        assert manner in done
