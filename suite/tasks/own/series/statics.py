"""Statics: columns that are constant in each series, such as a place or a size, as inputs at every step."""

from collections.abc import Sequence

import numpy as np

from suite.errors import RequestError
from suite.tasks.data import Preparation
from suite.tasks.own.series.rows import Rows
from suite.tasks.own.tables import numerals
from suite.tasks.own.tables.table import Table

COLUMNS, WORDS = "static_columns", "static_words"


def text_of(table: Table, at: np.ndarray, column: str) -> str:
    """Return the only text of a column in the rows of a series, "" if all cells are missing.

    Raise RequestError if the column varies, or note the fault if the table notes faults.
    """
    known = at[~table.holes[column][at]]
    cells = table.columns[column]
    for example in known:
        if cells[example] != cells[known[0]]:
            fault = f"{table.place(int(example), column)} differs from row {table.rows[known[0]]} of the same series"
            table.fault(int(example), f"{fault}: static= needs columns that are constant in each series; use features=")
            break
    if not len(known) and len(at):
        table.fault(int(at[0]), f"{table.place(int(at[0]), column)} is empty in the whole series: fill it in")
    return cells[known[0]] if len(known) else ""


def fit(rows: Rows, training: np.ndarray) -> dict[str, np.ndarray]:
    """Return the channels of static columns: the column of each, and its word, or "" if the column is a number.

    `training`: the numbers of the series that have training windows; their words are the known ones.
    """
    columns, words = [], []
    for column, texts in rows.statics.items():
        numeric = not np.isnan(numerals.numbers(list(texts), rows.table.dialect.marks)).any()
        own = [""] if numeric else sorted({texts[series] for series in training})
        columns += [column] * len(own)
        words += own
    return {COLUMNS: np.array(columns, dtype=np.str_), WORDS: np.array(words, dtype=np.str_)} if columns else {}


def channels(rows: Rows, fitted: Preparation) -> np.ndarray:
    """Return the channels of all static columns, (rows, channels): a number, or 1 where the text is the word."""
    found = [
        numerals.numbers(list(rows.statics[column]), rows.table.dialect.marks)
        if word == ""
        else np.array([text == word for text in rows.statics[column]], dtype=np.float64)
        for column, word in zip(*_fitted(fitted), strict=True)
    ]
    return np.stack(found, axis=1)[rows.series]


def labels(static: Sequence[str], fitted: Preparation) -> list[str]:
    """Return the column of every channel that is a number, "" for words."""
    return ["" if word else column for column, word in zip(*_fitted(fitted), strict=True)] if static else []


def _fitted(fitted: Preparation) -> tuple[list[str], list[str]]:
    return np.asarray(fitted[COLUMNS]).tolist(), np.asarray(fitted[WORDS]).tolist()


def check(rows: Rows) -> None:
    """Raise RequestError if static columns are named, but there is just one series."""
    if rows.statics and not rows.several:
        raise RequestError(
            f"{rows.table.name}: static= needs several series: name the column of their names with group="
        )
