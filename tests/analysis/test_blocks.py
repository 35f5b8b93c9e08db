"""Blocks of dates."""

import numpy as np
import pytest

from suite.analysis import blocks
from suite.analysis.items import Spread


def autoregressive(random, n, phi):
    values = random.normal(size=n)
    for day in range(1, n):
        values[day] += phi * values[day - 1]
    return values


def test_a_date_counts_once_however_many_series_it_has():
    dates, means = np.array(["b", "a", "a", "b"]), blocks.by_date([1, 2, 4, 7], ["b", "a", "a", "b"])
    assert means.tolist() == [3.0, 4.0]
    assert blocks.by_date(np.ones((4, 2)), dates).shape == (2, 2)


def test_blocks_are_consecutive_and_add_up():
    values = np.random.default_rng(1).normal(size=317)
    sums = blocks.block_sums(values)
    assert sums.sum() == pytest.approx(values.sum())
    assert sums[0] == pytest.approx(values[: len(values) // len(sums)].sum())


def test_independent_days_make_twenty_blocks_and_autocorrelated_days_fewer():
    random = np.random.default_rng(2)
    assert len(blocks.block_sums(random.normal(size=800))) == 20
    assert 5 <= len(blocks.block_sums(autoregressive(random, 300, 0.9))) < 10


def test_few_or_equal_days_make_as_many_blocks_as_they_can():
    assert blocks.block_sums(np.arange(3.0)).tolist() == [0, 1, 2]
    assert blocks.block_sums(np.ones(1)).tolist() == [1]
    assert len(blocks.block_sums(np.arange(29.0))) == 5
    assert len(blocks.block_sums(np.ones(40))) == 13
    assert len(blocks.block_sums(np.append(np.zeros(39), 1))) >= 5


@pytest.mark.simulation
@pytest.mark.parametrize(("days", "phi"), [(250, 0.0), (250, 0.5), (250, 0.8), (600, 0.9)])
def test_the_mean_of_autocorrelated_days_is_covered(days, phi):
    random, covered = np.random.default_rng(4), []
    for _ in range(300):
        series = autoregressive(random, days + 200, phi)[200:]
        sums = blocks.block_sums(series - series.mean())
        covered.append(abs(series.mean()) <= Spread(_variance(sums, days), len(sums)).reach(0.95))
    assert 0.9 <= np.mean(covered) <= 0.98


def _variance(sums, days):
    return len(sums) / (len(sums) - 1) * np.square(sums).sum() / days**2


@pytest.mark.simulation
def test_superior_ability_is_found_where_a_model_is_better_and_not_among_noise():
    random = np.random.default_rng(3)
    benchmark = random.chisquare(1, 400)
    noise = benchmark[:, None] + random.normal(0, 0.3, (400, 4))
    assert blocks.superior_ability(benchmark, noise) > 0.05
    better = np.column_stack([noise, 0.8 * benchmark + random.normal(0, 0.1, 400)])
    assert blocks.superior_ability(benchmark, better) < 0.01
    assert np.isnan(blocks.superior_ability(benchmark[:20], noise[:20]))
    assert np.isnan(blocks.superior_ability(benchmark, benchmark[:, None]))
    alike = np.column_stack([benchmark, better])
    assert blocks.superior_ability(benchmark, alike) == blocks.superior_ability(benchmark, better)
