"""Reasons: each rule finds what the records were made to show, with its numbers, and nothing where nothing is wrong."""

from dataclasses import replace

import numpy as np
import pytest

from suite.report.reasons import MOST, reasons
from suite.results.record import Record

TASK = "speech-like"  # its trivial baseline has an accuracy of 0.11
NOISE = 0.01 * np.random.default_rng(2).normal(size=24)


@pytest.fixture
def study(tmp_path, records):
    """Returns 24 trials of two networks: GRU at a skill of 0.8, and LSTM at `skill`, with `facts` in its records."""

    def make(skill=0.8, **facts):
        skills = {(TASK, "lstm"): list(skill + NOISE), (TASK, "gru"): list(0.8 + NOISE)}
        beside = {(TASK, "lstm"): [dict(facts) for _ in NOISE]}
        return records.trials(
            tmp_path / "quick", skills, beside=beside, epochs=14, clip_norm=1.0, titles={"lstm": "LSTM"}
        )

    return make


def test_where_nothing_is_wrong_nothing_is_said(study):
    assert reasons(study(), TASK) == []


def test_overfitting_is_told_by_both_scores(study):
    (said,) = reasons(study(0.4, history={"accuracy": [0.3, 1.0]}, best_epoch=2), TASK)
    assert said.startswith("LSTM reaches accuracy 1.00 in training, but 0.47 on test data")
    assert reasons(study(0.8, history={"accuracy": [0.3, 0.85]}, best_epoch=2), TASK) == []


def test_a_loss_that_never_left_its_start_comes_with_the_option_that_trains_longer(study):
    (said,) = reasons(study(0.0, loss=0.999), TASK)
    assert said.startswith("LSTM never began to learn in >99 % of searches")
    assert "--epochs 28" in said


def test_clipped_steps_matter_where_another_network_does_better(study):
    (said,) = reasons(study(0.5, clipped=0.9), TASK)
    assert said.startswith("90 % of the training steps of LSTM were clipped at norm 1.")
    assert reasons(study(0.8, clipped=0.9), TASK) == []


def test_one_hyperparameter_that_repairs_the_default_is_named_with_its_counts(tmp_path, records):
    works = np.arange(24) % 3 == 0
    skills = {(TASK, "lstm"): list(np.where(works, 0.95, 0.0) + NOISE)}
    starts = [
        {"hyperparameters": {"gate_bias": "chrono" if one else "one", "depth": k % 2}} for k, one in enumerate(works)
    ]
    results = records.trials(tmp_path / "quick", skills, beside={(TASK, "lstm"): starts})
    results.records.append(Record(**records._run(TASK, "lstm", "control", 0, 0.02)))
    (said,) = reasons(results, TASK)
    assert "has a skill of 0.02 with its default configuration" in said
    assert "8 of 8 trials with gate_bias=chrono work" in said and "0 of 16 without" in said
    assert said.endswith("Next: set gate_bias=chrono.")


def test_the_more_is_tried_the_more_it_takes_to_name_one_value(tmp_path, records):
    """Two values of one hyperparameter are two tests; four more hyperparameters of six values make 26."""
    works = np.arange(12) % 3 == 0
    skills = {(TASK, "lstm"): list(np.where(works, 0.95, 0.0) + NOISE[:12])}
    said = []
    for more in (0, 4):
        starts = [
            {"hyperparameters": {"gate_bias": "chrono" if one else "one"} | {f"other{n}": k % 6 for n in range(more)}}
            for k, one in enumerate(works)
        ]
        results = records.trials(tmp_path / f"quick{more}", skills, beside={(TASK, "lstm"): starts})
        results.records.append(Record(**records._run(TASK, "lstm", "control", 0, 0.02)))
        said.append(reasons(results, TASK))
    assert len(said[0]) == 1 and said[1] == []


@pytest.mark.parametrize(
    ("rival", "skill", "said"), [("order-free", 0.95, True), ("order-free", 0.5, False), ("flattened", 0.95, False)]
)
def test_a_rival_that_sees_no_order_and_is_ahead_says_that_order_adds_nothing(tmp_path, records, rival, skill, said):
    skills = {(TASK, name): list(0.8 + NOISE) for name in ("lstm", "gru")}
    results = records.trials(tmp_path / "quick", skills, beside={cell: [{"rival": skill}] * 24 for cell in skills})
    info = {"words": "a linear model", "seconds": 1.0, "scores": {}}
    draws = {"1": {"rivals": {rival: info}, "best_rival": rival}}
    results.tasks[TASK] = replace(results.tasks[TASK], baselines=draws)
    found = [one for one in reasons(results, TASK) if "order adds nothing" in one]
    assert bool(found) == said
    assert not found or found[0].startswith("A linear model, which does not see the order of the steps, is ahead of")


def test_a_variant_that_changes_a_network_is_told_with_both_skills(study, tmp_path):
    here, there = study(0.2), study(0.8)
    here.variants = {"another start": there}
    (said,) = [one for one in reasons(here, TASK) if "another start" in one]
    assert said.startswith("With another start, LSTM has a skill of 0.8")
    assert "instead of 0.2" in said and said.endswith("Next: decide on another start before you choose a network.")
    there.variants = {"the same": there}
    assert reasons(there, TASK) == []


def test_gradients_that_do_not_reach_back_are_told_with_their_lag(tmp_path, records):
    gone = {"gradients": {"kept": {"0": 1.0, "49": 1e-9}}}
    skills = {(TASK, "lstm"): [0.1] * 5, (TASK, "gru"): [0.9] * 5}
    results = records.finals(tmp_path / "quick", skills, {(TASK, "lstm"): [gone] * 5})
    (said,) = reasons(results, TASK)
    assert "shrinks to 1e\N{MINUS SIGN}09 of itself over 49 steps" in said


def test_there_are_at_most_two_sentences_for_a_task(study):
    wrong = {"loss": 0.999, "clipped": 0.9, "best_epoch": 1}
    assert len(reasons(study(0.0, **wrong), TASK)) == MOST
