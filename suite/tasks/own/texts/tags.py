"""Tags: the targets of texts that may have several labels, in one cell or in a column for every label."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from suite.errors import RequestError
from suite.tasks.labels import indicators
from suite.tasks.own import spellings
from suite.tasks.own.tables.grids import Source
from suite.tasks.own.tables.table import MARK, Table, read_table
from suite.tasks.sheet import Sheet

YES, NO = ("1", "1.0", "true", "yes", "y", "x"), ("0", "0.0", "false", "no", "n")


def of_columns(found: Table, columns: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return the names of the columns, and 0 or 1 for every text and column, (texts, labels).

    Raise RequestError, which names the row, if a cell says neither yes nor no.
    """
    y = np.zeros((len(found.rows), len(columns)), dtype=np.int64)
    for place, column in enumerate(columns):
        for example, cell in enumerate(found.columns[column]):
            if cell.lower() not in YES + NO:
                raise RequestError(f"{found.place(example, column)} is neither 0 nor 1: write one of them")
            y[example, place] = cell.lower() in YES
    return np.array(columns), y


def of_cells(
    found: Table, table: Source, column: str, sep: str, choice: str, sheet: Sheet
) -> tuple[np.ndarray, np.ndarray, Sheet]:
    """Return the names of all labels in the cells of a column, and 0 or 1 for every text and label.

    A text with an empty cell has no label. `choice`: what to do with labels that differ by spelling alone.
    """
    whole = read_table(table, [column], found.dialect, MARK, absent=())
    cells = dict(zip(whole.rows, whole.columns[column], strict=True))
    each = [[name.strip() for name in cells[row].split(sep) if name.strip()] for row in found.rows]
    names = [name for own in each for name in own]
    if not names:
        raise RequestError(f"{found.name}, column '{column}' has no label: name another column")
    spelled, sheet = spellings.merged(names, choice, f"{found.name}, column '{column}'", sheet)
    usual = dict(zip(names, spelled, strict=True))
    classes, y = indicators([usual[name] for name in own] for own in each)
    ignored = [name for name in sheet.facts.get("ignored columns", []) if name != column]
    sheet = replace(sheet, facts={name: fact for name, fact in sheet.facts.items() if name != "ignored columns"})
    return classes, y, sheet.plus(ignored_columns=ignored, texts_without_label=int((~y.any(axis=1)).sum()) or "")
