"""Horizons: scores of stored predictions at each horizon, against numbers worked out by hand."""

import numpy as np
import pytest

from suite.analysis.horizons import by_horizon
from suite.notebook import load
from suite.report.horizons import horizons

TASK = "sp500-return"
TARGET = np.array([[1.0, 2.0], [3.0, 5.0]])
LAST = np.array([[0.0, 0.0], [3.0, 3.0]])


@pytest.fixture
def stored(tmp_path, records):
    """Stores two final runs whose predictions miss by these errors at the two horizons."""

    def results(errors=((0.0, 1.0), (2.0, 1.0)), several=True, **facts):
        metric = facts.get("metric", "mse")
        records.write_experiment(tmp_path, tasks=[TASK], architectures=["lstm"], trials=0, seeds=2)
        records.write_task(tmp_path, TASK, **{"baseline": "last-value"} | facts)
        for index, error in enumerate(errors):
            metrics = {"test": {metric: 0.5, "mae": 0.5, "mase": 0.25}}
            kept = records.record(TASK, "lstm", "final", index, metrics=metrics)
            records.write(tmp_path, kept)
            known = {"preparation/reader_horizons": np.array([1, 7])} if several else {}
            arrays = {"last_value": LAST, "preparation/target_mean": np.array([2.0, 4.0]), **known}
            np.savez(tmp_path / f"{kept['id']}.npz", target=TARGET, prediction=TARGET + error, **arrays)
        return load(tmp_path)

    return results


def test_every_horizon_has_the_mean_of_the_final_runs_beside_the_trivial_baseline(stored):
    found = by_horizon(stored(), TASK)
    assert found.columns.tolist() == [1, 7]
    assert found.loc["trivial"].tolist() == [0.5, 4.0]  # squares of 1, 0 and of 2, 2
    assert found.loc["lstm"].tolist() == [2.0, 1.0]


@pytest.mark.parametrize(("baseline", "scores"), [("mean", [1.0, 2.5]), ("zero", [5.0, 14.5]), ("1.0", [2.0, 8.5])])
def test_other_trivial_baselines_are_constants(stored, baseline, scores):
    assert by_horizon(stored(baseline=baseline), TASK).loc["trivial"].tolist() == scores


def test_a_scaled_error_has_the_unit_of_the_whole_run(stored):
    found = by_horizon(stored(metric="mase"), TASK)  # an MAE of 0.5 is a MASE of 0.25
    assert found.loc["lstm"].tolist() == [0.5, 0.5]


def test_one_horizon_has_no_table(stored):
    results = stored(several=False)
    assert by_horizon(results, TASK).empty
    assert horizons(results, TASK).rows == []


def test_the_report_has_one_row_per_horizon(stored):
    table = horizons(stored(), TASK)
    assert table.columns == ["Horizon", "trivial baseline", "lstm"]
    assert table.rows == [["1", "0.5", "2"], ["7", "4", "1"]]
    assert "a horizon is a number of rows" in table.caption
