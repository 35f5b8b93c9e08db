"""The figure of skill against a budget, from hand-made records."""

import numpy as np
import pytest

from suite.analysis.effects import effect
from suite.report.figures import FIGURES
from suite.report.figures.skill_by_budget import cells

KIND = FIGURES["skill_by_budget"]
NOISE = np.random.default_rng(1).normal(size=24)


@pytest.fixture
def study(tmp_path, records, budgets):
    """Returns results of 24 trials of two architectures that learn more with a larger budget."""

    def made(task="sentiment-like", option="weights", counts=(1000, 4000, 16000)):
        names = budgets(task, option, *counts)
        skills = {
            (name, architecture): list(best * (place + 1) / 10 + 0.01 * NOISE)
            for place, name in enumerate(names)
            for architecture, best in (("lstm", 2.0), ("gru", 3.0))
        }
        rivals = {cell: [{"rival": 0.25}] * 24 for cell in skills}
        return records.trials(tmp_path, skills, beside=rivals)

    return made


def test_one_curve_per_architecture_shows_what_verdicts_are_about(study):
    results = study()
    drawn = KIND.draw(results, ["sentiment-like"])
    (panel,) = drawn.axes
    assert panel.get_xscale() == "log"
    assert panel.get_xlabel() == "trainable weights of the architecture"
    assert [*panel.get_xticks()] == [1000, 4000, 16000]
    found = cells(results, "sentiment-like")
    for name in ("lstm", "gru"):
        curve = found[found["architecture"] == name]
        expected = [effect(results, [(1, task, name)], 0.95) for task in results.task_names]
        assert curve[["mean", "low", "high", "n"]].to_numpy() == pytest.approx(np.array(expected))
        (line,) = [
            one for one in panel.lines if len(one.get_ydata()) == 3 and np.allclose(one.get_ydata(), curve["mean"])
        ]
        assert np.array(line.get_xdata()) == pytest.approx(curve["count"].to_numpy(), rel=0.05)


def test_both_baselines_are_drawn_from_edge_to_edge(study):
    drawn = KIND.draw(study(), ["sentiment-like"])
    (panel,) = drawn.axes
    levels = {tuple(np.round(line.get_ydata(), 9)) for line in panel.lines if len(line.get_ydata()) == 5}
    assert levels == {(0,) * 5, (0.25,) * 5}
    names = [text.get_text() for text in drawn.legends[0].get_texts()]
    assert names == ["lstm", "gru", "trivial baseline", "best rival"]


def test_the_sentence_gives_every_number(study):
    said = KIND.words(study(counts=(1000, 4000)), "sentiment-like")
    assert said.startswith("Sentiment like, expected test skill by number of weights: lstm 0.")
    assert " at 1000 and 0." in said and "; gru 0." in said


def test_examples_are_named_as_such(study):
    results = study(option="examples", counts=(100, 400))
    assert KIND.draw(results, ["sentiment-like"]).axes[0].get_xlabel() == "training examples"


def test_its_subjects_are_tasks_with_budgets_and_those_of_lengths_are_not(study, records):
    results = study()
    assert KIND.subjects(results, results.task_names) == ["sentiment-like"]
    assert KIND.tasks(results, ["sentiment-like"]) == [f"sentiment-like@{count}w" for count in (1000, 4000, 16000)]
    assert FIGURES["lengths"].subjects(results, results.task_names) == []
