"""Members: the series of a table, which are below each other (a column names them) or beside each other."""

from collections.abc import Sequence

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.own.series.rows import Member
from suite.tasks.own.tables.grids import Grid, places
from suite.tasks.own.tables.table import Table


def below_each_other(table: Table, group: str, columns: Sequence[str]) -> list[Member]:
    """Return the series that a column names, in the order of their names."""
    for example in np.flatnonzero(table.holes[group]):
        table.fault(int(example), f"{table.place(int(example), group)} is empty: name the series of each row")
    named = np.flatnonzero(~table.holes[group])
    names, series = np.unique(np.array(table.columns[group])[named], return_inverse=True)
    order = named[np.argsort(series, kind="stable")]
    parts = np.split(order, np.cumsum(np.bincount(series, minlength=len(names)))[:-1])
    return [Member(str(name), part, tuple(columns)) for name, part in zip(names, parts, strict=True)]


def beside_each_other(table: Table, names: Sequence[str], wide: Sequence[str]) -> list[Member]:
    """Return the series that have columns of their own; `wide`: the columns of the first series, the second, ..."""
    count, every = len(wide) // len(names), np.arange(len(table.rows))
    columns = [tuple(wide[place : place + count]) for place in range(0, len(wide), count)]
    return [Member(name, every, own) for name, own in zip(names, columns, strict=True)]


def series_of_header(found: Grid, targets: Sequence[str], others: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the names of series beside each other, and the columns of the first series, the second, and so on.

    `targets`: one column of each series, or one part of a header of several rows that fits several columns; the other
    part then names the series. `others`: the features and known columns; each series has its own column, or all share
    one. Both lists are empty if the targets are a single column. Raise RequestError if a column does not exist.
    """
    fitting = _fitting(found, targets[0]) if len(targets) == 1 else places(found, targets)
    if len(fitting) < 2:
        places(found, [*targets, *others])
        return [], []
    if len(targets) == 1:
        parts = [[part for part in found.header[place] if part != targets[0]] for place in fitting]
        names = ["/".join(own) for own in parts]
    else:
        names = list(targets)
    if len(set(names)) < len(names):
        raise RequestError(f"{found.name} names several series alike: {names_of(names)}: name each column once")
    wide = [
        column
        for name, place in zip(names, fitting, strict=True)
        for column in (found.names[place], *(_of(found, name, other) for other in others))
    ]
    return names, wide


def _fitting(found: Grid, part: str) -> list[int]:
    if part in found.names:
        return [found.names.index(part)]
    return [place for place, own in enumerate(found.header) if len(own) > 1 and part in own]


def _of(found: Grid, series: str, column: str) -> str:
    """Return the name of a series' own column, or of one that all series share."""
    own = [
        found.names[place]
        for place in _fitting(found, column)
        if "/".join(part for part in found.header[place] if part != column) == series
    ]
    return own[0] if own else found.names[places(found, [column])[0]]
