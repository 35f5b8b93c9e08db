"""compare two results folders, before and after a change; exit with 1 when a cell got worse"""

import argparse

from suite.commands import add_json, show, warn
from suite.results.folders import existing


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("before", metavar="A", help="results folder before the change")
    parser.add_argument("after", metavar="B", help="results folder after the change")
    add_json(parser)


def execute(chosen: argparse.Namespace) -> int:
    """Print the differences. Return 1 if a cell got worse by more than the margin, or lost runs."""
    stores = existing(chosen.before), existing(chosen.after)
    from suite.analysis.diff import diff, lines
    from suite.results.results import load

    both = [load(store.root) for store in stores]
    warn(fault for results in both for fault in results.unreadable.values())
    found = diff(*both)
    show(chosen, found.plain(), lines(found))
    return int(bool(found.worse))
