"""`suite trials`: every search run as lines and as comma-separated values."""

import io

import pandas as pd
import pytest

from suite.cli import main


@pytest.fixture
def study(tmp_path, records):
    """Two trials of each of two architectures, one of which diverged, and a final run."""
    records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm", "gru"], trials=2)
    records.write_task(tmp_path, "adding-50")
    for name in ("gru", "lstm"):
        records.write(tmp_path, records.record("adding-50", name, "trial", 0, 0.125))
    records.write(tmp_path, records.failed("adding-50", "lstm", "trial", 1, "diverged", "the loss was nan"))
    records.write(tmp_path, records.record("adding-50", "lstm", "final", 0))
    return tmp_path


def test_lines_have_every_trial_in_the_order_of_the_experiment(study, capsys):
    assert main(["trials", str(study)]) == 0
    heading, *rows = capsys.readouterr().out.splitlines()
    assert heading.split() == ["trial", "status", "metric", "score", "epochs", "seconds", "values"]
    assert [row.split()[:4] for row in rows] == [
        ["adding-50/lstm/trial-000", "ok", "mse", "0.125"],
        ["adding-50/lstm/trial-001", "diverged", "mse", "-"],
        ["adding-50/gru/trial-000", "ok", "mse", "0.125"],
    ]
    assert "depth=" in rows[0]


def test_csv_has_one_column_per_hyperparameter_and_unrounded_numbers(study, capsys):
    assert main(["trials", str(study), "--csv"]) == 0
    found = pd.read_csv(io.StringIO(capsys.readouterr().out))
    assert len(found) == 3
    assert {"id", "status", "score", "epochs", "seconds", "hp.learning_rate", "hp.units"} <= set(found)
    assert "hp.recurrent_start" not in found
    assert found["score"].tolist()[0] == 0.125


def test_a_folder_without_trials_is_an_empty_table(tmp_path, records, capsys):
    records.write_experiment(tmp_path)
    assert main(["trials", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_a_folder_without_an_experiment_says_so(tmp_path, capsys):
    assert main(["trials", str(tmp_path)]) == 2
    assert "contains no experiment" in capsys.readouterr().err


def test_a_missing_folder_is_reported_in_one_line(tmp_path, capsys):
    assert main(["trials", str(tmp_path / "nowhere")]) == 2
    assert "no results folder" in capsys.readouterr().err
