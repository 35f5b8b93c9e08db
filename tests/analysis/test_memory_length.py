"""Memory lengths of sweeps."""

import numpy as np
import pytest

from suite.analysis.memory_length import decay_per_step, half_life, in_words, retention

LENGTHS = np.repeat([25, 50, 100, 200], 10)


def solved(*counts):
    """Ten runs per length, of which this many solved the task."""
    return np.concatenate([np.arange(10) < count for count in counts])


def test_a_task_that_is_solved_half_the_time_in_the_middle():
    found = retention(LENGTHS, solved(10, 8, 2, 0))
    assert found.longest == 50
    assert found.half == pytest.approx(np.sqrt(50 * 100), rel=0.02)  # by symmetry on the logarithm
    assert found.low < found.half < found.high


def test_ends_beyond_the_sweep_are_censored():
    above, below = retention(LENGTHS, solved(10, 10, 10, 10)), retention(LENGTHS, solved(0, 0, 0, 0))
    assert (above.longest, above.half) == (np.inf, np.inf)
    assert (below.longest, below.half, below.high) == (0, 0, 0)
    assert [in_words(length, LENGTHS) for length in (above.half, below.half, 70.7, np.nan)] == ["over 200", "below 25", "70.7", "unknown"]  # fmt: skip # noqa: E501


def test_a_clean_border_lies_between_its_lengths():
    found = retention(LENGTHS, solved(10, 10, 0, 0))
    assert 50 < found.half < 100
    assert 50 <= found.low <= found.high <= 100


@pytest.mark.simulation
def test_the_interval_covers_the_border_of_a_logistic_truth():
    random, covered = np.random.default_rng(1), 0
    share = 1 / (1 + (LENGTHS / 80) ** 2.5)
    for _ in range(100):
        found = retention(LENGTHS, random.random(40) < share)
        covered += found.low <= 80 <= found.high
    assert covered >= 88


def test_without_runs_the_retention_is_unknown():
    assert np.isnan(retention([], [])).all()


def test_a_gradient_that_halves_every_four_steps_after_a_first_loss():
    lags = np.array([1, 2, 5, 10])
    decay = decay_per_step(lags, 0.3 * 0.5 ** (lags / 4))
    assert decay == pytest.approx(0.5**0.25)
    assert half_life(decay) == pytest.approx(4)


def test_the_line_through_three_ratios_by_hand():
    # logarithms 0, -1 and -5 at lags 1, 2 and 3: slope (-1 * 0 + 0 * -1 + 1 * -5) / (1 + 0 + 1) = -5/2
    assert np.log(decay_per_step([1, 2, 3], np.exp([0, -1, -5]))) == pytest.approx(-5 / 2)
    assert half_life(np.exp(-5 / 2)) == pytest.approx(np.log(2) * 2 / 5)


def test_vanished_gradients_are_left_out_and_constant_ones_have_no_half_life():
    assert decay_per_step([1, 2, 5], [0.5, 0.25, 0.0]) == pytest.approx(0.5)
    assert np.isnan(decay_per_step([1, 2], [0.5, 0.0])) and np.isnan(half_life(np.nan))
    assert half_life(decay_per_step([1, 2], [1.5, 1.6])) == half_life(1.0) == np.inf
