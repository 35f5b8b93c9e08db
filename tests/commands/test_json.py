"""`--json` prints one document and nothing else, with the exit status of the command without it."""

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from suite.cli import main
from suite.errors import UnavailableError
from suite.runner.verify import Check
from suite.tasks.datasets.download import DataSet
from suite.tasks.task import TASKS

BROKEN = """
import numpy as np
from suite import Data, Experiment, task

@task("clean", family="mine", kind="regression", metric="mse", baseline="mean")
def clean(seed):
    rng = np.random.default_rng(seed)
    x = [rng.normal(size=(n, 4, 1)).astype("float32") for n in (90, 60, 60)]
    return Data(*((one, (one[:, 0, 0] * one[:, 1, 0])) for one in x))

@task("broken", family="mine", kind="regression", metric="mse", baseline="mean")
def broken(seed):
    raise OSError("no sensor")

experiment = Experiment(tasks=["clean", "broken"], architectures=["lstm"])
"""


@pytest.fixture
def document(tmp_path, monkeypatch, capsys):
    """Return a function that gives the document and the exit status of a command with `--json`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        status = main([*arguments, "--json"])
        return json.loads(capsys.readouterr().out), status

    return run


def test_check_has_every_entry_with_its_findings(document):
    Path("study.py").write_text(BROKEN)
    (clean, broken), status = document("check", "study.py")
    assert status == 1
    sheet = clean.pop("sheet")
    assert sheet["notices"] == []
    assert sheet["facts"]["examples"] == "90 train, 60 validation, 60 test"
    assert clean == {"name": "clean", "what": "task", "passes": True, "rules": 21, "findings": [], "unavailable": None}
    assert broken["passes"] is False
    assert broken["findings"] == ["contract: OSError: no sensor"]


def test_fetch_has_the_files_and_what_is_unavailable(document, monkeypatch):
    def fetch(data_set):
        if data_set.name == "gone":
            raise UnavailableError("no network")
        return [Path("there.csv")]

    monkeypatch.setattr("suite.tasks.datasets.download.fetch", fetch)
    for name in ("there", "gone"):
        entry = replace(TASKS.get("adding-5"), name=name, place="mine.py:1", data_set=DataSet(name, (), "none", "me"))
        TASKS.add(entry)
    assert document("fetch", "there") == ({"files": ["there.csv"], "unavailable": []}, 0)
    assert document("fetch", "there", "gone") == ({"files": ["there.csv"], "unavailable": ["no network"]}, 1)
    assert document("fetch", "adding-5") == ({"files": [], "unavailable": []}, 0)


def test_pack_has_counts(document, records):
    records.write_study(Path("a"), trials=1, seeds=1, tasks=("adding-50",))
    assert document("pack", "a") == ({"directory": "a", "records": 6, "files": 3, "removed": 0, "unreadable": []}, 0)


def test_merge_has_counts_and_conflicts(document, records):
    records.write_study(Path("a"), trials=1, seeds=1, tasks=("adding-50",))
    shutil.copytree("a", "b")
    records.write(Path("b"), records.record("adding-50", "gru", "final", 0, score=0.9))
    found, status = document("merge", "a", "b", "--into", "all")
    assert status == 1
    assert (found["into"], found["runs"], found["copied"], found["unreadable"]) == ("all", 6, 5, [])
    (conflict,) = found["conflicts"]
    assert conflict.startswith("adding-50/gru/final-000: 'a' and 'b' differ")


def test_report_has_the_path_of_its_page(document, records, monkeypatch):
    records.write_experiment(Path("study"))
    monkeypatch.setattr("suite.report.write", lambda folder: Path(folder) / "report" / "index.html")
    assert document("report", "study") == ({"report": "study/report/index.html"}, 0)


def test_verify_has_every_run_with_its_largest_differences(document, monkeypatch):
    Path("study").mkdir()
    checks = [
        Check("adding-5/gru/final-000", {}, {}),
        Check("adding-5/gru/trial-000", {"best_epoch": 0.5, "history.loss": math.inf}, {}),
    ]
    monkeypatch.setattr("suite.runner.verify.verify", lambda store, runs, file: iter(checks[:runs]))
    equal = {"id": "adding-5/gru/final-000", "differs": {}, "explained_by": {}, "error": None, "unexplained": False}
    assert document("verify", "study", "--runs", "1") == ({"runs": [equal]}, 0)
    found, status = document("verify", "study")
    assert status == 1
    assert found["runs"][1]["differs"] == {"best_epoch": 0.5, "history.loss": None}
    assert found["runs"][1]["unexplained"] is True
