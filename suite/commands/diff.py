"""compares two result sets, before and after a change; 1 when a cell got worse"""

import argparse
import json

from suite.files import finite
from suite.results.store import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declares the arguments."""
    parser.add_argument("before", metavar="A", help="results folder before the change")
    parser.add_argument("after", metavar="B", help="results folder after it")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")


def execute(chosen: argparse.Namespace) -> int:
    """Prints what differs between two result sets; 1 when a cell got worse beyond the margin, or lost runs."""
    stores = existing(chosen.before), existing(chosen.after)
    from suite.analysis.diff import diff, lines
    from suite.results.results import load

    found = diff(*(load(store.root) for store in stores))
    print(json.dumps(finite(found.plain()), indent=1) if chosen.json else "\n".join(lines(found)))
    return 1 if found.worse else 0
