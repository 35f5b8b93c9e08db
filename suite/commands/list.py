"""registered tasks and architectures"""

import argparse
import json
import sys

from suite.status import columns


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("what", nargs="?", choices=("tasks", "architectures"), help="only these")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Prints what is registered; broken plugins are lines on standard error."""
    from suite.architecture import ARCHITECTURES
    from suite.listing import architectures, architectures_in_words, tasks, tasks_in_words
    from suite.task import TASKS

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
