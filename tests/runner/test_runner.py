"""The whole path: search, finals, continuing, refusing, surviving a worker's death, the same numbers everywhere."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from studies import ONE_STRUCTURE, Listening, run

from suite.errors import RequestError
from suite.experiment.loading import load_experiment
from suite.results.status import status
from suite.results.store import Store

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

STUDY = '''"""A study small enough to test with."""
import os
import numpy as np
from pathlib import Path
from suite import Data, Experiment, task

@task("last-of-five", family="mine", kind="regression", metric="mse", baseline="mean", version={version})
def last_of_five(seed: int, examples: int = 40) -> Data:
    """Five numbers; which was the last?"""
    {first}
    rng = np.random.default_rng(seed)
    def split(n):
        x = rng.normal(size=(n, 5, 1)).astype("float32")
        return x, {target}
    return Data(split(examples), split(examples), split(examples))

experiment = Experiment(
    tasks=["last-of-five"], architectures={architectures}, trials={trials}, epochs={epochs}, patience=2, seeds={seeds},
    weights=60, search={search}, search_space={space}, hyperparameters={given},
)
'''
PLAIN = {"version": 1, "first": "", "target": "x[:, -1, 0].copy()", "architectures": ["gru"], "trials": 2,
         "epochs": 2, "seeds": 2, "search": "'random'", "space": ONE_STRUCTURE, "given": {}}  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """Writes the experiment file `study.py` and returns its path."""

    def write(**changes):
        path = tmp_path / "study.py"
        path.write_text(STUDY.format(**(PLAIN | changes)))
        return path

    return write


def execute(path, workers=0, **options):
    """Runs a file and returns its store and what was said."""
    progress = Listening()
    return run(path, path.parent / "results", workers=workers, progress=progress, **options), progress.said


def numbers(store):
    """Everything in the records that must not depend on how they came about."""
    keys = (
        "id",
        "seed",
        "status",
        "hyperparameters",
        "spec",
        "metrics",
        "baseline",
        "history",
        "best_epoch",
        "clipped",
    )
    return {record.id: {key: getattr(record, key) for key in keys} for record in store.records()}


def error(trial):
    """The validation error of a trial, in units of the baseline's error on the same data."""
    return trial.metrics["validation"]["mse"] / trial.baseline["validation"]["mse"]


def written(store):
    return {path: path.stat().st_mtime_ns for path in store.record_paths()}


@pytest.fixture(scope="module")
def done(tmp_path_factory, clean_registries):
    """The plain study, run once in this process."""
    path = tmp_path_factory.mktemp("done") / "study.py"
    path.write_text(STUDY.format(**PLAIN))
    return execute(path)[0], path


