"""Whole runs of every kind of search, control runs, given configurations, refusals, a runner without TensorFlow."""

import json
import re
import subprocess
import sys

import pytest
from studies import LAST_OF_FIVE, ONE_STRUCTURE, run

from suite.analysis.skills import gained
from suite.errors import RequestError
from suite.experiment.experiment import Experiment
from suite.files.writing import write_json
from suite.results.results import load
from suite.results.status import lines, status
from suite.results.store import Store
from suite.runner.progress import Progress
from suite.tasks.task import Task

pytestmark = [pytest.mark.training, pytest.mark.usefixtures("one_draw")]

STUDY = (
    '''"""A study small enough to test with."""
import numpy as np
from suite import Data, Experiment, task{imports}
'''
    + LAST_OF_FIVE
    + """{declared}
experiment = Experiment(**({{"tasks": ["last-of-five"], "architectures": ["gru"], "trials": 2, "epochs": 1,
                            "patience": 2, "seeds": 1, "weights": 60, "search_space": {space}}} | {fields}))
"""
)
REAL = '''
@task("real", family="mine", kind="regression", metric="mse", baseline="mean", trained_baseline="lags")
def real(seed: int) -> Data:
    """The same numbers for every seed."""
    return last_of_five(7)
'''
NAMES = ("gru", "simple-rnn")
SHARED = ("learning_rate", "batch_size", "depth", "dropout")
DEFAULT = {"learning_rate": 3e-3, "batch_size": 32, "gate_bias": "0", "depth": 1, "dropout": 0.0}
BROKEN = '''
@architecture("broken")
def broken(hp, x, *, units, per_step):
    """Raises."""
    raise OSError("no such layer")
'''


@pytest.fixture
def execute(tmp_path):
    """Runs a study with these fields in this process; gives back its store and what was said."""

    def make(redo=None, imports="", declared="", **fields):
        path = tmp_path / "study.py"
        path.write_text(STUDY.format(fields=fields, imports=imports, declared=declared, space=ONE_STRUCTURE))
        progress = Progress(quiet=True)
        said = []
        progress.say = said.append
        return run(path, tmp_path / "results", workers=0, redo=redo, progress=progress), said

    return make


def by_id(store, role=""):
    return {record.id.rpartition("/")[2]: record for record in store.records() if record.role.startswith(role)}


def numbers(store):
    keys = ("seed", "status", "hyperparameters", "spec", "metrics", "history")
    return {name: {key: getattr(record, key) for key in keys} for name, record in by_id(store).items()}


class TestControl:
    def test_control_runs_have_the_default_and_the_seeds_of_the_final_runs(self, execute):
        store, _ = execute(seeds=2, tuning_control=True)
        found = by_id(store)
        assert sorted(found) == [f"{role}-00{index}" for role in ("control", "final", "trial") for index in (0, 1)]
        for index in (0, 1):
            control, final = found[f"control-00{index}"], found[f"final-00{index}"]
            assert control.spec["hyperparameters"] == DEFAULT
            assert control.seed == final.seed
            assert control.spec["data"] == final.spec["data"]
            assert "test" in control.metrics
        assert not list(store.root.glob("*/*/control-*.keras"))
        (cell,) = status(store)["cells"]
        assert cell["controls"] == {"done": 2, "failed": 0, "missing": 0}
        assert lines(status(store))[0].split() == [
            "task",
            "architecture",
            "trials",
            "finals",
            "controls",
            "failed",
            "missing",
        ]
        assert len(gained(load(store.root), cell["task"])) == 2

    def test_a_search_of_independent_trials_has_one_outside_its_draws(self, execute):
        store, _ = execute(trials=4)
        found = by_id(store)
        assert found["control-000"].spec["hyperparameters"] == DEFAULT
        assert found["control-000"].spec["data"] == found["final-000"].spec["data"]
        assert DEFAULT not in [record.spec["hyperparameters"] for record in by_id(store, "trial").values()]
        (cell,) = status(store)["cells"]
        assert cell["controls"] == {"done": 1, "failed": 0, "missing": 0}

    @pytest.mark.parametrize(("search", "made"), [("random", 2), ("bayesian", 3)])
    def test_they_extend_a_study_and_run_nothing_again(self, execute, search, made):
        store, _ = execute(search=search, seeds=3)
        assert ("controls" in status(store)["cells"][0]) == (search == "random")
        before = {path: path.stat().st_mtime_ns for path in store.record_paths()}
        _, said = execute(search=search, seeds=3, tuning_control=True, margin=0.05)
        after = {path: path.stat().st_mtime_ns for path in store.record_paths()}
        assert {path: after[path] for path in before} == before
        assert len(after) == len(before) + made
        assert said == []


