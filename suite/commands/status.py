"""cells of a results folder: done, missing, failed, with the reasons"""

import argparse
import json
import sys

from suite.results.status import lines, status
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("directory", metavar="DIR", help="results/<experiment>")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Prints counts and failures of every cell."""
    store = existing(chosen.directory)
    found = status(store)
    for fault in store.unreadable().values():
        print(f"suite: {fault}", file=sys.stderr)
    print(json.dumps(found, indent=1) if chosen.json else "\n".join(lines(found)))
    return 0
