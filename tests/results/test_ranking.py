"""Ranking: skill over the baseline of the same data decides, then the loss, then the number of the trial."""

import pytest

from suite.results.ranking import ranked
from suite.results.record import Record
from suite.tasks.metrics import METRICS

ACCURACY, MSE = METRICS.get("accuracy"), METRICS.get("mse")


def trial(index, score, baseline=None, metric=ACCURACY, losses=None, best=None, epochs=10):
    """Return a trial with this validation score, on data with this baseline."""
    return Record(
        id=f"a/b/trial-{index:03d}", task="a", architecture="b", role="trial", index=index, status="ok",
        metrics={} if score is None else {"validation": {metric.name: score}, "test": {metric.name: 1 - score}},
        baseline={} if baseline is None else {"validation": {metric.name: baseline}},
        history={"val_loss": losses} if losses else {}, best_epoch=best, spec={"budget": {"epochs": epochs}},
    )  # fmt: skip


def order(*trials, metric=ACCURACY):
    return [one.index for one in ranked(trials, metric)]


def test_a_lower_score_on_harder_data_comes_first():
    assert order(trial(0, 0.90, 0.80), trial(1, 0.80, 0.50)) == [1, 0]


def test_a_higher_error_on_harder_data_comes_first():
    one, other = trial(0, 0.3, 0.5, MSE), trial(1, 0.4, 1.0, MSE)
    assert order(one, other, metric=MSE) == [1, 0]


@pytest.mark.parametrize(("metric", "best"), [(ACCURACY, 1), (MSE, 0)])
@pytest.mark.parametrize("unknown", [None, "perfect"])
def test_without_the_skill_of_one_trial_scores_decide(metric, best, unknown):
    baseline = metric.perfect if unknown == "perfect" else unknown
    assert order(trial(0, 0.2, 0.1, metric), trial(1, 0.3, baseline, metric), metric=metric)[0] == best


def test_of_equal_skills_the_lower_loss_at_the_best_epoch_comes_first():
    one = trial(0, 0.9, 0.5, losses=[0.1, 0.4], best=2)
    other = trial(1, 0.9, 0.5, losses=[0.3, 0.9], best=1)
    assert order(one, other) == [1, 0]
    assert order(trial(0, 0.9, 0.5), other) == [1, 0]
    assert order(trial(0, 0.9, 0.5, losses=[None, 0.1], best=1), other) == [1, 0]


def test_of_trials_equal_in_everything_the_earliest_comes_first():
    assert order(trial(2, 0.9, 0.5), trial(0, 0.9, 0.5), trial(1, 0.9, 0.5)) == [0, 1, 2]


def test_a_larger_budget_comes_before_a_better_skill():
    assert order(trial(0, 0.9, 0.5, epochs=3), trial(1, 0.6, 0.5, epochs=9)) == [1, 0]


def test_a_trial_without_a_score_is_left_out_and_changes_nothing():
    assert order(trial(0, None), trial(1, 0.9, 0.8), trial(2, 0.8, 0.5)) == [2, 1]


def test_the_test_split_has_no_influence():
    better_on_test = trial(0, 0.2, 0.1)
    assert better_on_test.score("accuracy", "test") > trial(1, 0.3, 0.1).score("accuracy", "test")
    assert order(better_on_test, trial(1, 0.3, 0.1)) == [1, 0]