class TestReplicates:
    def test_a_trial_has_the_seeds_data_and_shared_values_of_the_same_trial_of_another_architecture(self, execute):
        store, _ = execute(trials=3, architectures=["gru", "simple-rnn"])
        trials = [[store.read(f"last-of-five/{name}/trial-00{index}") for index in range(3)] for name in NAMES]
        for one, other in zip(*trials, strict=True):
            assert (one.seed, one.spec["data"]) == (other.seed, other.spec["data"])
            assert {key: one.hyperparameters[key] for key in SHARED} == {
                key: other.hyperparameters[key] for key in SHARED
            }
        assert len({record.seed for record in trials[0]}) == 3
        assert len({record.spec["data"]["checksum"] for record in trials[0]}) == 3

    def test_every_trial_has_the_baseline_of_its_own_data(self, execute):
        store, _ = execute(trials=3)
        known = store.task("last-of-five").baselines
        found = by_id(store, "trial").values()
        for record in found:
            stored = known[str(record.spec["data"]["seed"])]
            assert stored["checksum"] == record.spec["data"]["checksum"]
            assert record.baseline == stored["baseline"]
            assert {"validation", "test"} <= set(record.baseline)
        assert len({record.baseline["validation"]["mse"] for record in found}) == 3

    def test_data_are_loaded_once_for_all_architectures(self, execute, monkeypatch):
        loads = []
        load = Task.load
        monkeypatch.setattr(Task, "load", lambda self, seed, *rest: loads.append(seed) or load(self, seed, *rest))
        execute(trials=3, seeds=2, architectures=["gru", "simple-rnn"])
        assert len(loads) == len(set(loads)) == 3 + 2

    def test_baselines_of_real_data_are_fitted_once(self, execute, monkeypatch):
        from suite.training import prepare

        fits = []
        fitted = prepare.fitted
        monkeypatch.setattr(prepare, "fitted", lambda *given: fits.append(1) or fitted(*given))
        real = {"declared": REAL, "tasks": ["real"], "trials": 3, "seeds": 2}
        store, _ = execute(**real)
        assert len(fits) == 1
        records = list(store.records())
        assert len({record.spec["data"]["seed"] for record in records}) == 5
        assert len({record.spec["data"]["checksum"] for record in records}) == 1
        assert [record.baseline for record in records] == [records[0].baseline] * 6
        assert len(store.task("real").baselines) == 5
        execute(**real | {"trials": 4})
        assert len(fits) == 1

    def test_more_trials_extend_the_search_and_run_nothing_again(self, execute):
        store, _ = execute(trials=2)
        before = {name: record.finished for name, record in by_id(store, "trial").items()}
        execute(trials=4)
        after = {name: record.finished for name, record in by_id(store, "trial").items()}
        assert len(after) == 4
        assert before.items() <= after.items()
        assert store.experiment().best_of == 1

    def test_trials_made_on_one_draw_of_the_data_stop_with_one_line(self, execute, monkeypatch):
        before = Experiment.data_seed
        searched = lambda self, task, role, index: before(self, task, role, 0 if role == "trial" else index)  # noqa: E731
        monkeypatch.setattr(Experiment, "data_seed", searched)
        store, _ = execute(trials=2)
        monkeypatch.undo()
        with pytest.raises(RequestError) as refused:
            execute(trials=2)
        assert re.fullmatch(
            r"'.*study' holds last-of-five/gru/trial-001, made with other settings: data\.seed \d+ -> \d+; add --redo "
            r"to run such records again, or give the experiment file another name",
            str(refused.value),
        )
        _, said = execute(redo="stale", trials=2)
        assert said[0] == "last-of-five/gru/trial-001: it was made with other settings; set aside, to be run again"
        assert len({record.spec["data"]["seed"] for record in by_id(store, "trial").values()}) == 2


