"""Successive halving as a fixed plan: which trial trains how long, and whose configuration it continues."""

import pytest

from suite.search.builtin.hyperband import place


def test_the_first_brackets_of_nine_epochs_by_hand():
    assert [tuple(place(index, 9)) for index in (0, 1, 2, 3, 4)] == [
        (9, range(0), 0),
        (3, range(0), 0), (3, range(0), 1), (3, range(0), 2),
        (9, range(1, 4), 0),
    ]  # fmt: skip
    assert [place(index, 9).epochs for index in range(5, 18)] == [1] * 9 + [3] * 3 + [9]
    assert {tuple(place(index, 9).rivals) for index in (14, 15, 16)} == {tuple(range(5, 14))}
    assert [place(index, 9).rank for index in (14, 15, 16)] == [0, 1, 2]
    assert place(17, 9).rivals == range(14, 17)


def test_it_begins_again_after_its_deepest_bracket():
    for index in range(18):
        first, again = place(index, 9), place(index + 18, 9)
        assert (again.epochs, again.rank, len(again.rivals)) == (first.epochs, first.rank, len(first.rivals))
        assert [rival + 18 for rival in first.rivals] == list(again.rivals)


@pytest.mark.parametrize("epochs", [1, 2, 3, 10, 30, 81])
def test_rivals_come_before_and_had_a_third_of_the_epochs(epochs):
    for index in range(150):
        epochs_here, rivals, rank = place(index, epochs)
        assert 1 <= epochs_here <= epochs
        assert all(rival < index and place(rival, epochs).epochs == epochs_here // 3 for rival in rivals)
        assert not rivals or rank < len(rivals) / 3


def test_with_less_than_three_epochs_every_trial_trains_in_full():
    assert {place(index, 2) for index in range(9)} == {(2, range(0), 0)}
