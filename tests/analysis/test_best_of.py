"""Best of n against numbers worked out by hand and against the enumeration of every search that could have been."""

from itertools import combinations, product

import numpy as np
import pytest

from suite.analysis.best_of import Searched, weights, with_failures
from suite.statistics import expected_best


def trials(count: int, ties: bool = False, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Validation and test skills of this many trials; with ties, most validation skills are shared."""
    validation, test = np.random.default_rng(seed).normal(size=(2, count))
    return np.round(validation) if ties else validation, test


def enumerated(validation: np.ndarray, test: np.ndarray, n: int) -> float:
    """Mean over every subset of n trials of the test skill of its best; tied ones as often as each other."""
    found = []
    for subset in map(list, combinations(range(len(test)), n)):
        best = validation[subset] == validation[subset].max()
        found.append(test[subset][best].mean())
    return float(np.mean(found))


def test_weights_by_hand():
    # of 4 trials, 6 pairs: the best is in 3 of them, the second is the best of 2, the third of 1
    assert weights(4, 2) == pytest.approx([3 / 6, 2 / 6, 1 / 6, 0])
    assert weights(5, 1) == pytest.approx([0.2] * 5)


def test_expected_best_by_hand():
    # in the order of validation the test skills are 0.8, 0.1, 0.5, 0.2
    cell = Searched(np.array([0.3, 0.9, 0.1, 0.7]), np.array([0.5, 0.8, 0.2, 0.1]), 2)
    assert cell.expected == pytest.approx(0.8 * 3 / 6 + 0.1 * 2 / 6 + 0.5 * 1 / 6)


def test_the_validation_skill_may_be_the_test_skill():
    _, test = trials(9)
    found = [Searched(test, test, n).expected for n in range(1, 9)]
    assert found == pytest.approx(expected_best(test)[:8])


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize(("count", "n"), [(6, 2), (7, 3), (9, 4), (5, 1)])
def test_estimates_agree_with_every_search_there_is(count, n, ties):
    validation, test = trials(count, ties)
    cell = Searched(validation, test, n)
    whole = enumerated(validation, test, n)
    assert cell.expected == pytest.approx(whole)
    for trial in range(count):
        without = enumerated(np.delete(validation, trial), np.delete(test, trial), n)
        assert cell.pseudo_values[trial] == pytest.approx(count * whole - (count - 1) * without)


@pytest.mark.parametrize("ties", [False, True])
def test_reweighted_trials_agree_with_every_sequence_of_draws(ties):
    validation, test = trials(5, ties)
    shares = np.random.default_rng(1).dirichlet(np.ones(5))
    expected = 0.0
    for drawn in map(list, product(range(5), repeat=3)):
        best = validation[drawn] == validation[drawn].max()
        expected += shares[drawn].prod() * test[drawn][best].mean()
    assert Searched(validation, test, 3).reweighted(shares) == pytest.approx(expected)


def test_many_cells_together_equal_each_one_alone():
    validation, test = np.round(np.random.default_rng(2).normal(size=(2, 3, 2, 8)), 1)
    together = Searched(validation, test, 3)
    for place in np.ndindex(3, 2):
        alone = Searched(validation[place], test[place], 3)
        assert together.expected[place] == pytest.approx(float(alone.expected))
        assert together.pseudo_values[place] == pytest.approx(alone.pseudo_values)


def test_without_a_choice_the_expected_best_is_the_mean():
    _, test = trials(10)
    cell = Searched(0.0, test, 4)
    assert cell.expected == pytest.approx(test.mean())
    assert cell.pseudo_values == pytest.approx(test)


def test_more_trials_than_there_are_is_an_error():
    with pytest.raises(ValueError, match="best of 4 needs more than 4 trials, not 4"):
        Searched(*trials(4), 4)


def test_failed_trials_are_the_worst_outcome():
    validation, test = with_failures(
        np.array([0.5, np.nan, 0.4]), np.array([0.3, np.nan, 0.6]), np.array([False, True, False])
    )
    assert validation.tolist() == [0.5, -np.inf, 0.4]
    assert test.tolist() == [0.3, 0.0, 0.6]
    assert with_failures(validation, np.array([0.3, np.nan, -0.2]), np.isinf(validation))[1].tolist() == [
        0.3,
        -0.2,
        -0.2,
    ]


def test_several_failed_trials_leave_pseudo_values_finite():
    validation, test = with_failures(*trials(8), np.arange(8) < 3)
    assert np.isfinite(Searched(validation, test, 2).pseudo_values).all()


def test_unseen_skill_by_hand():
    # the best quarter of 12 is 0.6, 0.5, 0.4, on average 0.2 above the fourth, 0.3
    test = np.array([0.6, 0.5, 0.4, 0.3, *[0.1] * 8])
    assert Searched(0.0, test, 2).unseen(1) == pytest.approx(0.8)
    assert Searched(0.0, test, 2).unseen(0.5) == pytest.approx(0.7)
    assert Searched(0.0, test + 0.3, 2).unseen(1) == 1
    assert Searched(0.0, test, 2, reached=False).unseen(0) == 1
    assert Searched(0.0, np.stack([test, test]), 2, np.array([True, False])).unseen(1) == pytest.approx([0.8, 1])


def test_a_missed_kind_of_trial_by_hand():
    # 2 trials of a kind with chance 0.5, of which a search needs one: 0.75 of what is between 1 and 0.2
    cell = Searched(0.0, np.full(6, 0.2), 2, reached=False)
    assert cell.missed(0.5, 1) == pytest.approx(0.75 * 0.8)


def test_trials_that_always_solved_the_task_may_still_fail():
    # trials that learn nothing with chance 0.5: a search of 2 falls to 0 in a quarter of all cases
    test = np.array([0.95, 0.9, 1.0, 0.95])
    assert Searched(0.0, test, 2, always=True).fallen(0.5) == pytest.approx(0.25 * 0.95)
    assert Searched(0.0, test, 2).fallen(0.5) == 0
