"""Table: reads columns of a table, and names the row and column of every fault, but never the content of a cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import compress

import numpy as np

from suite.errors import RequestError, names_of
from suite.tasks.own.tables import numerals
from suite.tasks.own.tables.dialect import Dialect
from suite.tasks.own.tables.grids import Grid, Source, grid, places
from suite.tasks.sheet import Sheet

LAST_ROWS = 5  # a fault in one of the last rows may come from a total below the table
MARK = "mark"
LARGEST = float(np.finfo(np.float32).max)  # models read 32-bit floats


@dataclass(frozen=True)
class Table:
    """Some columns of a table as text.

    `rows`: the row number of each example. `holes`: column -> whether each cell is missing (examples,). `faults`:
    example -> why its row cannot be read; None if a fault is refused at once. `sheet`: what was read and left out.
    """

    name: str
    columns: Mapping[str, list[str]]
    rows: list[int]
    dialect: Dialect
    holes: Mapping[str, np.ndarray] = field(default_factory=dict)
    faults: dict[int, str] | None = None
    sheet: Sheet = field(default_factory=Sheet)

    def place(self, example: int, column: str) -> str:
        """Return the file, row and column of a cell as text for messages."""
        return f"{self.name}, row {self.rows[example]}, column '{column}'"

    def fault(self, example: int, what: str) -> None:
        """Raise RequestError with a fault of a row, or note it if the other rows are to be read all the same."""
        if self.faults is None:
            raise RequestError(what)
        self.faults.setdefault(example, what)


def absent_words(dialect: Dialect) -> tuple[str, ...]:
    """Return the cells of a table of texts that are missing: empty ones, and the words that the user names."""
    return ("",) if dialect.absent == numerals.ABSENT else dialect.absent


def header(table: Source, known: Dialect, wanted: Sequence[str]) -> Grid:
    """Return the grid of a table. Raise RequestError if one of the wanted columns does not exist."""
    found = grid(table, known)
    places(found, wanted)
    return found


def read_table(
    table: Source, columns: Sequence[str], dialect: Dialect, missing: str, *, absent: Sequence[str] | None = None
) -> Table:
    """Read the named columns. A cell is missing if `absent` (by default that of the dialect) has it in lower case.

    `missing`: "error" refuses missing cells; "drop" leaves out their rows; "mark" keeps every row, and notes faults
    instead of refusing them. Raise RequestError, which names the file, row and column.
    """
    read = read_cells(table, columns, dialect, absent=absent, marked=missing == MARK)
    if missing == "drop":
        return _without_holes(read)
    _refuse_holes(read, missing)
    return replace(read, sheet=read.sheet.plus(rows={"read": len(read.rows)}))


def read_cells(
    table: Source,
    columns: Sequence[str],
    dialect: Dialect,
    *,
    absent: Sequence[str] | None = None,
    marked: bool = False,
) -> Table:
    """Read the named columns with their missing cells. If `marked`, rows at fault are noted instead of refused.

    The arguments and errors are as in `read_table`.
    """
    found = grid(table, dialect)
    columns = list(dict.fromkeys(columns))
    faults: dict[int, str] | None = {} if marked else None
    numbers, cells = _wanted(found, columns, faults)
    if not numbers:
        raise RequestError(f"{found.name} has no row below its header: name a table with rows")
    holes = _holes(cells, found.dialect.absent if absent is None else absent)
    sheet = Sheet().plus(read=found.said, ignored_columns=_ignored(found, columns))
    return Table(found.name, cells, numbers, found.dialect, holes=holes, faults=faults, sheet=sheet)


def _without_holes(read: Table) -> Table:
    whole = ~np.any(list(read.holes.values()), axis=0)
    if not whole.any():
        raise RequestError(f"{read.name}: every row lacks a cell of {names_of(read.columns)}: fill some in")
    return replace(
        read,
        columns={name: list(compress(cells, whole)) for name, cells in read.columns.items()},
        rows=list(compress(read.rows, whole)),
        holes={name: own[whole] for name, own in read.holes.items()},
        sheet=read.sheet.plus(rows={"read": len(whole), "dropped": int((~whole).sum())}),
    )


def _refuse_holes(read: Table, missing: str) -> None:
    way_out = ", or choose what to do with `missing=`" if missing == "error" else ""
    for example, name in sorted((int(row), name) for name, own in read.holes.items() for row in np.flatnonzero(own)):
        read.fault(example, f"{read.place(example, name)} is empty: fill it in{way_out}")


def numbers(table: Table, column: str) -> np.ndarray:
    """Return a column as float64 (rows,), NaN where a cell is missing or a fault is noted.

    Refuse, or note, any other cell that is not a finite number.
    """
    values = numerals.numbers(table.columns[column], table.dialect.marks)
    missing = table.holes[column]
    values[missing] = np.nan
    for example in np.flatnonzero(np.abs(values) > LARGEST):
        table.fault(int(example), f"{table.place(example, column)} is too large: divide the column by a number")
    for example in np.flatnonzero(np.isnan(values) & ~missing):
        if table.faults is None or int(example) not in table.faults:
            table.fault(int(example), f"{table.place(example, column)} is not a finite number{_hint(table, example)}")
    return values


def _hint(table: Table, example: int) -> str:
    if example >= len(table.rows) - LAST_ROWS:
        return ": if this is a total or a note below the table, delete the row"
    return ": correct it, or say with absent= that such a cell means 'missing'"


def _holes(cells: Mapping[str, Sequence[str]], absent: Sequence[str]) -> dict[str, np.ndarray]:
    """Return column -> whether each cell is missing, (examples,)."""
    words = frozenset(absent)
    return {name: np.fromiter((cell.lower() in words for cell in own), bool, len(own)) for name, own in cells.items()}


def _ignored(found: Grid, columns: Sequence[str]) -> list[str]:
    used = set(places(found, columns))
    return [name for place, name in enumerate(found.names) if place not in used and name]


def _wanted(
    found: Grid, columns: Sequence[str], faults: dict[int, str] | None
) -> tuple[list[int], dict[str, list[str]]]:
    """Return the row numbers, and the cells of each column. A row that is not as wide as the header is a fault."""
    at, width = places(found, columns), len(found.header)
    numbers: list[int] = []
    cells: dict[str, list[str]] = {name: [] for name in columns}
    pairs = list(zip(at, cells.values(), strict=True))
    for number, own in found.rows:
        if len(own) != width and (why := _misfit(found, number, own)):
            if faults is None:
                raise RequestError(why)
            faults[len(numbers)] = why
            own = [""] * width
        numbers.append(number)
        for place, column in pairs:
            column.append(own[place].strip())
    return numbers, cells


def _misfit(found: Grid, number: int, own: Sequence[str]) -> str:
    """Return why a row does not fit the header; "" if it only has further empty cells at its end."""
    width = len(found.header)
    if len(own) > width and not any(cell.strip() for cell in own[width:]):
        return ""
    fault = f"{found.name}, row {number} has {len(own)} cells, but the header has {width}"
    if len(own) > width:
        way_out = "or delete the row if it is a note below the table"
        return f"{fault}: quote a cell that contains a '{found.dialect.sep}', name the separator with sep=, {way_out}"
    if any("\n" in cell for cell in own):
        return f"{fault}: a quote that opens a cell may not be closed: write it twice, or remove it"
    return f"{fault}: complete the row, or delete it if it is a note or a total below the table"


def faults_of(table: Table) -> Iterator[tuple[int, str]]:
    """Yield the noted faults: (example, why)."""
    yield from sorted((table.faults or {}).items())
