"""Results: the tidy frames made of a results folder."""

import math

import numpy as np
import pandas as pd
import pytest

from suite import statistics
from suite.errors import RequestError
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import SUMMARY, load
from suite.results.runs import COLUMNS, skill
from suite.results.task_info import TaskInfo


@pytest.fixture
def study(tmp_path, records):
    return records.write_study(tmp_path / "quick", trials=2, seeds=5, tasks=("speech-like", "adding-50"))


def cell(results, task, architecture):
    table = results.summary().set_index(["task", "architecture"])
    return table.loc[(task, architecture)]


@pytest.mark.parametrize(
    ("score", "baseline", "perfect", "expected"),
    [(0.8, 0.5, 1.0, 0.6), (0.4, 0.5, 1.0, -0.2), (0.05, 0.2, 0.0, 0.75), (0.3, 0.2, 0.0, -0.5), (0.0, 0.2, 0.0, 1.0)],
)
def test_skill_is_0_at_the_baseline_and_1_when_perfect(score, baseline, perfect, expected):
    assert skill(score, baseline, perfect) == pytest.approx(expected)


@pytest.mark.parametrize("values", [(None, 0.5, 1.0), (0.5, None, 1.0), (0.5, 0.5, None), (0.5, 1.0, 1.0)])
def test_skill_is_unknown_where_one_of_its_parts_is(values):
    assert math.isnan(skill(*values))


def test_runs_have_the_columns_of_the_contract(study):
    runs = load(study).runs
    assert tuple(runs.columns[: len(COLUMNS)]) == COLUMNS
    assert all(name.startswith("hp.") for name in runs.columns[len(COLUMNS) :])
    assert "hp.gate_bias" in runs.columns
    assert len(runs) == 2 * 3 * (2 + 5)


