"""Across tasks: aggregates of final runs whose skills are known."""

from dataclasses import replace

import numpy as np
import pytest

from suite.analysis import aggregates
from suite.analysis.across_tasks import across, skills

RANDOM = np.random.default_rng(1)


@pytest.fixture
def finals(tmp_path, records, monkeypatch):
    monkeypatch.setitem(records.TASKS, "adding-200", records.TASKS["adding-50"] | {"length": 200})
    monkeypatch.setitem(records.BASELINES, "adding-200", records.BASELINES["adding-50"])
    for place in range(8):
        monkeypatch.setitem(records.TASKS, f"task-{place}", records.TASKS["speech-like"])
        monkeypatch.setitem(records.BASELINES, f"task-{place}", 0.1)
    return lambda skills, **experiment: records.finals(tmp_path / "quick", skills, **experiment)


def test_lengths_of_a_sweep_are_one_task_averaged_seed_by_seed(finals):
    results = finals({("adding-50", "lstm"): [0.9, 0.8], ("adding-200", "lstm"): [0.1, 0.4], ("speech-like", "lstm"): [0.5]})  # fmt: skip # noqa: E501
    found = across(results)
    assert found.tasks == ["adding", "speech-like"]
    assert found.skills["lstm"][0].tolist() == pytest.approx([0.5, 0.6])


def test_the_trained_baseline_counts_once_per_seed_and_sweep(finals):
    tasks = ("adding-50", "adding-200", "speech-like")
    results = finals({(task, name): [0.5, 0.6] for task in tasks for name in ("lstm", "gru")})
    trained = {"adding-50": (0.2, 0.4), "adding-200": (0.4, 0.8)}
    for place, record in enumerate(results.records):
        if record.task in trained:
            skill, base = trained[record.task][record.index], record.baseline["test"]["mse"]
            results.records[place] = replace(record, trained_baseline={"test": {"mse": base * (1 - skill)}})
    (sweep,) = across(results).trained
    assert sweep.tolist() == pytest.approx([0.3, 0.6])


def test_a_failed_run_is_the_worst_outcome_and_no_better_than_the_trivial_baseline(finals):
    results = finals({
        ("speech-like", "lstm"): [0.9, None], ("speech-like", "gru"): [0.8, 0.7],
        ("sentiment-like", "lstm"): [None, 0.5], ("sentiment-like", "gru"): [-0.3, 0.2],
    })  # fmt: skip
    tables = skills(results)
    assert tables["speech-like"]["lstm"].tolist() == pytest.approx([0.9, 0.0])
    assert tables["sentiment-like"]["lstm"].tolist() == pytest.approx([-0.3, 0.5])
    (pair,) = across(results).improvements
    assert pair[2].centre == pytest.approx((0.5 + 0.625) / 2)


def test_an_architecture_whose_runs_all_failed_is_included_as_the_worst(finals):
    results = finals({("speech-like", "lstm"): [None, None], ("speech-like", "gru"): [0.8, 0.7]})
    found = across(results)
    assert found.skills["lstm"][0].tolist() == [0.0, 0.0]
    assert found.improvements[0][:2] == ("gru", "lstm")


def test_aggregates_leave_out_controls_and_name_incomplete_architectures(finals):
    results = finals({
        ("speech-like", "lstm"): [0.9, 0.8], ("speech-like", "gru"): [0.7, 0.6],
        ("sentiment-like", "lstm"): [0.5, 0.4], ("sp500-return", "lstm"): [0.1], ("sp500-return", "gru"): [0.1],
    })  # fmt: skip
    results.tasks["sp500-return"] = replace(results.tasks["sp500-return"], family="controls")
    found = across(results)
    assert (found.tasks, found.architectures, found.left_out) == (["speech-like", "sentiment-like"], ["lstm"], ["gru"])


def test_an_aggregate_has_an_interval_over_seeds_and_one_over_tasks(finals):
    cells = [(f"task-{place}", name) for place in range(5) for name in ("lstm", "gru")]
    found = across(finals({cell: list(0.5 + 0.1 * RANDOM.normal(size=6)) for cell in cells}))
    runs = found.skills["lstm"]
    assert found.aggregate["lstm"] == aggregates.aggregate(runs)
    assert found.aggregate_elsewhere["lstm"] == aggregates.aggregate(runs, tasks_too=True)
    assert found.aggregate["lstm"].centre == found.aggregate_elsewhere["lstm"].centre == aggregates.centre(runs)


def test_without_runs_there_is_nothing_to_aggregate(tmp_path, records):
    found = across(records.finals(tmp_path, {("speech-like", "lstm"): []}))
    assert (found.tasks, found.aggregate, found.improvements) == ([], {}, [])
