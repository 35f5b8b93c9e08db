"""Memory lengths of sweeps."""

import numpy as np
import pytest

from suite.retention import in_words, retention

LENGTHS = np.repeat([25, 50, 100, 200], 10)


def solved(*counts):
    """Of ten runs a length, so many solved."""
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


def test_the_interval_covers_the_border_of_a_logistic_truth():
    random, covered = np.random.default_rng(1), 0
    share = 1 / (1 + (LENGTHS / 80) ** 2.5)
    for _ in range(100):
        found = retention(LENGTHS, random.random(40) < share)
        covered += found.low <= 80 <= found.high
    assert covered >= 88


def test_nothing_is_known_without_runs():
    assert np.isnan(retention([], [])).all()
