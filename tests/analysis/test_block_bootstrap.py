"""Block bootstrap over dates."""

import numpy as np
import pytest

from suite import statistics
from suite.analysis import block_bootstrap


def autoregressive(random, n, phi):
    values = random.normal(size=n)
    for day in range(1, n):
        values[day] += phi * values[day - 1]
    return values


def test_a_date_counts_once_however_many_series_it_has():
    dates, means = np.array(["b", "a", "a", "b"]), block_bootstrap.by_date([1, 2, 4, 7], ["b", "a", "a", "b"])
    assert means.tolist() == [3.0, 4.0]
    assert block_bootstrap.by_date(np.ones((4, 2)), dates).shape == (2, 2)


def test_independent_days_have_the_student_t_interval():
    values = np.random.default_rng(1).normal(size=800)
    ours, expected = block_bootstrap.block_bootstrap(values), statistics.student_t(values)
    assert ours.centre == expected.centre
    assert ours[1:3] == pytest.approx(expected[1:3], abs=0.02)


def test_the_interval_is_wider_for_autocorrelated_days():
    values = autoregressive(np.random.default_rng(2), 800, 0.7)
    ours, naive = block_bootstrap.block_bootstrap(values), statistics.student_t(values)
    assert ours.high - ours.low > 1.5 * (naive.high - naive.low)


def test_few_or_equal_dates_have_no_interval():
    assert np.isnan(block_bootstrap.block_bootstrap(np.arange(29.0)).low)
    centre, low, high, n = block_bootstrap.block_bootstrap(np.ones(40))
    assert (centre, n) == (1.0, 40)
    assert np.isnan([low, high]).all()
    assert block_bootstrap.block_bootstrap([]).n == 0


@pytest.mark.simulation
def test_superior_ability_is_found_where_a_model_is_better_and_not_among_noise():
    random = np.random.default_rng(3)
    benchmark = random.chisquare(1, 400)
    noise = benchmark[:, None] + random.normal(0, 0.3, (400, 4))
    assert block_bootstrap.superior_ability(benchmark, noise) > 0.05
    better = np.column_stack([noise, 0.8 * benchmark + random.normal(0, 0.1, 400)])
    assert block_bootstrap.superior_ability(benchmark, better) < 0.01
    assert np.isnan(block_bootstrap.superior_ability(benchmark[:20], noise[:20]))
    assert np.isnan(block_bootstrap.superior_ability(benchmark, benchmark[:, None]))
    alike = np.column_stack([benchmark, better])
    assert block_bootstrap.superior_ability(benchmark, alike) == block_bootstrap.superior_ability(benchmark, better)
