"""Texts as token ids."""

import numpy as np

from suite.tasks.datasets.vocabulary import encode, fit, index, without_copies

TEXTS = index([text.split() for text in ("a b a c", "a b", "c d d d d d", "", "e")])


def test_the_most_frequent_words_of_the_rows_given_alone():
    assert fit(TEXTS, np.array([0, 1]), size=4).tolist() == ["", "<unknown>", "a", "b"]
    assert fit(TEXTS, np.array([0, 1]), size=100)[2:].tolist() == ["a", "b", "c"]
    assert fit(TEXTS, np.array([2]), size=3)[2:].tolist() == ["d"]


def test_ids_begin_after_padding_and_unknown_and_long_texts_lose_their_first_words():
    x = encode(TEXTS, fit(TEXTS, np.array([0, 1]), size=4), length=3)
    assert x.tolist() == [[3, 2, 1], [2, 3, 0], [1, 1, 1], [0, 0, 0], [1, 0, 0]]
    assert x.dtype == np.int32


def test_words_keep_their_tokens_in_texts_indexed_later():
    vocabulary = fit(TEXTS, np.array([0, 1]), size=4)
    assert encode(index([["b", "new", "a"]]), vocabulary, length=3).tolist() == [[3, 1, 2]]


def test_copies_stay_in_the_last_split_that_has_them():
    x = np.array([[1, 2], [1, 2], [3, 4], [3, 4], [5, 6], [1, 2], [3, 4]])
    rows = {"train": np.array([0, 2, 4]), "validation": np.array([1, 3]), "test": np.array([5])}
    kept = without_copies(x, rows)
    assert {split: own.tolist() for split, own in kept.items()} == {"train": [4], "validation": [3], "test": [5]}
