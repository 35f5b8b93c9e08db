"""list the registered tasks and architectures"""

import argparse
import shutil
import textwrap
from collections.abc import Iterator
from itertools import chain
from typing import Any

from suite.architectures.architecture import ARCHITECTURES, Architecture
from suite.commands import add_json, warn
from suite.process.standard_output import print_json
from suite.registry import look_up
from suite.tasks.description import named
from suite.tasks.task import TASKS, Task
from suite.text import columns, label

Entry = Task | Architecture
KINDS = {"tasks": (TASKS, Task), "architectures": (ARCHITECTURES, Architecture)}
LEAST = 20  # the least width of a shortened column, in characters


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    what = "list tasks or architectures only, or show everything about the one called NAME"
    parser.add_argument("what", nargs="?", metavar="tasks|architectures|NAME", help=what)
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print the registered entries, no wider than the terminal. Each broken plugin gives a line on standard error."""
    listed = entries(chosen.what)
    warn(f"plugin {name} failed to import: {why}" for name, why in (TASKS.broken | ARCHITECTURES.broken).items())
    width = shutil.get_terminal_size().columns
    if chosen.json:
        print_json({what: [plain(entry) for entry in found] for what, found in listed.items()})
    elif chosen.what is None or chosen.what in KINDS:
        for what, found in listed.items():
            print("\n".join(table(what, found, width)), end="\n\n" if found else "")
    else:
        (entry,) = chain(*listed.values())
        print("\n".join(details(entry, width)))
    return 0


def entries(what: str | None) -> dict[str, list[Any]]:
    """Return the tasks and the architectures to list: all, those of one kind, or the entry with this name."""
    if what is None or what in KINDS:
        return {kind: registry.entries() if what in (None, kind) else [] for kind, (registry, _) in KINDS.items()}
    one = look_up(what, TASKS, ARCHITECTURES)
    return {kind: [one] if isinstance(one, type_) else [] for kind, (_, type_) in KINDS.items()}


def plain(entry: Entry) -> dict[str, Any]:
    """Return a task or an architecture in the form that `--json` prints."""
    if isinstance(entry, Architecture):
        return {"name": entry.name, "source": ARCHITECTURES.origin(entry)}
    return {
        "name": entry.name,
        "family": entry.family,
        "kind": entry.kind,
        "metric": entry.metric,
        "direction": entry.direction,
        "data": entry.source,
        "availability": entry.availability,
        "source": TASKS.origin(entry),
    }


def facts(entry: Entry) -> dict[str, Any]:
    """Return the facts about a task or an architecture to print for people, the most important first."""
    if isinstance(entry, Architecture):
        causal = "yes" if entry.causal else "no"
        return {"per step": causal, "source": ARCHITECTURES.origin(entry), "description": entry.description}
    return {
        "family": entry.family,
        "kind": entry.kind,
        "metric": entry.metric,
        "available": entry.availability,
        **{name.replace("_", " "): baseline for name, baseline in named(entry).items()},
        "best possible": "not known" if entry.ceiling is None else f"{entry.ceiling:g}",
        "licence": entry.licence,
        "source": TASKS.origin(entry),
        "data": entry.source,
    }


def table(kind: str, found: list[Entry], width: int) -> list[str]:
    """Return one line per entry, preceded by a header.

    If the lines do not fit, columns at the end are left out, and the last column that remains may be shortened.
    """
    rows = [{kind.removesuffix("s"): entry.name} | facts(entry) for entry in found]
    return fitted([tuple(rows[0]), *(tuple(row.values()) for row in rows)], width) if rows else []


def fitted(rows: list[tuple[Any, ...]], width: int) -> list[str]:
    """Format rows as aligned lines of at most `width` characters, unless the first column is wider."""
    lines = columns(rows)
    if len(rows[0]) == 1 or max(map(len, lines)) <= width:
        return lines
    shorter = [row[:-1] for row in rows]
    left = width - sum(2 + max(len(str(value)) for value in column) for column in zip(*shorter, strict=True))
    if left < LEAST:
        return fitted(shorter, width)
    return columns([(*row[:-1], label(row[-1], left)) for row in rows])


def details(entry: Entry, width: int) -> Iterator[str]:
    """Yield all facts about one task or architecture, each as a line or a paragraph."""
    known = {"name": entry.name} | facts(entry) | {"description": entry.description}
    indent = 2 + max(map(len, known))
    for name, value in known.items():
        yield textwrap.fill(f"{name:<{indent}}{value}", max(width, 2 * indent), subsequent_indent=" " * indent)
