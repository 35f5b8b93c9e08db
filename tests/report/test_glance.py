"""Glance: the sentences, the facts and the figure of the first screen say what the comparisons show, in plain words."""

import os
import re
from dataclasses import replace

import numpy as np
import pytest

from suite.analysis import comparisons
from suite.notebook import Plots
from suite.report.figures.style import render
from suite.report.glance import cost, settling, sureness
from suite.report.lead import brief, lead
from suite.text import roughly

NOISE = np.random.default_rng(5).normal(size=(3, 24))
TITLES = {"simple-rnn": "simple RNN", "lstm": "LSTM", "gru": "GRU"}
SPEECH, SENTIMENT, STOCKS = "speech-like", "sentiment-like", "sp500-return"
EQUAL = "practically equal (within 0.02 of skill)"


@pytest.fixture(autouse=True)
def only_verdicts(monkeypatch):
    """Leave out what takes time and decides nothing here: probabilities, claims and their evidence."""
    monkeypatch.setattr(comparisons, "chances_of", lambda *_: None)
    monkeypatch.setattr("suite.report.lead.judge", lambda results: [])


@pytest.fixture
def study(tmp_path, records):
    """Returns trials with these mean skills by task and architecture, and a rival of this skill, without files."""

    def make(means, spread=0.003, rival=0.3, trials=24, beside=None, **experiment):
        skills, facts = {}, {}
        for task, own in means.items():
            for row, (name, mean) in enumerate(own.items()):
                skills[task, name] = list(mean + spread * NOISE[row, :trials])
                facts[task, name] = [{"rival": rival} | (beside or {}) for _ in range(trials)]
        found = records.trials(tmp_path / "results" / "quick", skills, beside=facts, titles=TITLES, **experiment)
        names = {SENTIMENT: "Sentences", STOCKS: "S&P 500 return"}
        found.tasks = {task: replace(one, title=names.get(task, "")) for task, one in found.tasks.items()}
        return found

    return make


