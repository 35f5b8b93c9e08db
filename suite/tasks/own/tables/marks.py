"""Marks: finds out which marks the numbers of a table use, as in 1,234.5 or 1.234,5."""

import re
from collections.abc import Iterable, Mapping, Sequence

from suite.errors import RequestError
from suite.tasks.own.tables.numerals import Marks

NUMBERLIKE = re.compile(r"[^\w]{0,3}\d[\d.,'\u2019\s]*[^\d]{0,4}")
# a mark is decimal if not exactly three digits follow it, or if only a 0, or the other mark, comes before it
DECIMAL = {
    mark: re.compile(
        rf"^\D*(?:(?:\d{{1,3}}(?:[{other}'\s]\d{{3}})+|\d+)[{mark}](?:\d{{1,2}}|\d{{4,}})|0[{mark}]\d+|"
        rf"\d{{1,3}}(?:[{other}'\s]\d{{3}})+[{mark}]\d+)\D*$"
    )
    for mark, other in ((".", ","), (",", "."))
}
GROUPED = {mark: re.compile(rf"^\D*[1-9]\d{{0,2}}(?:[{mark}]\d{{3}}){{2,}}\D*$") for mark in ".,"}
PERHAPS = {mark: re.compile(rf"^\D*[1-9]\d{{0,2}}[{mark}]\d{{3}}\D*$") for mark in ".,"}
POINTED_DATE = re.compile(r"^\d{1,2}\.\d{1,2}\.\d{4}\b")
SPACED = re.compile(r"^\D*\d{1,3}(?:([ \u00a0\u202f'\u2019])\d{3})+(?:[.,]\d+)?\D*$")


def found_marks(where: str, rows: Iterable[Sequence[str]], known: Marks, sep: str) -> Marks:
    """Return the decimal and the thousands mark of the cells that look like numbers; `known` marks are kept if not "".

    Raise RequestError if numbers contradict each other, or if all of them look like 1,234 and could mean either.
    """
    numbers = [plain for row in rows for cell in row if NUMBERLIKE.fullmatch(plain := cell.strip())]

    def has(kind: Mapping[str, re.Pattern[str]], mark: str) -> bool:
        return any(kind[mark].match(number) for number in numbers)

    def grouped_by(mark: str) -> bool:
        both = any("," in number and "." in number for number in numbers)
        return both or has(GROUPED, mark) or has(PERHAPS, mark)

    spaced = next((match[1] for number in numbers if (match := SPACED.match(number))), "")
    if known.decimal or known.thousands:
        other = "," if known.thousands == "." else "."
        return Marks(known.decimal or other, known.thousands or spaced)
    comma = has(DECIMAL, ",") or has(GROUPED, ".")
    point = has(DECIMAL, ".") or has(GROUPED, ",")
    if comma and point:
        raise RequestError(f"{where} writes some numbers as 1.234,5 and others as 1,234.5: say decimal='.' or ','")
    if comma:
        return Marks(",", "." if grouped_by(".") else spaced)
    # a point groups thousands where a comma is the decimal mark; there, programs write semicolons or tabs,
    # and people write dates as 31.12.2024
    pointed = sep == "\t" and any(POINTED_DATE.match(number) for number in numbers)
    doubtful = [mark for mark in ",." if has(PERHAPS, mark) and (sep == ";" or pointed or (mark, sep) == (",", "\t"))]
    if not point and doubtful:
        mark = doubtful[0]
        fault = f"{where} writes numbers such as 1{mark}234, which can be read in two ways"
        raise RequestError(f"{fault}: say decimal='{mark}' or thousands='{mark}'")
    return Marks(".", "," if grouped_by(",") else spaced)
