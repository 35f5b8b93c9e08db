"""Texts: a task from a CSV file with a text and a label in each row; words become tokens."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest, closest_keyword, one_of
from suite.tasks.data import Data, Preparation
from suite.tasks.datasets.splits import apart, given
from suite.tasks.datasets.vocabulary import SPECIAL, UNKNOWN, encode, fit, index
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own.dialect import Dialect, options
from suite.tasks.own.grids import Source, label_of, path_or_name, source
from suite.tasks.own.official import split_names, without_folds
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, FileDeclaration, declare
from suite.tasks.own.table import MISSING_WORDS, Table, header, read_table
from suite.tasks.task import Declaration, Task

CHOICES = ("error", "drop")
UNKNOWN_WORD = str(SPECIAL[UNKNOWN])
# words, which may contain apostrophes, and single punctuation marks: every text that is not blank has a match
WORD = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")  # noqa: RUF001  the apostrophe of typeset texts
DEFAULTS: Declaration = {"family": "texts", **CLASSES, "trained_baseline": "bag-of-words", "tags": ("real",)}


@closest_keyword
def texts_from_csv(
    name: str,
    table: Any,
    *,
    text: str,
    label: str,
    group: str | None = None,
    split: str | None = None,
    length: int = 100,
    words: int = 10_000,
    missing: str = "error",
    **more: Unpack[FileDeclaration],
) -> Task:
    """Register a task: from the last `length` words of a text, predict its label.

    `group`: a column, such as author or product; rows with equal values stay in one split. Without it, the splits are
    stratified. Equal texts always stay in one split. The test split is fixed; the seed redraws the other two. With
    folds, every text is tested once. `split`: a column that says "train", "validation" or "test", for a published
    split, which then is the only one; without "validation", the seed draws a quarter of the training texts for it.
    `words`: the largest size of the vocabulary, which contains only words that occur at least twice in training.
    `missing`: "error" (refuse empty cells) or "drop" (leave out their rows). `more`: `Given` explains the arguments
    about how the file is written, which are otherwise found by looking at it; arguments of `task` replace those in
    DEFAULTS. The file and its header are checked here; its cells are checked when a run loads them.
    Raise RequestError, which names the file, row and column, if a check fails.
    """
    for option, value in (("length", length), ("words", words)):
        check_at_least(option, value, 1)
    one_of("missing", missing, CHOICES)
    given, declared = options(more)
    file = source(table)
    columns = [text, label, *([group] if group else [])]
    dialect = header(file, Dialect.of({"decimal": "."} | given), [*columns, *([split] if split else [])]).dialect
    load = partial(
        load_texts, table=file, columns=columns, words=words, reader=TextReader(text, length, False, missing, dialect)
    )
    question = f"The last {length} words of {text} in {label_of(file)}: what is {label}?"
    fields: Declaration = {
        **DEFAULTS,
        "source": path_or_name(file),
        "official": bool(split),
        **declared,
    }
    return declare(name, without_folds(load, split) if split else load, question, fields)


@dataclass(frozen=True)
class TextReader:
    """Reads the texts in a `column` of a CSV file; keeps the last `length` words of each text.

    `missing`: "error" or "drop". `spaced`: if true, split texts at spaces, for a corpus that is already cut into words;
    if false, convert texts to lower case and find words with the pattern WORD.
    """

    kind: ClassVar[str] = "texts"
    needs: ClassVar[tuple[str, ...]] = ("vocabulary", "steps")
    column: str
    length: int
    spaced: bool
    missing: str = "error"
    dialect: Dialect = field(default_factory=Dialect)

    def read(self, path: Path) -> Raw:
        """Read the words and the row number of every text."""
        return self.split(read_table(path, [self.column], self.dialect, self.missing, absent=MISSING_WORDS))

    def split(self, table: Table) -> Raw:
        """Return the words and the row number of every text in a table, as `read` does for a file."""
        texts = table.columns[self.column]
        words = [text.split() if self.spaced else WORD.findall(text.lower()) for text in texts]
        places = [table.place(example, self.column) for example in range(len(texts))]
        return Raw(([own[-self.length :] for own in words], places), {"row": table.rows})

    def inputs(self, raw: Raw, fitted: Preparation) -> tuple[np.ndarray, None]:
        """Return tokens (texts, fitted `steps`).

        The vocabulary of a generated task contains all its words and no token for unknown words. With such a
        vocabulary, raise RequestError if a text contains another word.
        """
        texts, places = raw.examples
        vocabulary = np.asarray(fitted["vocabulary"])
        if UNKNOWN_WORD not in vocabulary:
            _check_known(texts, places, set(vocabulary.tolist()))
        return encode(index(texts), vocabulary, int(fitted["steps"])), None

    def shape(self, fitted: Preparation) -> tuple[int, None]:
        """Return (fitted number of steps, None); tokens have no features."""
        return int(fitted["steps"]), None


def load_texts(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    table: Source,
    columns: Sequence[str],
    words: int,
    reader: TextReader,
    split: str = "",
) -> Data:
    """Load the texts of a file.

    `columns` names the columns of the text, the label and, optionally, the group; `split`, the column of given splits.
    """
    wanted = [*columns, *([split] if split else [])]
    found = read_table(table, wanted, reader.dialect, reader.missing, absent=MISSING_WORDS)
    _, label, *group = (found.columns[column] for column in columns)
    raw = reader.split(found)
    sentences = raw.examples[0]
    labels, groups = np.array(label), np.array(group[0]) if group else None
    contents, where = list(map(tuple, sentences)), f"{found.name}, column '{columns[1]}'"
    if split:
        names = split_names(
            found.columns[split], lambda row: found.place(row, split), f"{found.name}, column '{split}'"
        )
        rows = given(seed, names, contents, labels, groups, where)
    else:
        rows = apart(seed, contents, labels, groups, where, fold)
    fitted = {
        "vocabulary": fit(index(sentences), rows["train"], words, least=2),
        "steps": max(len(sentences[row]) for row in rows["train"]),
    }
    x, _ = reader.inputs(raw, fitted)
    classes, y = np.unique(labels, return_inverse=True)
    fitted |= {"classes": classes, **settings(reader)}
    return replace(Data.of_rows(rows, x, y, fitted, groups=groups), sheet=found.sheet)


def _check_known(texts: Sequence[Sequence[str]], places: Sequence[str], known: set[str]) -> None:
    for text, place in zip(texts, places, strict=True):
        for word in text:
            if word not in known:
                raise RequestError(f"{place}: the task has no word '{word}': {closest(word, known - {''})}")
