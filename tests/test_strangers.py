"""A results folder from a stranger runs no code, and leads no command to read, copy or change files elsewhere."""

import json
import os
import shlex
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from suite.cli import main
from suite.commands import show, warn
from suite.errors import UnreadableError
from suite.files import reading
from suite.files.reading import read_json
from suite.files.writing import write_arrays
from suite.results.lock import NAME
from suite.results.results import load
from suite.results.store import Store
from suite.runner.dry_run import copied
from suite.text import inert

RUN = "adding-50/lstm/final-000"
EVIL = "__import__('pathlib').Path('was-run').touch()\n"
OUTSIDE = "it is a link that leads outside of the folder: put the file in its place (cp -L, git annex unlock)"
STUDY = {"tasks": ["adding-50"], "architectures": ["lstm"], "trials": 0, "seeds": 1}


@pytest.fixture
def folder(tmp_path, records, monkeypatch):
    """A small study by a stranger, in the current folder, beside a private file and an empty study."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "private").write_text("secret")
    records.write_experiment(tmp_path / "own", **STUDY)
    records.write_experiment(tmp_path / "study", **STUDY, file="evil.py")
    records.write_task(tmp_path / "study", "adding-50")
    records.write(tmp_path / "study", records.record("adding-50", "lstm", "final", 0))
    return tmp_path / "study"


@pytest.mark.parametrize("command", ["verify", "status", "trials", "claims", "best"])
def test_the_file_that_experiment_json_names_is_not_run(folder, command, capsys):
    for name in ("evil.py", "sitecustomize.py", "adding-50.py"):
        (folder / name).write_text(EVIL)
    main([command, str(folder)])
    assert not (folder.parent / "was-run").exists()
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("named", "run"), [("own.py", "own.py"), ("quick", "quick.py"), ("quikc", None)])
def test_a_file_that_is_run_was_named_and_is_named_before(folder, named, run, capsys):
    (folder.parent / "own.py").write_text(
        "from suite import Experiment; experiment = Experiment(architectures=['gru'])"
    )
    assert main(["verify", str(folder), "--file", named]) == 2
    said = capsys.readouterr().err
    assert said.startswith("suite: running the experiment file '") == (run is not None)
    assert run is None or said.splitlines()[0].endswith(f"{run}'")


def test_a_command_to_copy_contains_only_the_name_of_a_file(folder):
    content = read_json(folder / "experiment.json") | {"file": "x.py; touch was-run"}
    (folder / "experiment.json").write_text(json.dumps(content))
    assert shlex.split(load(folder).command)[:3] == ["suite", "run", str(folder / "x.py; touch was-run")]


def test_a_lock_that_links_to_another_file_leaves_that_file_alone(folder, capsys):
    (folder / NAME).symlink_to(folder.parent / "private")
    assert main(["merge", "own", "--into", "study"]) == 2
    assert "cannot write 'study/.lock'" in capsys.readouterr().err
    assert (folder.parent / "private").read_text() == "secret"


@pytest.mark.parametrize("command", [["pack", "study", "--keep", "none"], ["merge", "own", "--into", "study"]])
@pytest.mark.parametrize("link", ["adding-50", "adding-50/lstm"])
def test_a_folder_that_links_to_other_results_leaves_those_alone(folder, command, link, capsys):
    (folder / link).rename(folder.parent / "other")
    (folder / link).symlink_to(folder.parent / "other")
    before = {path: path.is_file() and path.read_bytes() for path in (folder.parent / "other").rglob("*")}
    assert main(command) == 2
    assert f"'study/{link}' leads outside of 'study'" in capsys.readouterr().err
    assert {path: path.is_file() and path.read_bytes() for path in (folder.parent / "other").rglob("*")} == before


def test_merge_copies_no_file_from_outside_the_folder(folder, capsys):
    (folder / f"{RUN}.npz").symlink_to(folder.parent / "private")
    (folder / "adding-50" / "items-0123456789ab.npz").symlink_to(folder.parent / "private")
    assert main(["merge", "study", "--into", "own"]) == 1
    assert capsys.readouterr().err.count("a link that leads outside") == 2
    assert {path.name for path in (folder.parent / "own").rglob("*.*")} == {"experiment.json", "task.json"}


@pytest.mark.parametrize("file", ["experiment.json", "adding-50/task.json", f"{RUN}.json"])
def test_no_file_from_outside_the_folder_is_read(folder, file):
    moved_outside(folder / file)
    assert OUTSIDE in load(folder).unreadable[file]


@pytest.mark.parametrize(("file", "status"), [("experiment.json", 2), ("adding-50/task.json", 0), (f"{RUN}.json", 0)])
def test_a_link_to_a_file_that_is_not_there_is_named(folder, file, status, capsys):
    moved_outside(folder / file).unlink()
    assert main(["status", str(folder)]) == status
    assert f"{file}' cannot be read: it is a link to a file that is not there" in capsys.readouterr().err


def test_no_arrays_from_outside_the_folder_are_read(folder):
    store = Store(folder)
    for path in (store.path(RUN, ".npz"), store.items_path("adding-50", "0123456789ab")):
        write_arrays(path, {"items": np.ones(3)})
        moved_outside(path)
    with pytest.raises(UnreadableError, match="leads outside"):
        store.predictions(RUN)
    with pytest.raises(UnreadableError, match="leads outside"):
        store.items("adding-50", "0123456789ab")
    assert list(store.truncated()) == [store.path(RUN)]


def test_a_dry_run_copies_no_file_from_outside_the_folder(folder):
    moved_outside(folder / f"{RUN}.json")
    assert list(copied(Store(folder), folder.parent / "copy").record_files()) == []


def test_a_link_within_the_folder_is_followed(folder):
    (folder / f"{RUN}.json").rename(folder / "other.json")
    (folder / f"{RUN}.json").symlink_to(folder / "other.json")
    assert [record.id for record in load(folder).records] == [RUN]


@pytest.mark.training
def test_no_model_from_outside_the_folder_is_exported(folder, capsys):
    write_arrays(folder / f"{RUN}.npz", {"prediction": np.ones(3)})
    with zipfile.ZipFile(folder / f"{RUN}.keras", "w") as file:
        file.writestr("config.json", "{}")
    moved_outside(folder / f"{RUN}.keras")
    assert main(["export", "study/adding-50/lstm", "--to", "exported"]) == 2
    assert capsys.readouterr().err.endswith(f"{OUTSIDE}\n")


def moved_outside(path):
    """Moves a file out of the study, puts a link to it in its place, and returns where it is."""
    elsewhere = Path.cwd() / path.name
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    return elsewhere


def test_a_pipe_is_no_file_to_wait_for(folder, capsys):
    (folder / f"{RUN}.json").unlink()
    os.mkfifo(folder / f"{RUN}.json")
    with pytest.raises(UnreadableError, match="it is no plain file"):
        read_json(folder / f"{RUN}.json")
    assert main(["status", str(folder)]) == 0
    assert "it is no plain file" in capsys.readouterr().err


@pytest.mark.parametrize("file", ["experiment.json", f"{RUN}.json", "adding-50/lstm/records.jsonl"])
def test_a_file_with_holes_that_is_larger_than_memory_is_not_read(folder, file, capsys):
    with (folder / file).open("ab") as opened:
        opened.truncate(2**45)
    main(["status", str(folder)])
    assert "its content, of 32,768 GiB, does not fit into memory" in capsys.readouterr().err


@pytest.mark.parametrize("way", ["reading arrays", pytest.param("loading a model", marks=pytest.mark.training)])
def test_a_small_archive_that_unpacks_to_more_than_memory_is_not_unpacked(folder, monkeypatch, way):
    path = folder / f"{RUN}.npz"
    np.savez_compressed(path, prediction=np.zeros(10**6))
    assert path.stat().st_size < 10**5
    monkeypatch.setattr(reading, "SMALL", 10**5)
    monkeypatch.setattr("psutil.virtual_memory", lambda: SimpleNamespace(available=10**6))
    with pytest.raises((UnreadableError, ValueError), match="does not fit into memory"):
        if way == "reading arrays":
            Store(folder).predictions(RUN)
        else:
            from suite.architectures.permitted import check_file

            check_file(path)


def test_names_cannot_control_the_terminal(capsys):
    warn(["a\x1b]0;owned\x07b", "lone \ud800"])
    show(type("Chosen", (), {"json": False}), None, ["\x1b[2Jgone \u202egnp"])
    out, err = capsys.readouterr()
    assert not set("\x1b\x07\u202e\ud800") & set(out + err)
    assert "owned" in err


@pytest.mark.parametrize(
    ("cell", "written"),
    [("=HYPERLINK(1)", "'=HYPERLINK(1)"), ("+1-a", "'+1-a"), ("@x", "'@x"), ("\t=1", "'\t=1"), ("-a", "'-a"),
     ("-0.5", "-0.5"), ("+2e3", "+2e3"), ("-", "-"), ("gru", "gru"), (-0.5, -0.5), (None, None),
     ("a\r=1+1", "a\ufffd=1+1"), ("\r=1", "\ufffd=1"), ("\x1b[2J\u202ex", "\ufffd[2J\ufffdx"), ("a\nb\tc", "a\nb\tc")],
)  # fmt: skip
def test_cells_of_tables_are_no_formulas_and_numbers_stay_numbers(cell, written):
    assert inert(cell) == written


def test_tables_of_trials_hold_no_formulas(folder, records, capsys):
    values = {"kernel": "=1+1", "shift": -0.5}
    records.write(folder, records.record("adding-50", "lstm", "trial", 0, hyperparameters=values))
    assert main(["trials", str(folder), "--csv"]) == 0
    assert capsys.readouterr().out.endswith(",'=1+1,-0.5\n")
