"""The claim that a parallel recurrence needs less CPU time on long sequences, on sweeps over lengths."""

import numpy as np
import pytest

NOISE = 0.001 * np.random.default_rng(3).normal(size=48)
LENGTHS = (50, 100, 200)


@pytest.fixture
def study(tmp_path, records, monkeypatch):
    """Returns results in which the minGRU leads by `lead`, and needs these multiples of the GRU's CPU time."""

    def made(multiples, lead=0.0, other="gru"):
        skills, beside = {}, {}
        for length, multiple in zip(LENGTHS, multiples, strict=False):
            task = f"adding-{length}"
            facts = records.TASKS["adding-50"] | {"length": length, "sweep": "adding", "solved": None}
            monkeypatch.setitem(records.TASKS, task, facts)
            monkeypatch.setitem(records.BASELINES, task, 0.1667)
            skills |= {(task, "min-gru"): list(0.6 + lead + NOISE), (task, other): list(0.6 + np.roll(NOISE, 1))}
            seconds = length * (1 + np.abs(NOISE))
            beside[task, "min-gru"] = [{"cpu": multiple * own} for own in np.roll(seconds, 1)]
            beside[task, other] = [{"cpu": own} for own in seconds]
        return records.trials(tmp_path, skills, best_of=1, trials=48, beside=beside)

    return made


@pytest.fixture
def claim(judged):
    return lambda results: judged(results, "parallel-cheaper")


def test_the_longest_length_decides_and_the_evidence_says_from_where_on_it_is_cheaper(claim, study):
    found = claim(study((2.0, 0.5, 0.25)))
    assert found.verdict == "supported"
    assert "Adding: min-gru is cheaper than gru from 100 steps on" in found.evidence
    of_longest = "Adding (200 steps): CPU time of a run, min-gru over gru: 0.25"
    assert [line for line in found.evidence if line.startswith(of_longest)]


def test_being_dearer_at_the_longest_length_contradicts(claim, study):
    found = claim(study((0.5, 1.0, 1.5)))
    assert found.verdict == "contradicted"
    assert "Adding: min-gru is cheaper than gru at no length up to the longest" in found.evidence


def test_a_saving_of_less_than_a_fifth_is_not_enough(claim, study):
    assert claim(study((0.5, 0.5, 0.9))).verdict != "supported"


def test_a_cheap_architecture_must_not_be_worse(claim, study):
    assert claim(study((0.5, 0.5, 0.25), lead=-0.1)).verdict == "contradicted"


def test_other_experiments_do_not_have_it(claim, study):
    assert claim(study((0.5,))) is None
    assert claim(study((0.5, 0.5), other="lstm")) is None
