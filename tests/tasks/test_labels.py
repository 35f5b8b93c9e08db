"""Labels: names to 0 and 1 and back, and which probabilities predict one."""

import numpy as np
import pytest

from suite.tasks.labels import chosen, indicators, joined, varying


def test_names_become_0_and_1_with_a_column_for_each_that_occurs():
    names, y = indicators([["b", "a"], [], ["b", "b"]])
    assert names.tolist() == ["a", "b"]
    assert y.tolist() == [[1, 1], [0, 0], [0, 1]]


def test_given_names_decide_the_columns():
    names, y = indicators([["b"]], ["b", "a", "never"])
    assert (names.tolist(), y.tolist()) == (["b", "a", "never"], [[1, 0, 0]])
    with pytest.raises(KeyError, match="c"):
        indicators([["c"]], ["b", "a"])


def test_no_label_at_all_leaves_no_column():
    names, y = indicators([[], []])
    assert names.shape == (0,)
    assert y.shape == (2, 0)


def test_names_and_back():
    names, y = indicators([["b", "a"], [], ["b"]])
    assert joined(y, names) == ["a; b", "", "b"]


def test_a_probability_of_a_half_predicts_the_label():
    assert chosen(np.array([0.49, 0.5], dtype=np.float32)).tolist() == [False, True]


def test_a_label_varies_if_it_is_both_present_and_absent():
    assert varying(np.array([[1, 0, 1], [1, 0, 0]])).tolist() == [False, False, True]
