"""Numerals: reads numbers as people write them: with thousands marks, currency and percent signs, or k, M and B."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

ABSENT = ("", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "-", "--", ".", "?")  # cells without a number
SIGNS = re.compile(r"[$€£¥₹%‰°]")
SIZES = {"k": 1e3, "m": 1e6, "b": 1e9}
NUMERAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
IN_BRACKETS = re.compile(r"\(([^()]+)\)")


@dataclass(frozen=True)
class Marks:
    """The decimal mark and the thousands mark ("" if there is none) of the numbers in a file."""

    decimal: str = "."
    thousands: str = ""


def is_absent(cell: str, absent: Collection[str]) -> bool:
    """Return whether a cell means "missing"."""
    return cell.strip().lower() in absent


def is_numeral(cell: str, marks: Marks) -> bool:
    """Return whether a cell can be read as a number."""
    return number(cell, marks) is not None


def number(cell: str, marks: Marks) -> float | None:
    """Return the number that a cell writes, or None if it writes none, or one that is not finite.

    Currency and percent signs are left out, so that 5 % is 5; k, M and B multiply by a thousand, a million and a
    billion; a number in brackets is negative, as in accounts.
    """
    plain = SIGNS.sub("", cell).replace("\N{MINUS SIGN}", "-").strip()
    if bracketed := IN_BRACKETS.fullmatch(plain):
        plain = f"-{bracketed[1].strip()}"
    size = SIZES.get(plain[-1:].lower(), 1.0)
    plain = plain[:-1].rstrip() if size != 1 else plain
    if marks.thousands and marks.thousands in plain:
        if not grouped(marks).fullmatch(plain):
            return None
        plain = plain.replace(marks.thousands, "")
    if marks.decimal == ",":
        if "." in plain:
            return None
        plain = plain.replace(",", ".")
    if not NUMERAL.fullmatch(plain):
        return None
    value = float(plain) * size
    return value if np.isfinite(value) else None


@cache
def grouped(marks: Marks) -> re.Pattern[str]:
    """Return the pattern of a number with thousands marks: the last group has three digits, others two or three."""
    mark = re.escape(marks.thousands)
    return re.compile(rf"[+-]?\d{{1,3}}(?:{mark}\d{{2,3}})*{mark}\d{{3}}(?:{re.escape(marks.decimal)}\d*)?")


def numbers(cells: Sequence[str], marks: Marks) -> np.ndarray:
    """Return the numbers of many cells as float64, NaN for every cell that writes no finite number."""
    if marks == Marks():
        try:  # a hundred times faster, for the usual case that every cell is a plain number
            values = np.array(cells, dtype=np.str_).astype(np.float64)
        except ValueError:
            pass
        else:
            return np.where(np.isfinite(values), values, np.nan)
    return np.array([np.nan if (value := number(cell, marks)) is None else value for cell in cells])