@pytest.fixture
def begun(done, study, tmp_path):
    """A copy of the plain study and its results, to continue: the path and the store."""
    shutil.copytree(done[1].parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / "study.py", Store(tmp_path / "results" / "study")


class TestWholePath:
    def test_every_run_of_every_cell_is_stored(self, done):
        store, _ = done
        assert sorted(numbers(store)) == [
            f"last-of-five/gru/{run}" for run in ("control-000", "final-000", "final-001", "trial-000", "trial-001")
        ]
        assert {path.name for path in store.root.glob("*/*/*") if path.suffix != ".json"} == {
            f"final-{index:03d}{ending}" for index in range(2) for ending in (".npz", ".keras", ".explanation.jsonl")
        }  # fmt: skip

    def test_finals_have_the_configuration_of_the_best_trial(self, done):
        trials = [record for record in done[0].records() if record.role == "trial"]
        finals = [record for record in done[0].records() if record.role == "final"]
        best = min(trials, key=error)
        assert all(final.hyperparameters == best.hyperparameters for final in finals)
        assert len({final.seed for final in finals} | {trial.seed for trial in trials}) == 4

    def test_every_run_is_scored_on_both_splits_and_trials_are_compared_on_validation(self, done):
        for record in done[0].records():
            assert set(record.metrics) == {"validation", "test"}
            assert record.split == ("validation" if record.role == "trial" else "test")

    def test_the_baseline_is_next_to_every_score(self, done):
        for record in done[0].records():
            assert record.baseline["validation"]["mse"] > 0
        seeds = {str(record.spec["data"]["seed"]) for record in done[0].records()}
        described = done[0].task("last-of-five")
        assert set(described.baselines) == seeds
        assert (described.metric, described.direction, described.family) == ("mse", "lower", "mine")

    def test_experiment_json_holds_the_resolved_experiment(self, done):
        stored = done[0].experiment()
        assert (stored.name, stored.tasks, stored.trials) == ("study", ["last-of-five"], 2)
        assert {"python", "keras", "tensorflow"} <= set(stored.versions)

    def test_stored_arrays_hold_no_pickles(self, done):
        arrays = done[0].predictions("last-of-five/gru/final-000")
        assert arrays["target"].shape == arrays["prediction"].shape == (40,)
        assert any(name.startswith("preparation/") for name in arrays)


class TestContinuing:
    def test_the_same_command_again_trains_nothing(self, begun):
        path, store = begun
        before = written(store)
        assert execute(path)[1] == []
        assert written(store) == before

    def test_only_missing_runs_are_made(self, begun):
        path, store = begun
        whole = numbers(store)
        kept = store.path("last-of-five/gru/trial-000")
        before = kept.stat().st_mtime_ns
        for run_id in ("trial-001", "final-001"):
            store.path(f"last-of-five/gru/{run_id}").unlink()
        execute(path)
        assert numbers(store) == whole
        assert kept.stat().st_mtime_ns == before

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"epochs": 3}, "budget.epochs 2 -> 3"), ({"version": 2}, "task.version 1 -> 2"),
         ({"target": "x[:, 0, 0].copy()"}, "data.checksum")],
    )  # fmt: skip
    def test_another_spec_stops_with_the_fields_that_differ(self, study, begun, changes, field):
        path, store = begun
        before, described, resolved = written(store), store.task("last-of-five"), store.experiment()
        study(**changes)
        with pytest.raises(RequestError, match=f"made with other settings: .*{field}.*--redo"):
            execute(path)
        assert written(store) == before
        assert store.task("last-of-five") == described
        assert store.experiment() == resolved

    def test_a_change_outside_the_spec_stops_before_anything_is_written(self, begun):
        path, store = begun
        before, resolved = written(store), store.experiment()
        path.write_text(path.read_text().replace('baseline="mean"', 'baseline="zero"'))
        with pytest.raises(RequestError, match="made with other settings: task.baseline 'mean' -> 'zero'.*--redo"):
            execute(path)
        assert (written(store), store.experiment()) == (before, resolved)
        execute(path, redo="stale")
        description = store.task("last-of-five")
        assert description.baseline == "zero"
        shown = {str(record.spec["data"]["seed"]): record.baseline for record in store.records()}
        assert shown == {seed: known["baseline"] for seed, known in description.baselines.items()}

    def test_cells_that_were_not_requested_are_compared_too(self, study, begun):
        path, store = begun
        resolved = store.experiment()
        study(architectures=["gru", "simple-rnn"], epochs=3)
        with pytest.raises(RequestError, match="holds last-of-five/gru/.*budget.epochs 2 -> 3"):
            execute(path, architectures=["simple-rnn"])
        assert store.experiment() == resolved

    def test_redo_sets_other_specs_aside_and_runs_again(self, study, begun):
        path, store = begun
        study(epochs=3)
        _, said = execute(path, redo="stale")
        assert {record.spec["budget"]["epochs"] for record in store.records()} == {3}
        assert len(list(store.root.glob("*/*/*.json.stale-1"))) == 5 == len(said)

    def test_more_seeds_and_architectures_extend_and_rerun_nothing(self, study, begun):
        path, store = begun
        before = written(store)
        study(seeds=3, architectures=["gru", "simple-rnn"])
        execute(path)
        assert len(numbers(store)) == 12
        assert {path: time for path, time in written(store).items() if path in before} == before

    def test_a_changed_winner_sets_its_final_runs_aside_and_says_so(self, study):
        path = study(trials=1)
        store, _ = execute(path)
        study(trials=6)
        _, said = execute(path)
        finals = [record for record in store.records() if record.role == "final"]
        trials = [record for record in store.records() if record.role == "trial"]
        best = min(trials, key=error)
        assert best.index > 0, "the first trial won: this test needs another space"
        assert all(final.spec["hyperparameters"] == best.spec["hyperparameters"] for final in finals)
        assert sum("another configuration won the search" in line for line in said) == 2
        assert len(list(store.root.glob("*/*/final-*.json.winner-changed-1"))) == 2

    @pytest.mark.parametrize("rest", ["", '{"id": "last-of', "[]"])
    def test_a_truncated_record_is_named_set_aside_and_run_again(self, begun, rest):
        path, store = begun
        whole = numbers(store)
        broken = store.path("last-of-five/gru/trial-001")
        broken.write_text(rest)
        _, said = execute(path)
        assert numbers(store) == whole
        assert broken.with_name("trial-001.json.unreadable-1").read_text() == rest
        assert len(said) == 1
        assert "trial-001.json" in said[0]

    def test_a_bayesian_search_is_continued_from_its_records(self, study, rough):
        path = study(search="'bayesian'", trials=6, seeds=1, epochs=1)
        store, _ = execute(path)
        removed = store.path("last-of-five/gru/trial-005")
        before = {
            path: time for path, time in written(store).items() if path.stem < "trial-005" and "trial" in path.stem
        }
        removed.unlink()
        execute(path)
        assert {record.status for record in store.records()} == {"ok"}
        assert len(before) == 5
        assert before.items() <= written(store).items()

    def test_a_truncated_description_of_a_task_is_set_aside_and_made_again(self, begun):
        path, store = begun
        whole, broken = store.task("last-of-five"), store.root / "last-of-five" / "task.json"
        broken.write_text("{")
        _, said = execute(path)
        assert set(store.task("last-of-five").to_json()) == set(whole.to_json())
        assert "task.json" in said[0]

    def test_narrowing_does_not_change_the_experiment(self, study):
        path = study(architectures=["gru", "simple-rnn"], seeds=1)
        store, _ = execute(path, architectures=["gru"])
        assert store.experiment().architectures == ["gru", "simple-rnn"]
        assert {record.architecture for record in store.records()} == {"gru"}
        counts = {cell["architecture"]: cell["trials"]["missing"] for cell in status(store)["cells"]}
        assert counts == {"gru": 0, "simple-rnn": 2}
        with pytest.raises(RequestError, match="experiment 'study' has no architecture 'lstm'; it has gru, simple-rnn"):
            execute(path, architectures=["lstm"])

    def test_a_folder_of_another_experiment_is_refused(self, study):
        path = study()
        store = Store(path.parent / "results" / "study")
        store.root.mkdir(parents=True)
        (store.root / "experiment.json").write_text('{"name": "other"}')
        with pytest.raises(RequestError, match="belongs to the experiment 'other'"):
            execute(path)
        assert json.loads((store.root / "experiment.json").read_text()) == {"name": "other"}


