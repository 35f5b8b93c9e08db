"""Over time: a test over dates from stored predictions."""

import io

import numpy as np
import pytest

from suite.analysis import over_time
from suite.files.writing import write_atomically
from suite.report.comparisons import other_days
from suite.results.results import load

DAYS, SERIES = 300, 2
RANDOM = np.random.default_rng(1)
TARGET = RANDOM.normal(size=DAYS * SERIES)
TIMES = np.repeat(np.arange("2020-01-01", DAYS, dtype="datetime64[D]").astype(str), SERIES)


@pytest.fixture
def folder(tmp_path, records):
    """Two architectures on a series; the LSTM knows a third of it, the other has an excess error."""
    records.write_experiment(tmp_path, tasks=["sp500-return"], architectures=["lstm", "gru"])
    records.write_task(tmp_path, "sp500-return", baseline="zero")
    for name, known in (("lstm", 0.3), ("gru", 0.0)):
        for index in range(3):
            baseline = {"test": {"mse": float(np.square(TARGET).mean())}}
            kept = records.record("sp500-return", name, "final", index, 0.9, baseline=baseline)
            records.write(tmp_path, kept)
            write(tmp_path, kept["id"], target=TARGET, prediction=known * TARGET, times=TIMES)
    return tmp_path


def write(folder, run, **arrays):
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    write_atomically(folder / f"{run}.npz", buffer.getvalue())


def test_all_models_are_tested_together_against_the_trivial_baseline(folder):
    (row,) = over_time.superior(load(folder)).to_dict("records")
    assert row["models"] == 2
    assert row["p"] < 0.01


def test_a_number_is_a_baseline_too(folder, records):
    records.write_task(folder, "sp500-return", baseline="0.0")
    assert over_time.superior(load(folder))["models"].tolist() == [2]


def test_models_that_predict_the_baseline_do_not_beat_it(folder):
    for path in folder.rglob("lstm/*.npz"):
        path.unlink()
    assert np.isnan(over_time.superior(load(folder))["p"].item())


def test_runs_with_other_targets_are_not_tested(folder):
    write(folder, "sp500-return/gru/final-001", target=TARGET + 1, prediction=TARGET, times=TIMES)
    assert over_time.superior(load(folder)).empty


def test_a_run_without_times_is_left_out(folder):
    write(folder, "sp500-return/gru/final-001", target=TARGET, prediction=TARGET, times=TIMES[:-1])
    assert len(over_time.superior(load(folder))) == 1


def test_tasks_without_stored_predictions_have_no_interval(folder):
    for path in folder.rglob("*.npz"):
        path.unlink()
    assert over_time.superior(load(folder)).empty


def test_the_report_says_whether_a_baseline_is_beaten_on_other_days(folder):
    (together,) = other_days(load(folder), "sp500-return")
    assert "any of 2 architectures beats the trivial baseline" in together
    assert "p < 0.0005" in together
    for path in folder.rglob("*.npz"):
        path.unlink()
    assert other_days(load(folder), "sp500-return") == []
