"""Stored runs are repeated: they are equal here, or the difference is shown, or one line says why they cannot be."""

import math
import shutil
from collections import OrderedDict
from pathlib import Path

import numpy as np
import pytest
from studies import ONE_STRUCTURE, run

from suite.cli import main
from suite.files.reading import read_json
from suite.files.writing import write_json
from suite.results.agreement import disagreement, in_words
from suite.results.record import Record
from suite.results.store import Store
from suite.runner.verify import choose

STUDY = '''"""A study with a task of its own."""
import numpy as np
from suite import Data, Experiment, task

@task("last-of-five", family="mine", kind="regression", metric="mse", baseline="mean", version={version})
def last_of_five(seed: int) -> Data:
    """Five numbers; which was the last?"""
    rng = np.random.default_rng(seed)
    def split(n):
        x = rng.normal(size=(n, 5, 1)).astype("float32")
        return x, {target}
    return Data(split(40), split(20), split(20))

experiment = Experiment(tasks={tasks}, architectures=["gru"], trials=1, epochs=9, seeds=2, weights=60, examples=30,
                        search_space={space})
'''
PLAIN = {"version": 1, "target": "x[:, -1, 0].copy()", "tasks": ["last-of-five"], "space": ONE_STRUCTURE}
FINAL = "last-of-five/gru/final-001"
VERIFY = ("verify", "--file", "study.py")


