"""JSON files: reads one object per line, or one array of objects, as rows with a cell for each key."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from suite.errors import RequestError, names_of, reason
from suite.tasks.own.tables.dialect import Dialect, lines
from suite.tasks.own.tables.encoding import encoding_of

KEYS = 1_000  # the first objects of a JSON file, whose keys are its columns


def is_json(path: Path, known: Dialect) -> bool:
    """Return whether a text file begins as JSON does, whatever its ending."""
    try:
        with path.open("rb") as file:
            return file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") and not known.sep
    except OSError as error:
        raise RequestError(f"'{path}' cannot be read: {error.strerror}") from error


def read_json(path: Path, known: Dialect) -> tuple[list[str], Iterator[tuple[int, list[str]]], Dialect]:
    """Return the keys, the numbered rows of cells, and the dialect of a JSON file.

    It has one object per line, or one array of objects. Raise RequestError, which names the line, if it is neither.
    """
    encoding = known.encoding or encoding_of(path)
    text = replace(known, encoding="utf-8-sig" if encoding == "utf-8" else encoding)
    loaded = _array(path, text) if _begins_array(path, text) else _objects(path, text)
    first = list(islice(loaded, KEYS))
    if len(first) == 1 and (inner := [key for key, value in first[0][1].items() if isinstance(value, list)]):
        fault = f"'{path}' is one JSON object with the rows inside it, under {names_of(inner)}"
        raise RequestError(f"{fault}: save them as an array with one object per row")
    keys = list(dict.fromkeys(key for _, one in first for key in one))

    def rows() -> Iterator[tuple[int, list[str]]]:
        for part in (first, loaded):
            for number, one in part:
                yield number, ["" if one.get(key) is None else text_of(one[key]) for key in keys]

    return keys, rows(), replace(text, sep=",")


def _begins_array(path: Path, text: Dialect) -> bool:
    return next((line.lstrip()[:1] for line in lines(path, text) if line.strip()), "") == "["


def _objects(path: Path, text: Dialect) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(lines(path, text), start=1):
        if line.strip():
            yield number, _object(path, f"line {number}", line, json.loads)


def _array(path: Path, text: Dialect) -> Iterator[tuple[int, dict[str, Any]]]:
    loaded = _parsed(path, "", "".join(lines(path, text)), json.loads)
    if not isinstance(loaded, list):
        raise RequestError(f"'{path}' is JSON, but neither one object per line nor an array of objects")
    for number, one in enumerate(loaded, start=1):
        yield number, _object(path, f"object {number}", one, lambda value: value)


def _object(path: Path, place: str, content: Any, parse: Callable[[Any], Any]) -> dict[str, Any]:
    found = _parsed(path, f", {place},", content, parse)
    if not isinstance(found, dict):
        raise RequestError(f"'{path}', {place} is not a JSON object with a key for each column")
    return _flat(found)


def _flat(found: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Return an object without objects inside: what "main" holds as "temp" is called "main.temp"."""
    flat: dict[str, Any] = {}
    for key, value in found.items():
        flat |= _flat(value, f"{before}{key}.") if isinstance(value, dict) else {f"{before}{key}": value}
    return flat


def _parsed(path: Path, place: str, content: Any, parse: Callable[[Any], Any]) -> Any:
    try:
        return parse(content)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"'{path}'{place} is not JSON: {reason(error)}") from error


def text_of(value: Any) -> str:
    """Return the value of a cell as text: dates as ISO dates, lists and objects as JSON."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (dict, list)):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)