class TestGivenConfiguration:
    def test_it_goes_to_the_final_runs_without_a_search(self, execute):
        store, _ = execute(hyperparameters={"gru": {"gate_bias": "chrono"}}, architectures=["gru", "simple-rnn"])
        records = {record.id: record for record in store.records()}
        assert [name for name in records if "/gru/" in name] == ["last-of-five/gru/final-000"]
        assert records["last-of-five/gru/final-000"].hyperparameters["gate_bias"] == "chrono"
        counts = {cell["architecture"]: cell["trials"] for cell in status(store)["cells"]}
        assert counts["gru"] == {"done": 0, "failed": 0, "missing": 0}
        assert counts["simple-rnn"] == {"done": 2, "failed": 0, "missing": 0}

    def test_another_one_stops_with_the_fields_that_differ(self, execute):
        store, _ = execute(hyperparameters={"gate_bias": "chrono"})
        before = store.experiment()
        with pytest.raises(RequestError, match="hyperparameters.gate_bias 'chrono' -> '1'; add --redo"):
            execute(hyperparameters={"gate_bias": "1"})
        assert store.experiment() == before


class TestOwnSpace:
    @pytest.mark.parametrize(
        "fields", [{"search_space": {"rate": [1]}}, {"search_space": {"depth": [9]}}, {"hyperparameters": {"rate": 1}}]
    )
    def test_an_unknown_name_or_value_stops_before_anything_is_written(self, execute, tmp_path, fields):
        with pytest.raises(RequestError, match=f"{next(iter(fields))}.*(available:|has) "):
            execute(**fields)
        assert [path for path in (tmp_path / "results").rglob("*") if path.is_file() and path.suffix == ".json"] == []

    def test_nothing_is_set_aside_for_a_wrong_request(self, execute):
        store, _ = execute()
        with pytest.raises(RequestError, match="search_space names 'rate'"):
            execute(redo="stale", epochs=2, search_space={"rate": [1]})
        assert len(by_id(store)) == 4

    def test_the_width_is_searched_and_no_run_is_unequal(self, execute):
        store, _ = execute(search_space={"units": [16], "batch_size": [32]})
        for record in store.records():
            assert record.hyperparameters["units"] == record.spec["hyperparameters"]["units"] == 16
            assert "unequal" not in record.flags
            assert record.spec["budget"]["weights"] is None


class TestHyperband:
    def test_the_best_of_three_short_trials_is_trained_in_full_from_its_start(self, execute):
        store, _ = execute(search="hyperband", trials=5, epochs=3)
        trials = by_id(store, "trial")
        assert [trial.spec["budget"]["epochs"] for trial in trials.values()] == [3, 1, 1, 1, 3]
        short = [trials[f"trial-00{index}"] for index in (1, 2, 3)]
        best = min(short, key=lambda record: record.metrics["validation"]["mse"])
        assert trials["trial-004"].spec["hyperparameters"] == best.spec["hyperparameters"]
        assert trials["trial-004"].epochs > 1
        full = [trials["trial-000"], trials["trial-004"]]
        winner = min(full, key=lambda record: record.metrics["validation"]["mse"])
        assert by_id(store)["final-000"].spec["hyperparameters"] == winner.spec["hyperparameters"]
        assert "from its start" in store.experiment().search_note

    def test_it_is_continued_from_its_records_to_the_same_numbers(self, execute):
        store, _ = execute(search="hyperband", trials=5, epochs=3)
        whole = numbers(store)
        for name in ("trial-002", "trial-004", "final-000"):
            store.path(f"last-of-five/gru/{name}").unlink()
        execute(search="hyperband", trials=5, epochs=3)
        assert numbers(store) == whole

    def test_more_trials_run_nothing_again(self, execute):
        store, _ = execute(search="hyperband", trials=2, epochs=3)
        before = {name: record.finished for name, record in by_id(store, "trial").items()}
        execute(search="hyperband", trials=5, epochs=3)
        after = {name: record.finished for name, record in by_id(store, "trial").items()}
        assert len(after) == 5
        assert before.items() <= after.items()


