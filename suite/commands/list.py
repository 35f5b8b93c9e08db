"""registered tasks and architectures"""

import argparse
import json
import sys
from typing import Any

from suite.architectures.architecture import ARCHITECTURES
from suite.tasks.task import TASKS, Task
from suite.text import columns


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("what", nargs="?", choices=("tasks", "architectures"), help="only these")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Prints what is registered; broken plugins are lines on standard error."""
    found = {
        "tasks": (tasks if chosen.json else tasks_in_words)() if chosen.what != "architectures" else [],
        "architectures": (architectures if chosen.json else architectures_in_words)() if chosen.what != "tasks" else [],
    }
    for plugin, why in (TASKS.broken | ARCHITECTURES.broken).items():
        print(f"suite: plugin {plugin} did not import: {why}", file=sys.stderr)
    if chosen.json:
        print(json.dumps(found, indent=1))
        return 0
    for what, rows in found.items():
        if rows:
            heading = (what[:-1], *list(rows[0])[1:])
            print("\n".join(columns([heading, *(tuple(row.values()) for row in rows)])), end="\n\n")
    return 0


def tasks() -> list[dict[str, Any]]:
    """Every task, the lengths of a sweep one by one."""
    return [_task(TASKS.get(name)) for name in TASKS.names()]


def tasks_in_words() -> list[dict[str, Any]]:
    """What a person reads of every task: baselines, the best possible score and the licence too."""
    return [_shown(TASKS.get(name)) for name in TASKS.names()]


def architectures() -> list[dict[str, Any]]:
    """Every architecture."""
    found = [ARCHITECTURES.get(name) for name in ARCHITECTURES.names()]
    return [{"name": entry.name, "source": ARCHITECTURES.origin(entry)} for entry in found]


def architectures_in_words() -> list[dict[str, Any]]:
    """What a person reads of every architecture: what it is, and whether it serves tasks that ask at every step."""
    found = [ARCHITECTURES.get(name) for name in ARCHITECTURES.names()]
    return [
        {
            "name": entry.name,
            "at every step": "yes" if entry.causal else "no",
            "what": (entry.function.__doc__ or "").strip().partition("\n")[0],
            "source": ARCHITECTURES.origin(entry),
        }
        for entry in found
    ]


def _task(entry: Task) -> dict[str, Any]:
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


def _shown(entry: Task) -> dict[str, Any]:
    trained = entry.trained_baseline
    return {
        "name": entry.name,
        "family": entry.family,
        "kind": entry.kind,
        "metric": entry.metric,
        "baseline": entry.baseline,
        "trained baseline": trained if trained is None or isinstance(trained, str) else type(trained).__name__,
        "best possible": "not known" if entry.ceiling is None else f"{entry.ceiling:g}",
        "availability": entry.availability,
        "licence": entry.licence,
        "data": entry.source,
        "source": TASKS.origin(entry),
    }
