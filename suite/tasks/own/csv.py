"""CSV: reads the columns of a CSV file as text, and names the row and column of every fault.

This file uses the standard library instead of pandas, because pandas fills short rows silently, and because it counts
lines, while a spreadsheet counts rows.
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from suite.errors import RequestError, closest

MISSING_NUMBERS = frozenset({"", "na", "n/a", "nan", "null", "none"})
MISSING_WORDS = frozenset({""})


@dataclass(frozen=True)
class Table:
    """Some columns of a CSV file as text. `rows`: the row number of each example; the header is row 1."""

    path: Path
    columns: Mapping[str, list[str]]
    rows: list[int]

    def place(self, example: int, column: str) -> str:
        """Return the file, row and column of a cell as text for messages."""
        return f"'{self.path}', row {self.rows[example]}, column '{column}'"


def check_columns(path: Path, columns: Sequence[str]) -> list[str]:
    """Return the header; raise RequestError, which suggests the closest name, if a column is missing or repeated."""
    header = next(_cells(path), (1, []))[1]
    for column in columns:
        if header.count(column) != 1:
            fault = f"has column '{column}' twice" if column in header else f"has no column '{column}'"
            raise RequestError(f"'{path}' {fault}: {closest(column, header)}")
    return header


def read_table(path: Path, columns: Sequence[str], absent: Collection[str], missing: str, never: str = "") -> Table:
    """Read the named columns. A cell counts as missing if its text in lower case is in `absent`.

    `missing`: "error" refuses missing cells, "drop" leaves out their rows, and "previous" repeats the cell above, but
    refuses missing cells in the column `never`. Raise RequestError, which names the file, row and column, if a missing
    cell is refused.
    """
    rows: dict[int, list[str]] = {}
    above: list[str] | None = None
    for row, values in _wanted(path, columns):
        holes = [place for place, value in enumerate(values) if value.lower() in absent]
        if holes and missing == "drop":
            continue
        for place in holes:
            if missing == "error" or above is None or columns[place] == never:
                way_out = ", or choose what to do with `missing=`" if missing == "error" else ""
                raise RequestError(f"'{path}', row {row}, column '{columns[place]}' is empty: fill it in{way_out}")
            values[place] = above[place]
        rows[row] = above = values
    if not rows:
        raise RequestError(f"'{path}' has no row with all of: {', '.join(columns)}")
    cells = zip(*rows.values(), strict=True)
    return Table(path, dict(zip(columns, map(list, cells), strict=True)), list(rows))


def numbers(table: Table, column: str) -> np.ndarray:
    """Return a column as float64 (rows,); raise RequestError if a cell is not a finite number."""
    values = []
    for example, text in enumerate(table.columns[column]):
        try:
            values.append(float(text))
        except ValueError:
            values.append(np.nan)
        if not np.isfinite(values[-1]):
            raise RequestError(f"{table.place(example, column)}: '{text}' is not a finite number")
    return np.array(values)


def _wanted(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield each row number with the cells of the named columns.

    Raise RequestError if a row and the header have different numbers of cells.
    """
    header = check_columns(path, columns)
    places = [header.index(column) for column in columns]
    for row, cells in islice(_cells(path), 1, None):
        if len(cells) != len(header):
            fault = f"has {len(cells)} cells, but the header has {len(header)}"
            raise RequestError(f"'{path}', row {row} {fault}: quote a cell that holds a comma")
        yield row, [cells[place].strip() for place in places]


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row that is not blank."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from ((row, cells) for row, cells in enumerate(csv.reader(file), start=1) if cells)
    except UnicodeDecodeError as error:
        raise RequestError(
            f"'{path}' is not UTF-8 text ({error.reason} at byte {error.start}): save it as UTF-8"
        ) from error
    except csv.Error as error:
        raise RequestError(f"'{path}' is not a CSV file: {error}") from error
    except OSError as error:
        raise RequestError(f"'{path}' cannot be read: {error.strerror}") from error
