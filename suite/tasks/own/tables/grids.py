"""Grids: the cells of a table as text, from a text file, a spreadsheet, JSON, Parquet or a data frame."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from suite.errors import RequestError, closest, names_of
from suite.files.paths import existing
from suite.tasks.own.tables import hugging_face
from suite.tasks.own.tables.dialect import SAMPLE, Dialect, cells, first_row, header_rows, sniffed
from suite.tasks.own.tables.json_files import is_json, read_json, text_of
from suite.tasks.own.tables.marks import found_marks
from suite.tasks.own.tables.numerals import Marks, is_numeral

Source = Any  # the path of a file, or a pandas data frame
SHEETS = (".xlsx", ".xlsm", ".xls", ".ods")
COLUMNAR = {".parquet": "read_parquet", ".feather": "read_feather"}
JSON = (".json", ".jsonl", ".ndjson")
MOST_WORDS = 8  # of the name of a column
DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}")
FRAME = "the data frame"


@dataclass(frozen=True)
class Grid:
    """A table as text. `name`: what messages call it. `header`: the names of each column, one per row of the header.

    `rows`: the number of each row, from 1 as in a spreadsheet (from 0 in a data frame), with its cells. `dialect`: how
    the file writes its table; `said`: the same in words.
    """

    name: str
    header: Sequence[tuple[str, ...]]
    rows: Iterable[tuple[int, list[str]]]
    dialect: Dialect = field(default_factory=Dialect)
    said: str = ""

    @property
    def names(self) -> list[str]:
        """The names of the columns; the parts of a header of several rows are joined by "/"."""
        return ["/".join(parts) for parts in self.header]


def source(given: Any) -> Source:
    """Return a table as the absolute path of its file, or as a data frame. Raise RequestError if it is neither.

    A data set of Hugging Face, or a mapping of splits to data sets, becomes a data frame, and so does a folder in which
    one is saved.
    """
    if isinstance(given, (str, Path)):
        folder = Path(given).expanduser()
        return hugging_face.load(folder) if hugging_face.is_saved(folder) else existing(given, "file")
    if hasattr(given, "columns") and hasattr(given, "iloc"):
        return given
    if hasattr(given, "features") or isinstance(given, Mapping):
        return hugging_face.frame(given)
    if hasattr(given, "to_pandas"):  # such as a table of Arrow or Polars
        return given.to_pandas()
    raise RequestError(
        f"a table must be one file or one pandas data frame, not {type(given).__name__}: join several with "
        "pandas.concat first"
    )


def label_of(table: Source) -> str:
    """Return the short name of a table for descriptions: the name of its file."""
    return table.name if isinstance(table, Path) else FRAME


def path_or_name(table: Source) -> str:
    """Return the path of a file, or what messages call a data frame."""
    return str(table) if isinstance(table, Path) else FRAME


def name_of(table: Source) -> str:
    """Return what messages call a table."""
    return f"'{table}'" if isinstance(table, Path) else FRAME


def grid(table: Source, known: Dialect) -> Grid:
    """Return the cells of a table. Raise RequestError, which names the file, if it cannot be read."""
    if not isinstance(table, Path):
        said = table.attrs.get(hugging_face.READ, "a pandas data frame, rows counted from 0")
        return _frame(table, FRAME, 0, said)
    ending = table.suffix.lower()
    if ending in SHEETS:
        return _spreadsheet(table, known)
    if ending in COLUMNAR:
        return _frame(
            _read(table, COLUMNAR[ending], dtype_backend="numpy_nullable"),
            name_of(table),
            0,
            f"{ending[1:]}, rows counted from 0",
        )
    if ending in JSON or is_json(table, known):
        return _json(table, known)
    return _text(table, known if known.sep and known.encoding and known.decimal else sniffed(table, known))


def _text(path: Path, dialect: Dialect) -> Grid:
    rows = ((number, row) for number, row in cells(path, dialect) if number >= dialect.first)
    head = [row for _, row in islice(rows, dialect.header)]
    return Grid(name_of(path), _joined(head), rows, dialect, dialect.said())


def _joined(head: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return the different names of each column in the rows of a header.

    If the last row names only the first column, as pandas does for its index, that column has no other name.
    """
    width = max(map(len, head), default=0)
    if len(head) > 1 and all(cell.strip() for cell in head[-1]):
        head = [*map(_spread, head[:-1]), head[-1]]
    columns = [[row[place].strip() if place < len(row) else "" for row in head] for place in range(width)]
    own = [tuple(dict.fromkeys(name for name in column if name)) or ("",) for column in columns]
    if len(head) > 1 and own and not any(column[-1] for column in columns[1:]):
        own[0] = (columns[0][-1],)
    return own


def _spread(row: Sequence[str]) -> list[str]:
    """Return a row in which a name also fills the empty cells to its right, which is how merged cells are written."""
    names: list[str] = []
    for cell in row:
        names.append(cell if cell.strip() or not names else names[-1])
    return names


