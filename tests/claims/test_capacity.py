"""The claim that equal numbers of weights give the same skill, on sweeps over weights."""

import numpy as np
import pytest

from suite.analysis.comparisons import compare, joint_level
from suite.claims.preregistration import fixed
from suite.claims.statistics.capacity import _largest
from suite.experiment.experiment import Experiment
from suite.statistics import Estimate

NAMES = ("simple-rnn", "lstm", "gru")
NOISE = np.random.default_rng(5).normal(size=48)
TASK = "sentiment-like"


@pytest.fixture
def study(tmp_path, records, budgets):
    """Returns results of 48 trials with these mean skills, (simple-rnn, lstm, gru) for each number of weights."""

    def made(means, spread=0.001, task=TASK, option="weights", **experiment):
        tasks = budgets(task, option, *(1000 * 4**place for place in range(len(means))))
        noise = spread * (NOISE - NOISE.mean())
        skills = {
            (name, architecture): list(mean + np.roll(noise, shift))
            for name, each in zip(tasks, means, strict=True)
            for shift, (architecture, mean) in enumerate(zip(NAMES, each, strict=True))
        }
        return records.trials(tmp_path, skills, **{"best_of": 1, "trials": 48} | experiment)

    return made


@pytest.fixture
def capacity(judged):
    return lambda results: judged(results, "capacity")


def test_the_effect_is_minus_the_largest_difference_at_any_number_of_weights(capacity, study):
    found = capacity(study([(0.500, 0.503, 0.502), (0.800, 0.805, 0.808)]))
    assert found.effect == pytest.approx(-0.008)
    assert found.n == 48
    assert found.verdict == "practically equal"
    assert found.sentence.startswith("Practically equal on Sentiment like (one task, best of 1 of 48 trials")
    assert "minus the largest difference in skill between two of simple-rnn, lstm and gru at an" in found.sentence


@pytest.mark.parametrize("apart", [(0.8, 0.9, 0.8), (0.8, 0.7, 0.8)], ids=["better", "worse"])
def test_a_difference_in_either_direction_at_one_number_of_weights_contradicts(capacity, study, apart):
    found = capacity(study([(0.5, 0.5, 0.5), apart]))
    assert (found.verdict, found.effect) == ("contradicted", pytest.approx(-0.1))
    assert found.high < -0.02


def test_opposite_differences_do_not_cancel(capacity, study):
    assert capacity(study([(0.6, 0.5, 0.5), (0.7, 0.8, 0.8)])).effect == pytest.approx(-0.1)


def test_it_is_undecided_while_a_difference_may_exceed_the_margin(capacity, study):
    found = capacity(study([(0.5, 0.5, 0.5), (0.5, 0.51, 0.5)], spread=0.1))
    assert (found.verdict, found.provisional) == ("undecided", False)
    assert found.low < -0.02 < found.high <= 0


def test_the_interval_is_that_of_the_pairs_on_every_task(capacity, study):
    results = study([(0.50, 0.53, 0.52), (0.80, 0.82, 0.86)], spread=0.01)
    pairs = [one.joint for task in results.task_names for one in compare(results, task).pairs]
    assert len(pairs) == 6
    low, high = (max(getattr(pair, bound) for pair in pairs) for bound in ("low", "high"))  # the leader comes first
    found = capacity(results)
    assert (found.low, found.high) == (pytest.approx(-high), pytest.approx(-low))


def test_the_largest_of_signed_effects():
    effects = [Estimate(0.03, 0.01, 0.05, 24), Estimate(-0.04, -0.06, -0.02, 20), Estimate(0.0, -0.01, 0.02, 30)]
    assert _largest(effects) == (0.04, 0.02, 0.06, 20)
    assert _largest([]).n == 0


def test_equal_skill_needs_equal_chances_of_solving_the_task(capacity, study):
    means = [(0.941, 0.938, 0.938)] * 2  # a run solves the task with a skill of 0.94
    assert capacity(study(means, task="adding-50", best_of=4)).verdict == "undecided"
    assert capacity(study([(0.991, 0.988, 0.988)] * 2, task="adding-50", best_of=4)).verdict == "practically equal"


def test_the_evidence_names_each_pair_at_each_number_of_weights(capacity, study):
    found = capacity(study([(0.5, 0.5, 0.5), (0.8, 0.9, 0.8)]))
    lines = [line for line in found.evidence if ": " in line and "weights" in line]
    assert len(lines) == 6
    assert any(
        line.startswith("simple-rnn minus lstm, Sentiment like with 4,000 weights: ") and "lstm" in line
        for line in lines
    )


def test_it_needs_several_numbers_of_weights_and_all_three_architectures(capacity, study, records, tmp_path, budgets):
    one = capacity(study([(0.5, 0.5, 0.5)]))
    assert (one.verdict, one.needs) == ("undecided", "several numbers of weights (weights=[...])")
    tasks = budgets(TASK, "weights", 1000, 4000)
    skills = {(task, name): list(0.5 + 0.01 * NOISE) for task in tasks for name in NAMES[1:]}
    found = capacity(records.trials(tmp_path, skills, trials=48))
    assert (found.verdict, found.n, found.needs) == ("undecided", 0, "the architecture simple-rnn")


def test_other_experiments_do_not_have_it_and_nothing_fixed_before_depends_on_it(capacity, study, records, tmp_path):
    assert capacity(study([(0.5, 0.5, 0.5)] * 2, option="examples")) is None
    assert capacity(records.trials(tmp_path, {(TASK, name): list(0.5 + 0.01 * NOISE) for name in NAMES})) is None
    hashes = {fixed(Experiment(["adding-5"], ["gru"], weights=one), None, False)["hash"] for one in (300, [300, 400])}
    assert len(hashes) == 1


def test_the_level_counts_every_number_of_weights(study):
    one, two = (study([(0.5, 0.5, 0.5)] * count) for count in (1, 2))
    assert joint_level(two) > joint_level(one)
