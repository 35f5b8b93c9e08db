"""Texts: one text and its label a row of a CSV file, as tokens of a vocabulary of the training split."""

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from suite.experiment import check_at_least
from suite.own.declaration import declare, existing, one_of
from suite.own.splits import drawn
from suite.own.table import MISSING_WORDS, check_columns, read_table
from suite.task import SPLITS, Data, Task
from suite.vocabulary import SPECIAL, encode, fit, index

CHOICES = ("error", "drop")
# words with their apostrophes, and punctuation marks one by one: every text that is not blank has some
WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")  # noqa: RUF001  the apostrophe of typeset texts
DEFAULTS = {
    "family": "texts",
    "kind": "classification",
    "metric": "accuracy",
    "baseline": "majority",
    "trained_baseline": "bag-of-words",
    "tags": ("real",),
}


def texts_from_csv(
    name: str,
    path: str | Path,
    *,
    text: str,
    label: str,
    group: str | None = None,
    length: int = 100,
    words: int = 10_000,
    missing: str = "error",
    **declared: Any,
) -> Task:
    """Registers a task: from the last `length` words of a text, its label.

    `group`: a column whose equal values stay in one split (an author, a product); without it splits are stratified.
    Equal texts stay together in any case. `words`: the largest vocabulary, of words seen twice in training. `missing`:
    "error" or "drop" (leaves rows with an empty cell out). `declared`: arguments of `task` that differ from DEFAULTS.
    The test split is fixed, the seed redraws the other two. The file and its header are checked here, its cells when
    a run loads them. Raises RequestError naming file, row and column.
    """
    for option, value in (("length", length), ("words", words)):
        check_at_least(option, value, 1)
    one_of("missing", missing, CHOICES)
    file = existing(path, "file")
    columns = [text, label, *([group] if group else [])]
    check_columns(file, columns)
    load = partial(load_texts, path=file, columns=columns, length=length, words=words, missing=missing)
    question = f"The last {length} words of {text} in {file.name}: what is {label}?"
    return declare(name, load, question, DEFAULTS | {"source": str(file)} | declared)


def load_texts(seed: int, *, path: Path, columns: Sequence[str], length: int, words: int, missing: str) -> Data:
    """The texts of a file; `columns` are those of text, label and, if there is one, group."""
    table = read_table(path, list(dict.fromkeys(columns)), MISSING_WORDS, missing)
    text, label, *group = (table.columns[column] for column in columns)
    sentences = [WORD.findall(sentence.lower())[-length:] for sentence in text]
    labels, groups = np.array(label), np.array(group[0]) if group else None
    parts = drawn(seed, list(map(tuple, sentences)), labels, groups, f"'{path}', column '{columns[1]}'")
    indexed = index(sentences)
    known = fit(indexed, parts[0], words, least=2)
    x = encode(indexed, known, max(len(sentences[row]) for row in parts[0]))
    classes, y = np.unique(labels, return_inverse=True)
    return Data(
        **{split: (x[part], y[part]) for split, part in zip(SPLITS, parts, strict=True)},
        groups={split: groups[part] for split, part in zip(SPLITS, parts, strict=True)} if group else None,
        preparation={"vocabulary": np.concatenate([SPECIAL, indexed["words"][known]]), "classes": classes},
    )