def _frame(frame: Any, name: str, start: int, said: str) -> Grid:
    if frame.index.name is not None or type(frame.index).__name__ != "RangeIndex":
        frame = frame.reset_index()
    header = [_parts(column) for column in frame.columns]
    columns = [_texts(frame.iloc[:, place]) for place in range(frame.shape[1])]
    rows = ((number, list(row)) for number, row in enumerate(zip(*columns, strict=True), start))
    return Grid(name, header, rows, Dialect(sep=",", encoding="utf-8"), said)


def _parts(column: Any) -> tuple[str, ...]:
    return tuple(str(part) for part in column if str(part)) if isinstance(column, tuple) else (str(column),)


def _texts(column: Any) -> list[str]:
    """Return the cells of a column of a data frame as text, "" for missing ones.

    Whole numbers beside missing cells, which pandas stores as floats, are written as integers.
    """
    missing = column.isna().tolist()
    if column.dtype.kind == "f" and any(missing) and (column.dropna() % 1 == 0).all():
        return ["" if absent else f"{value:.0f}" for absent, value in zip(missing, column.tolist(), strict=True)]
    return ["" if absent else text_of(value) for absent, value in zip(missing, column.tolist(), strict=True)]


def _read(path: Path, reader: str, **arguments: Any) -> Any:
    """Read a file by one of pandas' readers. Raise RequestError if it is invalid, or if a package is missing."""
    import pandas as pd

    try:
        return getattr(pd, reader)(path, **arguments)
    except ImportError as error:
        extra = "excel" if reader == "read_excel" else "parquet"
        raise RequestError(f"'{path}' needs a further package: pip install 'sequence-suite[{extra}]'") from error
    except Exception as error:  # pandas' readers raise many kinds of errors for a damaged file
        raise RequestError(f"'{path}' cannot be read: {type(error).__name__}") from error


def _spreadsheet(path: Path, known: Dialect) -> Grid:
    """Return the first sheet of a spreadsheet that has cells; rows without any cell are left out."""
    sheets = _read(path, "read_excel", header=None, dtype=object, sheet_name=None)
    name, frame = next(((name, own) for name, own in sheets.items() if own.size), ("", next(iter(sheets.values()))))
    columns = [_texts(frame[column]) for column in frame]
    rows = [(number, list(row)) for number, row in enumerate(zip(*columns, strict=True), 1) if any(row)]
    if not rows:
        raise RequestError(f"'{path}' is empty: it has no cell")
    first = first_row(rows[:SAMPLE])  # below a title, for example
    rows = [(number, row) for number, row in rows if number >= first]
    body = [row for _, row in rows[:SAMPLE]]
    marks = found_marks(f"'{path}'", body[1:], Marks(known.decimal, known.thousands), ",")
    count = header_rows(body, marks)
    dialect = replace(known, sep=",", encoding="utf-8", decimal=marks.decimal, thousands=marks.thousands)
    said = f"sheet '{name}' of {names_of(sheets)}" if len(sheets) > 1 else "a spreadsheet"
    return Grid(name_of(path), _joined(body[:count]), rows[count:], dialect, said)


def _json(path: Path, known: Dialect) -> Grid:
    keys, rows, dialect = read_json(path, known)
    return Grid(name_of(path), [(key,) for key in keys], rows, dialect, "JSON, one object per row")


def places(found: Grid, wanted: Sequence[str]) -> list[int]:
    """Return the position of each wanted column. Raise RequestError, with the closest name, unless just one fits.

    A column of a header with several rows may be named by one of its parts, such as "Close" for "Close/AAA".
    """
    return [_place(found, column) for column in wanted]


def _place(found: Grid, column: str) -> int:
    exact = [place for place, name in enumerate(found.names) if name == column]
    parts = exact or [place for place, own in enumerate(found.header) if len(own) > 1 and column in own]
    if len(parts) == 1:
        return parts[0]
    if exact:
        raise RequestError(f"{found.name} has column '{column:.60}' twice: rename one of them")
    if parts:
        which = names_of([found.names[place] for place in parts])
        raise RequestError(f"{found.name} has several columns '{column:.60}': name one of {which}")
    raise RequestError(f"{found.name} has no column '{column:.60}': {_way_out(found, column)}")


def _way_out(found: Grid, column: str) -> str:
    if not any(found.names):
        return "it is empty" if not found.names else "its header has no name"
    if lacks_header(found):
        return "its first row looks like data: add a row of column names above it"
    if len(found.names) == 1 and found.said == found.dialect.said():  # a text file
        shown = closest(column, found.names) if len(found.names[0].split()) <= MOST_WORDS // 2 else "it has only one"
        return f"{shown}; if it has several columns, name what separates them with sep="
    return closest(column, filter(None, found.names))


def lacks_header(found: Grid) -> bool:
    """Return whether the names of the columns look like a row of data: a number, a date, or a long text."""
    cells = [name for name in found.names if name]
    long = any(len(name.split()) > MOST_WORDS for name in cells) and len(cells) > 1
    dated = any(DATE.match(name) for name in cells[:1]) and any(is_numeral(name, found.dialect.marks) for name in cells)
    return found.dialect.sep != "" and (long or dated or all(is_numeral(name, found.dialect.marks) for name in cells))
