"""Ts files: reads time series of the UEA and UCR archives, as sktime and aeon write them."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from suite.errors import RequestError
from suite.files.paths import existing

MISSING = ("?", "nan", "")


class Head(NamedTuple):
    """What the header of a file says: whether its last cell is a class or a target; the others are dimensions."""

    label: bool = False
    target: bool = False


def read_ts(given: str | Path) -> tuple[list[np.ndarray], list[str] | np.ndarray | None]:
    """Return the series of a `.ts` file, each float64 (time, dimensions), NaN where a value is missing.

    The second part are their classes (texts), their targets (floats), or None if the file has neither. Raise
    RequestError, which names the line, if the file is invalid.
    """
    path = existing(given, "file")
    series, labels, head, inside = [], [], Head(), False
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            for number, line in enumerate(map(str.strip, file), start=1):
                if not line or line.startswith(("#", "%")):
                    continue
                if inside:
                    own, label = _row(f"'{path}', line {number}", line, head)
                    series.append(own)
                    labels.append(label)
                elif line.lower().startswith("@data"):
                    inside = True
                else:
                    head = _head(f"'{path}', line {number}", line.lower().split(), head)
    except OSError as error:
        raise RequestError(f"'{path}' cannot be read: {error.strerror}") from error
    if not series:
        raise RequestError(f"'{path}' has no series: below a line @data, there must be one per line")
    if head.target:
        return series, np.array([_number(f"the targets of '{path}'", label) for label in labels])
    return series, labels if head.label else None


def _head(where: str, words: list[str], head: Head) -> Head:
    said = words[1:2] == ["true"]
    if words[0] == "@timestamps" and said:
        raise RequestError(f"{where}: series with time stamps cannot be read: write their values only")
    if words[0] == "@classlabel":
        return head._replace(label=said)
    return head._replace(target=said) if words[0] in ("@targetlabel", "@targetvalue") else head


def _row(where: str, line: str, head: Head) -> tuple[np.ndarray, str]:
    """Return the dimensions of one series side by side, and its label or target."""
    cells = line.split(":")
    label = cells.pop().strip() if head.label or head.target else ""
    if (head.label or head.target) and not label:
        raise RequestError(f"{where} has no class or target after its last colon")
    dimensions = [[_number(where, value) for value in cell.split(",")] for cell in cells]
    for place, own in enumerate(dimensions):
        if len(own) != len(dimensions[0]):
            raise RequestError(
                f"{where}: dimension {place + 1} has {len(own)} values, but dimension 1 has {len(dimensions[0])}"
            )
    if not dimensions:
        raise RequestError(f"{where} has no series")
    return np.array(dimensions).T, label


def _number(where: str, text: str) -> float:
    if text.strip().lower() in MISSING:
        return np.nan
    try:
        return float(text)
    except ValueError as error:
        raise RequestError(f"{where} has a value that is no number: write ? for missing ones") from error
