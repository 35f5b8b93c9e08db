"""Folds: runs take turns with the test splits, each final run is chosen within its own, and faults appear at once."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
from studies import run

from suite.cli import main
from suite.experiment.loading import load_experiment
from suite.results.results import load
from suite.results.store import Store
from suite.runner.dry_run import dry_run
from suite.runner.options import RunOptions
from suite.runner.progress import Progress

pytestmark = pytest.mark.training

STUDY = '''"""A study on three test splits: six speakers, two of whom each split tests."""
import numpy as np
from suite import Data, Experiment, Fold, task
from suite.errors import FoldError

ROWS = np.arange(72)
SPEAKERS = np.repeat(["ann", "bob", "cai", "dan", "eve", "fay"], 12)
X = np.random.default_rng(0).normal(size=(72, 5, 1)).astype("float32")
Y = (X[:, -1, 0] > 0).astype(int)

@task("spoken", family="mine", kind="classification", metric="accuracy", baseline="majority",
      trained_baseline="flattened", source="my files")
def spoken(seed: int, fold: Fold = Fold(0, 1)) -> Data:
    """Five numbers that a speaker says; is the last above zero?"""
    {fault}
    names = np.unique(SPEAKERS)
    tested = np.isin(SPEAKERS, names[fold.index :: fold.folds][: 2])
    rest = np.random.default_rng(seed).permutation(ROWS[~tested])
    rows = {{"train": rest[12:], "validation": rest[:12], "test": ROWS[tested]}}
    return Data.of_rows(rows, X[:, -(5 - {shorter} * fold.index):], Y, groups=SPEAKERS)

@task("one-split", family="mine", kind="classification", metric="accuracy", baseline="majority", source="my files")
def one_split(seed: int) -> Data:
    """The same with a single test split."""
    return spoken(0)

experiment = Experiment(
    tasks={tasks}, architectures=["gru"], search="{search}", trials={trials}, epochs=2, seeds={seeds}, weights=60,
    folds={folds}, search_seed={search_seed}, search_space={{"depth": [1], "batch_size": [32]}}, {more}
)
'''
PLAIN = {"fault": "", "tasks": ["spoken"], "search": "random", "trials": 6, "seeds": 3, "folds": 3, "search_seed": 1,
         "shorter": 0, "more": ""}  # fmt: skip
KEYS = ("seed", "status", "hyperparameters", "spec", "metrics", "baseline", "trained_baseline", "history")


def write(folder, **changes):
    path = folder / "study.py"
    path.write_text(STUDY.format(**(PLAIN | changes)))
    return path


def execute(path, results="results", **options):
    return run(path, path.parent / results, workers=0, progress=Progress(quiet=True), **options)


def everything(store):
    """All numbers of a folder that must not depend on how they came about, and all arrays."""
    records = {record.id: {key: getattr(record, key) for key in KEYS} for record in store.records()}
    arrays = {name: {key: array.tolist() for key, array in store.predictions(name).items()} for name in records}
    facts = {path.name: read(store, path) for path in store.root.glob("*/items-*.npz")}
    return (
        records,
        arrays,
        facts,
        {seed: without_seconds(draw) for seed, draw in store.task("spoken").baselines.items()},
    )


def without_seconds(draw):
    rivals = {name: {**one, "seconds": None} for name, one in draw["rivals"].items()}
    return {**draw, "rivals": rivals}


def read(store, path):
    return {name: array.tolist() for name, array in store.items("spoken", path.stem.removeprefix("items-")).items()}


def by_role(store, role):
    return sorted((record for record in store.records() if record.role == role), key=lambda record: record.index)


def facts_of(store, record):
    return store.items(record.task, record.spec["data"]["checksum"])


@pytest.fixture(scope="module")
def done(tmp_path_factory, clean_registries):
    """The plain study, run once in this process."""
    path = write(tmp_path_factory.mktemp("done"))
    return execute(path), path


class TestTurns:
    def test_trial_and_final_run_i_use_fold_i_modulo_their_number(self, done):
        for role, count in (("trial", 6), ("final", 3), ("control", 1)):
            folds = [record.spec["data"]["fold"] for record in by_role(done[0], role)]
            assert folds == [[index % 3, 3] for index in range(count)]

    def test_every_group_is_tested_in_one_fold(self, done):
        tested = [set(facts_of(done[0], record)["group"].tolist()) for record in by_role(done[0], "final")]
        assert tested == [{"ann", "dan"}, {"bob", "eve"}, {"cai", "fay"}]
        for trial in by_role(done[0], "trial"):
            assert set(facts_of(done[0], trial)["group"].tolist()) == tested[trial.index % 3]

    def test_they_cost_no_more_runs(self, done, tmp_path):
        (cell,) = (experiment := load_experiment(write(tmp_path, folds=1))).cells
        assert len(list(done[0].records())) == sum(experiment.expected(cell).values()) == 6 + 3 + 1

    def test_a_task_with_one_test_split_keeps_it(self, tmp_path):
        store = execute(write(tmp_path, tasks=["spoken", "one-split"], trials=3, seeds=1))
        assert [store.task(name).folds for name in ("spoken", "one-split")] == [3, 1]
        for record in store.records():
            assert ("fold" in record.spec["data"]) == (record.task == "spoken")
        assert all("fold" not in stored for stored in store.task("one-split").baselines.values())

    def test_a_search_whose_trials_depend_on_each_other_stays_in_one_fold(self, tmp_path):
        store = execute(write(tmp_path, search="bayesian", search_seed=2, trials=3, seeds=2))
        assert {tuple(record.spec["data"]["fold"]) for record in store.records()} == {(1, 3)}
        assert store.task("spoken").folds == 1

    def test_the_data_of_folds_may_differ_in_shape(self, tmp_path):
        store = execute(write(tmp_path, shorter=1, trials=3))
        assert {record.error for record in store.records()} == {None}


class TestNestedChoice:
    def test_each_final_run_trains_the_best_configuration_of_its_own_fold(self, done):
        trials = by_role(done[0], "trial")
        for final in by_role(done[0], "final"):
            own = [trial for trial in trials if trial.index % 3 == final.index]
            best = max(own, key=skill)
            assert final.spec["hyperparameters"] == best.spec["hyperparameters"]

    def test_a_later_winner_of_a_fold_replaces_that_folds_final_run_alone(self, tmp_path):
        path = write(tmp_path, trials=3)
        before = {record.index: record for record in by_role(execute(path), "final")}
        write(tmp_path, trials=12)
        store = execute(path)
        after = {record.index: record for record in by_role(store, "final")}
        changed = {index for index in after if after[index].spec != before[index].spec}
        aside = {int(path.name[6:9]) for path in store.root.glob("*/*/final-*.json.winner-changed-1")}
        assert aside == changed
        assert all(after[index].finished == before[index].finished for index in set(after) - changed)


def skill(record):
    baseline = record.baseline["validation"]["accuracy"]
    losses = record.history["val_loss"]
    return (record.metrics["validation"]["accuracy"] - baseline) / (1 - baseline), -losses[record.best_epoch - 1]


class TestItems:
    def test_trials_store_nothing_else_and_controls_nothing(self, done):
        store = done[0]
        for record in store.records():
            arrays = store.predictions(record.id)
            assert ("items" in arrays) == (record.role != "control")
            assert ("prediction" in arrays) == (record.role == "final")
            assert len(arrays) == 1 or record.role != "trial"

    def test_their_mean_is_the_test_score(self, done):
        for record in (*by_role(done[0], "trial"), *by_role(done[0], "final")):
            items, facts = done[0].predictions(record.id)["items"], facts_of(done[0], record)
            assert items.dtype == np.float32
            assert items.mean() == pytest.approx(record.metrics["test"]["accuracy"], rel=1e-6)
            for name, scores in (("trivial", record.baseline), ("trained", record.trained_baseline)):
                assert facts[name].shape == items.shape
                assert facts[name].mean() == pytest.approx(scores["test"]["accuracy"], rel=1e-6)

    def test_the_file_tells_clusters_groups_and_classes(self, done):
        facts = facts_of(done[0], by_role(done[0], "final")[0])
        assert set(facts) == {"unit", "cluster", "trivial", "trained", "group", "label"}
        assert facts["unit"] == "group"

    def test_the_description_tells_the_folds(self, done):
        task = done[0].task("spoken")
        assert (task.folds, task.official) == (3, False)
        seeds = {record.spec["data"]["seed"]: record for record in done[0].records()}
        for seed, stored in task.baselines.items():
            assert stored["fold"] == seeds[int(seed)].spec["data"]["fold"]

    def test_a_file_that_is_gone_is_made_again(self, done, tmp_path):
        store = execute(done[1], tmp_path)
        kept = everything(store)
        path = store.items_path("spoken", by_role(store, "trial")[0].spec["data"]["checksum"])
        path.unlink()
        execute(done[1], tmp_path)
        assert everything(store) == kept

    def test_trials_are_no_finals_because_they_have_files(self, done):
        from suite.analysis.predictions import stored_predictions

        assert len(stored_predictions(load(done[0].root), "spoken")) == 3


class TestOtherCommands:
    def test_adopted_runs_bring_their_items(self, done, tmp_path):
        store = execute(done[1], tmp_path, reuse=str(done[0].root))
        assert [record.finished for record in store.records()] == [record.finished for record in done[0].records()]
        assert everything(store) == everything(done[0])

    def test_repeated_runs_are_equal(self, done, capsys):
        assert main(["verify", str(done[0].root), "--runs", "4", "--file", str(done[1])]) == 0
        assert capsys.readouterr().out.count(": equal") == 4

    def test_merged_folders_keep_the_items(self, done, tmp_path):
        halves = [tmp_path / name for name in "ab"]
        for half in halves:
            shutil.copytree(done[0].root, half)
        for number, path in enumerate(sorted(halves[0].glob("*/items-*.npz"))):
            (halves[number % 2] / path.relative_to(halves[0])).unlink()
        assert main(["merge", *map(str, halves), "--into", str(tmp_path / "all")]) == 0
        assert everything(Store(tmp_path / "all")) == everything(done[0])

    def test_a_dry_run_estimates_and_writes_nothing(self, done, tmp_path):
        path = write(tmp_path)
        estimate = dry_run(load_experiment(path), tmp_path / "results", RunOptions(workers=0), print)
        assert (estimate.left(), estimate.cells[0].problem) == (10, None)
        assert not (tmp_path / "results").exists()
        assert dry_run(load_experiment(path), done[0].root.parent, RunOptions(workers=0), print).left() == 0


class TestFaults:
    FAULT = 'if fold.index == 2: raise FoldError(f"6 speakers allow at most 2 folds, not {fold.folds}")'

    @pytest.mark.parametrize("more", ["", 'hyperparameters={"depth": 1}'])
    def test_a_fault_in_any_fold_ends_the_command_before_anything_is_written(self, tmp_path, capsys, more, monkeypatch):
        path = write(tmp_path, fault=self.FAULT, more=more)
        monkeypatch.chdir(tmp_path)
        assert main(["run", str(path), "--workers", "0", "--no-report"]) == 2
        said = capsys.readouterr().err.strip().splitlines()
        assert said == ["suite: task 'spoken': 6 speakers allow at most 2 folds, not 3"]
        assert not [*tmp_path.rglob("*.json"), *tmp_path.rglob("*.npz")]

    def test_so_does_a_fold_that_lacks_a_class(self, tmp_path, capsys, monkeypatch):
        faulty = "Data(train=(X[:20], Y[:20] * 0), validation=(X[20:30], Y[20:30]), test=(X[30:], Y[30:]))"
        path = write(tmp_path, fault=f"if fold.index == 1: return {faulty}")
        monkeypatch.chdir(tmp_path)
        assert main(["run", str(path), "--workers", "0", "--no-report"]) == 2
        said = capsys.readouterr().err.strip()
        assert said == "suite: task 'spoken', fold 2 of 3: train split: the training split has only one class"
        assert not [*tmp_path.rglob("*.json")]


def test_killed_and_continued_anywhere_it_ends_with_the_same_numbers(done, tmp_path):
    path, rng = write(tmp_path), random.Random(15)
    command = [sys.executable, "-m", "suite", "run", path.name, "--workers", "2", "--no-report"]
    with (tmp_path / "log").open("wb") as log:
        for _ in range(3):
            process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True)
            time.sleep(rng.uniform(4, 15))
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        assert subprocess.run(command, cwd=tmp_path, stdout=log, stderr=log).returncode == 0
    assert everything(Store(tmp_path / "results" / "study")) == everything(done[0])