def test_trials_are_scored_on_validation_and_finals_on_test(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    both = {"validation": {"accuracy": 0.3}, "test": {"accuracy": 0.8}}
    for role in ("trial", "final", "control"):
        records.write(tmp_path, records.record("speech-like", "lstm", role, 0, metrics=both))
    scores = load(tmp_path).runs.set_index("role")["score"]
    assert scores.to_dict() == {"trial": 0.3, "final": 0.8, "control": 0.8}


def test_skill_of_a_run_uses_the_baseline_of_its_own_data(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    baseline = {"test": {"accuracy": 0.2}}
    records.write(tmp_path, records.record("speech-like", "lstm", "final", 0, 0.6, baseline=baseline))
    assert load(tmp_path).runs["skill"].item() == pytest.approx(0.5)


def test_summary_has_the_columns_of_the_contract_and_a_row_for_every_cell(study):
    summary = load(study).summary()
    assert tuple(summary.columns) == SUMMARY
    assert list(summary["task"]) == ["speech-like"] * 3 + ["adding-50"] * 3
    assert list(summary["architecture"]) == ["simple-rnn", "lstm", "gru"] * 2


def test_summary_of_a_cell_by_hand(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    for index, score in enumerate([0.5, 0.6, 0.7, 0.8, 0.99]):
        seconds = {"fit": 1.0 + index}
        records.write(tmp_path, records.record("speech-like", "lstm", "final", index, score, weights=90 + index, seconds=seconds))  # fmt: skip # noqa: E501
    records.write(tmp_path, records.failed("speech-like", "lstm", "final", 5, "diverged", "loss is not finite"))
    row = cell(load(tmp_path), "speech-like", "lstm")
    assert (row["n"], row["failed"], row["metric"]) == (5, 1, "accuracy")
    assert row["mean"] == pytest.approx(0.718)
    assert (row["median"], row["iqm"]) == (0.7, pytest.approx(0.7))
    assert (row["weights"], row["seconds"]) == (92, 3.0)
    assert row["skill"] == pytest.approx((0.718 - 0.11) / 0.89)
    assert (row["baseline"], row["trained_baseline"]) == (pytest.approx(0.11), pytest.approx(0.44))
    assert row["low"] == statistics.bootstrap_t([0.5, 0.6, 0.7, 0.8, 0.99]).low


def test_no_interval_of_a_share_reaches_below_0(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    for index, score in enumerate([0.05, 0.9, 0.06]):
        records.write(tmp_path, records.record("speech-like", "lstm", "final", index, score))
    assert cell(load(tmp_path), "speech-like", "lstm")["low"] == 0


@pytest.mark.parametrize(
    ("task", "near", "far", "bound"), [("speech-like", 0.999, 0.6, "high"), ("adding-50", 0.0, 0.1, "low")]
)
def test_intervals_end_at_the_perfect_score(tmp_path, records, task, near, far, bound):
    records.write_task(tmp_path, task)
    for index, score in enumerate([near, far]):
        records.write(tmp_path, records.record(task, "lstm", "final", index, score))
    assert cell(load(tmp_path), task, "lstm")[bound] == records.TASKS[task]["perfect"]


def test_cells_without_a_run_are_listed_with_nothing_in_them(study, records):
    records.write_experiment(study, tasks=["speech-like", "adding-50"], architectures=["lstm", "cfc"])
    row = cell(load(study), "adding-50", "cfc")
    assert (row["n"], row["failed"]) == (0, 0)
    assert np.isnan(row["mean"])


def test_a_score_that_is_null_counts_as_failed(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    metrics = {"test": {"accuracy": None}}
    records.write(tmp_path, records.record("speech-like", "lstm", "final", 0, metrics=metrics))
    row = cell(load(tmp_path), "speech-like", "lstm")
    assert (row["n"], row["failed"]) == (0, 1)


def test_without_task_json_the_metric_and_the_score_are_unknown(tmp_path, records):
    records.write(tmp_path, records.record("speech-like", "lstm", "final", 0))
    results = load(tmp_path)
    assert results.runs[["metric", "score", "skill"]].isna().all(axis=None)
    assert "unknown" in results.scale("speech-like")


def test_records_without_optional_keys_are_rows_too(tmp_path, records):
    records.write_task(tmp_path, "speech-like")
    kept = records.record("speech-like", "lstm", "final", 0, 0.9)
    needed = ("id", "task", "architecture", "role", "index", "seed", "status", "metrics", "spec")
    records.write(tmp_path, {key: kept[key] for key in needed})
    run = load(tmp_path).runs.iloc[0]
    assert run["score"] == 0.9
    assert pd.isna(run[["skill", "weights", "seconds"]]).all()


def test_unreadable_files_are_listed_with_the_reason(study):
    for name in ("adding-50/lstm/final-000.json", "adding-50/task.json", "experiment.json"):
        (study / name).write_text('{"id": ')
    results = load(study)
    assert len(results.records) == 2 * 3 * 7 - 1
    assert results.tasks["speech-like"].kind == "classification"
    assert (results.tasks["adding-50"], results.experiment) == (TaskInfo(), ExperimentInfo())
    assert set(results.unreadable) == {"adding-50/lstm/final-000.json", "adding-50/task.json", "experiment.json"}
    assert "cannot be read" in results.unreadable["adding-50/task.json"]


def test_histories_have_one_row_per_epoch_of_successful_finals(study, records):
    records.write(study, records.failed("adding-50", "lstm", "final", 5, "diverged", "loss is not finite"))
    curves = load(study).histories("adding-50", "val_")
    assert set(curves["run"]) == {f"adding-50/{name}/final-00{k}" for name in records.ARCHITECTURES for k in range(5)}
    run = curves[curves["run"] == "adding-50/lstm/final-002"]
    assert list(run["epoch"]) == list(range(1, 10))
    assert list(run["score"]) == records.record("adding-50", "lstm", "final", 2)["history"]["val_mse"]


def test_sweeps_over_lengths_are_apart_for_each_budget(study):
    results = load(study)
    few, many, long = (f"{task}@{budget}" for task, budget in (("a-5", "10w"), ("a-5", "40w"), ("a-9", "40w")))
    lengths = {"a-5": 5, few: 5, many: 5, long: 9}
    results.tasks = {name: TaskInfo(name=name, sweep="a", length=length) for name, length in lengths.items()}
    assert results.over_length(lengths) == {"a": ["a-5"], "a@40w": [many, long]}
    assert results.over_budget([many, "a-5", few, long]) == {"a-5": [few, many], "a-9": [long]}
    assert [results.named(tasks) for tasks in ([few], [few, many], [many, long])] == [
        "A (5 steps) with 10 weights",
        "A (5 steps)",
        "A with 40 weights",
    ]


def test_a_sweep_lists_its_cells_by_length(study):
    assert list(load(study).sweep("adding")["length"]) == [50, 50, 50]
    assert load(study).sweep("recall").empty


def test_load_names_what_is_wrong_with_the_folder(tmp_path):
    with pytest.raises(RequestError, match="no results in"):
        load(tmp_path / "nowhere")
    with pytest.raises(RequestError, match="contains no experiment"):
        load(tmp_path)


def test_an_experiment_without_records_has_empty_frames(tmp_path, records):
    records.write_experiment(tmp_path)
    results = load(tmp_path)
    assert results.runs.empty
    assert (results.summary()["n"] == 0).all()


def test_the_command_names_the_folder_that_holds_the_results_unless_it_is_the_usual_one(tmp_path, records, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for holder, more in (("results", ""), ("my studies", " --results 'my studies'")):
        records.write_experiment(tmp_path / holder / "quick")
        assert load(tmp_path / holder / "quick").command == f"suite run experiments/quick.py{more}"
