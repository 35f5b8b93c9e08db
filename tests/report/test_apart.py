"""What stays out of every aggregate: demonstrations of leaks under their own heading, controls next to the findings."""

import re

import pytest

from suite import report
from suite.analysis.comparisons import compare
from suite.analysis.recommendations import recommend
from suite.report.headline import answer
from suite.report.lead import lead
from suite.report.leak_demonstrations import demonstrations
from suite.report.page import Page
from suite.report.scores import matrix
from suite.results.results import load
from suite.statistics import bootstrap_t
from suite.text import interval, number

pytestmark = pytest.mark.slow

PRICES = {
    "kind": "regression", "metric": "mse", "direction": "lower", "perfect": 0.0, "baseline": "mean",
    "trained_baseline": "lags",
}  # fmt: skip
LEAKY = {"family": "leaks", "description": "Levels.", "honest": ["sp500-return", "stock-panel-return"]}


@pytest.fixture
def study(tmp_path, records, monkeypatch):
    """A study of an honest and a leaky task and a control."""

    def declare(name, facts, baseline, trained, score, spread):
        monkeypatch.setitem(records.TASKS, name, facts)
        for kept, value in ((records.BASELINES, baseline), (records.TRAINED, trained), (records.SPREADS, spread)):
            monkeypatch.setitem(kept, name, value)
        monkeypatch.setitem(records.SCORES, name, dict.fromkeys(records.ARCHITECTURES, score))

    declare("leaky-prices", PRICES | LEAKY, 0.17, 1e-4, 0.003, 1e-4)
    declare("prices-random-walk", PRICES | {"family": "controls", "description": "Noise."}, 1.0, 1.01, 1.02, 0.01)
    folder = records.write_study(tmp_path, 1, 5, ("sp500-return", "leaky-prices", "prices-random-walk"))
    for name in records.ARCHITECTURES:
        for index in range(5):
            kept = records.record("leaky-prices", name, "final", index)
            kept["metrics"]["test"]["r2"] = 0.982
            kept["baseline"]["test"]["r2"], kept["trained_baseline"]["test"]["r2"] = 0.0, 0.999
            records.write(folder, kept)
    return folder


def test_a_demonstration_shows_its_apparent_skill_next_to_the_honest_one(study):
    (found,) = demonstrations(load(study))
    assert (found["title"], found["add"]) == ("Leaky prices", ())
    table = found["table"]
    assert table.columns[1:] == ("Apparent r2 (higher is better)", "Skill on Sp500 return (higher is better)")
    rows = {name: (pretended, skill) for name, pretended, skill in table.rows}
    assert rows["trivial baseline (mean)"] == ("0", "0")
    assert rows["trained baseline (lags)"] == ("0.999", number(-0.0229))
    assert rows["lstm"][0].startswith("0.982")
    assert rows["lstm"][1] == interval(bootstrap_t(load(study).finals_of("sp500-return", "lstm")["skill"]))


@pytest.mark.usefixtures("undrawn")
def test_without_the_honest_task_it_says_which_to_add(tmp_path, records, study):
    records.write_experiment(study, tasks=["leaky-prices"])
    for path in sorted((study / "sp500-return").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    (study / "sp500-return").rmdir()
    text = report.write(study).read_text()
    assert "add sp500-return or stock-panel-return to the experiment" in text


@pytest.mark.usefixtures("undrawn")
def test_leaks_stand_under_their_own_heading_alone(study):
    page = report.write(study)
    for text in (page.read_text(), (page.parent / "report.md").read_text()):
        before, heading, after = text.partition("The wrong way, on purpose")
        assert heading and "Leaky prices" in after
        told = re.sub(r"leaky-prices/|Leaky prices, ", "", before)  # a missing or failed run of it may be named
        assert not re.search("(?i)leaky.prices", told.partition("How it was done")[0])


def test_neither_leaks_nor_controls_are_in_an_aggregate(study):
    results = load(study)
    assert results.counted == ["sp500-return"]
    shown = answer.content(Page(results, {}, []))
    assert [one.tasks for one in shown["answers"]] == [["sp500-return"]]
    assert [finding.task for finding in shown["controls"]] == ["prices-random-walk"]
    assert not any("prices" in sentence for sentence in lead(results))
    comparisons = {task: compare(results, task) for task in results.task_names}
    assert [advice.family for advice in recommend(results, comparisons)] == ["stocks"]


@pytest.mark.parametrize(
    ("score", "beats"), [(0.9, "yes: lstm"), (0.44, "no: lstm"), (0.2, "no: lstm"), (None, "undecided: lstm")]
)
def test_beating_the_trained_baseline_has_its_own_column(tmp_path, records, score, beats):
    records.write_experiment(tmp_path, tasks=["speech-like"], architectures=["lstm", "gru"], trials=0)
    records.write_task(tmp_path, "speech-like")
    for index in range(5):
        spread = 0.3 * (-1) ** index if score is None else 1e-3 * index
        records.write(tmp_path, records.record("speech-like", "lstm", "final", index, (score or 0.5) + spread))
    results = load(tmp_path)
    (row,) = matrix(results)
    assert row.beats_trained == beats


def test_a_task_without_a_trained_baseline_has_nothing_to_beat(tmp_path, records):
    results = load(records.write_study(tmp_path, 0, 5, ("adding-50",)))
    assert matrix(results)[0].beats_trained == "—"