@pytest.fixture(scope="module")
def made(tmp_path_factory, clean_registries):
    """A finished study of two epochs, instead of its file's nine, and the file."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "study.py").write_text(STUDY.format(**PLAIN))
    from suite.experiment.loading import load_experiment

    run(load_experiment(folder / "study.py").changed(epochs=2), folder / "results", workers=0)
    return folder


@pytest.fixture
def study(made, tmp_path, monkeypatch):
    """A copy of that study to change, in the working folder."""
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return Store("results/study")


def change(store, run_id, **changes):
    write_json(store.path(run_id), read_json(store.path(run_id)) | changes)


@pytest.mark.training
@pytest.mark.usefixtures("one_draw")
class TestVerify:
    def test_the_numbers_are_the_same_again_and_nothing_is_written(self, study, capsys):
        before = {path: path.stat().st_mtime_ns for path in Path().rglob("*") if "__pycache__" not in path.parts}
        assert main([*VERIFY, "results/study"]) == 0
        out, err = capsys.readouterr()
        assert sorted(out.splitlines()) == [
            f"last-of-five/gru/{name}: equal" for name in ("control-000", "final-001", "trial-000")
        ]
        assert err == "suite: running the experiment file 'study.py'\n"
        after = {path: path.stat().st_mtime_ns for path in Path().rglob("*") if "__pycache__" not in path.parts}
        assert after == before

    def test_the_smallest_difference_is_shown_and_is_exit_status_1(self, study, capsys):
        losses = study.read(FINAL).history["loss"]
        changed = study.read(FINAL).history | {"loss": [losses[0], float(np.nextafter(losses[1], 9))]}
        change(study, FINAL, history=changed, best_epoch=1)
        assert main([*VERIFY, "results/study", "--runs", "9"]) == 1
        (line,) = [line for line in capsys.readouterr().out.splitlines() if FINAL in line]
        assert line.startswith(f"{FINAL}: differs: history.loss by ")
        assert line.endswith("e-16, best_epoch by 5.0e-01 (largest relative difference); "
                             "the same versions and the same device")  # fmt: skip

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"versions": {"keras": "2.1"}}, "keras 2.1 there, 3."),
            ({"machine": {"model": "Abacus"}}, "model Abacus th"),
        ],
    )
    def test_other_versions_or_another_device_explain_it(self, study, capsys, changes, reason):
        record = study.read(FINAL)
        changes = {key: getattr(record, key) | value for key, value in changes.items()}
        change(study, FINAL, best_epoch=1, **changes)
        assert main([*VERIFY, "results/study"]) == 0
        assert "best_epoch by 5.0e-01 (largest relative difference); " + reason in capsys.readouterr().out

    def test_other_data_are_a_difference(self, study, capsys, monkeypatch):
        monkeypatch.setattr("suite.training.prepare._data", OrderedDict())  # as in a new process
        Path("study.py").write_text(STUDY.format(**PLAIN | {"target": "x[:, 0, 0].copy()"}))
        assert main([*VERIFY, "results/study", "--runs", "1"]) == 1
        assert "differs: ValueError: task 'last-of-five' draws different data" in capsys.readouterr().out

    def test_built_in_tasks_need_no_file(self, tmp_path, monkeypatch, capsys):
        from suite import Experiment

        monkeypatch.chdir(tmp_path)
        run(
            Experiment(["adding-5"], ["gru"], hyperparameters={"depth": 1}, epochs=1, seeds=1, weights=60, examples=20),
            workers=0,
        )
        assert main(["verify", "results/experiment", "--runs", "1"]) == 0


class TestRefusal:
    @pytest.fixture
    def refused(self, tmp_path, monkeypatch, records, capsys):
        """Verifies a study written by hand, and returns the line that it is refused with."""
        monkeypatch.chdir(tmp_path)
        records.write_experiment(tmp_path / "study", file="../study.py", tasks=["last-of-five"], architectures=["gru"])
        records.TASKS["last-of-five"] = records.TASKS["adding-50"]
        monkeypatch.setitem(records.SCORES, "last-of-five", {})
        monkeypatch.setitem(records.SPREADS, "last-of-five", 0.1)
        monkeypatch.setitem(records.BASELINES, "last-of-five", 1.0)
        made = records.record("last-of-five", "gru", "final", 0)
        del records.TASKS["last-of-five"]
        records.write(tmp_path / "study", made | {"spec": {"data": {"checksum": "0"}, "hyperparameters": {}}})

        def verify(*arguments):
            assert main(["verify", *arguments]) == 2
            out, err = capsys.readouterr()
            err = err.removeprefix("suite: running the experiment file 'study.py'\n")
            assert (out, err.count("\n")) == ("", 1)
            return err

        return verify

    def test_a_task_of_its_own_needs_the_file_and_the_one_that_the_folder_names_is_never_run(self, refused):
        Path("study.py").write_text("raise SystemExit('run')")
        line = refused("study")
        assert "unknown task 'last-of-five'" in line
        assert "declared only in its file: name it with --file FILE" in line

    def test_a_file_that_makes_other_runs(self, refused):
        Path("study.py").write_text(STUDY.format(**PLAIN | {"version": 2}))
        changed = "holds last-of-five/gru/final-000, made with settings that have changed since: "
        assert changed in refused("study", "--file", "study.py")
        Path("study.py").write_text(STUDY.format(**PLAIN | {"tasks": ["adding-5"]}))
        gone = "holds last-of-five/gru/final-000, a cell that is no longer in its experiment file"
        assert gone in refused("study", "--file", "study.py")

    @pytest.mark.parametrize(
        ("arguments", "line"),
        [(("study", "--runs", "0"), "runs must be a whole number of at least 1, not 0"),
         (("stud",), "no results folder 'stud': did you mean 'study'"),
         (("study", "--file", "stdy.py"), "no experiment file 'stdy.py'"),
         (("empty",), "'empty' contains no successful run to verify")],
    )  # fmt: skip
    def test_a_wrong_request_is_reported_in_one_line(self, refused, arguments, line):
        Path("empty").mkdir()
        assert line in refused(*arguments)


def test_the_choice_is_always_the_same_and_covers_roles_then_cells(records):
    architectures = ("gru", "lstm", "simple-rnn")
    made = [Record(**records.record("adding-50", architecture, role, index)) for architecture in architectures
            for role in ("trial", "final") for index in range(4)]  # fmt: skip
    chosen = choose(made, 6)
    assert chosen == choose(made[::-1], 6)
    assert {record.role for record in chosen[:2]} == {"trial", "final"}
    assert {record.architecture for record in chosen[:3]} == {"gru", "lstm", "simple-rnn"}
    assert chosen[:3] == choose(made, 3)
    assert len(choose(made, 99)) == 24


@pytest.mark.parametrize(
    ("stored", "made", "found"),
    [
        ({"best_epoch": 4}, {"best_epoch": 4, "seconds": 3}, {}),
        ({"best_epoch": 4}, {"best_epoch": 5}, {"best_epoch": 0.2}),
        ({"history": {"loss": [1.0, 2.0]}}, {"history": {"loss": [1.0, -2.0]}}, {"history.loss": 2.0}),
        ({"history": {"loss": [1.0]}}, {"history": {"loss": [1.0, 2.0]}}, {"history.loss": math.inf}),
        ({"metrics": {"test": {"r2": None}}}, {"metrics": {"test": {"r2": 0.5}}}, {"metrics.test.r2": math.inf}),
        (
            {"metrics": {"test": {"mse": 1.0}}},
            {"metrics": {"test": {"mse": 1.0, "crps": 0.5}}},
            {},
        ),  # of a later version
        ({"status": "ok"}, {"status": "diverged"}, {"status": math.inf}),
    ],
)
def test_disagreement_is_the_largest_relative_difference_by_field(stored, made, found):
    one = {"id": FINAL, "task": "last-of-five", "architecture": "gru", "role": "final", "index": 0, "status": "ok"}
    assert disagreement(Record(**one | stored), Record(**one | made)) == found
    assert in_words({"best_epoch": 0.2, "status": math.inf}) == "best_epoch by 2.0e-01, status is different"
