"""Every look at the verdicts counts, planned or added by hand; the hash and the registration name them."""

from pathlib import Path

import pytest

from suite.claims import judge
from suite.claims.declared import declared_claims
from suite.claims.preregistration import fingerprint, fixed, registration
from suite.experiment.experiment import Experiment
from suite.results.experiment_info import ExperimentInfo
from suite.results.results import load


def changed(**fields):
    return Experiment(**{"tasks": ["adding-50"], "architectures": ["lstm", "gru"], "seeds": 10} | fields)


STUDY = changed()


def counted(*requests):
    """Return the number of looks after these requests, each of which follows runs of the one before."""
    stored = None
    for request in requests:
        made = fixed(request, stored, stored is not None)
        stored = ExperimentInfo.from_json(request.resolved() | {"claims_fixed": made}, Path("experiment.json"))
    return stored.looks_counted


def test_there_is_one_without_a_plan_and_as_many_as_planned_with_one():
    assert counted(STUDY) == 1
    assert counted(STUDY, STUDY) == 1
    assert counted(changed(looks=(24, 48, 96))) == 3


def test_trials_added_by_hand_are_one_more():
    more, most = changed(trials=48, best_of=4), changed(trials=60, best_of=4)
    assert counted(STUDY, more) == 2
    assert counted(STUDY, more, most) == 3
    assert counted(STUDY, more, STUDY, more, STUDY) == 2


def test_looks_added_by_hand_count_once_each():
    assert counted(STUDY, changed(looks=(24, 48, 96))) == 3
    assert counted(changed(looks=(24, 48)), changed(looks=(24, 48, 96))) == 3
    assert counted(changed(looks=(24, 48)), STUDY, changed(looks=(24, 48))) == 2


def test_trials_that_were_too_few_for_a_verdict_were_no_look():
    assert counted(changed(trials=2), STUDY) == 1


def test_they_are_part_of_the_hash_only_if_they_are_planned():
    hashes = {fixed(changed(trials=48, best_of=4, **looks), None, False)["hash"]
              for looks in ({}, {"looks": ()}, {"looks": (24, 48)}, {"looks": (48,)})}  # fmt: skip
    assert len(hashes) == 3
    assert fixed(STUDY, None, False)["hash"] == fingerprint(declared_claims(ExperimentInfo()), 0.02, 10, 24, 4)


@pytest.mark.parametrize(
    ("planned", "looks", "end"),
    [
        ((), 1, "before the runs (hash not)."),
        ((), 2, ". Look 2: trials were added after the first look."),
        ((24, 48), 2, ". 2 planned looks."),
        ((24, 48), 3, ". 2 planned looks. Look 3: trials were added after the first look."),
    ],
)
def test_the_registration_says_how_many(tmp_path, records, planned, looks, end):
    records.write_experiment(tmp_path, looks=list(planned), claims_fixed={"looks": looks, "hash": "not"})
    assert registration(load(tmp_path)).endswith(end)


def test_the_budget_of_a_claim_is_that_of_the_last_look(tmp_path, records):
    folder = records.write_study(tmp_path, 24, 1, ("speech-like",))
    records.write_experiment(folder, tasks=["speech-like"], looks=[24, 48], trials=48)
    sentences = [one.sentence for one in judge(load(folder))]
    assert any("Budget: at most 48 trials, 12 epochs and 5000 weights." in sentence for sentence in sentences)
