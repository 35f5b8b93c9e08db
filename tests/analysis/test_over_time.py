"""Over time: intervals over dates from stored predictions."""

import io

import numpy as np
import pytest

from suite.analysis import over_time
from suite.claims import judge
from suite.files import write_atomically
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


def test_the_difference_over_dates_is_in_skill(folder):
    (row,) = over_time.by_dates(load(folder)).to_dict("records")
    assert (row["first"], row["second"], row["dates"]) == ("lstm", "gru", DAYS)
    assert row["difference"] == pytest.approx(1 - 0.7**2)  # skill 1 - 0.49 against 0
    assert 0 < row["low"] < row["difference"] < row["high"]


def test_the_claim_on_stocks_shows_the_interval_over_dates(folder, records):
    records.write_experiment(folder, tasks=["sp500-return"], architectures=["lstm", "simple-rnn"])
    for path in folder.glob("*/gru/*.json"):
        index = int(path.stem[-3:])
        records.write(folder, records.record("sp500-return", "simple-rnn", "final", index, 1.31e-4))
        path.with_suffix(".npz").rename(folder / f"sp500-return/simple-rnn/final-{index:03d}.npz")
        path.unlink()
    (said,) = [one.evidence for one in judge(load(folder)) if one.id == "stocks"]
    (line,) = [line for line in said if "block bootstrap" in line]
    assert line.startswith("sp500-return, other days instead of other seeds: lstm minus simple-rnn ")
    assert f"n={DAYS}" in line


def test_all_models_are_tested_together_against_the_trivial_baseline(folder):
    (row,) = over_time.superior(load(folder)).to_dict("records")
    assert row["models"] == 2
    assert row["p"] < 0.01


def test_models_that_predict_the_baseline_do_not_beat_it(folder):
    for path in folder.rglob("lstm/*.npz"):
        path.unlink()
    assert np.isnan(over_time.superior(load(folder))["p"].item())


@pytest.mark.parametrize("change", [{"target": TARGET + 1}, {"times": TIMES[:-1]}])
def test_runs_with_other_targets_or_without_times_are_not_compared(folder, change):
    write(folder, "sp500-return/gru/final-001", **{"target": TARGET, "prediction": TARGET, "times": TIMES} | change)
    found = over_time.by_dates(load(folder))
    assert found.empty if "target" in change else len(found) == 1


def test_tasks_without_stored_predictions_have_no_interval(folder):
    for path in folder.rglob("*.npz"):
        path.unlink()
    assert over_time.by_dates(load(folder)).empty
    assert over_time.superior(load(folder)).empty


def test_the_report_shows_how_other_days_might_have_decided(folder):
    pair, together = other_days(load(folder), "sp500-return")
    assert pair.startswith("With other test days instead of other seeds, lstm minus gru: 0.51 of skill (0.4")
    assert f"n={DAYS}" in pair
    assert "any of 2 architectures beats the trivial baseline" in together
    assert "p < 0.0005" in together
    for path in folder.rglob("*.npz"):
        path.unlink()
    assert other_days(load(folder), "sp500-return") == []