class TestAdaptive:
    def test_a_search_whose_proposals_fail_stops_with_one_line(self, execute, monkeypatch):
        def fail(self, trial_id):
            raise OSError("no proposal")

        monkeypatch.setattr("suite.search.samplers.BayesianOracle.populate_space", fail)
        with pytest.raises(RequestError, match="search cannot propose last-of-five/gru/trial-001: no proposal$"):
            execute(search="bayesian")

    def test_a_search_by_optuna_is_continued_from_its_records(self, execute):
        pytest.importorskip("optuna")
        store, _ = execute(search="tpe", trials=6)
        store.path("last-of-five/gru/trial-005").unlink()
        before = {path: path.stat().st_mtime_ns for path in store.record_paths() if "trial" in path.name}
        execute(search="tpe", trials=6)
        assert {record.status for record in store.records()} == {"ok"}
        assert before.items() <= {path: path.stat().st_mtime_ns for path in store.record_paths()}.items()

    def test_a_stored_trial_with_a_renamed_hyperparameter_is_refused_or_set_aside(self, execute):
        store, _ = execute(search="bayesian")
        path = store.path("last-of-five/gru/trial-001")
        record = json.loads(path.read_text())
        record["spec"]["hyperparameters"]["update_bias"] = record["spec"]["hyperparameters"].pop("gate_bias")
        write_json(path, record)
        with pytest.raises(RequestError, match=r"holds .*trial-001, .*hyperparameters.update_bias '.*' -> 'not in the"):
            execute(search="bayesian")
        _, said = execute(search="bayesian", redo="stale")
        assert any("trial-001: it was made with other settings" in line for line in said)
        assert "gate_bias" in by_id(store)["trial-001"].spec["hyperparameters"]
        assert path.with_name("trial-001.json.stale-1").exists()


def test_an_architecture_that_cannot_be_built_has_failed_runs_with_the_reason(execute):
    store, _ = execute(imports=", architecture", declared=BROKEN, architectures=["broken", "gru"], trials=1)
    found = {record.id: record for record in store.records()}
    broken = found["last-of-five/broken/trial-000"]
    assert (broken.status, broken.error) == ("error", "OSError: no such layer")
    assert found["last-of-five/gru/final-000"].status == "ok"


@pytest.mark.parametrize(("search", "trials"), [("random", 1), ("bayesian", 6)])
def test_the_runner_imports_no_tensorflow_if_workers_do_the_work(tmp_path, search, trials):
    fields = {"search": search, "trials": trials}
    (tmp_path / "study.py").write_text(STUDY.format(fields=fields, imports="", declared="", space=ONE_STRUCTURE))
    code = (
        "import sys; from suite import run\n"
        "if __name__ == '__main__':\n"
        "    run('study.py', 'results', workers=1)\n"
        "    assert not {'tensorflow', 'keras', 'keras_tuner'} & set(sys.modules)\n"
    )
    (tmp_path / "script.py").write_text(code)
    done = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    controls = search == "random"
    assert len(Store(tmp_path / "results" / "study").record_paths()) == trials + 1 + controls
