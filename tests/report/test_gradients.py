"""Fading: gradients at recurrent states, from the records into the report."""

import pytest

from suite.report.figures import FIGURES
from suite.report.gradients import COLUMNS, gradients
from suite.results.results import load


@pytest.fixture
def results(tmp_path, records):
    """Of an LSTM that halves its gradient every step before training and keeps it after; a GRU without a gradient."""
    records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["gru", "lstm"])
    records.write_task(tmp_path, "adding-50")
    for index in range(3):
        ratios = {"start": {"1": 0.5, "2": 0.25, "5": 0.0}, "kept": {"1": 1.0, "2": 1.0, "5": None}}
        lstm = records.record("adding-50", "lstm", "final", index, gradients=ratios, clipped=0.1 * index)
        records.write(tmp_path, lstm)
        records.write(tmp_path, records.record("adding-50", "gru", "final", index, gradients={}))
    return load(tmp_path)


def test_a_row_has_factors_half_lives_and_the_share_of_clipped_steps(results):
    (row,) = gradients(results, "adding-50").rows
    before, after = "0.5 (no interval, n=3)", "1 (no interval, n=3)"
    assert dict(zip(COLUMNS, row, strict=True)) == {
        "Architecture": "lstm",
        "Factor per step at the start": before,
        "Half-life in steps at the start": "1",
        "Factor per step at the best epoch": after,
        "Half-life in steps at the best epoch": "none",
        "Clipped steps": "10 %",
    }


def test_half_lives_are_those_that_the_interval_of_the_factor_allows(tmp_path, records):
    records.write_task(tmp_path, "adding-50")
    for index, factor in enumerate((0.99, 1.0, 1.01)):
        ratios = {"start": {"1": 1.0, "2": factor}, "kept": {"1": 1.0, "2": 0.5 + 0.01 * index}}
        records.write(tmp_path, records.record("adding-50", "lstm", "final", index, gradients=ratios))
    (row,) = gradients(load(tmp_path), "adding-50").rows
    assert row[2] == "28 or more"  # the geometric mean 1 less its half-width of 0.0248
    # logarithms have mean -0.6735 and deviation 0.0196: half-width 0.0196 * 4.303 / sqrt(3) = 0.0487
    assert row[4] == "0.96 to 1.1"  # 0.6931 / 0.7222 and 0.6931 / 0.6248


def test_the_figure_says_how_much_is_left_at_the_longest_lag(results):
    words = "gradient 5 steps before the end over that at the end, geometric mean"
    assert FIGURES["gradients"].words(results, "adding-50") == f"Adding (50 steps), {words}: at the start lstm 0."
    left, right = FIGURES["gradients"].draw(results, ["adding-50"]).axes
    assert left.get_yscale() == left.get_xscale() == "log"
    assert list(left.lines[0].get_ydata()) == pytest.approx([0.5, 0.25])
    assert list(right.lines[0].get_ydata()) == pytest.approx([1, 1])


def test_words_and_figure_tell_the_same_mean_of_the_ratios(tmp_path, records):
    records.write_experiment(tmp_path, tasks=["adding-50"], architectures=["lstm"])
    records.write_task(tmp_path, "adding-50")
    for index, ratio in enumerate((0.001, 0.01, 1.0)):
        ratios = {"start": {"1": 1.0, "2": ratio}, "kept": {}}
        records.write(tmp_path, records.record("adding-50", "lstm", "final", index, gradients=ratios))
    results = load(tmp_path)
    said = FIGURES["gradients"].words(results, "adding-50")
    assert said.endswith("at the start lstm 0.0215.")  # (0.001 * 0.01)^(1/3); the median would be 0.01
    lines = FIGURES["gradients"].draw(results, ["adding-50"]).axes[0].lines
    bold = max(lines, key=lambda line: line.get_linewidth()).get_ydata()
    assert list(bold) == pytest.approx([1, 1e-5 ** (1 / 3)])
