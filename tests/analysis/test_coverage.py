"""Coverage of prediction intervals and sets in stored records, and the table that the report makes of it."""

import pytest

from suite.analysis.intervals import coverages
from suite.notebook import load
from suite.report.intervals import intervals

TASK = "sp500-return"


@pytest.fixture
def stored(tmp_path, records):
    """Stores final runs with these shares of test targets within, each a list with one number for every output."""

    def results(*runs, task=TASK, size="width", **changes):
        records.write_experiment(tmp_path, tasks=[task], architectures=["lstm", "gru"], trials=0, seeds=2)
        records.write_task(tmp_path, task)
        for index, coverage in enumerate(runs):
            tried = {"level": 0.9, "validation": 200, "test": 200, "coverage": coverage, size: [2.0] * len(coverage)}
            records.write(tmp_path, records.record(task, "lstm", "final", index, intervals=tried | changes))
        records.write(tmp_path, records.record(task, "gru", "final", 0))  # made before there were intervals
        return load(tmp_path)

    return results


def test_the_coverage_of_an_architecture_is_the_mean_over_its_runs(stored):
    (one,) = coverages(stored([0.9], [0.92]), TASK).to_dict("records")
    assert (one["architecture"], one["runs"], one["off"]) == ("lstm", 2, "")
    assert (one["coverage"], one["lowest"], one["highest"]) == (pytest.approx(0.91), 0.9, 0.92)
    # sd of a share: the root of 0.9 x 0.1 x (1 / 200 + 1 / 200); 99.5 % are within 2.8 of them
    assert (one["low"], one["high"], one["width"]) == pytest.approx((0.9 - 2.8 * 0.03, 0.9 + 2.8 * 0.03, 2), abs=0.02)


@pytest.mark.parametrize(
    ("coverage", "off"), [([0.75], "too few"), ([0.99], "too many"), ([0.9, 0.7], "too few"), ([0.86], "")]
)
def test_what_chance_does_not_explain_is_named(stored, coverage, off):
    assert coverages(stored(coverage), TASK)["off"].tolist() == [off]


def test_sets_of_classes_may_contain_too_many(stored):
    results = stored([0.99], task="speech-like", size="size")
    assert coverages(results, "speech-like")["off"].tolist() == [""]
    assert intervals(results, "speech-like").columns[4] == "Classes per set"


def test_one_run_that_is_off_is_not_hidden_by_the_others(stored):
    assert coverages(stored([0.74], [0.94], [0.94]), TASK)["off"].tolist() == ["too few"]


def test_the_report_has_one_row_per_architecture(stored):
    table = intervals(stored([0.75, 0.9]), TASK)
    assert [row[:3] + row[4:] for row in table.rows] == [["lstm", "82.5 % (too few)", "75.0 to 90.0 %", "2", "1"]]
    assert table.caption.startswith("Prediction intervals of 90 % on Sp500 return")


def test_without_intervals_there_is_no_table(stored):
    assert intervals(stored(), TASK).rows == []
