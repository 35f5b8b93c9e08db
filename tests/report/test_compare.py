"""Compare: several studies agree or differ on a pair only where both have a verdict."""

import json

import numpy as np
import pytest

from suite.analysis import comparisons
from suite.cli import main
from suite.report.compare import across_studies, lines, named, page

NOISE = 0.003 * np.random.default_rng(4).normal(size=(2, 24))
SPEECH, SENTIMENT = "speech-like", "sentiment-like"


@pytest.fixture(autouse=True)
def only_verdicts(monkeypatch):
    """Leave out what takes time and decides nothing here."""
    monkeypatch.setattr(comparisons, "chances_of", lambda *_: None)
    monkeypatch.setattr("suite.report.lead.judge", lambda results: [])


@pytest.fixture
def study(tmp_path, records):
    """Returns trials of lstm and gru with these mean skills by task, in a study with this name."""

    def make(name, means, trials=24):
        skills = {
            (task, each): list(mean + NOISE[row, :trials])
            for task, own in means.items()
            for row, (each, mean) in enumerate(zip(("lstm", "gru"), own, strict=True))
        }
        return records.trials(tmp_path / name, skills, name=name, titles={"lstm": "LSTM", "gru": "GRU"})

    return make


def test_studies_that_show_the_same_agree_and_those_that_show_the_opposite_differ(study):
    first = study("first", {SPEECH: (0.9, 0.6), SENTIMENT: (0.9, 0.6)})
    second = study("second", {SPEECH: (0.8, 0.5), SENTIMENT: (0.5, 0.8)})
    speech, sentiment = across_studies(named([first, second]))
    assert (speech.agree, speech.differ) == (["LSTM beats GRU in first and second"], [])
    assert (sentiment.agree, sentiment.differ) == ([], ["LSTM beats GRU in first; GRU beats LSTM in second"])
    assert speech.verdicts == {"first": "LSTM beats GRU", "second": "LSTM beats GRU"}


def test_a_study_without_a_verdict_neither_agrees_nor_differs(study):
    found = across_studies(named([study("long", {SPEECH: (0.9, 0.6)}), study("short", {SPEECH: (0.6, 0.9)}, trials=5)]))
    assert (found[0].agree, found[0].differ) == ([], [])
    assert found[0].verdicts["short"] == "no verdict yet"


def test_tasks_that_the_studies_share_come_first(study):
    studies = named([study("a", {SENTIMENT: (0.9, 0.6), SPEECH: (0.9, 0.6)}), study("b", {SPEECH: (0.9, 0.9)})])
    found = across_studies(studies)
    assert [one.task for one in found] == [SPEECH, SENTIMENT]
    text = page(studies, found).decode()
    assert "2 studies compared" in text and "The studies differ" in text
    assert "  differ: LSTM beats GRU in a; LSTM and GRU are practically equal in b" in lines(found)


def test_studies_with_the_same_name_are_told_apart_by_their_folders(study, tmp_path):
    one, other = study("same", {SPEECH: (0.9, 0.6)}), study("same", {SPEECH: (0.9, 0.6)})
    other.store = type(other.store)(tmp_path / "elsewhere" / "same")
    assert list(named([one, other])) == [(tmp_path / "same").as_posix(), (tmp_path / "elsewhere" / "same").as_posix()]


def test_the_command_writes_the_page_and_one_json_document(tmp_path, records, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        records.write_study(tmp_path / name, 1, 1, (SPEECH,))
    assert main(["compare", "one", "two", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["studies"] == ["one", "two"] and told["tasks"][0]["verdicts"] == dict.fromkeys(
        told["studies"], "no verdict yet"
    )
    assert "2 studies compared" in (tmp_path / told["page"]).read_text()
    assert main(["compare", "one"]) == 2
    assert "needs two results folders or more" in capsys.readouterr().err
