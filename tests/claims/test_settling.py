"""Settling: every undecided claim says what would settle it."""

from dataclasses import replace
from math import ceil

import numpy as np
import pytest

from suite.claims import Claim, judge
from suite.claims.claim import FINAL, Part
from suite.claims.decide import Ruling, rule
from suite.claims.scope import scope_of
from suite.claims.settling import settling
from suite.statistics import Estimate

CLAIM = Claim("better", "The LSTM is better", "hearsay", "skill-difference", ("lstm", "simple-rnn"), margin=0.02)
OWN = {"claims_fixed": {"own": [CLAIM.plain()]}}
RULE = "if the effect stays the same"
SPEECH = "speech-like"


@pytest.fixture
def study(records, tmp_path):
    """Return results of trials with these skills."""

    def study(lstm, plain, **fields):
        skills = {(SPEECH, "lstm"): list(lstm), (SPEECH, "simple-rnn"): list(plain)}
        return records.trials(tmp_path, skills, **OWN | fields)

    return study


def told(results):
    (one,) = [one for one in judge(results) if one.id == "better"]
    return one


def noisy(mean, spread=0.05, count=24, seed=0):
    return mean + spread * np.random.default_rng(seed).normal(size=count)


def test_a_wide_interval_takes_as_many_trials_as_narrow_it_by_the_square_root(study):
    one = told(study(noisy(0.84), noisy(0.8, seed=1)))
    assert (one.verdict, one.low < 0.02 < one.effect) == ("undecided", True)
    wanted = ceil(24 * ((one.effect - one.low) / (one.effect - 0.02)) ** 2)
    assert 24 < wanted < 1000
    assert one.settling == f"about {wanted} trials of each architecture instead of 24, {RULE}"


def test_runs_that_are_not_done_yet_come_first(study):
    results = study(noisy(0.84), noisy(0.8, seed=1), trials=24)
    del results.records[-1]
    assert told(results).settling.startswith("the missing runs; about ")


def test_an_effect_on_the_margin_takes_more_trials_than_anyone_makes(study):
    same = noisy(0.8)
    one = told(study(same + np.tile([0.019, 0.02, 0.0215], 8), same))
    assert one.verdict == "undecided"
    assert one.settling == "more than 1000 trials of each architecture"


def test_a_settled_claim_needs_nothing(study):
    assert told(study(noisy(0.9), noisy(0.5, seed=1))).settling == ""


def test_handicaps_of_the_budget_name_what_removes_them(records, tmp_path):
    skills = {(SPEECH, "lstm"): list(noisy(0.9)), (SPEECH, "simple-rnn"): list(noisy(0.5, seed=1))}
    rising = {"history": {"val_accuracy": list(np.linspace(0.1, 0.6, 12))}, "spec": {"budget": {"epochs": 12}}}
    late = rising | {"flags": ["edge-of-range"]}
    found = records.trials(tmp_path, skills, beside={(SPEECH, "simple-rnn"): [late] * 24}, epochs=12, **OWN)
    one = told(found)
    assert one.verdict == "undecided"
    assert one.settling == "longer training (--epochs 24 instead of 12); a wider range of learning rates"


def test_where_the_test_examples_decide_no_number_of_trials_is_promised(records, tmp_path):
    found = records.on_examples(tmp_path, records.nearly_alike("lstm", "simple-rnn"), np.arange(60))
    found.experiment = replace(found.experiment, **OWN)
    assert told(found).settling == "more test examples (more runs alone would not do)"


def test_parts_that_only_runs_without_spread_measured_take_more_runs(study):
    results = study(noisy(0.8), noisy(0.8, seed=1), seeds=10)
    part = Part("a change", lambda level: Estimate(2.0, np.nan, np.nan, 10), " decades", 0.5, per=FINAL)
    scope = scope_of(CLAIM, results)
    assert settling(scope, rule([part], scope, 0.95), [part], 0.95) == "more final runs of each architecture"


def test_parts_that_decide_against_each_other_take_a_claim_each(study):
    scope = scope_of(CLAIM, study(noisy(0.8), noisy(0.8, seed=1)))
    equal, more = (Part("x", lambda level, low=low: Estimate(low, low, low, 24), "", 0.02) for low in (0.0, 1.0))
    ruling = rule([equal, more], scope, 0.95)
    assert isinstance(ruling, Ruling)
    assert ruling.verdict == "undecided"
    assert settling(scope, ruling, [equal, more], 0.95) == "a claim for each of its parts"
