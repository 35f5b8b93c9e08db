"""Vocabulary: converts texts to token ids; the known words are the most frequent words of the training split."""

from collections.abc import Sequence

import numpy as np

from suite.tasks.datasets.cache import Arrays

PADDING, UNKNOWN = 0, 1
SPECIAL = np.array(["", "<unknown>"])


def index(texts: Sequence[Sequence[str]]) -> Arrays:
    """Return texts as three arrays: `words`, `ids` and `ends`.

    `words`: all different words. `ids`: the indices into `words` of all texts, one text after the other.
    `ends`: the index into `ids` at which each text ends (exclusive).
    """
    words = sorted({word for text in texts for word in text})
    places = {word: place for place, word in enumerate(words)}  # ten times faster than np.unique for many texts
    ids = np.fromiter((places[word] for text in texts for word in text), dtype=np.int32)
    return {"words": np.array(words), "ids": ids, "ends": np.cumsum([len(text) for text in texts])}


def fit(texts: Arrays, rows: np.ndarray, size: int, least: int = 1) -> np.ndarray:
    """Return a vocabulary of at most `size` entries: SPECIAL, then the most frequent words of the texts at `rows`.

    Leave out words that occur fewer than `least` times.
    """
    counts = np.zeros(texts["ids"].max() + 1, dtype=np.int64)
    starts = np.append(0, texts["ends"][:-1])
    for row in rows:
        counts += np.bincount(texts["ids"][starts[row] : texts["ends"][row]], minlength=len(counts))
    ranked = np.argsort(-counts, kind="stable")[: size - len(SPECIAL)]
    return np.concatenate([SPECIAL, texts["words"][ranked[counts[ranked] >= least]]])


def encode(texts: Arrays, vocabulary: np.ndarray, length: int) -> np.ndarray:
    """Return the token ids of the last `length` words of every text, followed by padding, shape (texts, length)."""
    places = {word: place for place, word in enumerate(vocabulary.tolist())}
    token = np.array([places.get(word, UNKNOWN) for word in texts["words"].tolist()], dtype=np.int32)
    starts = np.maximum(np.append(0, texts["ends"][:-1]), texts["ends"] - length)
    steps = starts[:, None] + np.arange(length)
    inside = steps < texts["ends"][:, None]
    return np.where(inside, token[texts["ids"][np.where(inside, steps, 0)]], PADDING).astype(np.int32)


def without_copies(x: np.ndarray, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Return the rows of each split without texts that are also in a later split; the test split keeps all texts."""
    _, text = np.unique(x, axis=0, return_inverse=True)
    train, validation, test = (rows[split] for split in ("train", "validation", "test"))
    validation = validation[~np.isin(text[validation], text[test])]
    held_out = np.concatenate([text[validation], text[test]])
    return {"train": train[~np.isin(text[train], held_out)], "validation": validation, "test": test}
