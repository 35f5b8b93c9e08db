"""Dialect: how a text file writes a table (separator, encoding, decimal mark, header), found by looking at the file."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, Self, TypedDict

from suite.errors import RequestError
from suite.tasks.own.tables.encoding import encoding_of, opened, refusing
from suite.tasks.own.tables.marks import found_marks
from suite.tasks.own.tables.numerals import ABSENT, Marks, is_absent, is_numeral

SEPARATORS = (",", ";", "\t", "|")
SEPARATOR_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NOTED = 1_000  # rows whose ends are remembered
MOST_LINES = 5  # inside a cell, so many lines may look like rows by chance
SAMPLE = 200  # rows that decide how a file is written
MOST_HEADERS = 3


class Given(TypedDict, total=False):
    """What the user says about how a file is written; anything else is found by looking at the file.

    `sep`: the character between cells. `decimal`, `thousands`: the marks in numbers. `encoding`: that of the text.
    `absent`: the words that mean "missing" beside empty cells, in place of ABSENT; in tables of texts, by default none.
    """

    sep: str
    decimal: str
    thousands: str
    encoding: str
    absent: Sequence[str]


@dataclass(frozen=True)
class Dialect:
    """How a file writes a table. `sep` is "" if it is not known yet; a file is then looked at when it is read.

    `escape`: "\\\\" if quotes inside cells are escaped by a backslash instead of doubled. `first`: the row in which the
    header begins, counted from 1. `header`: the number of rows with names of columns.
    """

    sep: str = ""
    encoding: str = ""
    decimal: str = ""
    thousands: str = ""
    escape: str = ""
    absent: tuple[str, ...] = ABSENT
    first: int = 1
    header: int = 1

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """Return the dialect as far as the user gives it. Raise RequestError if a value cannot be right."""
        for name in ("sep", "decimal", "thousands", "encoding"):
            if name in given and not isinstance(given[name], str):
                raise RequestError(f"{name} must be text, not {type(given[name]).__name__}")
        if len(given.get("sep", ",")) != 1:
            raise RequestError(f"sep must be one character, such as ';', not {given['sep']!r:.20}")
        if given.get("decimal", ".") not in (".", ","):
            raise RequestError(f"decimal must be '.' or ',', not {given['decimal']!r:.20}")
        absent = given.get("absent", ABSENT)
        words = (absent,) if isinstance(absent, (str, int, float)) else absent
        own = {name: value for name, value in given.items() if name != "absent"}
        return cls(**own, absent=tuple(dict.fromkeys(("", *(str(word).strip().lower() for word in words)))))

    @property
    def marks(self) -> Marks:
        """The marks in numbers."""
        return Marks(self.decimal or ".", self.thousands)

    def said(self) -> str:
        """Return the dialect in words, for the data sheet."""
        parts = [f"{SEPARATOR_NAMES.get(self.sep, repr(self.sep))} between cells", self.encoding.replace("-sig", "")]
        parts += ["decimal comma"] if self.decimal == "," else []
        parts += [f"thousands mark {self.thousands!r}"] if self.thousands else []
        parts += ["backslash before quotes"] if self.escape else []
        parts += [f"header in row {self.first}"] if self.first > 1 else []
        parts += [f"{self.header} rows of names"] if self.header > 1 else []
        return ", ".join(parts)


def sniffed(path: Path, known: Dialect) -> Dialect:
    """Return the dialect of a text file; fields that are known keep their values.

    Raise RequestError if the file cannot be read, is of no known encoding, or writes its numbers in several ways.
    """
    encoding = known.encoding or encoding_of(path)
    named = replace(known, encoding=encoding)
    first_line = next(islice(lines(path, named), 1), "")
    if (stated := re.match(r"sep=(.)\s*$", first_line)) and not known.sep:  # a line that spreadsheets write
        named = replace(named, sep=stated[1], first=2)
    else:
        named = _best(path, named)
    rows = list(islice(cells(path, named), SAMPLE))
    named = named if named.first > 1 else replace(named, first=first_row(rows))
    body = [row for number, row in rows if number >= named.first]
    marks = found_marks(f"'{path}'", body[1:], Marks(named.decimal, named.thousands), named.sep)
    return replace(named, decimal=marks.decimal, thousands=marks.thousands, header=header_rows(body, marks))


def lines(path: Path, dialect: Dialect) -> Iterator[str]:
    """Yield the lines of a text file, unpacked if it is packed. Raise RequestError if it cannot be read."""
    with refusing(path):
        try:
            with opened(path, dialect.encoding) as file:
                for number, line in enumerate(file, start=1):
                    if "\0" in line:
                        raise RequestError(f"'{path}', line {number} has a zero byte, which is no text: remove it")
                    yield line
        except (UnicodeError, LookupError) as error:
            fault = f"'{path}' is not text in the encoding {dialect.encoding:.40}"
            raise RequestError(
                f"{fault} ({getattr(error, 'reason', 'unknown')}): name its encoding with encoding="
            ) from error


def cells(path: Path, dialect: Dialect, checked: bool = True) -> Iterator[tuple[int, list[str]]]:
    """Yield the number (from 1) and the cells of each row that is not blank.

    If `checked`, refuse a cell that contains whole rows, because a quote is not closed.
    """
    reading = csv.reader(
        lines(path, dialect),
        delimiter=dialect.sep,
        escapechar=dialect.escape or None,
        doublequote=not dialect.escape,
        skipinitialspace=True,
    )
    before, ends = 0, Ends()
    try:
        for row, found in enumerate(reading, start=1):
            if checked and reading.line_num - before > 2 and (line := ends.swallowed(found, dialect.sep)):
                raise RequestError(
                    f"'{path}', row {row}: a quote that opens a cell is not closed, so that {line:,} rows are in one "
                    "cell: write it twice, or remove it"
                )
            before = reading.line_num
            if found:
                ends.note(found)
                yield row, found
    except csv.Error as error:
        unclosed = ": is a quote not closed in this row or one above?" if "limit" in str(error) else ""
        raise RequestError(f"'{path}', line {reading.line_num} is not a row of a table: {error}{unclosed}") from error


class Ends:
    """The first and the last cells of rows, by which rows inside a cell are recognised."""

    def __init__(self) -> None:
        self.width, self.rows = 0, 0
        self.cells: tuple[set[str], set[str]] = (set(), set())

    def note(self, row: Sequence[str]) -> None:
        """Remember the ends of a row that is read."""
        self.rows += 1
        if self.rows <= NOTED:
            self.width = max(self.width, len(row))
            self.cells[0].add(row[0])
            self.cells[1].add(row[-1])

    def swallowed(self, row: Sequence[str], sep: str) -> int:
        """Return how many whole rows a cell contains: lines as wide as a row, of which some end like rows above."""
        for cell in row if self.width > 1 else ():
            inside = [line.split(sep) for line in cell.splitlines()[1:-1]]
            whole = [line for line in inside if len(line) == self.width]
            alike = sum(line[0] in self.cells[0] or line[-1] in self.cells[1] for line in whole)
            if whole and len(whole) == len(inside) and (len(whole) > MOST_LINES or alike == len(whole)):
                return len(whole)
        return 0


def _best(path: Path, known: Dialect) -> Dialect:
    """Return the dialect in which most rows have the same number of cells, and if several do, as many as possible."""
    separators = (known.sep,) if known.sep else SEPARATORS
    tried = [replace(known, sep=sep, escape=escape) for escape in ("", "\\") for sep in separators]
    return max(tried, key=lambda one: _regularity(path, one))


def _regularity(path: Path, dialect: Dialect) -> tuple[float, float, int, bool]:
    """Return how well a dialect fits a file.

    That is the share of rows of the commonest width, minus the stray quotes per row, this width, and whether there is
    no escape.
    """
    try:
        rows = [row for _, row in islice(cells(path, dialect, checked=False), SAMPLE)]
    except RequestError:
        return 0.0, 0.0, 0, False
    if not rows:
        return 0.0, 0.0, 0, dialect.escape == ""
    width, count = Counter(map(len, rows)).most_common(1)[0]
    stray = sum(('"' in cell and cell.count('"') % 2 == 1) or '\\"' in cell for row in rows for cell in row)
    return (count / len(rows) if width > 1 else 0.0), -stray / len(rows), width, dialect.escape == ""


def first_row(rows: Sequence[tuple[int, list[str]]]) -> int:
    """Return the number of the row in which the header begins: the first one as wide as most rows."""
    widths = {number: len(trimmed(row)) for number, row in rows}  # spreadsheets fill titles up with empty cells
    usual = max(Counter(widths.values()).most_common(1)[0][0], 1) if rows else 1
    return next((number for number, width in widths.items() if width >= usual - 1 and width > 1), 1) if usual > 1 else 1


def trimmed(row: Sequence[str]) -> list[str]:
    """Return a row without the empty cells at its end."""
    return list(row[: max((place for place, cell in enumerate(row, 1) if cell.strip()), default=0)])


def header_rows(rows: Sequence[list[str]], marks: Marks) -> int:
    """Return how many rows of names are at the top: those without any number in the columns of numbers."""
    body = rows[MOST_HEADERS:]
    wide = [place for place in range(max(map(len, rows), default=0)) if _numeric(body, place, marks)]
    if not wide:
        return 1
    for count in range(1, min(MOST_HEADERS, len(rows)) + 1):
        own = [rows[count][place] for place in wide if place < len(rows[count])] if count < len(rows) else []
        if not own or any(_numberlike(cell, marks) for cell in own):
            return count
    return 1


def _numberlike(cell: str, marks: Marks) -> bool:
    return is_numeral(cell, marks) or (is_absent(cell, ABSENT) and bool(cell.strip()))


def _numeric(rows: Sequence[list[str]], place: int, marks: Marks) -> bool:
    """Return whether most cells of a column are numbers."""
    column = [row[place] for row in rows if place < len(row) and not is_absent(row[place], ABSENT)]
    return len(column) > 0 and sum(is_numeral(cell, marks) for cell in column) >= 0.8 * len(column)


def options(given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Split keyword arguments into those about the file (`Given`) and the others."""
    own = {name: value for name, value in given.items() if name in Given.__annotations__}
    return own, {name: value for name, value in given.items() if name not in own}
