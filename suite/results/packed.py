"""Packed: the records of a cell in one JSON-lines file, instead of one JSON file each."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from suite.errors import UnreadableError
from suite.files.reading import read_own
from suite.files.strict_json import parsed
from suite.files.writing import write_atomically

PACK = "records.jsonl"
NAME = re.compile(r"(trial|final|control)-\d{3,}")
MOST_NAMED = 5


@dataclass(frozen=True)
class Packed:
    """What a packed file holds.

    `contents`: name of a run, such as "trial-000" -> content of its record. `fault`: what cannot be read, or "".
    """

    contents: Mapping[str, Any] = field(default_factory=dict)
    fault: str = ""


def read_packed(path: Path, root: Path) -> Packed:
    """Return the content of a cell's packed file in the results folder `root`.

    Lines that hold no record of the cell, or a second one of the same run, are left out and named in `fault`.
    """
    try:
        lines = read_own(path, root).split(b"\n")
    except UnreadableError as error:
        return Packed(fault=str(error))
    contents: dict[str, Any] = {}
    damaged = []
    for number, line in enumerate(lines, start=1):
        try:
            if line:
                name, content = _record(line, path)
                if contents.setdefault(name, content) is not content:
                    raise ValueError("the run has a line already")
        except (ValueError, RecursionError):
            damaged.append(str(number))
    more = f" and {len(damaged) - MOST_NAMED} more" if len(damaged) > MOST_NAMED else ""
    fault = f"'{path}' has damaged lines: {', '.join(damaged[:MOST_NAMED])}{more}" if damaged else ""
    return Packed(contents, fault)


def _record(line: bytes, path: Path) -> tuple[str, Any]:
    """Return the name of a run and the content of its record; raise ValueError unless it is one of this cell."""
    content = parsed(line.decode("utf-8"))
    run = content.get("id") if isinstance(content, dict) else None
    cell, _, name = str(run).rpartition("/")
    if cell != "/".join(path.parts[-3:-1]) or not NAME.fullmatch(name):
        raise ValueError("it is no record of this cell")
    return name, content


def write_packed(path: Path, contents: Mapping[str, Any]) -> None:
    """Write the records of a cell atomically, one per line, in the order of their names; with none, remove the file."""
    if not contents:
        path.unlink(missing_ok=True)
        return
    lines = (as_line(content) for _, content in sorted(contents.items()))
    write_atomically(path, "".join(lines).encode("utf-8"))


def as_line(content: Any) -> str:
    """Return a JSON value as a line of a file."""
    return json.dumps(content, allow_nan=False, ensure_ascii=False, separators=(",", ":")) + "\n"