@pytest.mark.parametrize(
    ("skills", "spread", "sentence"),
    [
        ({"lstm": 0.9, "gru": 0.7, "simple-rnn": 0.5}, 0.003, "LSTM beats GRU and the simple RNN"),
        ({"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.5}, 0.003, f"LSTM and GRU are {EQUAL}, and beat the simple RNN"),
        ({"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.9}, 0.003, f"the simple RNN, LSTM and GRU are {EQUAL}"),
        ({"lstm": 0.9, "gru": 0.89, "simple-rnn": 0.5}, 0.06,
         "LSTM and GRU beat the simple RNN; whether LSTM or GRU is better is undecided"),
        ({"lstm": 0.7, "gru": 0.7, "simple-rnn": 0.7}, 0.05,
         "all networks beat every baseline; which is best is undecided"),
        ({"lstm": 0.3, "gru": 0.3}, 0.05,
         "no network is shown to beat the trained baseline (order-free) or another network"),
        ({"lstm": 0.1, "gru": 0.1}, 0.003, "use the trained baseline (order-free), which beats every network"),
        ({"lstm": 0.0, "gru": 0.0}, 0.05,
         "no network is shown to beat the trivial baseline (majority) or another network"),
    ],
)  # fmt: skip
def test_one_clause_says_what_is_shown_on_a_task(study, skills, spread, sentence):
    rival = 0.3 if max(skills.values()) else 0.0
    assert lead(study({SPEECH: skills}, spread, rival)) == [f"Speech like: {sentence}."]


def test_a_rival_that_solves_a_generated_task_is_not_among_the_baselines_that_are_beaten(study):
    results = study({SPEECH: {"lstm": 0.7, "gru": 0.7, "simple-rnn": 0.7}}, 0.05, 1.0)
    assert not comparisons.compare(results, SPEECH).trained
    (sentence,) = lead(results)
    assert "all networks beat the trivial baseline (majority); which is best is undecided" in sentence
    svg = render(Plots(results).overview())["svg"].decode()
    assert "shown to beat the trivial baseline (majority)</title>" in svg and "every baseline" not in svg


def test_tasks_that_show_the_same_share_a_sentence_and_those_without_a_gain_come_first(study):
    good, bad = {"lstm": 0.9, "gru": 0.6}, {"lstm": 0.2, "gru": 0.1}
    assert lead(study({SPEECH: good, SENTIMENT: good, STOCKS: bad})) == [
        "LSTM beats GRU on all 3 tasks.",
        "S&P 500 return: use the trained baseline (lags), which beats every network.",
        "Speech like and Sentences: LSTM beats GRU.",
        "S&P 500 return: use the trained baseline (lags), which beats every network.",
    ]


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"lstm": 0.9, "gru": 0.6}, {"lstm": 0.6, "gru": 0.9},
         "Which network is better depends on the task: each is beaten on some."),
        ({"lstm": 0.9, "gru": 0.9}, {"lstm": 0.9, "gru": 0.9}, "No network is shown to beat another on any task."),
        ({"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.5}, {"lstm": 0.9, "gru": 0.9, "simple-rnn": 0.5},
         "LSTM and GRU beat the simple RNN on both tasks."),
    ],
)  # fmt: skip
def test_the_first_sentence_names_those_that_come_out_ahead(study, first, second, words):
    assert lead(study({SPEECH: first, SENTIMENT: second}))[0] == words


def test_a_star_and_the_word_best_stand_only_where_they_are_shown(study):
    assert brief(study({SPEECH: {"lstm": 0.9, "gru": 0.7}}), SPEECH) == "★ LSTM"
    assert brief(study({SPEECH: {"lstm": 0.9, "gru": 0.9}}), SPEECH) == "★ LSTM ≈ GRU"
    assert brief(study({SPEECH: {"lstm": 0.7, "gru": 0.7}}, 0.08), SPEECH) == "undecided"
    assert brief(study({SPEECH: {"lstm": 0.9, "gru": 0.7}}, trials=5), SPEECH) == "no verdict yet"


def test_the_facts_say_how_sure_one_can_be_and_what_it_cost(study):
    seconds = {"seconds": {"data": 1.0, "build": 2.0, "fit": 10.0, "evaluate": 2.0, "cpu": 99.0}}
    results = study({SPEECH: {"lstm": 0.9, "gru": 0.7}}, beside=seconds, machine={"cores": 2})
    assert "Each network has 24 independent trials on each task" in sureness(results).beside
    assert cost(results).answer == "79 minutes of CPU time"  # 48 runs of 99 seconds
    assert cost(results).beside == "48 trials, summed over 2 cores; none crashed."


def test_what_is_open_comes_with_the_command_that_would_settle_it_and_its_minutes(study, monkeypatch):
    monkeypatch.setattr("suite.report.glance.missing", lambda results: [])
    minute = {"seconds": {"fit": 60.0}}
    results = study({SPEECH: {"lstm": 0.8, "gru": 0.78}}, 0.2, beside=minute, machine={"cores": 2})
    fact = settling(results)
    trials = int(re.search(r"--at-most-trials (\d+)$", fact.command)[1])
    assert fact.command.startswith("suite run ") and "/results --tasks speech-like --until-decided" in fact.command
    minutes = roughly(60 * (trials - 24))  # of two networks on two cores
    assert fact.answer == f"Up to {minutes} more may decide Speech like"
    assert fact.beside == f"That is up to {trials} trials in all of each network there."


def test_where_more_trials_would_not_help_it_says_what_may(study, monkeypatch):
    monkeypatch.setattr("suite.report.glance.missing", lambda results: [])
    stuck = {"flags": ["edge-of-range"]}
    fact = settling(study({SPEECH: {"lstm": 0.8, "gru": 0.6}}, beside=stuck, epochs=14))
    assert (fact.answer, fact.command) == ("Longer training, not more trials", "")
    longer = "--epochs 28 instead of 14; cost not estimated"
    assert fact.beside == f"Speech like needs longer training to tell the networks apart ({longer})."
    assert lead(study({SPEECH: {"lstm": 0.8, "gru": 0.6}}, beside=stuck)) == [
        "Speech like: LSTM scored higher than GRU, which does not count as a win: GRU has a learning rate at the "
        "edge of its range in >99 % of searches, and longer training may change that; whether LSTM or GRU is better is "
        "undecided."
    ]


def test_with_runs_missing_the_command_is_the_one_that_continues(study):
    results = study({SPEECH: {"lstm": 0.9, "gru": 0.7}}, seeds=3)
    fact = settling(results)
    assert fact.answer == "the missing runs"
    assert fact.command == f"suite run {results.file} --results {os.path.relpath(results.store.root.parent)}"


def test_where_all_is_decided_nothing_is_needed(study, monkeypatch):
    monkeypatch.setattr("suite.report.glance.missing", lambda results: [])
    fact = settling(study({SPEECH: {"lstm": 0.9, "gru": 0.7}}))
    assert (fact.answer, fact.command) == ("nothing more is needed", "")


def test_the_figure_fills_the_marks_of_those_that_beat_every_baseline_and_shows_values_on_hover(study):
    results = study({SPEECH: {"lstm": 0.9, "gru": 0.2}, SENTIMENT: {"lstm": 0.9, "gru": 0.2}})
    drawn = Plots(results).overview()
    (panel,) = drawn.axes
    marks = {line.get_gid(): line for line in panel.lines if line.get_gid()}
    filled = {text.split(":")[1].strip(): line.get_markerfacecolor() != "white" for text, line in marks.items()}
    assert filled | {"LSTM": True, "GRU": False} == filled
    svg = render(drawn)["svg"].decode()
    assert len(re.findall(r"<g><title>LSTM: skill 0\.\d+ \(.*?\); shown to beat every baseline</title>", svg)) == 2
    assert len(re.findall(r"<title>the trained baseline \(.*?\): skill 0\.30</title>", svg)) == 2
