"""Table: the columns of a CSV file, in which every fault has a row and a column."""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from suite.errors import RequestError, closest

MISSING_NUMBERS = frozenset({"", "na", "n/a", "nan", "null", "none"})
MISSING_WORDS = frozenset({""})


@dataclass(frozen=True)
class Table:
    """Some columns of a CSV file as text. `rows`: the row of each cell as a spreadsheet counts, the header being 1."""

    path: Path
    columns: Mapping[str, list[str]]
    rows: list[int]

    def place(self, example: int, column: str) -> str:
        """The file, row and column of a cell, for messages."""
        return f"'{self.path}', row {self.rows[example]}, column '{column}'"


def check_columns(path: Path, columns: Sequence[str]) -> None:
    """Reads the header alone; raises RequestError for a column that is not there, with the closest name."""
    header = next(_cells(path), (1, []))[1]
    for column in columns:
        if header.count(column) != 1:
            fault = f"has column '{column}' twice" if column in header else f"has no column '{column}'"
            raise RequestError(f"'{path}' {fault}: {closest(column, header)}")


def read_table(path: Path, columns: Sequence[str], absent: Collection[str], missing: str, kept: str = "") -> Table:
    """The named columns; cells whose lower-cased text is in `absent` are missing.

    `missing`: "error" refuses them, "drop" leaves their rows out, "previous" repeats the cell above, in all columns
    but `kept`. Raises RequestError naming file, row and column.
    """
    check_columns(path, columns)
    whole = list(_completed(path, columns, absent, missing, kept))
    if not whole:
        raise RequestError(f"'{path}' has no row with all of: {', '.join(columns)}")
    cells = zip(*(values for _, values in whole), strict=True)
    return Table(path, dict(zip(columns, map(list, cells), strict=True)), [row for row, _ in whole])


def numbers(table: Table, column: str) -> np.ndarray:
    """A column as float64 (rows,); raises RequestError at the first cell that is no finite number."""
    return np.array([_number(table, example, column) for example in range(len(table.rows))])


def _number(table: Table, example: int, column: str) -> float:
    text = table.columns[column][example]
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise RequestError(f"{table.place(example, column)}: '{text}' is not a finite number")
    return value


def _wanted(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Row numbers and the cells of the named columns; RequestError for a row longer or shorter than the header."""
    (_, header), *body = _cells(path)
    places = [header.index(column) for column in columns]
    for row, cells in body:
        if len(cells) != len(header):
            fault = f"has {len(cells)} cells, the header {len(header)}"
            raise RequestError(f"'{path}', row {row} {fault}: quote a cell that holds a comma")
        yield row, [cells[place].strip() for place in places]


def _completed(
    path: Path, columns: Sequence[str], absent: Collection[str], missing: str, kept: str
) -> Iterator[tuple[int, list[str]]]:
    """The wanted rows with what is missing refused, left out or filled; see `read_table`."""
    above: list[str] | None = None
    for row, values in _wanted(path, columns):
        holes = [place for place, value in enumerate(values) if value.lower() in absent]
        if holes and missing == "drop":
            continue
        for place in holes:
            if missing == "error" or above is None or columns[place] == kept:
                raise RequestError(_refusal(path, row, columns[place], missing))
            values[place] = above[place]
        above = values
        yield row, values


def _refusal(path: Path, row: int, column: str, missing: str) -> str:
    way_out = ", or choose how to go on with `missing=`" if missing == "error" else ""
    return f"'{path}', row {row}, column '{column}' is empty: fill it in{way_out}"


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Row numbers and cells of all rows that are not blank."""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            yield from ((row, cells) for row, cells in enumerate(csv.reader(file), start=1) if cells)
    except UnicodeDecodeError as error:
        raise RequestError(f"'{path}' is not UTF-8 text ({error.reason} at byte {error.start}): save it so") from error
    except csv.Error as error:
        raise RequestError(f"'{path}' is not a CSV file: {error}") from error
    except OSError as error:
        raise RequestError(f"'{path}' cannot be read: {error.strerror}") from error
