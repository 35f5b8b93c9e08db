"""Texts: a task from a table with a text and a label in each row; words or characters become tokens."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import numpy as np

from suite.errors import RequestError, check_at_least, closest_keyword, names_of, one_of
from suite.tasks.data import Data
from suite.tasks.datasets.vocabulary import encode, fit, index
from suite.tasks.declaration import Declaration
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.kinds import MULTI_LABEL
from suite.tasks.own import spellings
from suite.tasks.own.rare import check_rare
from suite.tasks.own.readers import settings
from suite.tasks.own.register import CLASSES, LABELS, FileDeclaration, declare
from suite.tasks.own.tables.dialect import Dialect, options
from suite.tasks.own.tables.grids import Source, label_of, path_or_name, source
from suite.tasks.own.tables.table import Table, absent_words, header, read_table
from suite.tasks.own.texts.reader import TextReader
from suite.tasks.own.texts.sheet import OTHER_END, Cut, check_known, with_texts
from suite.tasks.own.texts.splits import Divided, divided, labelled
from suite.tasks.own.texts.words import CHARACTERS, PATTERNS, WORDS, lacks_words
from suite.tasks.task import Task

CHOICES = ("error", "drop")
DEFAULTS: Declaration = {"family": "texts", **CLASSES, "trained_baseline": ("bag-of-words", "tfidf"), "tags": ("real",)}


@closest_keyword
def texts_from_csv(
    name: str,
    table: Any,
    *,
    text: str,
    label: str | Sequence[str],
    group: str | None = None,
    split: str | None = None,
    length: int = 100,
    words: int = 10_000,
    by: str | None = None,
    keep: str | None = None,
    labels: str = "error",
    labels_sep: str | None = None,
    rare: str | None = None,
    missing: str = "error",
    **more: Unpack[FileDeclaration],
) -> Task:
    """Register a task: from the last `length` words of a text, predict its label.

    Splits: `group` names a column, such as author or product; rows with equal values stay in one split. Without it, the
    splits are stratified. Equal texts always stay in one split. The test split is fixed; the seed redraws the other
    two. With folds, every text is tested once. `split`: a column that says "train", "validation" or "test", for a
    published split, which then is the only one; without "validation", the seed draws a quarter of the training texts.

    Texts: `by` says whether they are read as "words" or "characters"; by default, as characters if they have hardly any
    spaces and many of their words would be unknown, as in Chinese or Thai. `words`: the largest size of the vocabulary,
    which contains only words (or characters) that occur at least twice in training. `keep`: which end of a longer text
    is kept, "last" (the default) or "first".

    Labels: `labels` says what to do if names differ by spelling alone, such as "Positive" and "positive", or 1 and 1.0:
    "error", "merge" (the commonest spelling names the class) or "exact" (keep them apart). `rare`: what becomes of
    classes with too few texts for the splits: "other" merges them under this name, "drop" leaves them out. If a text
    may have several labels, `labels_sep` says what separates them in a cell, such as ";", or `label` names a column of
    0 and 1 for every label.

    `missing`: "error" (refuse empty cells) or "drop" (leave out their rows). `more`: how the file is written (see
    `Given`), and arguments of `task` that replace those in DEFAULTS. The file and its header are checked here; its
    cells are checked when a run loads them. Raise RequestError, which names the file, row and column, if a check fails.
    """
    for option, value in (("length", length), ("words", words)):
        check_at_least(option, value, 1)
    for option, value, choices in (
        ("missing", missing, CHOICES),
        ("by", by or WORDS, tuple(PATTERNS)),
        ("keep", keep or "last", tuple(OTHER_END)),
        ("labels", labels, spellings.CHOICES),
    ):
        one_of(option, value, choices)
    check_rare(rare)
    given, declared = options(more)
    text = str(text) if isinstance(text, int) else text  # the name of a column of a data frame
    columns = (label,) if isinstance(label, str) else (str(label),) if isinstance(label, int) else tuple(label)
    several = labels_sep is not None or len(columns) > 1
    _check_labels(columns, labels_sep, rare, declared.get("kind"))
    file = source(table)
    known = Dialect.of({"decimal": "."} | given)
    dialect = header(file, known, [text, *columns, *(name for name in (group, split) if name)]).dialect
    reader = TextReader(text, length, False, missing, dialect, by or WORDS, keep or "last")
    load = partial(
        load_texts, table=file, label=columns, group=group, words=words, reader=reader, labels=labels,
        labels_sep=labels_sep or "", rare=rare,
        settled=[option for option, value in (("by", by), ("keep", keep)) if value],
    )  # fmt: skip
    question = (
        f"The {keep or 'last'} {length} {by or WORDS} of {text} in {label_of(file)}: what is {names_of(columns)}?"
    )
    fields: Declaration = {**DEFAULTS, **(LABELS if several else {}), "source": path_or_name(file), **declared}
    return declare(name, load, question, fields, split)


def _check_labels(columns: Sequence[str], sep: str | None, rare: str | None, kind: str | None) -> None:
    """Raise RequestError unless the arguments about labels fit together."""
    several = sep is not None or len(columns) > 1
    if not columns or (sep is not None and (len(columns) > 1 or not sep)):
        raise RequestError(
            "label must be one column, with labels_sep= if a cell has several labels, or several columns"
        )
    if several and rare:
        raise RequestError(f"rare={rare!r} is for texts with one label each: leave it out")
    if kind == MULTI_LABEL and not several:
        raise RequestError('kind="multi-label" needs labels_sep=, or a column of 0 and 1 for every label')


def load_texts(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    table: Source,
    label: Sequence[str],
    group: str | None,
    words: int,
    reader: TextReader,
    labels: str = "exact",
    labels_sep: str = "",
    rare: str | None = None,
    settled: Sequence[str] = ("by", "keep"),
    split: str = "",
) -> Data:
    """Load the texts of a table.

    `label`, `group`, `split`: the columns. `labels`: what to do with names that differ by spelling alone. `settled`:
    the arguments that the user gave; without "by", the texts decide whether they are read as words or characters.
    """
    cells = () if labels_sep else label  # such cells may be empty
    wanted = [reader.column, *cells, *(name for name in (group, split) if name)]
    found = read_table(table, wanted, reader.dialect, reader.missing, absent=absent_words(reader.dialect))
    _check_lists(found, reader.column, "join the words of each by spaces")
    if len(label) == 1 and not labels_sep:
        _check_lists(found, label[0], "join the labels of each by ';', and say labels_sep=';'")
    told = labelled(found, table, label, group, labels, labels_sep, rare)
    divide = partial(divided, seed, fold, found, split, told, label[0], rare)
    texts, place = found.columns[reader.column], f"{found.name}, column '{reader.column}'"
    cut, own = _divided(texts, reader, divide, place, settled)
    untested = np.setdiff1d(np.arange(len(texts)), own.rows["test"])
    if "by" not in settled and lacks_words([texts[row] for row in untested], [cut.kept[row] for row in untested]):
        reader = replace(reader, by=CHARACTERS)
        cut, own = _divided(texts, reader, divide, place, settled)
    rows = own.rows
    steps = max(len(cut.kept[row]) for row in rows["train"])
    shorter = replace(reader, length=steps)
    indexed = index([shorter.kept(kept) for kept in cut.kept])
    vocabulary = fit(indexed, rows["train"], words, least=2)
    check_known(vocabulary, reader.by, place)
    x = encode(indexed, vocabulary, steps)
    fitted = {"vocabulary": vocabulary, "steps": steps, "classes": own.classes, **settings(reader)}
    sheet = with_texts(own.sheet, cut, {name: x[chosen] for name, chosen in rows.items()}, reader.by, settled)
    return replace(Data.of_rows(rows, x, own.y, fitted, groups=told.groups), sheet=sheet)


def _check_lists(found: Table, column: str, way_out: str) -> None:
    """Raise RequestError if all cells of a column are lists."""
    if all(cell.startswith("[") and cell.endswith("]") for cell in found.columns[column]):
        raise RequestError(f"{found.name}, column '{column}' has lists: {way_out}")


def _divided(
    texts: Sequence[str], reader: TextReader, divide: Callable[..., Divided], place: str, settled: Sequence[str]
) -> tuple[Cut, Divided]:
    """Return the texts as words or characters, and how they are divided."""
    whole = [reader.split(text) for text in texts]
    cut = Cut(whole, [reader.kept(own) for own in whole], reader.keep, place)
    if "keep" not in settled:
        cut.check()
    alike = [list(map(str.lower, own)) for own in cut.kept] if reader.by == CHARACTERS else cut.kept
    return cut, divide(list(map(tuple, alike)))
