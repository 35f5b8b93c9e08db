"""Claims about lengths, where a sweep is over lengths, over a budget, or over both."""

import numpy as np
import pytest

from suite.claims.scope import Scope

NOISE = 0.01 * np.random.default_rng(3).normal(size=48)


@pytest.fixture
def study(tmp_path, records, budgets, monkeypatch):
    """Returns results in which the LSTM leads by this much on each task, and simple-rnn has a skill of 0.2."""
    for length in (50, 100):
        name = f"adding-{length}"
        monkeypatch.setitem(records.TASKS, name, records.TASKS["adding-50"] | {"length": length, "sweep": "adding"})
        monkeypatch.setitem(records.BASELINES, name, 0.1667)
        budgets(name, "weights", 1000, 4000)

    def made(leads):
        skills = {}
        for task, lead in leads.items():
            skills |= {(task, "lstm"): list(0.2 + lead + NOISE), (task, "simple-rnn"): list(0.2 + np.roll(NOISE, 1))}
        return records.trials(tmp_path, skills, best_of=1, trials=48)

    return made


BOTH = {"adding-50@1000w": 0.1, "adding-50@4000w": 0.3, "adding-100@1000w": 0.2, "adding-100@4000w": 0.7}


def test_budgets_of_one_length_are_no_sweep_over_lengths(study, judged):
    found = judged(study({"adding-50@1000w": 0.1, "adding-50@4000w": 0.3}), "longer-is-harder")
    assert (found.verdict, found.n, found.needs) == ("undecided", 0, "a sweep with two lengths")


def test_the_growth_with_length_is_the_mean_over_budgets(study, judged):
    found = judged(study(BOTH), "longer-is-harder")
    assert found.effect == pytest.approx((0.1 + 0.4) / 2)  # one doubling
    assert "on Adding (one task, " in found.sentence


def test_a_sweep_over_a_budget_is_one_task_with_its_own_name(study, judged):
    found = judged(study({"adding-50@1000w": 0.1, "adding-50@4000w": 0.3}), "long-memory")
    assert found.effect == pytest.approx(0.2)
    assert found.sentence.startswith("Supported on Adding (50 steps) (one task, ")


def test_a_configuration_counts_once_for_all_budgets(records, tmp_path, budgets, judged):
    few, many = budgets("speech-like", "weights", 1000, 4000)
    failing = {few: [0, 1], many: [1, 2]}  # three of the configurations diverge with some number of weights
    skills = {
        (task, name): [None if name == "simple-rnn" and k in failing[task] else 0.5 + NOISE[k] for k in range(24)]
        for task in (few, many)
        for name in ("lstm", "gru", "simple-rnn")
    }
    found = judged(records.trials(tmp_path, skills, trials=24), "stability")
    assert "trials that diverged: 3 of 24 of simple-rnn and 0 of 24 of lstm" in found.evidence
    assert found.effect == pytest.approx(3 / 24)


def test_a_mean_over_budgets_is_no_more_certain_than_one_budget(records, tmp_path, budgets):
    few, many = budgets("speech-like", "weights", 1000, 4000)
    results = records.trials(tmp_path, {(task, "gru"): [0.5] * 4 for task in (few, many, "sentiment-like")})
    values, widths = NOISE[:24], {}
    for tasks in ((few,), (few, many), (few, "sentiment-like")):
        found = Scope(results, tasks).mean(dict.fromkeys(tasks, values))(0.95)
        widths[tasks[1:]] = found.high - found.low
    assert widths[(many,)] == pytest.approx(widths[()])
    assert widths[("sentiment-like",)] < 0.8 * widths[()]
