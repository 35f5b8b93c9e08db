"""Rows drawn for testing and validation."""

import numpy as np

from suite.tasks.datasets.splits import draw, three_ways

LABELS = np.repeat([0, 1, 2], [50, 30, 20])


def test_the_same_share_of_every_class_is_drawn_and_no_row_is_lost():
    rest, drawn = draw(1, LABELS, np.arange(100), 0.2)
    assert np.bincount(LABELS[drawn]).tolist() == [10, 6, 4]
    assert sorted([*rest, *drawn]) == list(range(100))


def test_only_from_the_rows_given():
    rest, drawn = draw(1, LABELS, np.arange(40, 60), 0.5)
    assert np.bincount(LABELS[drawn]).tolist() == [5, 5]
    assert {*rest, *drawn} == set(range(40, 60))


def test_the_seed_decides_the_rows_and_their_order():
    one, same, other = (draw(seed, LABELS, np.arange(100), 0.2) for seed in (1, 1, 2))
    assert all((a == b).all() for a, b in zip(one, same, strict=True))
    assert set(one[1]) != set(other[1])
    assert (np.diff(LABELS[one[0]]) != 0).mean() > 0.3


def test_three_ways_leaves_the_test_rows_as_they_are():
    rows = three_ways(3, LABELS, np.arange(0, 100, 5), 0.25)
    assert rows["test"].tolist() == list(range(0, 100, 5))
    assert np.bincount(LABELS[rows["validation"]]).tolist() == [10, 6, 4]
    assert sorted(np.concatenate(list(rows.values()))) == list(range(100))
