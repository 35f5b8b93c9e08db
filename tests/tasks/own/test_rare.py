"""Rare classes: merged or left out when they are asked to be, and refused with the way out when they are not."""

import numpy as np
import pytest

from suite.errors import RequestError
from suite.tasks.fold import Fold
from suite.tasks.own.rare import check_rare, merged

LABELS = np.array([*"aaaaabbbbbccde"])
UNITS = np.arange(len(LABELS))


def refusal(labels: np.ndarray, contents: np.ndarray, rare: str | None) -> str:
    with pytest.raises(RequestError) as caught:
        merged(labels, contents, None, rare, "'f'")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_rare_classes_become_one():
    found = merged(LABELS, UNITS, None, "other", "'f'")
    assert "".join(found.labels[:10]) == "aaaaabbbbb"
    assert found.labels[10:].tolist() == ["other"] * 4
    assert found.facts == {"rare classes merged into 'other' (with their examples)": {"c": 2, "d": 1, "e": 1}}


def test_rare_classes_are_left_out():
    found = merged(LABELS, UNITS, None, "drop", "'f'")
    assert "".join(found.labels) == "aaaaabbbbb"
    assert found.rows.tolist() == list(range(10))
    assert found.facts == {"rare classes left out (with their examples)": {"c": 2, "d": 1, "e": 1}}


@pytest.mark.parametrize("rare", [None, "other", "drop"])
def test_without_rare_classes_all_stays(rare):
    found = merged(LABELS[:10], UNITS[:10], None, rare, "'f'")
    assert (found.rows.tolist(), found.labels.tolist(), found.facts) == (list(range(10)), LABELS[:10].tolist(), {})


def test_equal_examples_and_groups_count_once():
    units = np.array([0, 0, 0, 1, 1, 2, 3, 4, 5, 6])
    assert "".join(merged(LABELS[:10], units, None, "drop", "'f'").labels) == "bbbbb"


def test_more_are_needed_with_folds():
    labels = np.array([*"aaaabbbbbccccc"])
    assert merged(labels, UNITS, None, "drop", "'f'").facts == {}
    assert "a" not in merged(labels, UNITS, None, "drop", "'f'", fold=Fold(0, 5)).labels


def test_given_splits_need_what_trains():
    split = np.array(["train", "test"] * 7, "U10")
    split[13] = "validation"
    assert "".join(merged(LABELS, UNITS, None, "drop", "'f'", split=split).labels) == "aaaaabbbbbccd"
    assert "".join(merged(LABELS[:13], UNITS[:13], None, "drop", "'f'", split=split[:13]).labels) == "aaaaabbbbb"
    assert merged(LABELS, UNITS, None, None, "'f'", split=split).facts == {}


def test_the_refusal_names_the_ways_out():
    said = refusal(LABELS, UNITS, None)
    assert said.startswith("'f': class 'd' has 1 different examples, but three splits need 3 (2 more classes have too")
    assert said.endswith('add some, or say rare="other" or rare="drop"')


@pytest.mark.parametrize(("labels", "way"), [("aaaaab", "add some"), ("aaabbbc", 'or say rare="drop"')])
def test_it_names_only_what_helps(labels, way):
    assert refusal(np.array([*labels]), np.arange(len(labels)), None).endswith(way)


def test_rare_classes_may_be_too_few_together():
    said = refusal(np.array([*"aaabbbc"]), np.arange(7), "other")
    assert (
        'the rare classes have only 1 different examples together, but 3 are needed: leave them out by rare="' in said
    )


def test_another_word_is_refused():
    with pytest.raises(RequestError, match="rare='others': did you mean 'other'"):
        check_rare("others")
