"""Contrasts against numbers worked out by hand, their symmetries, and simulated trials whose truth is known."""

import numpy as np
import pytest
from scipy import stats

from suite.analysis.best_of import Searched
from suite.analysis.contrasts import (
    Bounds,
    contrast,
    freedom,
    joint_level,
    probabilities,
    solved_difference,
    standing,
    trials_needed,
)


def pair(shape: tuple[int, ...], n: int, lead: float = 0.0, seed: int = 0) -> list[tuple[float, Searched]]:
    """The difference of two cells whose trials share half of their luck; the first leads."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=shape)
    cells = []
    for ahead in (lead, 0.0):
        quality = common + rng.normal(size=shape) + ahead
        validation, test = quality + 0.5 * rng.normal(size=(2, *shape))
        cells.append(Searched(validation / 20, test / 20, n))
    return [(1, cells[0]), (-1, cells[1])]


def test_freedom_by_hand():
    # weights 3/6, 2/6, 1/6, 0: 1 / (14 / 36), less 1, twice
    assert freedom(4, 2) == pytest.approx(min(3, 2 * (36 / 14 - 1)))
    assert freedom(24, 1) == 23


def test_of_a_mean_the_jackknife_is_students_t_where_nothing_else_is_wider():
    values = np.tile([0.1, 0.3], 12)  # no skew, and neither reweighting nor what may be unseen goes beyond it
    centre, low, high = contrast([(1, Searched(0.0, values, 1))], 0.95)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.95)
    assert centre == pytest.approx(0.2)
    assert (low, high) == pytest.approx((expected.low, expected.high))


def test_a_contrast_turned_round_is_its_mirror():
    forward = pair((24,), 4, lead=1)
    backward = [(-weight, cell) for weight, cell in forward]
    centre, low, high = contrast(forward, 0.99)
    assert contrast(backward, 0.99) == pytest.approx((-centre, -high, -low))


def test_trials_without_a_success_may_still_have_one():
    # of 24 trials none worked; with chance 1 - 0.025^(1/24) = 0.1425 one may: best of 4 works in 0.459 of searches
    none = Searched(np.zeros(24), np.r_[0.0, 0.001, np.zeros(22)], 4, reached=False)
    _, _, high = contrast([(1, none)], 0.95)
    assert high == pytest.approx(1 - (0.025 ** (1 / 24)) ** 4, abs=1e-3)


def test_trials_that_all_solved_the_task_may_still_fail():
    # of 24 trials all worked; with chance 0.1425 one may not: a mean of single trials may be that much lower
    values = 0.9 + 0.001 * np.tile([-1, 1], 12)
    always, works = (Searched(0.0, values, 1, always=known) for known in (True, False))
    unmet = 1 - 0.025 ** (1 / 24)
    assert contrast([(1, always)], 0.95).low == pytest.approx(0.9 * (1 - unmet))
    assert contrast([(-1, always)], 0.95).high == pytest.approx(-0.9 * (1 - unmet))
    assert contrast([(1, works)], 0.95).low > 0.899


def test_identical_values_give_no_interval_unless_they_are_perfect():
    same = Searched(0.0, np.full(24, 0.7), 4)
    assert np.isinf(contrast([(1, same), (-1, same)], 0.95)[1:]).all()
    perfect = Searched(0.0, np.ones(24), 4)
    _, low, high = contrast([(1, perfect), (-1, perfect)], 0.95)
    unmet = 1 - 0.025 ** (1 / 24)
    assert (low, high) == pytest.approx((-2 * unmet**4, 2 * unmet**4))


def test_solved_difference_by_hand():
    # 24 of 24 and 0 of 24: p at least 0.025^(1/24) = 0.857, or at most 0.143; best of 2 fails in (1 - p)^2
    centre, low, high = solved_difference(24, 0, 24, 2, 0.95)
    bound = 0.025 ** (1 / 24)
    assert centre == 1
    assert low == pytest.approx(1 - np.hypot((1 - bound) ** 2, 1 - bound**2))
    assert high == 1
    p = stats.binomtest(7, 24).proportion_ci(0.95, method="exact")
    alone = solved_difference(7, np.array([0]), 24, 1, 0.95)
    assert alone.high == pytest.approx(7 / 24 + np.hypot(p.high - 7 / 24, 0))


def test_the_joint_level_divides_the_error_by_the_number_of_comparisons():
    assert joint_level(10) == pytest.approx(0.995)
    assert joint_level(0) == pytest.approx(0.95)


def test_the_joint_level_divides_the_error_by_the_number_of_looks_too():
    assert joint_level(10, looks=3) == joint_level(30)


@pytest.mark.parametrize(
    ("trials", "n", "expected"),
    [
        (24, 4, "firm"),
        (24, 2, "firm"),
        (24, 1, "provisional"),
        (47, 1, "provisional"),
        (48, 1, "firm"),
        (24, 5, "provisional"),
        (24, 8, "provisional"),
        (24, 9, "none"),
        (23, 3, "provisional"),
        (11, 1, "none"),
    ],
)
def test_standing(trials, n, expected):
    assert standing(trials, n) == expected


def test_trials_needed_by_hand():
    # 0.08 ahead with 0.12 below: the interval must be half as wide; 0.01 apart: 0.04 must become 0.01
    bounds = Bounds(
        np.array([0.08, -0.08, 0.01, 0.02]), np.array([-0.04, -0.2, -0.03, 0.0]), np.array([0.3, 0.04, 0.05, 0.1])
    )
    assert trials_needed(bounds, 24, 0.02).tolist() == [96, 96, 384, np.inf]


def test_probabilities_add_up_and_lean_to_the_side_ahead():
    below, within, above = probabilities(pair((24,), 4, lead=2), 0.02)
    assert below + within + above == pytest.approx(1)
    assert above > 0.9


@pytest.mark.parametrize(("trials", "n"), [(24, 4), (48, 8)])
def test_intervals_cover_what_another_search_would_find(trials, n):
    # 2,000 studies of equal architectures: the truth is 0; the standard error of the share is 0.5 %
    _, low, high = contrast(pair((2_000, trials), n, seed=3), 0.95)
    assert 0.94 < np.mean((low <= 0) & (high >= 0)) < 0.99


@pytest.mark.parametrize("chance", [0.2, 0.6])
def test_trials_that_work_or_do_not_are_covered_against_a_steady_rival(chance):
    # a search of 4 works with chance 1 - (1 - chance)^4, and the rival is as good as that for certain
    rng = np.random.default_rng(4)
    works = (rng.random((2_000, 24)) < chance) + 1e-3 * rng.normal(size=(2_000, 24))
    truth = 1 - (1 - chance) ** 4
    rival = Searched(0.0, truth + 1e-3 * rng.normal(size=(2_000, 24)), 1)
    _, low, high = contrast([(1, Searched(works, works, 4)), (-1, rival)], 0.95)
    assert np.mean((low <= 2e-3) & (high >= -2e-3)) > 0.93


def test_a_baseline_as_good_is_not_beaten():
    # configurations that differ far more than seeds do, against 0: half of 5 % on either side
    rng = np.random.default_rng(5)
    skill = rng.normal(size=(2_000, 24))
    truth = float(np.sort(np.random.default_rng(6).normal(size=(200_000, 4)), axis=1)[:, -1].mean())
    _, low, high = contrast([(1, Searched(skill, skill - truth, 4))], 0.95)
    assert np.mean(low > 0) < 0.035
    assert np.mean(high < 0) < 0.05
