"""Several numbers of weights or of training examples in one experiment."""

import json

import pytest

from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.results.experiment_info import ExperimentInfo
from suite.runner.options import RunOptions

WEIGHTS = [300, 1200]


def swept(**fields) -> Experiment:
    return Experiment(**({"tasks": ["adding-50", "recall-10"], "architectures": ["lstm", "gru"]} | fields))


def runs(experiment: Experiment, role: str) -> dict:
    """Cell -> its run 1 in this role."""
    return {cell.name: experiment.run(cell, role, 1, {}) for cell in experiment.cells}


class TestDeclaration:
    def test_every_task_has_an_entry_for_each_number(self):
        assert swept(weights=WEIGHTS).tasks == (
            "adding-50@300w", "adding-50@1200w", "recall-10@300w", "recall-10@1200w",
        )  # fmt: skip
        assert swept(tasks=["adding-50"], examples=(40, 20)).tasks == ("adding-50@40n", "adding-50@20n")
        assert swept(weights=300).tasks == ("adding-50", "recall-10")

    def test_only_the_number_differs_between_entries(self):
        found = runs(swept(tasks=["adding-50"], weights=WEIGHTS), "final")
        assert [run.budget.weights for run in found.values()] == [300, 300, 1200, 1200]
        assert {run.examples for run in found.values()} == {None}
        found = runs(swept(tasks=["adding-50"], examples=[40, 20]), "trial")
        assert [run.spec["task"]["examples"] for run in found.values()] == [40, 40, 20, 20]
        assert {run.budget.weights for run in found.values()} == {5000}

    @pytest.mark.parametrize("role", ["trial", "final"])
    def test_runs_are_paired_across_numbers_and_with_the_plain_task(self, role):
        experiment = swept(weights=WEIGHTS)
        plain, every = runs(swept(weights=300), role), runs(experiment, role)
        for cell in plain:
            task, architecture = cell.split("/")
            own = [every[f"{task}@{count}w/{architecture}"] for count in WEIGHTS]
            assert {(run.seed, run.data_seed) for run in own} == {(plain[cell].seed, plain[cell].data_seed)}
        assert len({run.data_seed for run in every.values()}) == 2  # those of both tasks

    def test_a_budget_may_be_part_of_a_name(self):
        found = runs(swept(tasks=["adding-50", "adding-50@300w"]), "final")
        assert [run.budget.weights for run in found.values()] == [5000, 5000, 300, 300]
        assert swept(tasks=["adding-50@300w", "recall-10"], weights=WEIGHTS).tasks == (
            "adding-50@300w", "recall-10@300w", "recall-10@1200w",
        )  # fmt: skip

    def test_what_is_stored_declares_the_same_experiment(self, tmp_path):
        stored = json.loads(json.dumps(swept(weights=WEIGHTS).resolved()))
        assert (stored["weights"], len(stored["tasks"])) == (WEIGHTS, 4)
        info = ExperimentInfo.from_json(stored, tmp_path)
        assert swept(tasks=info.tasks, weights=info.weights).tasks == swept(weights=WEIGHTS).tasks

    def test_a_copy_has_its_own_numbers(self):
        experiment = swept(weights=WEIGHTS)
        assert experiment.changed(trials=30).tasks == experiment.tasks
        assert experiment.varied("searched longer", epochs=9).tasks == experiment.tasks
        assert experiment.varied("one size", weights=700).tasks == ("adding-50", "recall-10")
        assert experiment.changed(weights=[700], tasks=["adding-50"]).tasks == ("adding-50@700w",)
        assert experiment.changed(weights=[300, 700]).tasks[:2] == ("adding-50@300w", "adding-50@700w")
        assert swept(tasks=["adding-50@300w"]).changed(weights=700).tasks == ("adding-50@300w",)

    @pytest.mark.parametrize(
        ("fields", "message"),
        [
            ({"weights": []}, r"weights must be a number, or a list of different numbers, not \[\]"),
            ({"weights": [300, 300]}, r"weights must be a number, or a list of different numbers, not \[300, 300\]"),
            ({"examples": [40, 0]}, "each of examples must be a whole number of at least 1, not 0"),
            ({"weights": [300, "4000"]}, "each of weights must be a whole number of at least 1, not '4000'"),
            ({"weights": [300, None]}, "each of weights must be a whole number of at least 1, not None"),
            ({"trials": [24, 48]}, r"trials must be a whole number of at least 1, not \[24, 48\]"),
            ({"weights": [300, 400], "examples": [40, 20]}, "weights and examples are lists: give one number"),
            ({"weights": [300], "match": "units"}, "match='units' searches the width, so that 'recall-10@300w' has no"),
            ({"weights": [300], "search_space": {"units": [8]}}, "match='units' searches the width"),
            ({"tasks": ["adding-50@300w"], "match": "units"}, "match='units' searches the width"),
            ({"tasks": ["digits-sequential"], "examples": [40]}, "'digits-sequential' has a fixed number of training"),
            ({"tasks": ["adding-5@7w"], "weights": [300]}, r"'adding-5@7w' has a budget that weights=\[300\] lacks"),
            ({"tasks": ["adding-5@7n"], "weights": [300]}, r"'adding-5@7n' has a budget that weights=\[300\] lacks"),
            ({"tasks": ["adding-5@7n", "adding-5@7w"]}, r"budgets of examples \(adding-5@7n\) and weights"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_swept_is_refused_in_one_line(self, fields, message):
        with pytest.raises(RequestError, match=message) as caught:
            swept(**fields)
        assert "\n" not in str(caught.value) and len(str(caught.value)) <= 300


class TestSelection:
    def test_a_task_without_its_budget_stands_for_all_budgets(self):
        chosen = RunOptions(tasks=["adding-50"], architectures=["gru"]).cells(swept(weights=WEIGHTS))
        assert chosen == {"adding-50@300w/gru", "adding-50@1200w/gru"}

    def test_one_budget_can_be_chosen(self):
        chosen = RunOptions(tasks=["adding-50@300w"]).cells(swept(weights=WEIGHTS))
        assert chosen == {"adding-50@300w/lstm", "adding-50@300w/gru"}

    @pytest.mark.parametrize("name", ["adding-50@7w", "adding-25"])
    def test_what_the_experiment_lacks_is_refused(self, name):
        with pytest.raises(RequestError, match=f"has no task '{name}'; it has adding-50@300w, "):
            RunOptions(tasks=[name]).cells(swept(weights=WEIGHTS))
