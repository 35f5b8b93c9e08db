"""Text splits: the labels and groups of texts as the user means them, and the splits that keep equal texts together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from suite.errors import RequestError
from suite.tasks.datasets.splits import Rows
from suite.tasks.fold import Fold
from suite.tasks.own import spellings
from suite.tasks.own.official import rows_of, split_names
from suite.tasks.own.rare import merged
from suite.tasks.own.tables.grids import Source
from suite.tasks.own.tables.table import Table
from suite.tasks.own.texts import tags
from suite.tasks.sheet import Sheet

MANY = 10


@dataclass(frozen=True)
class Labelled:
    """The labels of all texts: a name (texts,), or 0 and 1 for every one of the `classes` (texts, labels)."""

    values: np.ndarray
    classes: np.ndarray | None
    groups: np.ndarray | None
    sheet: Sheet


def labelled(
    found: Table, table: Source, label: Sequence[str], group: str | None, choice: str, sep: str, rare: str | None
) -> Labelled:
    """Return the labels and groups of all texts, and the sheet with merged names."""
    sheet, classes = found.sheet, None
    if sep:
        classes, values, sheet = tags.of_cells(found, table, label[0], sep, choice, sheet)
    elif len(label) > 1:
        classes, values = tags.of_columns(found, label)
    else:
        where = f"{found.name}, column '{label[0]}'"
        if not rare:
            _refuse_names(found.columns[label[0]], where)
        names, sheet = spellings.merged(found.columns[label[0]], choice, where, sheet)
        values = np.array(names)
    if not group:
        return Labelled(values, classes, None, sheet)
    where = f"{found.name}, column '{group}'"
    groups, sheet = spellings.merged_groups(found.columns[group], choice, where, sheet)
    sheet = sheet.plus(groups=f"{len(set(groups)):,} in column '{group}'")
    return Labelled(values, classes, np.array(groups), sheet)


def _refuse_names(labels: Sequence[str], where: str) -> None:
    """Raise RequestError if labels are hardly ever repeated, as those of a column of names or texts."""
    different = len(set(labels))
    if different > MANY and 2 * different > len(labels):
        fault = f"{where} has {different} different labels in {len(labels)} texts"
        raise RequestError(f"{fault}: name the column of labels, or say rare='other' or rare='drop'")


@dataclass(frozen=True)
class Divided:
    """The rows of each split, the targets of all texts, the names of their classes, and the sheet with rare ones."""

    rows: Rows
    y: np.ndarray
    classes: np.ndarray
    sheet: Sheet


def divided(
    seed: int, fold: Fold, found: Table, split: str, told: Labelled, label: str, rare: str | None,
    contents: Sequence[tuple[str, ...]],
) -> Divided:  # fmt: skip
    """Divide texts by their contents; the column `split` names the split of each if it is given."""
    where, groups, names = f"{found.name}, column '{label}'", told.groups, None
    if split:
        place = f"{found.name}, column '{split}'"
        names = split_names(found.columns[split], lambda row: found.place(row, split), place)
    if told.classes is not None:
        rows = rows_of(seed, fold, names, contents, None, groups, where)
        return Divided(rows, told.values, told.classes, told.sheet)
    chosen = merged(told.values, contents, groups, rare, where, fold, names)
    own_names, own_groups = (None if values is None else values[chosen.rows] for values in (names, groups))
    parts = rows_of(seed, fold, own_names, [contents[row] for row in chosen.rows], chosen.labels, own_groups, where)
    classes, places = np.unique(chosen.labels, return_inverse=True)
    y = np.zeros(len(contents), dtype=np.int64)
    y[chosen.rows] = places
    sheet = replace(told.sheet, facts={**told.sheet.facts, **chosen.facts})
    return Divided({name: chosen.rows[own] for name, own in parts.items()}, y, classes, sheet)
