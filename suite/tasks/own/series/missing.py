"""Missing: what becomes of the missing cells of a series: refused, left out, or filled with the value above."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from suite.tasks.own.tables.table import Table


class Settled(NamedTuple):
    """The rows of a series without missing cells.

    `at`: the rows that are left. `sources`: column -> for each of them, the row from which its cell is taken. `filled`:
    column -> whether that is an earlier row. `breaks`: whether rows were left out after each.
    """

    at: np.ndarray
    sources: Mapping[str, np.ndarray]
    filled: Mapping[str, np.ndarray]
    breaks: np.ndarray


def settled(table: Table, at: np.ndarray, columns: Sequence[str], missing: str, future: int) -> Settled:
    """Return the rows `at` (in the order of time) without missing cells in the columns.

    `future`: how many rows at the end may lack cells, because they are after the last observation. Faults are refused,
    or noted if the table notes faults.
    """
    holes = {column: table.holes[column][at] for column in columns}
    past = np.arange(len(at)) < len(at) - future
    if missing == "drop":
        kept = ~np.any([*holes.values()], axis=0) | ~past
        places = np.flatnonzero(kept)
        at = at[places]
        return Settled(at, dict.fromkeys(columns, at), {}, np.diff(places, append=places[-1:] + 1) > 1)
    if missing == "previous":
        shown = {column: _last_known(own & past) for column, own in holes.items()}
        sources = {column: at[np.maximum(place, 0)] for column, place in shown.items()}
        for column, place in shown.items():
            _refuse(table, at[place < 0], column, ", and no row above fills it: fill it in, or say missing='drop'")
        filled = {column: own & past & (shown[column] >= 0) for column, own in holes.items()}
        return Settled(at, sources, filled, np.zeros(len(at), bool))
    refuse_missing(table, at[past], columns)
    return Settled(at, dict.fromkeys(columns, at), {}, np.zeros(len(at), bool))


def refuse_missing(table: Table, at: np.ndarray, columns: Sequence[str]) -> None:
    """Raise RequestError for the first of the rows `at` that lacks a cell, unless faults are noted."""
    holes = [table.holes[column][at] for column in columns]
    for place in np.flatnonzero(np.any(holes, axis=0))[:1]:
        column = next(column for column, own in zip(columns, holes, strict=True) if own[place])
        _refuse(table, at[place : place + 1], column, ": fill it in, or choose what to do with `missing=`")


def _last_known(hole: np.ndarray) -> np.ndarray:
    """Return for each cell the place of the nearest filled cell at or above it, or -1 if all of these are holes."""
    return np.maximum.accumulate(np.where(hole, -1, np.arange(len(hole))))


def _refuse(table: Table, at: np.ndarray, column: str, what: str) -> None:
    for example in at[:1] if table.faults is None else ():
        table.fault(int(example), f"{table.place(int(example), column)} is empty{what}")
