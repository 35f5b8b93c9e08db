"""Results written by version 0.1.0, before modules moved into rooms, are read, reported and used."""

import re
import shutil

import pytest
from repository import ROOT

from suite.cli import main
from suite.notebook import load
from suite.results.pack import pack
from suite.results.store import Store

MADE_BEFORE = ROOT / "tests" / "before_the_move"


@pytest.fixture
def folder(tmp_path):
    """A copy of the experiment file, its data and its results."""
    shutil.copytree(MADE_BEFORE, tmp_path, dirs_exist_ok=True)
    return tmp_path / "results" / "before_the_move"


def test_every_file_is_readable(folder):
    results = load(folder)
    assert results.unreadable == {}
    assert results.runs.groupby("role").size().to_dict() == {"control": 8, "final": 8, "trial": 8}
    assert (results.runs["status"] == "ok").all()


def test_it_is_packed_like_any_other(folder):
    store = Store(folder)
    known, evidence = list(store.records()), load(folder).evidence
    assert pack(store).records == len(known) == 24
    assert list(store.records()) == known
    assert load(folder).evidence.equals(evidence)


@pytest.mark.slow
def test_every_command_that_reads_works(folder, capsys):
    for command in ("status", "report", "trials", "claims", "best"):
        assert main([command, str(folder)]) == 0, command
    assert main(["diff", str(folder), str(folder)]) == 0
    assert (folder / "report" / "index.html").is_file()


@pytest.mark.training
def test_a_model_saved_before_the_move_predicts(folder, capsys):
    data = str(folder.parent.parent / "tickets.csv")
    assert main(["predict", f"{folder}/tickets/gru", data]) == 0
    answers = capsys.readouterr().out.splitlines()
    assert len(answers) == 1 + 60
    pack(Store(folder))
    assert main(["predict", f"{folder}/tickets/gru", data]) == 0
    assert capsys.readouterr().out.splitlines() == answers


@pytest.mark.training
def test_the_experiment_stops_with_one_line_because_its_trials_shared_their_data(folder, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*.json")}
    arguments = ["run", str(folder.parent.parent / "before_the_move.py"), "--results", str(folder.parent)]
    assert main([*arguments, "--workers", "0", "--no-report"]) == 2
    line = capsys.readouterr().err
    fields = r"budget\.stopping None -> 2, data\.seed \d+ -> \d+"
    assert re.search(rf"holds tickets/simple-rnn/trial-000, .*: {fields}; add --redo .*another name\n$", line)
    assert line.count("\n") == 1
    assert {path: path.read_bytes() for path in folder.rglob("*.json")} == before
