"""Functional ANOVA against functions whose decomposition is known by hand, and against another implementation."""

from itertools import product

import numpy as np
import pytest

from suite.analysis.importance import functional_anova

FACTORIAL = np.array(list(product((0.0, 1.0), repeat=3)) * 8)


def shares(scores, table=FACTORIAL):
    return functional_anova(table, scores, resamples=2)


class TestByHand:
    def test_a_sum_has_no_interactions(self):
        # variances of 2a and b over {0, 1}: 1 and 1/4
        found = shares(2 * FACTORIAL[:, 0] + FACTORIAL[:, 1])
        assert found.share[0,] == pytest.approx(0.8, abs=0.02)
        assert found.share[1,] == pytest.approx(0.2, abs=0.02)
        assert all(found.share[subset] < 0.01 for subset in ((2,), (0, 1), (0, 2), (1, 2)))

    def test_a_product_is_shared_by_both_and_their_pair(self):
        # a and b: variance 3/16, of which E[.|a] = a/2 has 1/16, so has b, and 1/16 is left to the pair
        found = shares(FACTORIAL[:, 0] * FACTORIAL[:, 1])
        for subset in ((0,), (1,), (0, 1)):
            assert found.share[subset] == pytest.approx(1 / 3, abs=0.05)

    def test_an_exclusive_or_is_all_interaction(self):
        found = shares(np.abs(FACTORIAL[:, 0] - FACTORIAL[:, 1]))
        assert found.share[0, 1] == pytest.approx(1, abs=0.02)

    def test_values_are_weighted_by_their_frequency(self):
        # one of four rows has a = 1: variance of 2a is 4 * 3/16, of b 1/4
        rare = np.array([(a, b) for a in (0.0, 0.0, 0.0, 1.0) for b in (0.0, 1.0)] * 8)
        found = shares(2 * rare[:, 0] + rare[:, 1], rare)
        assert found.share[0,] == pytest.approx(0.75, abs=0.02)

    def test_scales_and_monotone_changes_do_not_matter(self):
        rng = np.random.default_rng(0)
        table = rng.uniform(0.1, 1, (80, 2))
        scores = table[:, 0] + 0.3 * table[:, 1]
        plain, changed = shares(scores, table), shares(scores, np.log(table) * 7)
        assert plain.share[0,] == pytest.approx(changed.share[0,], abs=0.02)


@pytest.mark.simulation
def test_noise_does_not_fit_and_a_function_does():
    rng = np.random.default_rng(1)
    table = rng.uniform(size=(60, 3))
    assert functional_anova(table, rng.normal(size=60), resamples=1).fit < 0.5
    assert functional_anova(table, table[:, 0], resamples=1).fit > 0.9


def test_scores_without_spread_have_no_shares():
    found = functional_anova(FACTORIAL, np.ones(len(FACTORIAL)), resamples=1)
    assert set(found.share.values()) == {0.0}
    assert np.isnan(found.fit)


@pytest.mark.simulation
def test_the_interval_lies_around_the_share_and_narrows_with_more_rows():
    rng = np.random.default_rng(2)
    widths = []
    for rows in (25, 200):
        table = rng.uniform(size=(rows, 3))
        found = functional_anova(table, 2 * table[:, 0] + table[:, 1] + 0.3 * rng.normal(size=rows), resamples=20)
        assert found.low[0,] < found.share[0,] < found.high[0,]
        widths.append(found.high[0,] - found.low[0,])
    assert widths[1] < widths[0]


@pytest.mark.slow
def test_single_columns_have_the_shares_that_optuna_finds():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    table = np.random.default_rng(3).uniform(size=(120, 3))
    scores = 2 * table[:, 0] + table[:, 1] ** 2
    study = optuna.create_study()
    uniform = optuna.distributions.FloatDistribution(0, 1)
    for row, score in zip(table, scores, strict=True):
        params = dict(zip("abc", map(float, row), strict=True))
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions=dict.fromkeys("abc", uniform), value=float(score))
        )
    theirs = optuna.importance.FanovaImportanceEvaluator(seed=0).evaluate(study)
    ours = functional_anova(table, scores, resamples=1).share
    for place, name in enumerate("abc"):
        assert ours[place,] == pytest.approx(theirs[name], abs=0.04)