class TestFailures:
    def test_failed_trials_cost_no_finals_and_are_shown(self, study):
        path = study(first='raise OSError("the sensor is off")')
        store, said = execute(path)
        assert [record.status for record in store.records()] == ["error", "error"]
        (cell,) = status(store)["cells"]
        assert cell["trials"] == {"done": 0, "failed": 2, "missing": 0}
        assert cell["failures"][0]["error"] == "OSError: the sensor is off"
        assert "its data cannot be loaded: the sensor is off" in said[0]

    def test_a_final_run_whose_data_cannot_be_made_fails_even_if_they_could_be_made_later(self, study, monkeypatch):
        path = study()
        monkeypatch.chdir(path.parent)
        experiment = load_experiment(path)
        seed = experiment.data_seed(experiment.cells[0].task, "final", 1)
        once = f'if seed == {seed} and not Path("on").exists(): Path("on").touch(); raise OSError("the sensor is off")'
        store, _ = execute(study(first=once))
        found = store.read("last-of-five/gru/final-001")
        assert (found.status, found.error) == ("error", "OSError: the sensor is off")
        assert store.read("last-of-five/gru/final-000").status == "ok"

    def test_redo_failed_tries_them_again_and_keeps_the_first_attempt(self, study, monkeypatch):
        path = study(seeds=1, first='if Path("off").exists(): raise OSError("the sensor is off")')
        monkeypatch.chdir(path.parent)
        Path("off").touch()
        store, _ = execute(path)
        Path("off").unlink()
        execute(path)
        assert {record.status for record in store.records()} == {"error"}
        execute(path, redo="failed")
        assert {(record.status, record.attempt) for record in store.records() if record.role == "trial"} == {("ok", 2)}
        assert len(list(store.root.glob("*/*/trial-*.json.attempt-1"))) == 2


class TestProcesses:
    def test_the_numbers_are_the_same_as_in_this_process(self, study, done):
        store, _ = execute(study(), workers=2)
        assert numbers(store) == numbers(done[0])

    def test_a_worker_that_dies_loses_only_its_own_run_which_the_next_command_retries(self, study):
        first = 'if seed == {seed} and "distributed" in __import__("sys").modules: os._exit(1)'
        plain = load_experiment(study())
        seed = plain.data_seed(plain.cells[0].task, "final", 1)
        path = study(first=first.format(seed=seed), given={"gate_bias": "1"})
        for attempt, workers in ((1, 2), (2, 1), (2, 1)):
            store, _ = execute(path, workers=workers)
            found = {record.id: record for record in store.records()}
            dead = found.pop("last-of-five/gru/final-001")
            assert (dead.status, dead.attempt) == ("killed", attempt)
            assert {record.status for record in found.values()} == {"ok"}

    def test_a_killed_command_is_continued_to_the_same_numbers(self, study, done):
        path = study()
        store = Store(path.parent / "results" / "study")
        command = [sys.executable, "-m", "suite", "run", str(path), "--results", str(store.root.parent),
                   "--workers", "1", "--no-report"]  # fmt: skip
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        while not store.record_paths():
            assert process.poll() is None
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        execute(path)
        assert numbers(store) == numbers(done[0])


def test_predictions_are_those_of_the_saved_model(done):
    import keras

    store, path = done
    model = keras.saving.load_model(store.path("last-of-five/gru/final-000", ".keras"), safe_mode=True)
    experiment = load_experiment(path)
    made = experiment.run(experiment.cells[0], "final", 0, {})
    x = made.task.load(made.data_seed, None).test[0]
    stored = store.predictions("last-of-five/gru/final-000")
    np.testing.assert_allclose(model.predict(x, verbose=0)[:, 0], stored["prediction"], rtol=1e-4, atol=1e-5)
