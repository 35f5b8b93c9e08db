"""A study that is part of the repository is found by its name."""

import json
from email.message import Message

import pytest

import suite
from suite.cli import main
from suite.errors import RequestError
from suite.results import published
from suite.results.folders import existing


@pytest.fixture
def study(tmp_path, records, monkeypatch):
    """The folder of a published study, seen from another folder."""
    monkeypatch.setattr(published, "FOLDER", tmp_path / "clone" / "results")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    return records.write_study(tmp_path / "clone/results/reference-2026", trials=1, seeds=1, tasks=("adding-50",))


def test_it_is_loaded_and_named_like_a_folder(study):
    assert suite.load("reference-2026").store.root == study
    assert existing("reference-2026").root == study
    assert main(["status", "reference-2026"]) == 0


def test_a_folder_of_this_name_comes_first(study, records, tmp_path):
    own = records.write_study(tmp_path / "elsewhere/reference-2026", trials=1, seeds=1, tasks=("adding-50",))
    assert suite.load("reference-2026").store.root.resolve() == own.resolve()


def test_another_name_is_refused_with_the_closest(study, tmp_path):
    (tmp_path / "clone/results/reference-empty").mkdir()
    with pytest.raises(RequestError, match="did you mean 'reference-2026'"):
        existing("reference-2062")
    with pytest.raises(RequestError, match="no results in 'reference-empty'"):
        suite.load("reference-empty")


def test_fetch_names_its_folder(study, capsys):
    assert main(["fetch", "reference-2026"]) == 0
    assert capsys.readouterr().out == f"{study}\n"
    assert main(["fetch", "reference-2026", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"files": [str(study)], "unavailable": []}


@pytest.mark.parametrize(
    ("urls", "where"),
    [(["Source, https://example.org/suite"], "of https://example.org/suite"), ([], "of the repository of Sequence")],
)
def test_fetch_says_where_a_study_is_that_is_not_installed(study, monkeypatch, capsys, urls, where):
    described = Message()
    for url in urls:
        described["Project-URL"] = url
    monkeypatch.setattr(published, "metadata", lambda _: described)
    assert main(["fetch", "reference-2030"]) == 1
    line = capsys.readouterr().err
    assert "no study 'reference-2030' in this installation; this one has reference-2026: look in" in line
    assert f"results/ of a clone {where}" in line
