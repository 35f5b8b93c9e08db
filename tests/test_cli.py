"""Every command, every exit status, and one clear line for every wrong request."""

import json
import os
import subprocess
import sys

import pytest

from suite.cli import main
from suite.files.writing import write_json

STUDY = """from suite import Experiment
experiment = Experiment(tasks=["adding-50"], architectures=["lstm"], trials=1, epochs=1, seeds=1, examples=20)
"""

BROKEN = """from suite import Experiment, task
@task("broken", family="mine", kind="regression", metric="mse", baseline="mean")
def broken(seed):
    raise OSError("no sensor")
experiment = Experiment(tasks=["broken"], architectures=["lstm"], trials=1, epochs=1, seeds=1)
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "study.py").write_text(STUDY)
    return tmp_path


@pytest.fixture
def refused(here, capsys):
    """Runs a command that must be refused, and returns the line it says."""

    def run(*arguments):
        before = sorted(here.rglob("*"))
        assert main(arguments) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith("suite: ")
        assert err.count("\n") == 1
        assert "Traceback" not in err
        assert sorted(here.rglob("*")) == before
        return err

    return run


class TestRefusal:
    @pytest.mark.parametrize(
        ("arguments", "line"),
        [
            ((), "the following arguments are required: COMMAND"),
            (("rum", "study.py"), "invalid choice: 'rum'"),
            (("run",), "the following arguments are required: FILE"),
            (("run", "stduy.py"), "no experiment file 'stduy.py': did you mean 'study.py'"),
            (("run", "study.py", "--tasks", "adding-5"), "experiment 'study' has no task 'adding-5'; it has adding-50"),
            (("run", "study.py", "--architectures", "gru"), "has no architecture 'gru'; it has lstm"),
            (("run", "study.py", "--tasks", ","), "argument --tasks: name at least one, separated by commas"),
            (("run", "study.py", "--trials", "0"), "trials must be a whole number of at least 1, not 0"),
            (("run", "study.py", "--epochs", "-1"), "epochs must be a whole number of at least 1, not -1"),
            (("run", "study.py", "--seeds", "many"), "argument --seeds: invalid int value: 'many'"),
            (("run", "study.py", "--workers", "-1"), "workers must be a whole number of at least 0, not -1"),
            (
                ("run", "study.py", "--workers", "2", "--scheduler", "tcp://host:8786"),
                "give workers or a scheduler, not both",
            ),
            (("run", "study.py", "--threads", "0"), "threads must be a whole number of at least 1, not 0"),
            (("run", "study.py", "--redo", "all"), "argument --redo: invalid choice: 'all'"),
            (("run", "study.py", "--redo", "--tasks", "adding-5"), "has no task 'adding-5'"),
            (("run", "study.py", "--redo", "failed", "--tasks", "adding-5"), "has no task 'adding-5'"),
            (("run", "study.py", "--hours", "0"), "hours must be a number above 0, not 0.0"),
            (("run", "study.py", "--hours", "-1"), "hours must be a number above 0, not -1.0"),
            (("run", "study.py", "--hours", "nan"), "hours must be a number above 0, not nan"),
            (("run", "study.py", "--hours", "long"), "argument --hours: invalid float value: 'long'"),
            (("run", "study.py", "--json-lines", "no/events"), "cannot write events to 'no/events': name a file in a"),
            (("run", "study.py", "--json-lines", "."), "cannot write events to '.'"),
            (("run", "study.py", "--json-lines", "-", "--json"), "--json and --json-lines - both write to standard o"),
            (
                ("run", "study.py", "--dry-run", "--json-lines", "events"),
                "--dry-run writes no events: leave --json-lines",
            ),
            (("run", "study.py", "--dry-run", "--hours", "0"), "hours must be a number above 0, not 0.0"),
            (("run", "study.py", "--dry-run", "--tasks", "adding-5"), "experiment 'study' has no task 'adding-5'"),
            (
                ("run", "study.py", "--dry-run", "--workers", "-1"),
                "workers must be a whole number of at least 0, not -1",
            ),
            (("run", "study.py", "--reuse", "results/other"), "no results folder 'results/other'"),
            (("run", "study.py", "--reuse", "."), "'.' contains no records to reuse: name results/<experiment>"),
            (("run", "study.py", "--trial", "2"), "unrecognized arguments: --trial 2"),
            (("status", "results/quick"), "no results folder 'results/quick'"),
            (("report", "results/quick"), "no results folder 'results/quick'"),
            (("status", "."), "contains no experiment.json"),
            (("list", "models"), "unknown task 'models': available: adding-100, adding-200, "),
            (("list", "lsmt"), "unknown architecture 'lsmt': did you mean 'lstm'"),
        ],
    )
    def test_a_wrong_request_is_refused_in_one_line_and_writes_nothing(self, refused, arguments, line):
        assert line in refused(*arguments)

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            ("import nothing_of_the_kind", "line 1 failed to import: ModuleNotFoundError"),
            ("x = 3", "defines no experiment"),
            ("x = (", "failed to import: SyntaxError"),
            (STUDY.replace("adding-50", "adding-x"), "unknown task 'adding-x'"),
            (STUDY.replace("lstm", "lsmt"), "unknown architecture 'lsmt': did you mean 'lstm'"),
            (STUDY.replace("epochs=1", "weights=0"), "weights must be a whole number of at least 1, not 0"),
            (
                STUDY.replace("epochs=1", "epoch=1"),
                "study.py', line 2: Experiment takes no 'epoch': did you mean 'epochs'?",
            ),
        ],
    )
    def test_a_wrong_experiment_file_is_reported_in_one_line(self, here, refused, content, line):
        (here / "study.py").write_text(content)
        assert line in refused("run", "study.py")

    def test_a_results_folder_that_cannot_be_written(self, here, refused):
        (here / "results").touch()
        assert "cannot write results to 'results/study'" in refused("run", "study.py")

    def test_a_results_folder_of_another_experiment(self, here, refused):
        write_json(here / "results" / "study" / "experiment.json", {"name": "other"})
        assert "'results/study' belongs to the experiment 'other', not to 'study'" in refused("run", "study.py")

    def test_an_experiment_json_that_is_truncated(self, here, refused):
        (here / "results" / "study").mkdir(parents=True)
        (here / "results" / "study" / "experiment.json").write_text('{"name": "stu')
        assert "experiment.json' cannot be read" in refused("status", "results/study")


class TestStatus:
    def test_it_counts_done_failed_and_missing_and_exits_0(self, here, capsys):
        store = here / "results" / "study"
        experiment = {
            "name": "study",
            "tasks": ["adding-50"],
            "architectures": ["lstm", "gru"],
            "trials": 2,
            "seeds": 3,
        }
        write_json(store / "experiment.json", experiment)
        for name, state in (("trial-000", "ok"), ("trial-001", "diverged"), ("final-000", "ok")):
            write_json(store / "adding-50" / "lstm" / f"{name}.json", {
                "id": f"adding-50/lstm/{name}", "task": "adding-50", "architecture": "lstm", "role": name[:-4],
                "index": int(name[-3:]), "seed": 1, "status": state, "error": "the loss was nan", "metrics": {},
                "spec": {}})  # fmt: skip
        assert main(["status", str(store), "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {
            "experiment": "study",
            "cells": [
                {
                    "task": "adding-50", "architecture": "lstm",
                    "trials": {"done": 1, "failed": 1, "missing": 0}, "finals": {"done": 1, "failed": 0, "missing": 2},
                    "failures": [{"id": "adding-50/lstm/trial-001", "status": "diverged", "error": "the loss was nan"}],
                },
                {
                    "task": "adding-50", "architecture": "gru",
                    "trials": {"done": 0, "failed": 0, "missing": 2}, "finals": {"done": 0, "failed": 0, "missing": 3},
                    "failures": [],
                },
            ],
        }  # fmt: skip
        write_json(store / "experiment.json", experiment | {"does_not_apply": {"adding-50/gru": "it sees later steps"}})
        assert main(["status", str(store), "--json"]) == 0
        found = json.loads(capsys.readouterr().out)
        assert [cell["architecture"] for cell in found["cells"]] == ["lstm"]
        assert found["does_not_apply"] == {"adding-50/gru": "it sees later steps"}
        (store / "adding-50" / "lstm" / "final-001.json").write_text("{")
        assert main(["status", str(store)]) == 0
        out, err = capsys.readouterr()
        assert "final-001.json' cannot be read" in err
        assert "adding-50/lstm/trial-001: diverged: the loss was nan" in out
        assert "adding-50/gru is left out: it sees later steps" in out


@pytest.mark.parametrize("command", [[], ["run"], ["status"], ["report"], ["list"]])
def test_help_says_what_a_command_does(capsys, command):
    with pytest.raises(SystemExit) as left:
        main([*command, "--help"])
    assert left.value.code == 0
    assert "usage: suite" in capsys.readouterr().out


@pytest.mark.training
class TestRun:
    def suite(self, *arguments, **options):
        command = [sys.executable, "-m", "suite", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=os.environ | options, check=False)

    def test_progress_on_standard_error_results_on_standard_output(self, here):
        done = self.suite("run", "study.py", "--workers", "0")
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1] == "report: results/study/report/index.html"
        assert (here / "results/study/report/index.html").is_file()
        assert "3/3 runs, 0 failed" in done.stderr
        assert "GPU" not in done.stderr
        assert "cuda" not in done.stderr.lower()
        assert "oneDNN" not in done.stderr

    def test_json_is_one_document_and_nothing_else(self, here):
        (here / "study.py").write_text(STUDY.replace("trials=1", 'hyperparameters={"depth": 1}'))
        done = self.suite("run", "study.py", "--workers", "0", "--json", "--no-report")
        assert json.loads(done.stdout)["report"] is None
        assert done.stderr == ""

    def test_a_failed_run_is_exit_status_1_now_and_when_repeated(self, here, capsys):
        (here / "study.py").write_text(BROKEN)
        done = self.suite("run", "study.py", "--workers", "0")
        again = main(["run", "study.py", "--workers", "0"])
        repeated = capsys.readouterr()
        assert done.returncode == again == 1
        for out, err in ((done.stdout, done.stderr), repeated):
            assert "broken/lstm/trial-000: error: OSError: no sensor" in out
            assert "Traceback" not in err
