"""Texts: a task from a table with a text and a label in each row; words or characters become tokens."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Unpack

import numpy as np

from suite.errors import check_at_least, closest_keyword, one_of
from suite.tasks.data import Data
from suite.tasks.datasets.splits import Rows, apart, given
from suite.tasks.datasets.vocabulary import fit, index
from suite.tasks.fold import ONE_SPLIT, Fold
from suite.tasks.own import spellings
from suite.tasks.own.dialect import Dialect, options
from suite.tasks.own.grids import Source, label_of, path_or_name, source
from suite.tasks.own.official import split_names, without_folds
from suite.tasks.own.readers import Raw, settings
from suite.tasks.own.register import CLASSES, FileDeclaration, declare
from suite.tasks.own.table import MISSING_WORDS, Table, header, read_table
from suite.tasks.own.text_reader import TextReader
from suite.tasks.own.text_sheet import OTHER_END, Cut, check_known, with_texts
from suite.tasks.own.words import CHARACTERS, PATTERNS, WORDS, lacks_words
from suite.tasks.sheet import Sheet
from suite.tasks.task import Declaration, Task

CHOICES = ("error", "drop")
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
    by: str | None = None,
    keep: str | None = None,
    labels: str = "error",
    missing: str = "error",
    **more: Unpack[FileDeclaration],
) -> Task:
    """Register a task: from the last `length` words of a text, predict its label.

    `group`: a column, such as author or product; rows with equal values stay in one split. Without it, the splits are
    stratified. Equal texts always stay in one split. The test split is fixed; the seed redraws the other two. With
    folds, every text is tested once. `split`: a column that says "train", "validation" or "test", for a published
    split, which then is the only one; without "validation", the seed draws a quarter of the training texts for it.
    `by`: "words" or "characters"; by default, characters if the texts have hardly any spaces and many of their words
    would be unknown, as in Chinese or Thai. `words`: the largest size of the vocabulary, which contains only words (or
    characters) that occur at least twice in training. `keep`: which end of a longer text is kept, "last" (the default)
    or "first". `labels`: what to do if names differ by spelling alone, such as "Positive" and "positive", or 1 and 1.0:
    "error", "merge" (the commonest one names the class) or "exact" (keep them apart). `missing`: "error" (refuse empty
    cells) or "drop" (leave out their rows). `more`: `Given` explains the arguments about how the file is written, which
    are otherwise found by looking at it; arguments of `task` replace those in DEFAULTS. The file and its header are
    checked here; its cells are checked when a run loads them. Raise RequestError, which names the file, row and column,
    if a check fails.
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
    given, declared = options(more)
    file = source(table)
    columns = [text, label, *([group] if group else [])]
    dialect = header(file, Dialect.of({"decimal": "."} | given), [*columns, *([split] if split else [])]).dialect
    reader = TextReader(text, length, False, missing, dialect, by or WORDS, keep or "last")
    load = partial(
        load_texts, table=file, columns=columns, words=words, reader=reader, labels=labels,
        settled=[option for option, value in (("by", by), ("keep", keep)) if value],
    )  # fmt: skip
    question = f"The {keep or 'last'} {length} {by or WORDS} of {text} in {label_of(file)}: what is {label}?"
    fields: Declaration = {
        **DEFAULTS,
        "source": path_or_name(file),
        "official": bool(split),
        **declared,
    }
    return declare(name, without_folds(load, split) if split else load, question, fields)


def load_texts(
    seed: int,
    fold: Fold = ONE_SPLIT,
    *,
    table: Source,
    columns: Sequence[str],
    words: int,
    reader: TextReader,
    labels: str = "exact",
    settled: Sequence[str] = ("by", "keep"),
    split: str = "",
) -> Data:
    """Load the texts of a table.

    `columns` names the columns of the text, the label and, optionally, the group; `split`, the column of given splits.
    `labels`: what to do with names that differ by spelling alone. `settled`: the arguments that the user gave; without
    "by", the texts decide whether they are read as words or characters.
    """
    wanted = [*columns, *([split] if split else [])]
    found = read_table(table, wanted, reader.dialect, reader.missing, absent=MISSING_WORDS)
    (classes, y), groups, sheet = _named(found, columns[1:], labels)
    divide = partial(_rows, seed, fold, found, split, classes[y], groups, columns[1])
    texts, place = found.columns[columns[0]], f"{found.name}, column '{columns[0]}'"
    cut, rows = _divided(texts, reader, divide, place, settled)
    untested = np.setdiff1d(np.arange(len(texts)), rows["test"])
    if "by" not in settled and lacks_words([texts[row] for row in untested], [cut.kept[row] for row in untested]):
        reader = replace(reader, by=CHARACTERS)
        cut, rows = _divided(texts, reader, divide, place, settled)
    fitted = {
        "vocabulary": fit(index(cut.kept), rows["train"], words, least=2),
        "steps": max(len(cut.kept[row]) for row in rows["train"]),
    }
    check_known(fitted["vocabulary"], reader.by, place)
    x, _ = reader.inputs(Raw((cut.kept, found.name), {"row": found.rows}), fitted)
    fitted |= {"classes": classes, **settings(reader)}
    told = with_texts(sheet, cut, {name: x[own] for name, own in rows.items()}, reader.by, settled)
    return replace(Data.of_rows(rows, x, y, fitted, groups=groups), sheet=told)


def _named(
    found: Table, columns: Sequence[str], choice: str
) -> tuple[tuple[np.ndarray, np.ndarray], np.ndarray | None, Sheet]:
    """Return the classes and the number of each text's class, its group, and the sheet with merged names."""
    label, *group = columns
    names, sheet = spellings.merged(found.columns[label], choice, f"{found.name}, column '{label}'", found.sheet)
    classes = np.unique(np.array(names), return_inverse=True)
    if not group:
        return classes, None, sheet
    where = f"{found.name}, column '{group[0]}'"
    groups, sheet = spellings.merged_groups(found.columns[group[0]], choice, where, sheet)
    return classes, np.array(groups), sheet.plus(groups=f"{len(set(groups)):,} in column '{group[0]}'")


def _divided(
    texts: Sequence[str], reader: TextReader, divide: Callable[..., Rows], place: str, settled: Sequence[str]
) -> tuple[Cut, Rows]:
    """Return the texts as words or characters, and the rows of each split."""
    whole = [reader.split(text) for text in texts]
    cut = Cut(whole, [reader.kept(own) for own in whole], reader.keep, place)
    if "keep" not in settled:
        cut.check()
    return cut, divide([tuple(map(str.lower, own)) for own in cut.kept])


def _rows(
    seed: int, fold: Fold, found: Table, split: str, labels: np.ndarray, groups: np.ndarray | None, label: str,
    contents: Sequence[tuple[str, ...]],
) -> Rows:  # fmt: skip
    """Return the rows of each split; the column `split` names them if it is given."""
    where = f"{found.name}, column '{label}'"
    if not split:
        return apart(seed, contents, labels, groups, where, fold)
    names = split_names(found.columns[split], lambda row: found.place(row, split), f"{found.name}, column '{split}'")
    return given(seed, names, contents, labels, groups, where)
